package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkSamples runs the commands that take longest, so that `make profile` can tell the compiler where time goes.
func BenchmarkSamples(b *testing.B) {
	dir := os.Getenv("DEFECTGATE_SAMPLES")
	if dir == "" {
		b.Skip("make profile names the folder of the samples")
	}
	b.Chdir(dir)
	reports, err := filepath.Glob("*.json")
	require.NoError(b, err)
	for b.Loop() {
		for _, report := range reports {
			require.Equal(b, exitPass, quietly("defects", "--raw", report), report)
		}
		for _, ledger := range []string{"none", "sqlite:ledger.db"} {
			require.Equal(b, exitFail, quietly("check", "--ledger", ledger, "--artifact", "pkg:generic/bench@1", "own.json"))
		}
	}
}

// quietly runs a command that is told nothing and whose output nobody reads.
func quietly(args ...string) (code int) {
	w := world{stdout: io.Discard, stderr: io.Discard, lookupenv: unset, now: func() time.Time { return time.Unix(1_780_000_000, 0) }}
	return run(context.Background(), w, args)
}
