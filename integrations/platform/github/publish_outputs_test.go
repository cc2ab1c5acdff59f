package github

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// runnerReads is how the runner reads GITHUB_OUTPUT (actions/runner, EnvFileKeyValuePairs): NAME=VALUE on a line, or NAME<<END up to a line that is
// END. A later value replaces an earlier one of the same name.
func runnerReads(text string) (map[string]string, error) {
	values, lines := map[string]string{}, lineReader{rest: text}
	for {
		line, more := lines.next()
		if !more {
			return values, nil
		}
		equals, heredoc := strings.Index(line, "="), strings.Index(line, "<<")
		switch {
		case line == "":
		case equals > 0 && (heredoc < 0 || equals < heredoc):
			values[line[:equals]] = line[equals+1:]
		case heredoc > 0 && (equals < 0 || heredoc < equals) && line[heredoc+2:] != "":
			value, err := lines.until(line[heredoc+2:])
			if err != nil {
				return nil, err
			}
			values[line[:heredoc]] = value
		default:
			return nil, errors.New("invalid format: " + line)
		}
	}
}

type lineReader struct{ rest string }

func (l *lineReader) next() (string, bool) {
	if l.rest == "" {
		return "", false
	}
	line, rest, _ := strings.Cut(l.rest, "\n")
	if runtime.GOOS == "windows" {
		line = strings.TrimSuffix(line, "\r")
	}
	l.rest = rest
	return line, true
}

func (l *lineReader) until(end string) (string, error) {
	var value []string
	for {
		line, more := l.next()
		if !more {
			return "", errors.New("matching delimiter not found: " + end)
		}
		if line == end {
			return strings.Join(value, "\n"), nil
		}
		value = append(value, line)
	}
}

// stepFiles is the environment of a step, with its two files as the runner makes them.
func stepFiles(t *testing.T) (getenv func(string) string, output, summary string) {
	t.Helper()
	folder := t.TempDir()
	output, summary = filepath.Join(folder, "output"), filepath.Join(folder, "summary")
	for _, path := range []string{output, summary} {
		require.NoError(t, os.WriteFile(path, nil, 0o600))
	}
	variables := map[string]string{"GITHUB_OUTPUT": output, "GITHUB_STEP_SUMMARY": summary}
	return func(name string) string { return variables[name] }, output, summary
}

func fileText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

func TestOutputsAreReadByTheRunner(t *testing.T) {
	getenv, path, _ := stepFiles(t)
	require.NoError(t, os.WriteFile(path, []byte("earlier=1"), 0o600), "a step that wrote no line end")
	values := map[string]string{"verdict": "fail", "exit-code": "1", "violations": "0", "decision-id": strings.Repeat("0f", 32), "receipt": "",
		"bundle": "/home/runner/work/_temp/a b  c/=<<ü/decision.bundle.json", "sarif": `D:\a\_temp\defectgate.sarif`}
	require.NoError(t, Outputs(getenv, values))
	require.NoError(t, Outputs(getenv, map[string]string{"verdict": "pass"}), "appended")
	got, err := runnerReads(fileText(t, path))
	require.NoError(t, err)
	values["verdict"], values["earlier"] = "pass", "1"
	assert.Equal(t, values, got)
}

func TestOutputsAreWrittenInOrderEachWithAnEndOfItsOwn(t *testing.T) {
	getenv, path, _ := stepFiles(t)
	require.NoError(t, Outputs(getenv, map[string]string{"verdict": "pass", "bundle": "b", "sarif": "s"}))
	require.NoError(t, Outputs(getenv, map[string]string{"verdict": "pass"}))
	var names []string
	ends := map[string]bool{}
	for line := range strings.Lines(fileText(t, path)) {
		if name, end, found := strings.Cut(line, "<<"); found {
			names = append(names, name)
			ends[end] = true
			assert.Regexp(t, `^end-[0-9a-f]{32}\n$`, end)
		}
	}
	assert.Equal(t, []string{"bundle", "sarif", "verdict", "verdict"}, names)
	assert.Len(t, ends, 4, "nobody can know the end beforehand")
}

func TestT23NoValueIsMoreThanOneOutput(t *testing.T) {
	for name, value := range map[string]string{
		"a fixed delimiter":    "x\n_GitHubActionsFileCommandDelimeter_\nverdict=pass",
		"a line":               "x\nverdict=pass",
		"a line of its own":    "verdict=pass\n",
		"carriage return":      "x\rverdict=pass",
		"line separator":       "x\u2028verdict=pass",
		"next line":            "x\u0085verdict=pass",
		"vertical tab":         "x\vverdict=pass",
		"NUL":                  "x\x00",
		"escape":               "\x1b[2J",
		"direction":            "a\u202eb",
		"no UTF-8":             "a\xff",
		"too long":             strings.Repeat("a", maxOutput+1),
		"nothing but line end": "\n",
	} {
		t.Run(name, func(t *testing.T) {
			getenv, path, _ := stepFiles(t)
			err := Outputs(getenv, map[string]string{"bundle": value, "verdict": "fail"})
			require.ErrorContains(t, err, `the output "bundle"`)
			assert.NotContains(t, err.Error(), "verdict=pass", "what is refused is not repeated")
			got, err := runnerReads(fileText(t, path))
			require.NoError(t, err)
			assert.Equal(t, map[string]string{"verdict": "fail"}, got, "exactly one key")
		})
	}
}

func TestT23AValueThatKnowsItsEndIsRefused(t *testing.T) {
	end := delimiter()
	for _, value := range []string{end, "a" + end, end + "b"} {
		text, err := output("bundle", value, end)
		require.ErrorContains(t, err, "holds what is to end it")
		assert.Empty(t, text)
	}
	_, err := output("bundle", end, delimiter())
	assert.NoError(t, err, "it is the end of another one")
}

func TestOutputsRefuseNames(t *testing.T) {
	for _, name := range []string{"", "Verdict", "a b", "a=b", "a<<b", "a\nb", "-a", "a-", "ü", "a--b", "1"} {
		getenv, path, _ := stepFiles(t)
		require.ErrorContains(t, Outputs(getenv, map[string]string{name: "x"}), "is no name of one", "%q", name)
		assert.Empty(t, fileText(t, path))
	}
}

func TestT23OutputsAreWhatTheyWere(t *testing.T) {
	getenv, path, _ := stepFiles(t)
	piece := rapid.SampledFrom([]string{"\n", "\r\n", "<<", "=", "end-", "verdict=pass", "verdict<<end", "_GitHubActionsFileCommandDelimeter_", " ", "a",
		"\\", "é", "\x00", "0f"})
	rapid.Check(t, func(r *rapid.T) {
		require.NoError(r, os.Truncate(path, 0))
		values := rapid.MapOf(rapid.StringMatching(`[a-z]{1,8}(-[a-z]{1,3})?`), rapid.Custom(func(r *rapid.T) string {
			return strings.Join(rapid.SliceOf(piece).Draw(r, "pieces"), "")
		})).Draw(r, "values")
		_ = Outputs(getenv, values) // refused or not
		text, err := os.ReadFile(path)
		require.NoError(r, err)
		got, err := runnerReads(string(text))
		require.NoError(r, err)
		kept := maps.Clone(values)
		maps.DeleteFunc(kept, func(_, value string) bool { return strings.ContainsFunc(value, hidden) })
		assert.Equal(r, kept, got)
	})
}

func TestOutputsAndSummaryOutsideOfActions(t *testing.T) {
	nothing := func(string) string { return "" }
	err := Outputs(nothing, map[string]string{"verdict": "pass"})
	require.ErrorIs(t, err, ErrNotActions)
	assert.ErrorContains(t, err, "GITHUB_OUTPUT is not set")
	err = Summary(nothing, "text")
	require.ErrorIs(t, err, ErrNotActions)
	assert.ErrorContains(t, err, "GITHUB_STEP_SUMMARY is not set")

	nowhere := func(string) string { return filepath.Join(t.TempDir(), "no", "such", "folder") }
	require.Error(t, Outputs(nowhere, map[string]string{"verdict": "pass"}))
	require.Error(t, Summary(nowhere, "text"))
	folder := t.TempDir()
	require.Error(t, Outputs(func(string) string { return folder }, nil))
}

func TestOutputsMakeTheirFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "told") // as the step of action.yml wants it
	require.NoError(t, Outputs(func(string) string { return path }, map[string]string{"verdict": "error"}))
	got, err := runnerReads(fileText(t, path))
	require.NoError(t, err)
	assert.Equal(t, []string{"verdict"}, slices.Collect(maps.Keys(got)))
}

func TestSummaryIsAppended(t *testing.T) {
	getenv, _, path := stepFiles(t)
	require.NoError(t, os.WriteFile(path, []byte("# Theirs"), 0o600))
	require.NoError(t, Summary(getenv, "# Ours"))
	require.NoError(t, Summary(getenv, "more\n"))
	assert.Equal(t, "# Theirs\n# Ours\nmore\n", fileText(t, path))
}

func TestSummaryIsKeptBelowWhatTheRunnerTakes(t *testing.T) {
	for _, c := range []struct {
		name         string
		there, added int // bytes, with line ends
		written      bool
	}{
		{"all of it", 0, maxSummary, true},
		{"one too many", 0, maxSummary + 1, false},
		{"with what is there", maxSummary - 100, 100, true},
		{"one too many with what is there", maxSummary - 100, 101, false},
		{"there is too much already", maxSummary + 1, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			getenv, _, path := stepFiles(t)
			theirs := ""
			if c.there > 0 {
				theirs = strings.Repeat("a", c.there-1) + "\n"
			}
			require.NoError(t, os.WriteFile(path, []byte(theirs), 0o600))
			err := Summary(getenv, strings.Repeat("b", c.added-1))
			if c.written {
				require.NoError(t, err)
				assert.Len(t, fileText(t, path), c.there+c.added)
				return
			}
			require.ErrorContains(t, err, "the runner takes none of more than 1048576")
			assert.Equal(t, theirs, fileText(t, path), "what is there is not lost")
		})
	}
	t.Run("a line end counts", func(t *testing.T) {
		getenv, _, path := stepFiles(t)
		require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("a", maxSummary-2)), 0o600))
		require.Error(t, Summary(getenv, "b\n"))
	})
}
