package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

func TestNamed(t *testing.T) {
	var n report.Named[int]
	require.NoError(t, report.Unmarshal([]byte(`{"b":2,"a":1}`), &n))
	require.Equal(t, []int{2, 1}, []int{n[0].Value, n[1].Value}, "in their order")
	require.Equal(t, []int{1, 2, 0}, []int{n.Of("a"), n.Of("b"), n.Of("c")})
	for text, empty := range map[string]bool{`null`: true, `{}`: true, `[]`: false, `{"a":"1"}`: false, `{"a":1,"a":2}`: false} {
		var n report.Named[int]
		err := report.Unmarshal([]byte(text), &n)
		require.Equal(t, empty, err == nil && len(n) == 0, text)
	}
}
