package main

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGitThatIsCutOffIsNotMisuse(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := repository{ctx, "nowhere"}.commit()
	var f *failure
	require.ErrorAs(t, err, &f)
	require.Equal(t, exitError, f.code)
	require.ErrorContains(t, err, `ask git for the commit of "nowhere": git gave no answer: context canceled`)
}
