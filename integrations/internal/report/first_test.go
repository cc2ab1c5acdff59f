package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

func TestFirst(t *testing.T) {
	for list, want := range map[string]report.First{`[]`: "", `null`: "", `["","a","b"]`: "a", `[1,{"x":["y"]},"a"]`: "a", `["\u0061"]`: "a"} {
		var f report.First
		require.NoError(t, report.Unmarshal([]byte(list), &f), list)
		require.Equal(t, want, f, list)
	}
	for _, list := range []string{`"a"`, `{}`, `["a"`, `["a",{"b":1,"b":2}]`} {
		var f report.First
		require.Error(t, report.Unmarshal([]byte(list), &f), list)
	}
}
