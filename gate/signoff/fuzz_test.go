package signoff_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/signoff"
)

// FuzzParseFile holds what every exception that is read must have, whatever the file says: nothing applies for ever, to everything, or by nobody.
func FuzzParseFile(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("exceptions:\n- {id: A, package: 'pkg:npm/a@1', scope: {branch: main}, reason: r, approver: a, granted: 2026-01-01, expires: 2026-01-01}"))
	f.Add([]byte("exceptions: []\n---\n"))
	f.Add([]byte("a: &a [*a, *a]\nexceptions: *a"))
	f.Fuzz(func(t *testing.T, text []byte) {
		exceptions, err := signoff.ParseFile("x.yaml", text)
		if err != nil {
			require.Empty(t, exceptions, "a file is read whole or not at all")
			return
		}
		ids := map[string]bool{}
		for _, e := range exceptions {
			require.False(t, ids[e.ID], "id %q stands twice", e.ID)
			ids[e.ID] = true
			require.NotEmpty(t, strings.TrimSpace(e.ID))
			require.NotEmpty(t, strings.TrimSpace(e.Reason))
			require.NotEmpty(t, strings.TrimSpace(e.Approver))
			require.True(t, e.Defect != "" || e.Fingerprint != nil || e.Package != "", "%q names no defect", e.ID)
			require.Equal(t, 24*time.Hour, e.Until.Sub(e.Until.Truncate(24*time.Hour).Add(-24*time.Hour)), "the end is that of a day in UTC")
			require.Positive(t, e.Until.Sub(e.Granted))
		}
	})
}
