package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The whole way: a pull request fails, a maintainer takes the risk by a comment, the gate runs again and passes.
func TestACommentSignsOff(t *testing.T) {
	w := newTown(t)
	failed := w.gate()
	require.Equal(t, 1, failed.code, failed.stdout+failed.stderr)
	rerun := int64(0)
	w.server.OnRerun(func(run int64) { rerun = run })
	_, taken := w.says("alice", failed.line(t, "not reachable from outside"))
	require.Equal(t, 0, taken.code, taken.stdout+taken.stderr)
	require.Contains(t, taken.stdout, "accept recorded as dgx_")
	require.NotZero(t, rerun, taken.stderr)
	require.Len(t, w.replies(), 1)
	require.Contains(t, w.replies()[0], "**defectgate: accepted**")
	passed := w.gate()
	require.Equal(t, 0, passed.code, passed.stdout+passed.stderr)
	require.Contains(t, passed.stdout, "1 accepted risk")
}
