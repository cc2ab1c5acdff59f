package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

func TestMasked(t *testing.T) {
	for text, want := range map[string]bool{
		"***": true, "not-a-****-secret": true, "not-****": true, "not-a-real-se…": true, "REDACTED": true, "[redacted]": true, "key=REDACTED;": true,
		"not-a-real...": true, "not-a-real... ": true, "...": true,
		"": false, "not-a-real-secret-1": false, "a*b**c": false, "a..b": false, "not...real": false,
	} {
		require.Equal(t, want, report.Masked(text), text)
	}
}
