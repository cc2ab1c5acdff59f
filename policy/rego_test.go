package policy_test

import (
	"flag"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/policy"
)

var update = flag.Bool("update", false, "write generated text and formatted policies anew")

// TestRego runs the tests that lie beside the built-in rules. They reach every line.
func TestRego(t *testing.T) {
	report, err := policy.Test(t.Context(), policy.TestOptions{Builtin: true, Coverage: true})
	require.NoError(t, err)
	for _, r := range report.Tests {
		assert.Equal(t, policy.Passed, r.Outcome, "%s: %s.%s: %s %s", r.Place, r.Package, r.Name, r.Problem, r.Printed)
	}
	require.NotEmpty(t, report.Coverage)
	for _, f := range report.Coverage {
		assert.Empty(t, f.NotCovered, "%s: lines that no test reaches", f.Place)
	}
	t.Logf("%d tests, %.1f %% of the lines", len(report.Tests), report.Covered())
}

// regoFiles gives the built-in policies by path.
func regoFiles(t *testing.T) map[string][]byte {
	files := map[string][]byte{}
	require.NoError(t, fs.WalkDir(os.DirFS("."), "defectgate", func(p string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(p, ".rego") {
			files[p], err = os.ReadFile(p)
		}
		return err
	}))
	require.NotEmpty(t, files)
	return files
}

func TestFormat(t *testing.T) {
	for p, text := range regoFiles(t) {
		formatted, err := format.SourceWithOpts(p, text, format.Opts{RegoVersion: ast.RegoV1})
		require.NoError(t, err, p)
		if *update {
			require.NoError(t, os.WriteFile(p, formatted, 0o600))
		}
		assert.Equal(t, string(formatted), string(text), "%s: format it with -update", p)
	}
}

// TestMetadata holds that a folder is a package, that one of its files describes it, and that each has its tests beside it.
func TestMetadata(t *testing.T) {
	described := map[string]int{}
	for p, text := range regoFiles(t) {
		m, err := ast.ParseModuleWithOpts(p, string(text), ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
		require.NoError(t, err)
		pkg := strings.ReplaceAll(strings.TrimPrefix(m.Package.Path.String(), "data."), `["count`, ".count")
		if strings.HasSuffix(p, "_test.rego") {
			assert.Equal(t, strings.ReplaceAll(strings.TrimSuffix(path.Dir(p), "/"), "/", ".")+"_test", pkg, p)
			continue
		}
		assert.Equal(t, strings.ReplaceAll(path.Dir(p), "/", "."), pkg, "%s: the folder is the package", p)
		described[path.Dir(p)] += len(m.Annotations)
		for _, a := range m.Annotations {
			assert.NotEmpty(t, a.Title, p)
			assert.NotEmpty(t, a.Description, p)
			if strings.Contains(p, "/rules/") {
				assert.NotEmpty(t, a.Custom["remedy"], p)
			}
		}
		assert.FileExists(t, strings.TrimSuffix(p, ".rego")+"_test.rego")
	}
	for folder, n := range described {
		assert.Equal(t, 1, n, "%s: one of the files of a package has its METADATA", folder)
	}
}
