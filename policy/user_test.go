package policy_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/policy"
)

// own is a set of a user's with everything in it: a rule with settings, what rules share, data, a rule about the artifact, and Conftest style.
var own = map[string]string{
	"team/owner.rego": `# METADATA
# title: Package without an owner
# custom:
#   remedy: name an owner
#   settings:
#     level: warn
#     severity: high
#     except: []
#     environments: {staging: {level: ignore}}
package custom.rules.team.owner

import data.custom

settings := data.defectgate.settings.team.owner

report contains {"message": sprintf("%s has no owner", [input.defect.component.name])} if {
	custom.shared.severe(settings.severity)
	not input.defect.component.name in settings.except
	not data.owners[input.defect.component.name]
}
`,
	"shared.rego": `package custom.shared

import data.defectgate.scale

severe(limit) if scale.severity[input.defect.severity] >= scale.severity[limit]
`,
	"owners/data.yaml": "left-pad: web team\n",
	"artifact.rego": `# METADATA
# title: Too much at once
# custom: {scope: artifact, settings: {most: 1}}
package custom.rules.team.much

report contains sprintf("%d defects", [count(input.defects)]) if {
	count([1 | some defect in input.defects; defect.severity == "high"]) > data.defectgate.settings.team.much.most
}
`,
	"conftest.rego": `package main

deny contains {"msg": "no tool was there", "details": {}} if not input.sources

warn contains "two are open" if input.summary.open == 2

violation_open contains {"msg": "something is open"} if input.summary.open > 0
`,
}

func violations(t *testing.T, set policy.Set, rules map[string]any) map[string]gate.Level {
	e, err := policy.New(t.Context(), policy.Options{Environment: "production", Sets: []policy.Set{set}, Rules: rules})
	require.NoError(t, err)
	j, err := e.Evaluate(t.Context(), input(
		defect(func(d *gate.Defect) { d.Component.Name = "right-pad" }), defect(func(*gate.Defect) {})))
	require.NoError(t, err)
	said := map[string]gate.Level{}
	for i, list := range [][]gate.Violation{j.Defects[0].Violations, j.Defects[1].Violations, j.Artifact} {
		for _, v := range list {
			said[[]string{"first ", "second ", ""}[i]+v.Rule+": "+v.Message] = v.Level
		}
	}
	delete(said, "first severity/threshold: high vulnerability")
	delete(said, "second severity/threshold: high vulnerability")
	return said
}

var wanted = map[string]gate.Level{
	"first team/owner: right-pad has no owner": gate.Warn,
	"team/much: 2 defects":                     gate.Deny,
	"main/warn: two are open":                  gate.Warn,
	"main/violation_open: something is open":   gate.Deny,
}

func TestUserPolicies(t *testing.T) {
	set := folder(t, own)
	assert.Equal(t, wanted, violations(t, set, nil))
	said := violations(t, set, map[string]any{
		"team": map[string]any{"owner": map[string]any{"level": "deny"}, "much": map[string]any{"most": 2}},
		"main": map[string]any{"violation_open": map[string]any{"level": "ignore"}},
	})
	assert.Equal(t, map[string]gate.Level{"first team/owner: right-pad has no owner": gate.Deny, "main/warn: two are open": gate.Warn}, said)
	said = violations(t, set, map[string]any{"team": map[string]any{"owner": map[string]any{"except": []any{"right-pad"}}}})
	assert.NotContains(t, said, "first team/owner: right-pad has no owner")
}

// TestReadsThroughPackages holds that a defect has every member that a rule reads by way of another package, however it refers to it.
func TestReadsThroughPackages(t *testing.T) {
	const lib = "package custom.lib.a\n\nbad if input.defect.title == \"rubbish\""
	for _, body := range []string{
		`report contains "x" if data.custom.lib.a.bad`,
		"import data.custom.lib.a\n\n" + `report contains "x" if a.bad`,
		"import data.custom.lib as shared\n\n" + `report contains "x" if shared.a.bad`,
		`report contains "x" if data.custom.lib[_].bad`,
		"import input.defect as it\n\n" + `report contains "x" if it.title == "rubbish"`,
		`report contains "x" if input.defect[_] == "rubbish"`,
		`report contains "x" if object.get(input, ["defect", "title"], "") == "rubbish"`,
		"report contains \"x\" if bad(input)\n\nbad(it) if it.defect.title == \"rubbish\"",
		"report contains \"x\" if {\n\twalk(input, [_, value])\n\tvalue == \"rubbish\"\n}",
	} {
		files := mine(body)
		files["lib.rego"] = lib
		e, err := engine(t, files)
		require.NoError(t, err, body)
		j, err := e.Evaluate(t.Context(), input(defect(func(d *gate.Defect) { d.Title = "rubbish" })))
		require.NoError(t, err, body)
		assert.Equal(t, "mine/first", j.Defects[0].Violations[0].Rule, body)
	}
}

// TestRuleCannotAcceptItself holds that only an exception covers: what a rule says of one in its violation is not believed.
func TestRuleCannotAcceptItself(t *testing.T) {
	set := folder(t, map[string]string{"a.rego": "package main\n\n" + `deny contains {"msg": "x", "exception": "E-1", "rule": "a/b", "level": "deny"}`})
	assert.Equal(t, map[string]gate.Level{"main/deny: x": gate.Deny}, violations(t, set, nil))
	e, err := policy.New(t.Context(), policy.Options{Environment: "production", Sets: []policy.Set{set}})
	require.NoError(t, err)
	j, err := e.Evaluate(t.Context(), input())
	require.NoError(t, err)
	assert.Equal(t, []gate.Violation{{Rule: "main/deny", Level: gate.Deny, Message: "x"}}, j.Artifact)
}

// archive packs files as an OPA bundle.
func archive(t *testing.T, files map[string]string) string {
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	w := tar.NewWriter(zipped)
	for name, text := range files {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text))}))
		_, err := w.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, zipped.Close())
	file := filepath.Join(t.TempDir(), "bundle.tar.gz")
	require.NoError(t, os.WriteFile(file, packed.Bytes(), 0o600))
	return file
}

func TestBundle(t *testing.T) {
	plain := folder(t, own)
	for _, manifest := range []string{"", `{"revision": "7", "roots": ["custom", "main", "owners"]}`} {
		files := map[string]string{}
		for name, text := range own {
			files["/"+name] = text
		}
		if manifest != "" {
			files["/.manifest"] = manifest
		}
		set, err := policy.Read(archive(t, files))
		require.NoError(t, err)
		assert.Equal(t, plain.Digest, set.Digest, "a policy has one digest, packed or not")
		assert.Equal(t, wanted, violations(t, set, nil))
	}
	set, err := policy.Read(archive(t, map[string]string{"a.rego": "package main\n\ndeny contains \"x\" if input.nope"}))
	require.NoError(t, err)
	_, err = policy.New(t.Context(), policy.Options{Environment: "production", Sets: []policy.Set{set}})
	require.ErrorContains(t, err, "bundle.tar.gz:a.rego:3: ")
	whole, err := os.ReadFile(archive(t, own))
	require.NoError(t, err)
	cut := filepath.Join(t.TempDir(), "cut.tar.gz")
	require.NoError(t, os.WriteFile(cut, whole[:len(whole)-20], 0o600))
	_, err = policy.Read(cut)
	require.ErrorContains(t, err, "cut.tar.gz")
}

func TestSingleFile(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.rego": "package main\n\ndeny contains \"a\"", "b.rego": "package main\n\ndeny contains \"b\""} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	set, err := policy.Read(filepath.Join(dir, "a.rego"))
	require.NoError(t, err)
	assert.Equal(t, map[string]gate.Level{"main/deny: a": gate.Deny}, violations(t, set, nil))
}

func TestTestsOfUsers(t *testing.T) {
	set := folder(t, map[string]string{
		"first.rego": mine(`report contains "x" if to_number(input.defect.title) == 1`)["mine/first/first.rego"],
		"first_test.rego": `package custom.rules.mine.first_test

import data.custom.rules.mine.first

test_yes if first.report == {"x"} with input.defect.title as "1"

test_no if {
	first.report == set() with input.defect.title as "2"
	print("here")
	first.report == {"y"} with input.defect.title as "1"
}

test_odd if first.report == set() with input.defect.title as "one"

todo_test_later if false
`})
	report, err := policy.Test(t.Context(), policy.TestOptions{Sets: []policy.Set{set}, Coverage: true})
	require.NoError(t, err)
	outcomes := map[string]policy.Outcome{}
	for _, r := range report.Tests {
		assert.Equal(t, "custom.rules.mine.first_test", r.Package)
		assert.Regexp(t, `first_test\.rego:\d+$`, r.Place)
		outcomes[r.Name] = r.Outcome
	}
	assert.Equal(t, map[string]policy.Outcome{"test_yes": policy.Passed, "test_no": policy.Failed, "test_odd": policy.Errored,
		"todo_test_later": policy.Skipped}, outcomes)
	assert.False(t, report.OK())
	assert.Equal(t, []string{"here"}, report.Tests[0].Printed)
	assert.Contains(t, report.Tests[0].Problem, `first_test.rego:10: first.report == {"y"}`)
	assert.Contains(t, report.Tests[1].Problem, "to_number")
	require.Len(t, report.Coverage, 1)
	assert.InDelta(t, 100, report.Covered(), 0.01)

	report, err = policy.Test(t.Context(), policy.TestOptions{Sets: []policy.Set{set}, Run: "yes$"})
	require.NoError(t, err)
	assert.Len(t, report.Tests, 1)
	assert.True(t, report.OK())
	_, err = policy.Test(t.Context(), policy.TestOptions{Sets: []policy.Set{set}, Run: "nothing"})
	require.ErrorContains(t, err, "no test to run")
	_, err = policy.Test(t.Context(), policy.TestOptions{Sets: []policy.Set{set}, Run: "("})
	require.ErrorContains(t, err, "tests to run")
	_, err = policy.Test(t.Context(), policy.TestOptions{})
	require.ErrorContains(t, err, "no test to run")
}
