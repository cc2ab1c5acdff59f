package policy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/policy"
)

// mine is a rule of a user's: metadata, package, and the body that follows.
func mine(body string) map[string]string {
	return map[string]string{"mine/first/first.rego": "# METADATA\n# title: First\npackage custom.rules.mine.first\n\n" + body}
}

// folder writes files and reads them as a policy set.
func folder(t *testing.T, files map[string]string) policy.Set {
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o750))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	set, err := policy.Read(dir)
	require.NoError(t, err)
	return set
}

func engine(t *testing.T, files map[string]string) (*policy.Engine, error) {
	return policy.New(t.Context(), policy.Options{Environment: "production", Sets: []policy.Set{folder(t, files)}})
}

const place = "first.rego:5: "

// TestRefusedPolicies loads policies that would say nothing, or more than they may. Each is an error that names its place.
func TestRefusedPolicies(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  []string // parts of the error, and of its hint
	}{
		"a misspelt member of the input": {mine(`report contains "x" if input.defect.sevrity == "high"`), []string{place, "input.defect.sevrity", "severity"}},
		"a member that is not there":     {mine(`report contains "x" if input.nope.severity`), []string{place, "input.nope"}},
		"what only artifact rules have":  {mine(`report contains "x" if input.summary.open > 3`), []string{place, "input.summary"}},
		"what only defect rules have": {map[string]string{"a.rego": "# METADATA\n# title: A\n# custom:\n#   scope: artifact\npackage custom.rules.mine.a\n\n" +
			`report contains "x" if input.defect.severity == "high"`}, []string{"a.rego:7: ", "input.defect"}},
		"what only artifact rules have, in what rules share": {map[string]string{"a.rego": mine(`report contains "x" if data.custom.shared.many`)["mine/first/first.rego"],
			"b.rego": "package custom.shared\n\nmany if input.summary.open > 3"}, []string{"a.rego:3: ", "mine/first", "input.summary", "scope: artifact"}},
		"a defect in package main":         {map[string]string{"a.rego": "package main\n\n" + `deny contains "x" if input.defect.kind == "code"`}, []string{"a.rego:3: ", "input.defect"}},
		"an unknown scope":                 {map[string]string{"a.rego": "# METADATA\n# title: A\n# custom:\n#   scope: artefact\npackage custom.rules.mine.a\n\nreport contains 1 if false"}, []string{"a.rego:5: ", "artefact"}},
		"an unknown package":               {mine(`report contains "x" if data.custom.nope.bad`), []string{place, "nothing defines data.custom.nope.bad"}},
		"an unknown member of a package":   {mine("import data.defectgate.scale\n\n" + `report contains "x" if scale.sevrity.high > 1`), []string{"first.rego:7: ", "scale.sevrity"}},
		"an unknown rule of an import":     {map[string]string{"a.rego": mine("import data.custom.shared\n\n" + `report contains "x" if shared.nope`)["mine/first/first.rego"], "b.rego": "package custom.shared\n\nyes := true"}, []string{"a.rego:7: ", "data.custom.shared.nope"}},
		"an unknown severity of the scale": {mine("import data.defectgate.scale\n\n" + `report contains "x" if scale.severity.hgih > 1`), []string{"first.rego:7: ", "hgih"}},
		"a misspelt setting":               {mine(`report contains "x" if data.defectgate.settings.mine.first.nope`), []string{place, "nope"}},
		"a misspelt setting, by a name":    {mine("settings := data.defectgate.settings.sla.overdue\n\n" + `report contains "x" if settings.dyas`), []string{"first.rego:7: ", "dyas"}},
		"settings of an unknown rule":      {mine(`report contains "x" if data.defectgate.settings.sla.overdeu.days`), []string{place, "overdeu"}},
		"http.send":                        {mine(`report contains "x" if http.send({"method": "get", "url": "http://localhost"})`), []string{place, "undefined function http.send"}},
		"opa.runtime, and the environment": {mine(`report contains "x" if opa.runtime().env.HOME`), []string{place, "undefined function opa.runtime"}},
		"net.lookup_ip_addr":               {mine(`report contains "x" if net.lookup_ip_addr("localhost")`), []string{place, "undefined function net.lookup_ip_addr"}},
		"rand.intn":                        {mine(`report contains "x" if rand.intn("a", 2) == 1`), []string{place, "undefined function rand.intn"}},
		"uuid.rfc4122":                     {mine(`report contains uuid.rfc4122("a")`), []string{place, "undefined function uuid.rfc4122"}},
		"rego.parse_module":                {mine(`report contains "x" if rego.parse_module("a", "package a")`), []string{place, "undefined function rego.parse_module"}},
		"trace":                            {mine(`report contains "x" if trace("a")`), []string{place, "undefined function trace"}},
		"io.jwt.decode_verify":             {mine(`report contains "x" if io.jwt.decode_verify("a", {})`), []string{place, "undefined function io.jwt.decode_verify"}},
		"a misspelt member in object.get":  {mine(`report contains "x" if object.get(input.defect, "sevrity", "low") == "high"`), []string{place, "sevrity"}},
		"a misspelt path in object.get":    {mine(`report contains "x" if count(object.get(input.defect, ["component", "fixd"], [])) > 0`), []string{place, "fixd"}},
		"a misspelt setting in object.get": {mine("settings := data.defectgate.settings.sla.overdue\n\n" + `report contains "x" if object.get(settings, "dyas", 1) > 0`), []string{"first.rego:7: ", "dyas"}},
		"a misspelt member of an import in object.get": {mine("import data.defectgate.scale\n\n" + `report contains "x" if object.get(scale.severity, "hgih", 1) == 1`),
			[]string{"first.rego:7: ", "hgih"}},
		"a misspelt deny beside another": {map[string]string{"a.rego": "package main\n\n" + `deny contains "x" if input.summary.open > 3` + "\n\n" + `dney contains "y" if input.summary.open > 1`},
			[]string{"a.rego:5: ", "dney", "deny"}},
		"a misspelt report beside another": {mine(`report contains "x" if input.defect.exploited` + "\n\n" + `reprot contains "y" if input.defect.kev`), []string{"first.rego:7: ", "reprot"}},
		"a default that is no severity": {map[string]string{"a.rego": "# METADATA\n# title: A\n# custom:\n#   settings: {severity: hihg}\npackage custom.rules.mine.a\n\nreport contains \"x\" if false"},
			[]string{"a.rego:5: ", "mine/a", "hihg", "high"}},
		"an environment that nobody declared": {map[string]string{"a.rego": "# METADATA\n# title: A\n# custom:\n#   settings: {level: warn, environments: {prodution: {level: deny}}}\npackage custom.rules.mine.a\n\nreport contains \"x\" if false"},
			[]string{"a.rego:5: ", "mine/a", "prodution", "production"}},
		"two documents of data": {map[string]string{"a.rego": mine(`report contains "x" if data.banned[input.defect.kind]`)["mine/first/first.rego"], "data.yaml": "banned: {}\n---\nbanned: {code: true}\n"},
			[]string{"data.yaml", "a second document"}},
		"a setting whose key is no text": {map[string]string{"a.rego": "# METADATA\n# title: A\n# custom:\n#   settings: {days: {1: a}}\npackage custom.rules.mine.a\n\nreport contains \"x\" if false"},
			[]string{"a.rego:5: ", "mine/a", "keys must be texts"}},
		"a head that reaches into a rule": {map[string]string{"a.rego": mine(`report contains "x" if false`)["mine/first/first.rego"],
			"b.rego": "package custom\n\nrules.mine.first.report contains \"y\" if true"}, []string{"b.rego:3: ", "rules.mine.first.report"}},
		"more faults than OPA tells": {mine("report contains \"x\" if {\n" + strings.Repeat("\tinput.defect.sevrity == 1\n", 15) + "}"), []string{"first.rego:6: ", "first.rego:20: "}},
		"an unknown key of METADATA": {map[string]string{"a.rego": "# METADATA\n# title: A\n# custom:\n#   setings: {days: 3}\npackage custom.rules.mine.a\n\nreport contains \"x\" if false"},
			[]string{"a.rego:5: ", "custom.setings", "settings"}},
		"recursion":                       {mine("report contains \"x\" if a\n\na if b\n\nb if a"), []string{"first.rego:7: ", "recursive"}},
		"an unused variable":              {mine("report contains \"x\" if {\n\ty := input.defect.kind\n}"), []string{"first.rego:6: ", "unused"}},
		"a report that is a list":         {mine(`report := ["x"]`), []string{place, "no set of violations", "report contains violation"}},
		"a report that is true":           {mine(`report if input.defect.kind == "code"`), []string{place, "no set of violations"}},
		"a report that is an object":      {mine(`report[name] := "x" if name := input.defect.id`), []string{place, "no set of violations"}},
		"a report of sets":                {mine(`report[name] contains "x" if name := input.defect.id`), []string{place, "no set of violations"}},
		"no report":                       {mine(`reports contains "x"`), []string{"first.rego:3: ", "has no report"}},
		"no title":                        {map[string]string{"a.rego": "package custom.rules.mine.a\n\nreport contains \"x\""}, []string{"a.rego:1: ", "has no title", "# METADATA"}},
		"a built-in package":              {map[string]string{"a.rego": "package defectgate.scale\n\nseverity := {}"}, []string{"a.rego:1: ", "not for users'", "custom.rules"}},
		"a package below a built-in rule": {map[string]string{"a.rego": "package defectgate.rules.sla.overdue.more\n\nx := 1"}, []string{"a.rego:1: ", "not for users'"}},
		"another root":                    {map[string]string{"a.rego": "package policies\n\ndeny contains \"x\""}, []string{"a.rego:1: ", "not for users'"}},
		"a rule without a category":       {map[string]string{"a.rego": "# METADATA\n# title: A\npackage custom.rules.a\n\nreport contains \"x\""}, []string{"a.rego:3: ", "no place for a rule", "<category>"}},
		"a rule too deep":                 {map[string]string{"a.rego": "package custom.rules.a.b.c\n\nreport contains \"x\""}, []string{"a.rego:1: ", "no place for a rule"}},
		"a misspelt root of rules":        {map[string]string{"a.rego": "package custom.rulez.a.b\n\nreport contains \"x\""}, []string{"a.rego:3: ", "outside of custom.rules"}},
		"a rule with an odd name":         {map[string]string{"a.rego": "package custom.rules[\"a-b\"].c\n\nreport contains \"x\""}, []string{"a.rego:1: ", "no place for a rule"}},
		"a rule that looks like a test":   {map[string]string{"a.rego": "package custom.rules.mine.pen_test\n\nreport contains \"x\""}, []string{"a.rego:1: ", "no place for a rule"}},
		"a rule in a test file":           {map[string]string{"pen_test.rego": "package custom.rules.mine.pen\n\nreport contains \"x\""}, []string{"pen_test.rego:3: ", "test file"}},
		"a deny in a test file":           {map[string]string{"pen_test.rego": "package main\n\ndeny contains \"x\""}, []string{"pen_test.rego:3: ", "test file"}},
		"Rego v0":                         {map[string]string{"a.rego": "package main\n\ndeny[msg] { msg := \"x\" }"}, []string{"a.rego", "Rego v0", "opa fmt --v0-v1 --write"}},
		"no Rego at all":                  {map[string]string{"a.rego": "package main\n\ndeny contains if {"}, []string{"a.rego:3: "}},
		"a name of a built-in rule":       {map[string]string{"a.rego": "# METADATA\n# title: A\npackage custom.rules.sla.overdue\n\nreport contains \"x\""}, []string{"a.rego:3: ", "already defined", "overdue.rego"}},
		"a name of package main":          {map[string]string{"a.rego": "# METADATA\n# title: A\npackage custom.rules.main.deny\n\nreport contains \"x\"", "b.rego": "package main\n\ndeny contains \"x\""}, []string{"b.rego:3: ", "already defined"}},
		"schemas of one's own":            {map[string]string{"a.rego": "# METADATA\n# title: A\n# schemas:\n# - input: {type: object}\npackage custom.rules.mine.a\n\nreport contains \"x\" if input.nope"}, []string{"a.rego:1: ", "schemas"}},
		"package main without a rule":     {map[string]string{"a.rego": "package main\n\ndenied contains \"x\""}, []string{"a.rego", "no rule"}},
		"package main without a rule, beside a rule": {map[string]string{"a.rego": "package main\n\ndenied contains \"x\"",
			"b.rego": mine(`report contains "x"`)["mine/first/first.rego"]}, []string{"a.rego", "package main has no set"}},
		"no rule at all":   {map[string]string{"data.yaml": "a: 1"}, []string{"no rule", "custom.rules.<category>.<name>"}},
		"an empty folder":  {nil, []string{"no .rego file"}},
		"a text as a list": {map[string]string{"a.rego": mine(`report contains "x"`)["mine/first/first.rego"], "data.yaml": "- a"}, []string{"data.yaml"}},
		"data of ours":     {map[string]string{"a.rego": mine(`report contains "x"`)["mine/first/first.rego"], "defectgate/settings/data.yaml": "sla: {}"}, []string{"data.yaml", "data.defectgate"}},
		"data with keys that are no text": {map[string]string{"a.rego": mine(`report contains "x"`)["mine/first/first.rego"],
			"data.yaml": "a: {[1, 2]: b}"}, []string{"data.yaml"}},
		"data that is defined twice": {map[string]string{"a.rego": mine(`report contains "x"`)["mine/first/first.rego"], "data.yaml": "a: 1", "data.json": `{"a": 2}`}, []string{"data.yaml", "already defined"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := engine(t, c.files)
			require.Error(t, err)
			for _, want := range c.want {
				assert.Contains(t, err.Error()+"\n"+gate.HintOf(err), want)
			}
			for _, line := range strings.Split(err.Error(), "\n") {
				assert.Regexp(t, `^\S+(\.rego(:\d+)?|\.yaml): |^policy |^the policies `, line, "each line names its place")
			}
		})
	}
}

func TestRefusedFiles(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.txt"), nil, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b.tar.gz"), []byte("no archive"), 0o600))
	require.NoError(t, os.Symlink(t.TempDir(), filepath.Join(dir, "rules")))
	for name, want := range map[string]string{"nope": "nope", "a.txt": "a.txt", "b.tar.gz": "b.tar.gz", "": "symbolic link"} {
		_, err := policy.Read(filepath.Join(dir, name))
		require.ErrorContains(t, err, want)
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "capitals"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "capitals", "b.REGO"), nil, 0o600))
	_, err := policy.Read(filepath.Join(dir, "capitals"))
	require.ErrorContains(t, err, `"b.REGO" would be left out`)
}

// TestFolderWithTheBuiltinName makes sure that only the program's own files may change the built-in rules.
func TestFolderWithTheBuiltinName(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir(policy.BuiltinName, 0o750))
	require.NoError(t, os.WriteFile(policy.BuiltinName+"/a.rego", []byte("package defectgate.rules.malware.found\n\nx := 1"), 0o600))
	set, err := policy.Read(policy.BuiltinName)
	require.NoError(t, err)
	_, err = policy.New(t.Context(), policy.Options{Environment: "production", Sets: []policy.Set{set}})
	require.ErrorContains(t, err, "builtin/a.rego:1: package defectgate.rules.malware.found is not for users' policies")
}

// TestPoliciesThatAreNoMistake loads what only looks like the slips above.
func TestPoliciesThatAreNoMistake(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"an optional member":               mine(`report contains "x" if object.get(input.defect, ["kev", "ransomware"], false)`),
		"a path that is computed":          mine("report contains \"x\" if {\n\tsome key in [\"kind\"]\n\tobject.get(input.defect, key, \"\") == \"code\"\n}"),
		"a variable called like an import": mine("import data.defectgate.scale\n\nreport contains \"x\" if {\n\tscale.day_ns > 0\n\tlocal.yes\n}\n\nlocal.yes if {\n\tlimits := {\"a\": 1}\n\tobject.get(limits, \"b\", 2) == 2\n}\n\nlimits := {\"c\": 1}"),
		"an argument called like a rule":   mine("report contains \"x\" if f({})\n\nf(limits) if object.get(limits, \"b\", 2) == 2\n\nlimits := {\"c\": 1}"),
		"an element of every":              mine("report contains \"x\" if every limits in [{\"b\": 2}] { object.get(limits, \"b\", 2) == 2 }\n\nlimits := {\"c\": 1}"),
		"part of an argument":              mine("report contains \"x\" if f([{}])\n\nf([limits]) if object.get(limits, \"b\", 2) == 2\n\nlimits := {\"c\": 1}"),
		"part of what is assigned":         mine("report contains \"x\" if {\n\t[limits, _] := [{}, 1]\n\tobject.get(limits, \"b\", 2) == 2\n}\n\nlimits := {\"c\": 1}"),
		"data that may be there":           {"a.rego": mine(`report contains "x" if object.get(data.limits, ["web", "team"], "nobody") == "nobody"`)["mine/first/first.rego"], "limits/data.json": `{"api": 1}`},
		"a helper of both scopes": {"a.rego": mine(`report contains data.custom.shared.subject if input.defect.exploited`)["mine/first/first.rego"],
			"b.rego": "package custom.shared\n\nsubject := object.get(input, [\"defect\", \"id\"], \"the artifact\")",
			"c.rego": "# METADATA\n# title: C\n# custom:\n#   scope: artifact\npackage custom.rules.mine.c\n\nreport contains data.custom.shared.subject if input.summary.open > 3"},
		"a set with a variable in its head": mine("report contains \"x\" if bad.code[1]\n\nbad[level] contains 1 if level := input.defect.kind"),
		"a set that a rule reads":           mine("report contains \"x\" if count(bad) > 0\n\nbad contains 1 if input.defect.exploited"),
		"a set of package main":             {"a.rego": "package main\n\ndeny contains \"x\" if bad[1]\n\nbad contains 1 if input.summary.open > 1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := engine(t, files)
			require.NoError(t, err)
		})
	}
}
