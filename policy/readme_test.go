package policy

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/defectgate/defectgate/gate"
)

// TestReadme writes, with -update, what the README has of the catalogue and of the schema, and holds it to that.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	want := between(t, string(text), "input", inputTable(t))
	want = between(t, want, "rules", ruleTable(t))
	if rewrite() {
		require.NoError(t, os.WriteFile("README.md", []byte(want), 0o600))
		return
	}
	assert.Equal(t, want, string(text), "write it anew with -update")
}

func between(t *testing.T, text, marker, generated string) string {
	before, rest, ok := strings.Cut(text, "<!-- "+marker+" -->\n")
	require.True(t, ok, marker)
	_, after, ok := strings.Cut(rest, "<!-- /"+marker+" -->")
	require.True(t, ok, marker)
	return before + "<!-- " + marker + " -->\n" + generated + "<!-- /" + marker + " -->" + after
}

// ruleTable lists the built-in rules with their settings for production.
func ruleTable(t *testing.T) string {
	e, err := New(t.Context(), Options{Environment: "production"})
	require.NoError(t, err)
	table := "| rule | says | in production | settings |\n|---|---|---|---|\n"
	for _, r := range e.Rules() {
		values := e.Settings(r)
		var list []string
		for _, key := range sortedKeys(values) {
			if key != "level" && key != "judge" { // every rule has these two
				list = append(list, fmt.Sprintf("`%s: %s`", key, spell(values[key])))
			}
		}
		table += fmt.Sprintf("| `%s` | %s | %s | %s |\n", r.ID(), r.Title, values["level"], strings.Join(list, "<br>"))
	}
	return table
}

// inputTable lists the members of the input, two levels deep.
func inputTable(t *testing.T) string {
	var form map[string]any
	require.NoError(t, json.Unmarshal(inputSchema, &form))
	table := "| `input.` | for | members |\n|---|---|---|\n"
	properties := below(t, form, "properties")
	for _, name := range sortedKeys(properties) {
		p := below(t, properties, name)
		scope, _ := p[scopeKey].(string)
		if scope == "" {
			scope = "both"
		}
		if name != "defects" {
			table += fmt.Sprintf("| `%s` | %s | %s |\n", name, scope, strings.Join(membersOf(t, form, p), ", "))
		} else {
			table += "| `defects` | artifact | as `defect`, and `accepted` |\n"
		}
	}
	return table
}

func membersOf(t *testing.T, root, schema map[string]any) []string {
	if ref, ok := schema["$ref"].(string); ok {
		schema = below(t, root, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	if items, ok := schema["items"].(map[string]any); ok {
		return membersOf(t, root, items)
	}
	properties, _ := schema["properties"].(map[string]any)
	var names []string
	for _, name := range sortedKeys(properties) {
		p := below(t, properties, name)
		_, twin := properties[strings.TrimSuffix(name, "_ns")]
		if strings.HasSuffix(name, "_ns") && twin || name == "accepted" && p[scopeKey] != nil {
			continue
		}
		mark := "`" + name + "`"
		if _, has := properties[name+"_ns"]; has {
			mark += " (`_ns`)"
		}
		if inner := membersOf(t, root, p); len(inner) > 0 {
			mark += " {" + strings.ReplaceAll(strings.Join(inner, ", "), "`", "") + "}"
		}
		if scope, ok := p[scopeKey].(string); ok {
			mark += " (" + scope + " rules)"
		}
		names = append(names, mark)
	}
	return names
}

var example = regexp.MustCompile("(?s)`policies/(\\S+)`[^\n]*:\n\n```\\w+\n(.*?)```")

// TestReadmeExample writes the files of the README, runs their tests and judges with them, under the settings that it shows.
func TestReadmeExample(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	dir := t.TempDir()
	files := example.FindAllStringSubmatch(string(text), -1)
	require.Len(t, files, 3)
	for _, f := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, f[1])), 0o750))
		require.NoError(t, os.WriteFile(filepath.Join(dir, f[1]), []byte(f[2]), 0o600))
	}
	set, err := Read(dir)
	require.NoError(t, err)
	report, err := Test(t.Context(), TestOptions{Sets: []Set{set}, Coverage: true})
	require.NoError(t, err)
	assert.Equal(t, 3, report.Count(Passed), report.Tests)
	assert.True(t, report.OK())
	assert.InDelta(t, 100, report.Covered(), 0.01)

	in := full()
	in.Candidates = make([][]gate.Candidate, 2)
	for environment, want := range map[string][]gate.Violation{"production": nil, "staging": {{Rule: "team/owner", Level: gate.Warn, Message: "a has no owner"}}} {
		e, err := New(t.Context(), Options{Sets: []Set{set}, Environment: environment, Rules: readmeSettings(t, string(text))})
		require.NoError(t, err)
		j, err := e.Evaluate(t.Context(), in)
		require.NoError(t, err)
		var said []gate.Violation
		for _, v := range j.Defects[0].Violations {
			if v.Rule == "team/owner" {
				said = append(said, v)
			}
		}
		assert.Equal(t, want, said, environment)
	}
}

func readmeSettings(t *testing.T, text string) map[string]any {
	_, rest, ok := strings.Cut(text, "```yaml\nrules:")
	require.True(t, ok)
	block, _, _ := strings.Cut(rest, "```")
	var configuration struct{ Rules map[string]any }
	require.NoError(t, yaml.Unmarshal([]byte("rules:"+block), &configuration))
	return configuration.Rules
}

// rewrite tells whether -update was given; the flag is declared in the tests from outside.
func rewrite() bool { return flag.Lookup("update").Value.String() == "true" }
