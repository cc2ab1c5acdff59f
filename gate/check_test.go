package gate_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

var errBroken = errors.New("broken")

func aReport() *fake {
	e := vulnerability("CVE-1")
	return report("r", e.finding)
}

func missing(required bool) *fake {
	return &fake{name: "gone", expect: gate.Expectation{Required: required}, evidence: gate.Evidence{Source: "gone", Status: gate.Missing,
		Problem: "no file"}}
}

func TestVerdicts(t *testing.T) {
	failing := policy(func(context.Context, gate.Input) (gate.Judgements, error) { return gate.Judgements{}, errBroken })
	short := policy(func(context.Context, gate.Input) (gate.Judgements, error) { return gate.Judgements{}, nil })
	artifactDenies := policy(func(_ context.Context, in gate.Input) (gate.Judgements, error) {
		return gate.Judgements{Defects: make([]gate.Judgement, len(in.Defects)), Artifact: []gate.Violation{{Rule: "budget/count", Level: gate.Deny}}}, nil
	})
	for name, c := range map[string]struct {
		change  func(w *world)
		verdict gate.Verdict
		problem string
	}{
		"nothing said":              {func(*world) {}, gate.Pass, ""},
		"a warning":                 {func(w *world) { w.policy = level(gate.Warn) }, gate.Pass, ""},
		"a denial":                  {func(w *world) { w.policy = level(gate.Deny) }, gate.Fail, ""},
		"a level nobody knows":      {func(w *world) { w.policy = level("") }, gate.Fail, ""},
		"the artifact is denied":    {func(w *world) { w.policy = artifactDenies }, gate.Fail, ""},
		"a required source is gone": {func(w *world) { w.sources = append(w.sources, missing(true)) }, gate.Error, `source "gone" is missing: no file`},
		"error wins over fail": {func(w *world) { w.sources, w.policy = append(w.sources, missing(true)), level(gate.Deny) }, gate.Error,
			`source "gone" is missing: no file`},
		"an optional source is gone": {func(w *world) { w.sources = append(w.sources, missing(false)) }, gate.Pass, ""},
		"the policy fails":           {func(w *world) { w.policy = failing }, gate.Error, "policy: broken"},
		"the policy skips a defect":  {func(w *world) { w.policy = short }, gate.Error, "policy: it judged 0 of 1 defects"},
		"exceptions are not known":   {func(w *world) { w.registers = []gate.Register{register{err: errBroken}} }, gate.Error, "exceptions: broken"},
		"the ledger does not answer": {func(w *world) { w.ledger = &ledger{seenErr: errBroken} }, gate.Error, "ledger: broken"},
		"the ledger does not record": {func(w *world) { w.ledger = &ledger{recordErr: errBroken} }, gate.Error,
			"ledger: the decision is not recorded: broken"},
		"a source panics": {func(w *world) { w.sources = append(w.sources, panicking("load")) }, gate.Error,
			`source "bad" is malformed: the reader failed: load`},
		"a source expects nothing": {func(w *world) { w.sources = append(w.sources, panicking("expect")) }, gate.Error,
			`source "bad" is malformed: the reader failed: no expectation`},
	} {
		t.Run(name, func(t *testing.T) {
			for _, mode := range []gate.Mode{gate.Enforce, gate.Observe} {
				w := newWorld(aReport())
				c.change(w)
				w.mode = mode
				d := w.check(t)
				assert.Equal(t, c.verdict, d.Verdict)
				assert.Equal(t, exitCodes[c.verdict][mode], d.ExitCode)
				if c.problem == "" {
					assert.Empty(t, d.Problems)
				} else {
					assert.Equal(t, []string{c.problem}, d.Problems)
				}
				assert.Len(t, d.Evaluation.Findings, 1, "the others are not lost")
			}
		})
	}
}

var exitCodes = map[gate.Verdict]map[gate.Mode]int{
	gate.Pass: {gate.Enforce: 0, gate.Observe: 0}, gate.Fail: {gate.Enforce: 1, gate.Observe: 0}, gate.Error: {gate.Enforce: 3, gate.Observe: 3},
}

func panicking(with any) *fake {
	s := report("bad")
	s.expect.Required, s.panics = true, with
	return s
}

func TestExitCodes(t *testing.T) {
	for verdict, modes := range exitCodes {
		for mode, want := range modes {
			assert.Equal(t, want, verdict.ExitCode(mode))
		}
	}
	assert.Equal(t, 3, gate.Verdict("").ExitCode(gate.Observe), "what is no verdict is none to pass with")
	assert.Equal(t, 1, gate.Fail.ExitCode(""), "a mode that nobody set enforces")
}

func TestDenialsAreListedBesideErrors(t *testing.T) {
	w := newWorld(aReport(), missing(true))
	w.policy = level(gate.Deny)
	d := w.check(t)
	assert.Equal(t, gate.Error, d.Verdict)
	assert.Equal(t, 1, d.Evaluation.Summary.Violations[gate.Deny])
	assert.Len(t, d.Evaluation.Findings[0].Violations, 1)
}

// Findings that were read before a source broke off count against the build, never for it.
func TestFindingsOfABrokenSource(t *testing.T) {
	s := aReport()
	s.panics, s.expect.Required = "late", false
	w := newWorld(s)
	w.policy = level(gate.Deny)
	d := w.check(t)
	assert.Equal(t, gate.Error, d.Verdict, "no source is whole")
	assert.Equal(t, 1, d.Evaluation.Summary.Denied, "what was read before is judged all the same")
	assert.Equal(t, gate.Malformed, d.Inputs[0].Status)
}

func TestSuppressionsAndStatements(t *testing.T) {
	for _, state := range gate.States() {
		for _, x := range []gate.Expectation{{}, {Suppressions: true}, {Statements: true}, {Suppressions: true, Statements: true}} {
			s := aReport()
			s.findings[0].State, s.findings[0].Word, s.expect = state, &gate.Word{By: "bob", Said: state}, x
			w := newWorld(s)
			w.policy = level(gate.Deny)
			d := w.check(t)
			closed := state == gate.Suppressed && x.Suppressions || state.IsStatement() && x.Statements
			assert.Equal(t, closed, d.Verdict == gate.Pass, "%s, %+v", state, x)
			summary, judged := d.Evaluation.Summary, d.Evaluation.Findings[0]
			assert.Equal(t, closed, summary.Closed[state] == 1)
			assert.Equal(t, !closed, summary.Open == 1 && summary.Denied == 1)
			assert.Equal(t, state == gate.Suppressed, d.Inputs[0].Scan.Suppressed == 1, "counted, honoured or not")
			assert.Equal(t, state, judged.Occurrences[0].Word.Said, "what was said is kept")
			assert.Equal(t, 1, summary.Defects)
		}
	}
}

func TestCoveredDefects(t *testing.T) {
	w := newWorld(aReport())
	w.registers = []gate.Register{register{exceptions: []gate.Exception{{ID: "EX-1", Defect: "CVE-1"}, {ID: "EX-2", Defect: "CVE-9"}}}}
	w.policy = judge(func(_ *gate.Defect, candidates []gate.Candidate) gate.Judgement {
		id := candidates[0].ID
		return gate.Judgement{Violations: []gate.Violation{{Rule: "r", Level: gate.Deny, Exception: id}},
			Exceptions: []gate.Ruling{{Exception: id, Kind: gate.AcceptedRisk, Applies: true, Covers: true}}}
	})
	d := w.check(t)
	assert.Equal(t, gate.Pass, d.Verdict)
	assert.Equal(t, 1, d.Evaluation.Summary.Accepted)
	assert.Empty(t, d.Evaluation.Summary.Severities)
	require.Len(t, d.Evaluation.Exceptions, 2, "those that name nothing, too")
	assert.Equal(t, []int{1, 1, 0, 0}, []int{d.Evaluation.Exceptions[0].Named, d.Evaluation.Exceptions[0].Covered,
		d.Evaluation.Exceptions[1].Named, d.Evaluation.Exceptions[1].Covered})
}

func TestRecord(t *testing.T) {
	w := newWorld(aReport())
	w.ledger = &ledger{}
	report, err := w.gate().Check(context.Background(), w.artifact)
	require.NoError(t, err)
	require.Len(t, w.ledger.recorded, 1)
	assert.Equal(t, w.ledger.recorded[0], report.Decision, "what is told is what is recorded")
	assert.Equal(t, "ledger", report.Decision.History.Record)
	assert.Equal(t, int64(1), report.Receipt.Index)

	w.ledger = &ledger{recordErr: errBroken}
	report, err = w.gate().Check(context.Background(), w.artifact)
	require.NoError(t, err)
	assert.Nil(t, report.Receipt)
	assert.Equal(t, "none", report.Decision.History.Record)
}

func TestEndedBeforeItsTime(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errBroken)
	for name, s := range map[string]*fake{"a source that notices": aReport(), "one that does not": report("r")} {
		s.evidence.Scan.Proof = "1 target"
		d := newWorld(s).checkIn(t, ctx)
		assert.Equal(t, gate.Error, d.Verdict, name)
		assert.Contains(t, d.Problems, "the check was ended before its time: broken")
		assert.Equal(t, len(s.findings) > 0, d.Inputs[0].Status == gate.Truncated, "it is told at its next finding")
	}
	ctx, cancel = context.WithCancelCause(context.Background())
	w := newWorld(aReport())
	w.policy = func(_ context.Context, in gate.Input) (gate.Judgements, error) {
		cancel(errBroken)
		return judge(nil)(ctx, in)
	}
	assert.Equal(t, gate.Error, w.checkIn(t, ctx).Verdict, "a policy that does not notice")
}

func TestDecisionBytes(t *testing.T) {
	local := time.Local
	t.Cleanup(func() { time.Local = local })
	zones := []*time.Location{time.UTC, time.FixedZone("east", 14*3600), time.FixedZone("west", -12*3600)}
	rapid.Check(t, func(rt *rapid.T) {
		build := func() *world {
			w := newWorld()
			w.policy, w.ledger = level(gate.Warn), &ledger{past: gate.Past{FirstSeen: now.Add(-time.Hour)}}
			return w
		}
		want, got := build(), build()
		bySource := map[string][]gate.Finding{}
		for _, e := range someEntries.Draw(rt, "entries") {
			bySource[e.source] = append(bySource[e.source], e.finding)
		}
		for _, name := range []string{"one", "two", "three"} {
			s := report(name, bySource[name]...)
			s.evidence.Warnings = []string{"of " + name}
			want.sources = append(want.sources, s)
		}
		got.sources = rapid.Permutation(want.sources).Draw(rt, "sources")
		time.Local = time.UTC
		wantBytes := bytesOf(rt, want.check(t))
		time.Local = rapid.SampledFrom(zones).Draw(rt, "zone")
		require.Equal(rt, wantBytes, bytesOf(rt, got.check(t)))
		require.Equal(rt, wantBytes, bytesOf(rt, got.check(t)), "once more")
	})
}

func TestSeveritySourceThatRatedNothing(t *testing.T) {
	for source, warned := range map[string]bool{"": false, "scanner": false, "highest": false, "nvd": false, "nvdd": true} {
		t.Run(source, func(t *testing.T) {
			f := vulnerability("CVE-1").finding
			f.Ratings = append(f.Ratings, gate.Rating{Party: "nvd", Severity: gate.Low})
			w := newWorld(report("r", f, vulnerability("CVE-2").finding))
			w.merge.SeveritySource = source
			require.Equal(t, warned, strings.Contains(strings.Join(w.check(t).Warnings, "\n"), "and rated no defect"))
		})
	}
	w := newWorld(report("r"))
	w.merge.SeveritySource = "nvdd"
	require.Empty(t, w.check(t).Warnings, "nothing is there to be rated")
}

func TestDecisionID(t *testing.T) {
	ids := map[string]string{}
	for name, change := range map[string]func(w *world){
		"as it is":         func(*world) {},
		"another run":      func(w *world) { w.run = "other" },
		"another subject":  func(w *world) { w.artifact.Subject.Commit = "decaf" },
		"another project":  func(w *world) { w.artifact.Project = "p" },
		"another judgment": func(w *world) { w.policy = level(gate.Warn) },
		"another defect":   func(w *world) { w.sources = []gate.Source{report("r", vulnerability("CVE-2").finding)} },
	} {
		w := newWorld(aReport())
		change(w)
		d := w.check(t)
		assert.Len(t, d.ID, 64)
		assert.Empty(t, ids[d.ID], name)
		ids[d.ID] = name
		assert.Equal(t, d.ID, w.check(t).ID, "the same again: %s", name)
	}
}

func TestSubjectIsTheReportsWhereNothingElseNamesIt(t *testing.T) {
	w := newWorld(report("b", vulnerability("CVE-1").finding), report("a", vulnerability("CVE-1").finding))
	assert.Empty(t, w.check(t).Artifact.Subject.Digests)
	w.artifact.Subject = gate.Subject{}
	want := gate.Subject{Name: "reports", Digests: []string{"sha256:5ha-a", "sha256:5ha-b"}}
	assert.Equal(t, want, w.check(t).Artifact.Subject)
	slices.Reverse(w.sources)
	assert.Equal(t, want, w.check(t).Artifact.Subject)
	w.artifact.Subject.Name = "shop"
	assert.Equal(t, "shop", w.check(t).Artifact.Subject.Name, "a name is kept")
}

// Optional sources may be absent, but not all of them: then nothing was scanned.
func TestWithoutAnyWholeReportThereIsNoDecision(t *testing.T) {
	absent := gate.Evidence{Status: gate.AbsentOptional}
	d := newWorld(&fake{name: "a.json", evidence: absent}, &fake{name: "b.json", evidence: absent}).check(t)
	require.Equal(t, gate.Error, d.Verdict)
	require.Equal(t, []string{"no report was read to its end: there is nothing to judge"}, d.Problems)
}

// Years in which a sum of nanoseconds would overflow: what must be "not known", or refused.
func TestYearsThatNobodyCanMean(t *testing.T) {
	for _, day := range []string{"1400-01-01", "1970-12-31", "2150-01-01", "9999-12-31"} {
		_, err := gate.ParseDay(day)
		require.ErrorContains(t, err, "no day that can be meant")
	}
	_, err := gate.ParseTime("3000-01-01T00:00:00Z")
	require.ErrorContains(t, err, "no instant that can be meant")
}
