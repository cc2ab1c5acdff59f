package defectdojo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/defectdojo"
)

func TestPasswordsInEndpointsAreKeptNowhere(t *testing.T) {
	for written, want := range map[string]string{
		"https://me:hunter2@a/x": "https://a/x", "https://me:hunter2/y@a/x": "https://a/x", "me:hunter2%zz@a/x": "a/x", "https://a/%zz/@x": "https://a/%zz/@x",
	} {
		findings, _, err := reporttest.Parse(defectdojo.JSON, []byte(`{"findings":[{"title":"t","severity":"Low","endpoints":["`+written+`"]}]}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Location.Logical)
		require.Equal(t, "t "+want, findings[0].Anchor.Hash)
	}
}
