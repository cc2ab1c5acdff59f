package gate_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

// stated is a source of statements.
type stated struct {
	statements []gate.Statement
	evidence   gate.Evidence
	expect     gate.Expectation
}

func (s *stated) Name() string             { return "vex.json" }
func (s *stated) Expect() gate.Expectation { return s.expect }
func (s *stated) Load(_ context.Context, emit func(*gate.Statement) error) gate.Evidence {
	e := s.evidence
	e.Source = s.Name()
	for i := range s.statements {
		if err := emit(&s.statements[i]); err != nil {
			e.Status, e.Problem = gate.Malformed, err.Error()
		}
		e.Scan.Read++
	}
	return e
}

// notAffected says that one vulnerability does not affect a product.
func notAffected(id string, products ...gate.Product) gate.Statement {
	return gate.Statement{IDs: []string{id}, State: gate.NotAffected, Counts: true, Products: products,
		Word: gate.Word{By: "psirt", Reason: "vulnerable_code_not_present", At: now.Add(-time.Hour)}}
}

func is(purl string) gate.Product { return gate.Product{PURL: purl} }

var tar = gate.Finding{Tool: "t", Kind: gate.Vulnerability, ID: "CVE-2026-1", Aliases: []string{"GHSA-aaaa-bbbb-cccc"},
	Component: gate.Component{PURL: "pkg:npm/%40scope/tar@1.2.3?arch=x"}}

// judged gives the one defect of a check with statements, and the evidence of the statements.
func judged(t require.TestingT, finding gate.Finding, statements ...gate.Statement) (*gate.Defect, gate.Evidence) {
	w := newWorld(report("r.json", finding))
	w.artifact.Subject = gate.Subject{PURL: "pkg:oci/app@sha256:beef?repository_url=r.example/app", Digests: []string{"sha256:beef"}}
	g := w.gate()
	g.Statements = []gate.StatementSource{&stated{statements: statements}}
	r, err := g.Check(context.Background(), w.artifact)
	require.NoError(t, err)
	require.Len(t, r.Decision.Evaluation.Findings, 1)
	for _, e := range r.Decision.Inputs {
		if e.Kind == gate.StatementsKind {
			return r.Decision.Evaluation.Findings[0].Defect, e
		}
	}
	return r.Decision.Evaluation.Findings[0].Defect, gate.Evidence{}
}

// earlier is a range of versions that compares texts.
type earlier string

func (b earlier) Contains(version string) bool { return version < string(b) }
func (b earlier) String() string               { return "<" + string(b) }

func TestStatementsSpeakOfProducts(t *testing.T) {
	within := func(p, product gate.Product) gate.Product { p.Within = &product; return p }
	app, component := gate.Product{Digests: []string{"sha256:beef"}}, is("pkg:npm/%40scope/tar@1.2.3")
	for name, c := range map[string]struct {
		product gate.Product
		speaks  bool
	}{
		"component and version":           {component, true},
		"component, any version":          {is("pkg:npm/%40scope/tar"), true},
		"case and qualifiers":             {is("pkg:npm/%40Scope/Tar@1.2.3?arch=y"), true},
		"another version":                 {is("pkg:npm/%40scope/tar@1.2.4"), false},
		"another component":               {is("pkg:npm/%40scope/tarball@1.2.3"), false},
		"another kind of package":         {is("pkg:pypi/tar@1.2.3"), false},
		"version in a range":              {gate.Product{PURL: "pkg:npm/%40scope/tar", Versions: earlier("1.3")}, true},
		"version outside of a range":      {gate.Product{PURL: "pkg:npm/%40scope/tar", Versions: earlier("1.2")}, false},
		"digest of the artifact":          {app, true},
		"another digest":                  {gate.Product{Digests: []string{"sha256:dead"}}, false},
		"digest in a package URL":         {is("pkg:oci/app@sha256:beef"), true},
		"package URL of the artifact":     {is("pkg:oci/app"), true},
		"and another digest beside it":    {gate.Product{PURL: "pkg:oci/app", Digests: []string{"sha256:dead"}}, false},
		"package URL with other digest":   {is("pkg:oci/app@sha256:dead"), false},
		"named as ours":                   {gate.Product{Ours: true}, true},
		"component in the artifact":       {within(component, app), true},
		"component in another artifact":   {within(component, gate.Product{Digests: []string{"sha256:dead"}}), false},
		"other component in it":           {within(is("pkg:npm/other"), app), false},
		"component in it, and in another": {within(component, within(app, gate.Product{Digests: []string{"sha256:dead"}})), false},
		"component in it, which is ours":  {within(component, within(app, gate.Product{Ours: true})), true},
		"component with a digest":         {gate.Product{PURL: "pkg:npm/%40scope/tar", Digests: []string{"sha256:aa"}}, false},
		"ours, and in a range":            {gate.Product{Ours: true, Versions: earlier("1")}, false},
		"component in no known product":   {within(component, gate.Product{}), false},
		"no package URL":                  {is("tar"), false},
		"nothing":                         {gate.Product{}, false},
	} {
		d, e := judged(t, tar, notAffected("GHSA-AAAA-BBBB-CCCC", c.product))
		want := map[bool]gate.State{true: gate.NotAffected, false: gate.Open}[c.speaks]
		require.Equal(t, want, d.State(), name)
		require.Equal(t, map[bool]int{true: 1}[c.speaks], e.Kept, name)
		if c.speaks {
			require.Equal(t, &gate.Word{By: "psirt", Reason: "vulnerable_code_not_present", At: now.Add(-time.Hour), Said: gate.NotAffected},
				d.Occurrences[0].Word, "it stays visible, with who said it and why")
		}
	}
	d, _ := judged(t, tar, notAffected("CVE-2026-2", component))
	require.True(t, d.IsOpen(), "another vulnerability")
	d, _ = judged(t, tar, notAffected("CVE-2026-1"))
	require.True(t, d.IsOpen(), "a statement without products speaks of nothing")
}

func TestStatementsThatContradictEachOther(t *testing.T) {
	say := func(by string, state gate.State, hoursAgo int, counts bool) gate.Statement {
		s := notAffected("CVE-2026-1", is("pkg:npm/%40scope/tar@1.2.3"))
		s.Word.By, s.State, s.Word.At, s.Counts = by, state, now.Add(-time.Duration(hoursAgo)*time.Hour), counts
		return s
	}
	for _, c := range []struct {
		why        string
		statements []gate.Statement
		want       gate.State
		by         string
	}{
		{"the newest of one author", []gate.Statement{say("a", gate.UnderInvestigation, 9, true), say("a", gate.Fixed, 1, true)}, gate.Fixed, "a"},
		{"and not an older one", []gate.Statement{say("a", gate.Open, 1, true), say("a", gate.Fixed, 9, true)}, gate.Open, "a"},
		{"of one instant the open one", []gate.Statement{say("a", gate.Fixed, 1, true), say("a", gate.UnderInvestigation, 1, true)},
			gate.UnderInvestigation, "a"},
		{"of two authors the open one", []gate.Statement{say("a", gate.Fixed, 1, true), say("b", gate.Open, 9, true)}, gate.Open, "b"},
		{"an author who does not count", []gate.Statement{say("a", gate.Fixed, 1, false)}, gate.Open, "a"},
		{"and does not come before one who does", []gate.Statement{say("a", gate.Fixed, 1, false), say("b", gate.NotAffected, 1, true)}, gate.NotAffected, "b"},
		{"and does not open, either", []gate.Statement{say("a", gate.Fixed, 1, true), say("b", gate.Open, 1, false)}, gate.Fixed, "a"},
	} {
		for range 2 {
			d, _ := judged(t, tar, c.statements...)
			require.Equal(t, c.want, d.State(), c.why)
			require.Equal(t, c.by, d.Occurrences[0].Word.By, c.why)
			c.statements[0], c.statements[len(c.statements)-1] = c.statements[len(c.statements)-1], c.statements[0]
		}
	}
}

// What is dated after the clock could never be corrected.
func TestStatementsOfTheFutureDoNotCount(t *testing.T) {
	for ahead, want := range map[time.Duration]gate.State{4 * time.Minute: gate.NotAffected, time.Hour: gate.Open} {
		s := notAffected("CVE-2026-1", is("pkg:npm/%40scope/tar@1.2.3"))
		s.Word.At = now.Add(ahead)
		d, e := judged(t, tar, s)
		require.Equal(t, want, d.State())
		require.Equal(t, want == gate.Open, slices.Contains(e.Warnings, "statements that do not count, for they are dated after the clock: 1"))
	}
}

// Of a package of any version nobody can say that it is fixed.
func TestFixedIsSaidOfVersions(t *testing.T) {
	for purl, want := range map[string]gate.State{"pkg:npm/%40scope/tar": gate.Open, "pkg:npm/%40scope/tar@1.2.3": gate.Fixed} {
		s := notAffected("CVE-2026-1", is(purl))
		s.State = gate.Fixed
		d, _ := judged(t, tar, s)
		require.Equal(t, want, d.State(), purl)
	}
}

func TestStatementsAndWhatReportsSay(t *testing.T) {
	suppressed := tar
	suppressed.State, suppressed.Word = gate.Suppressed, &gate.Word{By: "author", Said: gate.Suppressed}
	w := newWorld(report("r.json", suppressed))
	w.sources[0].(*fake).expect.Suppressions = true
	g := w.gate()
	affected := notAffected("CVE-2026-1", is("pkg:npm/%40scope/tar"))
	affected.State = gate.Open
	g.Statements = []gate.StatementSource{&stated{statements: []gate.Statement{affected}}}
	r, err := g.Check(context.Background(), w.artifact)
	require.NoError(t, err)
	d := r.Decision.Evaluation.Findings[0]
	require.Equal(t, gate.Open, d.Defect.State(), "a party that counts says that it is affected")
	require.Equal(t, "psirt", d.Occurrences[0].Word.By)

	stranger := affected
	stranger.Counts = false
	g.Statements = []gate.StatementSource{&stated{statements: []gate.Statement{stranger}}}
	r, err = g.Check(context.Background(), w.artifact)
	require.NoError(t, err)
	d = r.Decision.Evaluation.Findings[0]
	require.Equal(t, gate.Suppressed, d.Defect.State(), "one that does not count changes nothing, and hides no word")
	require.Equal(t, "author", d.Occurrences[0].Word.By)
}

func TestStatementsOfOneOccurrenceLeaveOthersOpen(t *testing.T) {
	other := tar
	other.Component.PURL = "pkg:npm/%40scope/tar@2.0.0"
	w := newWorld(report("r.json", tar, other))
	g := w.gate()
	g.Statements = []gate.StatementSource{&stated{statements: []gate.Statement{notAffected("CVE-2026-1", is("pkg:npm/%40scope/tar@1.2.3"))}}}
	r, err := g.Check(context.Background(), w.artifact)
	require.NoError(t, err)
	d := r.Decision.Evaluation.Findings[0].Defect
	require.Equal(t, []string{"2.0.0"}, d.OpenVersions())
	require.Equal(t, gate.Open, d.State())
}

func TestStatementsThatCannotBeRead(t *testing.T) {
	for _, required := range []bool{true, false} {
		w := newWorld(report("r.json"))
		w.sources[0].(*fake).evidence.Scan.Proof = "targets: 1"
		g := w.gate()
		g.Statements = []gate.StatementSource{&stated{evidence: gate.Evidence{Status: gate.Truncated, Problem: "cut"}, expect: gate.Expectation{Required: required}}}
		r, err := g.Check(context.Background(), w.artifact)
		require.NoError(t, err)
		require.Equal(t, map[bool]gate.Verdict{true: gate.Error, false: gate.Pass}[required], r.Decision.Verdict)
	}
}

// A document that is cut off or too old says nothing, also where nobody requires it: what follows may have taken a statement back.
func TestStatementsOfABrokenDocumentDoNotCount(t *testing.T) {
	says := []gate.Statement{notAffected("CVE-2026-1", is("pkg:npm/%40scope/tar"))}
	for name, source := range map[string]*stated{
		"cut":   {statements: says, evidence: gate.Evidence{Status: gate.Truncated, Problem: "cut"}},
		"stale": {statements: says, evidence: gate.Evidence{Scan: gate.Scan{Ended: now.Add(-48 * time.Hour)}}, expect: gate.Expectation{MaxAge: time.Hour}},
		"whole": {statements: says},
	} {
		w := newWorld(report("r.json", tar))
		g := w.gate()
		g.Statements = []gate.StatementSource{source}
		r, err := g.Check(context.Background(), w.artifact)
		require.NoError(t, err)
		require.Equal(t, name != "whole", r.Decision.Evaluation.Findings[0].IsOpen(), name)
	}
}

// Whatever is said in whichever order, the bytes are the same; and without a statement that counts nothing closes.
func TestStatementsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		statements := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) gate.Statement {
			s := notAffected("CVE-2026-1", is(rapid.SampledFrom([]string{"pkg:npm/%40scope/tar", "pkg:npm/%40scope/tar@1.2.3", "pkg:npm/x"}).Draw(t, "purl")))
			s.Word.By, s.Word.Reason = rapid.SampledFrom([]string{"a", "b"}).Draw(t, "by"), rapid.SampledFrom([]string{"x", "y"}).Draw(t, "reason")
			s.Word.At = now.Add(-time.Duration(rapid.IntRange(0, 2).Draw(t, "hours")) * time.Hour)
			s.State, s.Counts = rapid.SampledFrom(gate.States()).Draw(t, "state"), rapid.Bool().Draw(t, "counts")
			return s
		}), 0, 6).Draw(t, "statements")
		d, _ := judged(t, tar, statements...)
		shuffled := rapid.Permutation(statements).Draw(t, "shuffled")
		again, _ := judged(t, tar, shuffled...)
		require.Equal(t, bytesOf(t, d), bytesOf(t, again))
		counts := func(s gate.Statement) bool {
			return s.Counts && !s.State.IsOpen() && !strings.HasSuffix(s.Products[0].PURL, "x")
		}
		closed := false
		for _, s := range statements {
			closed = closed || counts(s)
		}
		require.True(t, d.IsOpen() || closed)
	})
}
