package reporttest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// Detects holds against what should be which documents a format takes for its own.
func Detects(t *testing.T, f report.Format, documents map[string]bool) {
	t.Helper()
	for document, want := range documents {
		o, err := report.Sketch(Bytes(document))
		require.NoError(t, err)
		require.Equal(t, want, f.Detect(o), "%.90s", document)
	}
}
