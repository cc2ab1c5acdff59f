package policy

import (
	"context"
	"fmt"
	"math/bits"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

// engineOf compiles the built-in rules, and one of a user for each body, with or without shortcuts.
func engineOf(t *testing.T, rules map[string]any, verbatim bool, bodies ...string) *Engine {
	files := map[string]string{}
	for i, body := range bodies {
		files[fmt.Sprintf("%d.rego", i)] = fmt.Sprintf("# METADATA\n# title: T\npackage custom.rules.mine.rule%d\n\n%s\n", i, body)
	}
	e, err := compiled(files, rules, verbatim)
	require.NoError(t, err)
	return e
}

func compiled(files map[string]string, rules map[string]any, verbatim bool) (*Engine, error) {
	var sets []Set
	if len(files) > 0 {
		set := Set{Name: "mine", Files: map[string][]byte{}}
		for path, text := range files {
			set.Files[path] = []byte(text)
		}
		sets = append(sets, set)
	}
	l, err := loadWithBuiltin(sets, false)
	if err != nil {
		return nil, err
	}
	l.verbatim = verbatim
	return l.engine(context.Background(), Options{Environment: "production", Rules: rules})
}

func inputOf(d *gate.Defect, candidates []gate.Candidate) gate.Input {
	defects := []*gate.Defect{d}
	return gate.Input{Now: time.Unix(0, 0).Add(200 * 24 * time.Hour).UTC(), Defects: defects, Candidates: [][]gate.Candidate{candidates}}
}

func anyDefect(t *rapid.T) *gate.Defect {
	instant := rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(0, 0).Add(time.Duration(rapid.IntRange(1, 250).Draw(t, "day")) * 24 * time.Hour).UTC()
	})
	d := &gate.Defect{
		ID: "CVE-2026-0001", Fingerprints: []gate.Fingerprint{{1}}, Occurrences: []*gate.Occurrence{{}},
		Kind:      rapid.SampledFrom(gate.Kinds()).Draw(t, "kind"),
		Severity:  rapid.SampledFrom(gate.Severities()).Draw(t, "severity"),
		Certainty: rapid.SampledFrom([]gate.Certainty{"", gate.Verified, gate.HighCertainty, gate.LowCertainty}).Draw(t, "certainty"),
		Exploited: rapid.Bool().Draw(t, "exploited"),
		CWEs:      rapid.SliceOfN(rapid.IntRange(1, 3), 0, 2).Draw(t, "CWEs"),
		Title:     rapid.SampledFrom([]string{"", "0", "7", "rubbish"}).Draw(t, "title"),
	}
	d.Clocks.FirstSeen = instant.Draw(t, "first seen")
	if rapid.Bool().Draw(t, "with a fix") {
		d.Component.Fixed, d.Clocks.FixAvailable = []string{"1.0.1"}, instant.Draw(t, "fix available")
	}
	if rapid.Bool().Draw(t, "listed") {
		d.KEV = &gate.KEV{Due: instant.Draw(t, "due")}
	}
	if rapid.Bool().Draw(t, "with EPSS") {
		probability := rapid.SampledFrom([]float64{0, 0.25, 0.5, 0.75, 1}).Draw(t, "EPSS")
		d.EPSS = &probability
	}
	return d
}

func anyCandidates(t *rapid.T) []gate.Candidate {
	if rapid.Bool().Draw(t, "without an exception") {
		return nil
	}
	day := func(n int) time.Time { return time.Unix(0, 0).Add(time.Duration(n) * 24 * time.Hour).UTC() }
	e := &gate.Exception{ID: "E-1", Reason: "not reachable from outside", Approver: "a", Granted: day(196), Until: day(rapid.IntRange(197, 230).Draw(t, "until")),
		Kind:     rapid.SampledFrom([]gate.SignOffKind{gate.AcceptedRisk, gate.NoDefect, gate.Overriding}).Draw(t, "kind of exception"),
		Controls: []string{"waf"}, Ticket: "SEC-1", Wide: rapid.Bool().Draw(t, "wide")}
	for _, id := range []string{"1", "2"}[:rapid.IntRange(0, 2).Draw(t, "approvers")] {
		e.Approvals = append(e.Approvals, gate.Approval{Actor: gate.Actor{Person: gate.Person{ID: id}}, At: e.Granted})
	}
	if e.Kind == gate.Overriding || rapid.Bool().Draw(t, "of a file") {
		return []gate.Candidate{{Exception: e}}
	}
	e.Bindings = []gate.Binding{{Severity: rapid.SampledFrom(gate.Severities()).Draw(t, "ceiling"), Exploited: rapid.Bool().Draw(t, "known to be exploited")}}
	return []gate.Candidate{{Exception: e, Bound: &e.Bindings[0]}}
}

// shortcuts are bodies that begin with each kind of look into the input that can silence a rule, and with what must not.
var shortcuts = []string{
	`report contains "x" if input.defect.epss > 0.5`,
	`report contains "x" if input.defect.epss >= 0.5`,
	`report contains "x" if input.defect.epss < 0.5`,
	`report contains "x" if 0.5 <= input.defect.epss`,
	`report contains "x" if input.defect.severity != "low"`,
	`report contains "x" if input.defect.severity == input.defect.kind`,
	`report contains "x" if not input.defect.kev`,
	`report contains "x" if input.defect.exploited`,
	`report contains "x" if input.defect.exploited == false`,
	`report contains "x" if some cwe in input.defect.cwes`,
	"report contains \"x\" if {\n\tsome cwe in input.defect.cwes\n\tcwe > 1\n}",
	`report contains "x" if 2 in input.defect.cwes`,
	`report contains "x" if every cwe in input.defect.cwes { cwe > 1 }`,
	`report contains "x" if count(input.defect.cwes) == 0`,
	`report contains "x" if input.defect.clocks.fix_available_ns > 10000000000000000`,
	`report contains "x" if input.exceptions[0].id == "E-1"`,
	"report contains \"x\" if {\n\tname := input.defect.kind\n\tname == \"code\"\n\tname != \"design\"\n}",
	"report contains \"x\" if input.defect.kind == \"code\"\n\nreport contains \"y\" if input.defect.kind == \"design\"",
	`report contains "x" if input.defect.kind == "code" with input.defect.kind as "code"`,
	`report contains "x"`,
}

// fragile fail for some inputs: a silenced rule must not hide it.
var fragile = []string{
	"report contains \"x\" if {\n\tto_number(input.defect.title) > 0\n\tinput.defect.epss > 0.5\n}",
	"report contains \"x\" if {\n\tinput.defect.epss > 0.5\n\tto_number(input.defect.title) > 0\n}",
}

// TestShortcutsChangeNothing compares the engine with one that asks every rule about every defect, and looks every setting and every table
// up, under settings that reach all branches.
func TestShortcutsChangeNothing(t *testing.T) {
	for name, c := range map[string]struct {
		rules  map[string]any
		bodies []string
	}{
		"defaults":        {nil, nil},
		"rules of a user": {nil, shortcuts},
		"rules that fail": {nil, fragile},
		"other settings": {map[string]any{
			"severity": map[string]any{"threshold": map[string]any{"deny": "medium", "warn": nil, "only_fixable": false,
				"kinds": map[string]any{"code": "high", "secret": "low"}}},
			"sla":     map[string]any{"overdue": map[string]any{"clocks": []any{"published", "fix_available"}, "pick": "latest", "exploited": nil}},
			"license": map[string]any{"denied": map[string]any{"licenses": []any{"CVE-*"}}},
			"threat":  map[string]any{"exploited": map[string]any{"epss": nil, "only_fixable": false}},
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			short, verbatim := engineOf(t, c.rules, false, c.bodies...), engineOf(t, c.rules, true, c.bodies...)
			said := 0
			rapid.Check(t, func(rt *rapid.T) {
				in := inputOf(anyDefect(rt), anyCandidates(rt))
				want, wantErr := verbatim.Evaluate(context.Background(), in)
				have, err := short.Evaluate(context.Background(), in)
				require.Equal(rt, fmt.Sprint(wantErr), fmt.Sprint(err))
				require.Equal(rt, want, have)
				if wantErr == nil {
					said += len(want.Defects[0].Violations)
				}
			})
			require.Positive(t, said)
			require.Greater(t, len(short.defect.prepared), 1, "no rule was ever left out")
			require.LessOrEqual(t, len(short.defect.prepared), maxPrepared+1)
			require.Len(t, verbatim.defect.prepared, 1)
		})
	}
}

// TestQuestionsAreBounded asks about defects that silence rules in more ways than there may be questions.
func TestQuestionsAreBounded(t *testing.T) {
	e := engineOf(t, nil, false, `report contains "x" if input.defect.clocks.published_ns`, `report contains "x" if input.defect.clocks.fix_available_ns`,
		`report contains "x" if input.defect.epss`, `report contains "x" if input.defect.kev`, `report contains "x" if input.defect.exploited`,
		`report contains "x" if some cwe in input.defect.cwes`, `report contains "x" if input.defect.title == "7"`)
	yes := time.Unix(1, 0).UTC()
	for mask := range 1 << 7 {
		d := &gate.Defect{ID: "CVE-2026-0001", Fingerprints: []gate.Fingerprint{{1}}, Occurrences: []*gate.Occurrence{{}}, Kind: gate.Code, Severity: gate.None}
		has := func(bit int) bool { return mask&(1<<bit) != 0 }
		if has(0) {
			d.Clocks.Published = yes
		}
		if has(1) {
			d.Clocks.FixAvailable = yes
		}
		if has(2) {
			d.EPSS = new(float64)
		}
		if has(3) {
			d.KEV = &gate.KEV{}
		}
		if d.Exploited = has(4); has(5) {
			d.CWEs = []int{1}
		}
		if has(6) {
			d.Title = "7"
		}
		have, err := e.Evaluate(context.Background(), inputOf(d, nil))
		require.NoError(t, err)
		mine := 0
		for _, v := range have.Defects[0].Violations {
			if strings.HasPrefix(v.Rule, "mine/") {
				mine++
			}
		}
		require.Equal(t, bits.OnesCount(uint(mask)), mine)
	}
	require.Len(t, e.defect.prepared, maxPrepared+1)
}
