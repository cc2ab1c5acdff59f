package scanner_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// A defect is known by the path from the root of the repository, whichever folder the scanner saw it in.
func TestPathsBelowARootAreNamedFromThere(t *testing.T) {
	for path, want := range map[string]string{
		"/src/shop/a.go":         "a.go",
		"/src/shop/pkg/a.go":     "pkg/a.go",
		"/home/ci/work/pkg/a.go": "pkg/a.go",
		"/src/shopping/a.go":     "/src/shopping/a.go",
		"src/shop/a.go":          "src/shop/a.go",
		"pkg/a.go":               "pkg/a.go",
		"/a.go":                  "/a.go",
	} {
		document := fmt.Sprintf(`{"defectgate":1,"tool":{"name":"t"},"defects":[{"id":"a","kind":"code","location":{"path":%q}}]}`, path)
		f := &scanner.File{Path: "r", Limits: scanner.DefaultLimits, Roots: []string{"/src/shop", "/home/ci/work/"},
			Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(document)), nil }}
		have := ""
		e := f.Load(context.Background(), func(finding *gate.Finding) error { have = finding.Location.Path; return nil })
		require.Empty(t, e.Problem)
		require.Equal(t, want, have, path)
	}
}
