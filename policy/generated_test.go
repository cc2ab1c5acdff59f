package policy

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

// heading begins a rule of a user; settings stand in its metadata.
const heading = `# METADATA
# title: T
# custom:
#   settings: {word: code, number: 2, table: {code: 1, high: [1, 2]}, list: [code, 1, null]}
package custom.rules.mine.rule

settings := data.defectgate.settings.mine.rule

`

// subtle are policies in which a shortcut could mean something else than what is written.
var subtle = map[string]string{
	"a variable right below the input":      `report contains "x" if input[_].kind == "code"`,
	"a loop over the input":                 `report contains k if some k, _ in input`,
	"a name below the input":                "name := \"defect\"\n\nreport contains \"x\" if input[name].kind == \"code\"",
	"with on a rule by its name":            "limit := 5\n\nreport contains \"x\" if bad with limit as 6\n\nbad if limit == 6",
	"with on settings by their name":        "report contains \"x\" if bad with settings as {\"word\": \"other\"}\n\nbad if settings.word == \"other\"",
	"with on an import":                     "report contains \"x\" if bad with lib as {\"limit\": 9}\n\nbad if lib.limit == 9",
	"a fault before what the index decides": "limit := \"low\"\n\nreport contains \"x\" if {\n\tto_number(input.defect.title) > 0\n\tinput.defect.severity == limit\n}",
	"a fault before a setting":              "report contains \"x\" if {\n\tto_number(input.defect.title) > 0\n\tsettings.word == \"nope\"\n}",
	"two definitions of one member":         "limits.high := 5\n\nlimits[k] := v if some k, v in {\"high\": 7, \"low\": 1}\n\nreport contains \"x\" if limits.high == 5",
	"a list that is computed":               "list := [1 | input.defect.exploited]\n\nreport contains \"x\" if count(list) == 1",
	"a default":                             "default limit := 3\n\nlimit := 4 if input.defect.exploited\n\nreport contains \"x\" if limit == 4",
	"all of a package":                      `report contains name if some name, _ in data.custom.lib`,
	"a function of a constant":              "f(x) := settings.table[x]\n\nreport contains \"x\" if f(\"code\") == 1",
	"nested looks":                          `report contains "x" if settings.table[input.defect.severity][0] == 1`,
	"what a policy prints":                  "report contains \"x\" if {\n\tprint(\"seen\", settings.word)\n\tinput.defect.kind == settings.word\n}",
}

// equal compares a policy with and without shortcuts, errors included, and reports whether it compiles and speaks.
func equal(t require.TestingT, text string) (compiles, speaks bool) {
	text = strings.Replace(text, "\n\n", "\n\nimport data.custom.lib\n\n", boolInt(strings.Contains(text, " lib")))
	files := map[string]string{"a.rego": text, "lib.rego": "package custom.lib\n\nlimit := 5\n\ntable := {\"code\": {\"x\": 1}, \"high\": {\"x\": [2]}}"}
	short, err := compiled(files, nil, false)
	verbatim, wantErr := compiled(files, nil, true)
	require.Equal(t, fmt.Sprint(wantErr), fmt.Sprint(err))
	if err != nil {
		return false, false
	}
	half, likely := 0.5, 0.75
	for _, d := range []*gate.Defect{
		{Kind: gate.Code, Severity: gate.High, Title: "rubbish", CWEs: []int{1, 2}},
		{Kind: gate.Design, Severity: gate.Low, Title: "7", Exploited: true, EPSS: &half, CWEs: []int{2}},
		{Kind: gate.Code, Severity: gate.Critical, Title: "code", EPSS: &likely, KEV: &gate.KEV{}},
		{Kind: gate.Secret, Severity: gate.High},
	} {
		d.ID, d.Fingerprints, d.Occurrences = "CVE-2026-0001", []gate.Fingerprint{{1}}, []*gate.Occurrence{{}}
		want, wantErr := verbatim.Evaluate(context.Background(), inputOf(d, nil))
		have, err := short.Evaluate(context.Background(), inputOf(d, nil))
		require.Equal(t, fmt.Sprint(wantErr), fmt.Sprint(err), text)
		require.Equal(t, want, have, text)
		speaks = speaks || err != nil || strings.Contains(fmt.Sprint(have.Defects[0].Violations), "mine/rule")
	}
	return true, speaks
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestSubtlePolicies(t *testing.T) {
	for name, body := range subtle {
		t.Run(name, func(t *testing.T) {
			compiles, speaks := equal(t, heading+body)
			require.True(t, compiles)
			require.True(t, speaks)
		})
	}
}

// grammar makes policies at random.
type grammar struct {
	*rapid.T
	variables []string
}

func (g *grammar) pick(texts ...string) string { return rapid.SampledFrom(texts).Draw(g.T, "text") }

// key is a constant that the container has, or a variable.
func (g *grammar) key(constants ...string) string {
	return g.pick(append(constants, g.variables...)...)
}

// fixed is an operand without a variable of its own, as a negation wants it.
func (g *grammar) fixed() string {
	return g.pick("input.defect.kind", "input.defect.severity", "input.defect.epss", "input.defect.exploited", "input.defect.cwes", "input.defect.kev",
		"input.now_ns", "input.defect.cwes["+g.key("0", "1")+"]", "input.defect["+g.key(`"kind"`, `"title"`)+"]", "input["+g.key(`"defect"`, `"now_ns"`)+"]",
		"word", "number", "table", "list", "copy", "computed", "none", "off", "table["+g.key(`"code"`, `"high"`)+"]", "list["+g.key("0", "1")+"]",
		"table[input.defect.kind]", "settings.word", "settings.number", "settings.table["+g.key(`"high"`)+"]", "settings["+g.key(`"list"`)+"]",
		"data.custom.lib.table["+g.key(`"code"`)+"]", "data.defectgate.scale.severity[input.defect.severity]", g.key("0", "1", "2", `"code"`, `"high"`))
}

func (g *grammar) operand() string {
	return g.pick(g.fixed(), g.fixed(), "input.defect.cwes[_]", "input[_]", "input[_].kind", "list[_]", "table[_]", "settings.list[_]", "settings[_]")
}

func (g *grammar) expression() string {
	with := g.pick("", "", "", "", "", ` with input.defect.kind as "design"`, ` with input as {"defect": {"kind": "code", "cwes": [1]}}`)
	variable := fmt.Sprintf("v%d", len(g.variables))
	switch rapid.IntRange(0, 9).Draw(g.T, "form") {
	case 0:
		return g.operand() + with
	case 1:
		return "not " + g.fixed() + with
	case 2, 3, 4:
		return g.operand() + g.pick(" == ", " != ", " < ", " >= ") + g.operand() + with
	case 5:
		text := variable + " := " + g.operand()
		g.variables = append(g.variables, variable)
		return text
	case 6:
		text := "some " + variable + " in " + g.operand()
		g.variables = append(g.variables, variable)
		return text
	case 7:
		return "every e in " + g.fixed() + " { e != " + g.fixed() + " }"
	case 8:
		return "to_number(input.defect.title) > 0"
	}
	return "count([x | x := " + g.operand() + "]) > 0" + with
}

func (g *grammar) body() string {
	g.variables = nil
	var b strings.Builder
	for range rapid.IntRange(1, 2).Draw(g.T, "expressions") {
		b.WriteString("\t" + g.expression() + "\n")
	}
	if len(g.variables) > 0 { // the strict compiler wants them used
		b.WriteString("\tcount([" + strings.Join(g.variables, ", ") + "]) > 0\n")
	}
	return " if {\n" + b.String() + "}\n\n"
}

// TestGeneratedPolicies compares policies that nobody thought of. Most random texts do not compile; some hundreds do.
func TestGeneratedPolicies(t *testing.T) {
	compiling, speaking := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		g := &grammar{T: rt}
		text := heading + "word := \"code\"\n\nnumber := 2\n\ntable := {\"code\": 1, \"high\": null, \"design\": {\"code\": false}}\n\n" +
			"list := [\"code\", 1, [1], null]\n\nnone := null\n\noff := false\n\ncopy := settings.word\n\n" +
			"computed := [1 | input.defect.exploited]\n\nreport contains \"x\"" + g.body() + "report contains \"y\" if helper\n\nhelper" + g.body()
		compiles, speaks := equal(rt, text)
		compiling, speaking = compiling+boolInt(compiles), speaking+boolInt(speaks)
	})
	t.Logf("%d policies compile, %d of them speak", compiling, speaking)
	require.Positive(t, compiling)
	require.Positive(t, speaking)
}

// TestWhatIsComputedIsNoConstant keeps lists that are computed in one place: copies of copies would double with each rule.
func TestWhatIsComputedIsNoConstant(t *testing.T) {
	e, err := compiled(map[string]string{"a.rego": heading + "list := [1 | input.defect.exploited]\n\nreport contains \"x\" if count(list) == 1"}, nil, false)
	require.NoError(t, err)
	rules := e.library.compiler.GetRulesExact(ast.MustParseRef("data.custom.rules.mine.rule.report"))
	require.Contains(t, rules[0].Body.String(), "data.custom.rules.mine.rule.list")
}

// TestPackagesHoldWhatIsWritten counts a package that the check of paths looks into.
func TestPackagesHoldWhatIsWritten(t *testing.T) {
	e, err := compiled(map[string]string{"a.rego": heading + `report contains name if some name, _ in data.custom.checks`,
		"b.rego": "package custom.checks\n\ntitle := object.get(input.defect, \"title\", \"\")"}, nil, false)
	require.NoError(t, err)
	d := &gate.Defect{ID: "CVE-2026-0001", Fingerprints: []gate.Fingerprint{{1}}, Occurrences: []*gate.Occurrence{{}}, Kind: gate.Code, Severity: gate.None}
	judged, err := e.Evaluate(context.Background(), inputOf(d, nil))
	require.NoError(t, err)
	require.Len(t, judged.Defects[0].Violations, 1)
	require.Equal(t, "title", judged.Defects[0].Violations[0].Message)
}

// TestPanicIsAnError evaluates what no gate would hand over.
func TestPanicIsAnError(t *testing.T) {
	e, err := compiled(nil, nil, false)
	require.NoError(t, err)
	_, err = e.Evaluate(context.Background(), gate.Input{Defects: []*gate.Defect{nil}, Candidates: make([][]gate.Candidate, 1)})
	require.ErrorContains(t, err, "the policy engine failed")
}
