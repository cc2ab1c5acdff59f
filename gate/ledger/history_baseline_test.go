package ledger

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// newest is the baseline that a ledger finds by itself.
type newest struct{ *past }

func (n newest) Baseline(ctx context.Context, a gate.Artifact) (*gate.Baseline, error) {
	return NewestOf(ctx, n.Store, a, "")
}

// recordedAt gives an entry.
func (p *past) recordedAt(index int64) *Recorded {
	r, err := At(p.ctx, p.Store, index)
	require.NoError(p.t, err)
	return r
}

// into makes a step a change that is to be merged into a branch.
func (s step) into(base string) step {
	s.change = &gate.Change{ID: "7", Base: base}
	return s
}

func TestBaselineIsTheNewestThatCounts(t *testing.T) {
	p := newPast(t)
	one, two, three := bugOf("CVE-1"), bugOf("CVE-2"), bugOf("CVE-3")
	deny := func(s *step) { s.level = gate.Deny }
	broken := func(s *step) { s.broken = true }
	p.checks(
		on(1, by("a", 1, one)),                           // 0 pass
		with(on(2, by("a", 2, two)), deny),               // 1 fail
		with(on(3, by("a", 3, one, two, three)), broken), // 2 error
		on(4, by("a", 4, three)).of("release"),           // 3 pass
		on(5, by("a", 5, three)).into("main"),            // 4 pass, a change whose branch is called main as well
		with(on(6, by("a", 6, one, two)), func(s *step) { s.project = "43" }),
		with(on(7, by("a", 7, one, two)), func(s *step) { s.component = "shop" }),
	)
	for name, c := range map[string]struct {
		s     step
		index int64 // -1: none
	}{
		"of a change":                      {step{branch: "topic"}.into("main"), 1},
		"of a change called as its base":   {step{branch: "main"}.into("main"), 1},
		"of a change for another branch":   {step{branch: "main"}.into("release"), 3},
		"of a change for a new branch":     {step{branch: "main"}.into("other"), -1},
		"of a change that does not say":    {step{branch: "main"}.into(""), -1},
		"of the branch":                    {step{}, 0},
		"of a branch that is new":          {step{branch: "topic"}, -1},
		"of another project":               {step{project: "44"}, -1},
		"of another environment":           {step{environment: "staging"}, -1},
		"of a change elsewhere":            {step{environment: "staging"}.into("main"), 1},
		"of a change in another component": {step{component: "till"}.into("main"), -1},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := NewestOf(t.Context(), p.Store, c.s.artifact(), "")
			require.NoError(t, err)
			if c.index < 0 {
				require.Regexp(t, "could be one|is for is not known", b.Unproven)
				require.Empty(t, b.Known)
				return
			}
			d := p.recordedAt(c.index).Decision
			require.Equal(t, []any{"ledger", d.ID, d.Clock.Now, ""}, []any{b.From, b.Name, b.At, b.Unproven})
			require.Regexp(t, "^[0-9a-f]{64}$", b.Digest)
			for _, mark := range d.Evaluation.Findings[0].Fingerprints {
				require.Contains(t, b.Known, mark)
			}
			require.Len(t, b.Known, 1)
		})
	}
}

func TestBaselineThatProvesNothing(t *testing.T) {
	p := newPast(t)
	p.checks(on(1, by("a", 1, bugOf("CVE-1"))), with(on(2, by("a", 2, bugOf("CVE-1"))), func(s *step) { s.broken = true }),
		on(3, by("a", 3, bugOf("CVE-1"))).into("main"),
		with(on(4, by("a", 4, bugOf("CVE-1"))), func(s *step) { s.level = gate.Deny }))
	for name, c := range map[string]struct {
		index  int64
		change func(r *Recorded)
		s      step
		says   string
	}{
		"it holds":                      {0, nil, step{}, ""},
		"it holds for a change":         {0, nil, step{branch: "topic"}.into("main"), ""},
		"of another environment":        {0, nil, step{environment: "staging"}, "is about production, and not about staging"},
		"of a change, elsewhere":        {0, nil, step{environment: "staging"}.into("main"), ""},
		"one that let nothing through":  {3, nil, step{}, "let nothing through"},
		"of a change, that one":         {3, nil, step{}.into("main"), ""},
		"an error":                      {1, nil, step{}, "could not be made"},
		"of another project":            {0, nil, step{project: "43"}, "another project or component"},
		"of another component":          {0, nil, step{component: "shop"}, "another project or component"},
		"of another branch":             {0, nil, step{branch: "topic"}, `is about the branch "main", and "topic" is wanted`},
		"of the change's own branch":    {0, nil, step{}.into("release"), `is about the branch "main", and "release" is wanted`},
		"of a change":                   {2, nil, step{}, "is about a change"},
		"of another place":              {0, func(r *Recorded) { r.Decision.Artifact.Ref = "topic" }, step{branch: "topic"}, "was changed"},
		"of a verdict that was changed": {0, func(r *Recorded) { r.Decision.Verdict = gate.Fail }, step{}, "was changed"},
		"of a finding that was added": {0, func(r *Recorded) {
			r.Decision.Evaluation.Findings = append(r.Decision.Evaluation.Findings, r.Decision.Evaluation.Findings[0])
		}, step{}, "was changed"},
	} {
		t.Run(name, func(t *testing.T) {
			r := p.recordedAt(c.index)
			if c.change != nil {
				c.change(r)
			}
			b := BaselineOf(r, c.s.artifact())
			require.Contains(t, b.Unproven, c.says)
			require.Equal(t, c.says == "", b.Unproven == "")
			require.Equal(t, c.says == "", len(b.Known) == 1, "what proves nothing knows nothing")
		})
	}
}

// A decision outside of any branch is no baseline: what of several branches it is about is not known.
func TestBaselineOfAnUnknownBase(t *testing.T) {
	p := newPast(t)
	p.check(with(on(1, by("a", 1, bugOf("CVE-1"))), func(s *step) { s.branch = nowhere }))
	b, err := NewestOf(t.Context(), p.Store, step{}.into("").artifact(), "")
	require.NoError(t, err)
	require.Contains(t, b.Unproven, "is not known")
	require.Empty(t, b.Known)
	b, err = NewestOf(t.Context(), p.Store, step{branch: nowhere}.artifact(), "")
	require.NoError(t, err)
	require.Contains(t, b.Unproven, "the branch that is built is not known")
}

// Only what was open is known: what was fixed or said not to count, and is open now, is new.
func TestBaselineKnowsWhatWasOpen(t *testing.T) {
	p := newPast(t)
	var before, after []bug
	for _, state := range gate.States() {
		id := "CVE-" + state.String()
		before = append(before, bug{ids: []string{id, "GHSA-" + state.String()}, state: state})
		after = append(after, bugOf("GHSA-"+state.String()))
	}
	p.check(on(1, by("a", 1, before...)))
	s := on(2, by("a", 2, after...)).of("topic").into("main")
	s.baseline = newest{p}
	d := p.check(s).Decision
	for _, j := range d.Evaluation.Findings {
		want := gate.New
		if j.ID == "GHSA-open" || j.ID == "GHSA-under_investigation" {
			want = gate.Preexisting
		}
		require.Equal(t, want, j.Age, j.ID)
	}
	require.Equal(t, []int{4, 2}, []int{d.Baseline.New, d.Baseline.Preexisting})

	s = on(3, by("a", 3, after...)).of("topic").into("other")
	s.baseline = newest{p}
	d = p.check(s).Decision
	require.Equal(t, []int{6, 0}, []int{d.Baseline.New, d.Baseline.Preexisting})
	require.Contains(t, d.Warnings, `baseline: the ledger has no decision about "other" that could be one: every defect counts as new`)
}

func TestBaselineOfALedgerThatCannotBeAsked(t *testing.T) {
	p := newPast(t)
	p.check(on(1, by("a", 1, bugOf("CVE-1"))))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := NewestOf(ctx, p.Store, step{}.artifact(), "")
	require.Error(t, err)
}

// What was only accepted is as new as ever where a branch is built, once nothing covers it; a change does not answer for it.
func TestBaselineDoesNotKnowWhatWasOnlyAccepted(t *testing.T) {
	p := newPast(t)
	p.check(with(on(1, by("a", 1, bugOf("CVE-1"))), func(s *step) {
		s.level, s.exceptions = gate.Deny, []gate.Exception{{ID: "EX-1", Defect: "CVE-1", Until: hourOf(6)}}
	}))
	for _, c := range []struct {
		s     step
		known int
	}{{step{}, 0}, {step{}.into("main"), 1}} {
		b, err := NewestOf(t.Context(), p.Store, c.s.artifact(), "")
		require.NoError(t, err)
		require.Empty(t, b.Unproven)
		require.Len(t, b.Known, c.known)
	}
}

// What a run has decided is no baseline for the same run again.
func TestBaselineIsOfAnotherRun(t *testing.T) {
	p := newPast(t)
	p.checks(on(1, by("a", 1, bugOf("CVE-1"))), on(2, by("a", 2, bugOf("CVE-2"))))
	b, err := NewestOf(t.Context(), p.Store, step{}.artifact(), "2")
	require.NoError(t, err)
	require.Equal(t, p.recordedAt(0).Decision.ID, b.Name)
}
