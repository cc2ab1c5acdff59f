package policy_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/policy"
)

func TestScaffold(t *testing.T) {
	dir := t.TempDir()
	written, err := policy.Scaffold(dir, "mine", "first")
	require.NoError(t, err)
	require.Len(t, written, 2)
	_, err = policy.Scaffold(dir, "mine", "first")
	require.ErrorContains(t, err, "is there already")
	require.NotEmpty(t, gate.HintOf(err))
	for _, name := range []string{"if", "default", "input", "count", "First", "a-b", ""} {
		t.Run(name, func(t *testing.T) {
			_, err := policy.Scaffold(dir, "mine", name)
			require.ErrorContains(t, err, "mine/"+name+" is no name for a rule")
			if name != "" {
				require.NoDirExists(t, filepath.Join(dir, "mine", name))
			}
		})
	}
	_, err = policy.Scaffold(dir, "severity", "threshold")
	require.ErrorContains(t, err, "already defined")
}
