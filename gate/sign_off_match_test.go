package gate_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

// signedOff is an exception that was signed off for defects.
func signedOff(bindings ...gate.Binding) gate.Exception {
	return gate.Exception{ID: recordOf("A"), Kind: gate.AcceptedRisk, Bindings: bindings}
}

// TestWhatASignOffNames: the defect that has one of its fingerprints, whatever either is called.
func TestWhatASignOffNames(t *testing.T) {
	e := vulnerability("CVE-2024-1", "GHSA-aaaa-bbbb-cccc")
	d := merge(gate.MergeOptions{}, []entry{e})[0]
	require.Len(t, d.Fingerprints, 2)
	other := gate.Fingerprint{1}
	for name, c := range map[string]struct {
		binding gate.Binding
		names   bool
	}{
		"as it is":                     {gate.Bind(d), true},
		"the first fingerprint":        {gate.Binding{ID: "CVE-2024-1", Fingerprints: d.Fingerprints[:1]}, true},
		"the other fingerprint":        {gate.Binding{ID: "CVE-2024-1", Fingerprints: d.Fingerprints[1:]}, true},
		"a fingerprint among others":   {gate.Binding{ID: "CVE-2024-1", Fingerprints: []gate.Fingerprint{other, d.Fingerprints[1]}}, true},
		"a fingerprint, by another id": {gate.Binding{ID: "CVE-2024-2", Fingerprints: d.Fingerprints[1:]}, false},
		"named by its alias":           {gate.Binding{ID: "CVE-2024-2", Named: "ghsa-aaaa-BBBB-cccc", Fingerprints: d.Fingerprints}, true},
		"named by a fingerprint":       {gate.Binding{ID: "x", Named: d.Fingerprints[1].String(), Fingerprints: d.Fingerprints[1:]}, true},
		"named by another":             {gate.Binding{ID: "CVE-2024-1", Named: "CVE-2024-2", Fingerprints: d.Fingerprints}, false},
		"its id":                       {gate.Binding{ID: "CVE-2024-1", Fingerprints: []gate.Fingerprint{other}}, false},
		"its alias":                    {gate.Binding{ID: "x", Aliases: []string{"CVE-2024-1", "GHSA-aaaa-bbbb-cccc"}, Fingerprints: []gate.Fingerprint{other}}, false},
		"its package":                  {gate.Binding{ID: "x", Package: "pkg:npm/a", Fingerprints: []gate.Fingerprint{other}}, false},
		"no fingerprint":               {gate.Binding{ID: "CVE-2024-1"}, false},
	} {
		for _, kind := range []gate.SignOffKind{gate.AcceptedRisk, gate.NoDefect} {
			t.Run(name+" "+string(kind), func(t *testing.T) {
				x := signedOff(gate.Binding{ID: "CVE-9", Fingerprints: []gate.Fingerprint{{9}}}, c.binding)
				x.Kind = kind
				_, found := candidates(t, gate.Artifact{}, []entry{e}, x)
				if !c.names {
					require.Empty(t, found[0])
					return
				}
				require.Len(t, found[0], 1)
				assert.Equal(t, &c.binding, found[0][0].Bound, "it is told which of its bindings this is")
				assert.Empty(t, found[0][0].Mismatches)
			})
		}
	}
}

// An id that it has besides is no reason: what was signed off is bound to fingerprints alone.
func TestASignOffIsNotNamedByItsWords(t *testing.T) {
	e := vulnerability("CVE-2024-1")
	d := merge(gate.MergeOptions{}, []entry{e})[0]
	x := signedOff(gate.Binding{ID: "CVE-2024-1", Fingerprints: []gate.Fingerprint{{1}}})
	x.Defect, x.Fingerprint, x.Package = "CVE-2024-1", &d.Fingerprints[0], "pkg:npm/a"
	_, found := candidates(t, gate.Artifact{}, []entry{e}, x)
	assert.Empty(t, found[0])
}

// One that is not signed off is bound to nothing.
func TestAnExceptionOfAFileIsNotBound(t *testing.T) {
	_, found := candidates(t, gate.Artifact{}, []entry{vulnerability("CVE-2024-1")}, gate.Exception{ID: "EX", Defect: "CVE-2024-1"})
	require.Len(t, found[0], 1)
	assert.Nil(t, found[0][0].Bound)
}

// TestVersionOfASignOff: each binding is for the version that it says, whatever the others say.
func TestVersionOfASignOff(t *testing.T) {
	at := func(version string, s gate.State) entry {
		e := vulnerability("CVE-1")
		e.finding.Component, e.finding.State = gate.Component{PURL: "pkg:npm/a", Version: version}, s
		return e
	}
	prints := merge(gate.MergeOptions{}, []entry{at("1.0", gate.Open)})[0].Fingerprints
	another := gate.Binding{ID: "CVE-2", Package: "pkg:npm/a@7.0", Fingerprints: []gate.Fingerprint{{2}}}
	for name, c := range map[string]struct {
		pinned  string
		entries []entry
		other   string // version
	}{
		"any":                   {"pkg:npm/a", []entry{at("1.0", gate.Open), at("2.0", gate.Open)}, ""},
		"that version":          {"pkg:npm/a@1.0", []entry{at("1.0", gate.Open)}, ""},
		"another":               {"pkg:npm/a@1.0", []entry{at("2.0", gate.Open)}, "2.0"},
		"that and another":      {"pkg:npm/a@1.0", []entry{at("1.0", gate.Open), at("2.0", gate.Open)}, "2.0"},
		"the other is closed":   {"pkg:npm/a@1.0", []entry{at("1.0", gate.Open), at("2.0", gate.Fixed)}, ""},
		"one of another record": {"pkg:npm/a@1.0", []entry{at("7.0", gate.Open)}, "7.0"},
	} {
		t.Run(name, func(t *testing.T) {
			x := signedOff(another, gate.Binding{ID: "CVE-1", Package: c.pinned, Fingerprints: prints})
			x.Package = "pkg:npm/a@9.0" // of a file; nobody asks for it
			_, found := candidates(t, gate.Artifact{}, c.entries, x)
			require.Len(t, found[0], 1)
			var want []gate.Mismatch
			if c.other != "" {
				want = []gate.Mismatch{{What: "version", Want: "1.0", Have: c.other}}
			}
			assert.Equal(t, want, found[0][0].Mismatches)
		})
	}
}

// TestOverrideIsForEveryOpenDefect, and for none that is closed.
func TestOverrideIsForEveryOpenDefect(t *testing.T) {
	closed := vulnerability("CVE-3")
	closed.finding.State = gate.NotAffected
	entries := []entry{vulnerability("CVE-1"), vulnerability("CVE-2"), closed, code("t", 3)}
	override := gate.Exception{ID: recordOf("Z"), Kind: gate.Overriding, Scope: gate.Scope{Environment: "production", Commit: "c0ffee"}}
	accepted := gate.Exception{ID: recordOf("A"), Kind: gate.AcceptedRisk, Defect: "CVE-1"}
	a := gate.Artifact{Environment: "production", Subject: gate.Subject{Commit: "c0ffee"}}
	defects, found := candidates(t, a, entries, override, accepted)
	require.Len(t, defects, 4)
	for i, d := range defects {
		var want []string
		if d.ID == "CVE-1" {
			want = append(want, accepted.ID)
		}
		if d.IsOpen() {
			want = append(want, override.ID)
		}
		var got []string
		for _, c := range found[i] {
			got = append(got, c.ID)
			assert.Nil(t, c.Bound)
			assert.Empty(t, c.Mismatches)
		}
		assert.Equal(t, want, got, d.ID)
	}
	a.Subject.Commit, a.Environment = "decaf", "staging"
	_, found = candidates(t, a, entries, override)
	assert.Equal(t, []gate.Mismatch{{What: "environment", Want: "production", Have: "staging"}, {What: "commit", Want: "c0ffee", Have: "decaf"}},
		found[0][0].Mismatches, "it is for one build")
}

// TestScopeOfASignOff: a branch stands for the changes into it, whatever their own is called; the commit of a change is its newest.
func TestScopeOfASignOff(t *testing.T) {
	branch := gate.Artifact{Ref: "main", Subject: gate.Subject{Commit: "built"}}
	change := gate.Artifact{Ref: "topic", Subject: gate.Subject{Commit: "trial"}, Change: &gate.Change{ID: "7", Base: "main", From: "from", Head: "head"}}
	headless := gate.Artifact{Ref: "topic", Subject: gate.Subject{Commit: "built"}, Change: &gate.Change{Base: "main", From: "from"}}
	for name, c := range map[string]struct {
		artifact gate.Artifact
		scope    gate.Scope
		want     []gate.Mismatch
	}{
		"the branch":                  {branch, gate.Scope{Branch: "main"}, nil},
		"another branch":              {branch, gate.Scope{Branch: "topic"}, []gate.Mismatch{{What: "branch", Want: "topic", Have: "main"}}},
		"the base of a change":        {change, gate.Scope{Branch: "main"}, nil},
		"the branch of a change":      {change, gate.Scope{Branch: "topic"}, []gate.Mismatch{{What: "branch", Want: "topic", Have: "main"}}},
		"another than both":           {change, gate.Scope{Branch: "release"}, []gate.Mismatch{{What: "branch", Want: "release", Have: "main"}}},
		"the commit":                  {branch, gate.Scope{Commit: "built"}, nil},
		"another commit":              {branch, gate.Scope{Commit: "other"}, []gate.Mismatch{{What: "commit", Want: "other", Have: "built"}}},
		"its beginning":               {branch, gate.Scope{Commit: "buil"}, []gate.Mismatch{{What: "commit", Want: "buil", Have: "built"}}},
		"the head of a change":        {change, gate.Scope{Commit: "head"}, nil},
		"the trial merge of a change": {change, gate.Scope{Commit: "trial"}, []gate.Mismatch{{What: "commit", Want: "trial", Have: "head"}}},
		"what a change comes from":    {change, gate.Scope{Commit: "from"}, []gate.Mismatch{{What: "commit", Want: "from", Have: "head"}}},
		"a change of no other head":   {headless, gate.Scope{Commit: "built"}, nil},
		"a head that is not known":    {headless, gate.Scope{Commit: "head"}, []gate.Mismatch{{What: "commit", Want: "head", Have: "built"}}},
		"an artifact of no commit":    {gate.Artifact{}, gate.Scope{Commit: "head"}, []gate.Mismatch{{What: "commit", Want: "head"}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := candidates(t, c.artifact, []entry{vulnerability("CVE-1")}, gate.Exception{ID: "EX", Kind: gate.Overriding, Scope: c.scope})
			require.Len(t, found[0], 1)
			assert.Equal(t, c.want, found[0][0].Mismatches)
		})
	}
}

// TestSignOffsAreFoundByAnyFingerprint holds the index against a look at every binding for every defect, and what is recorded of it against both.
func TestSignOffsAreFoundByAnyFingerprint(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		entries := someEntries.Draw(rt, "entries")
		prints := []gate.Fingerprint{{}}
		for _, d := range merge(gate.MergeOptions{}, slices.Clone(entries)) {
			prints = append(prints, d.Fingerprints...)
		}
		aBinding := rapid.Custom(func(t *rapid.T) gate.Binding {
			return gate.Binding{ID: anID.Draw(t, "id"), Package: rapid.SampledFrom([]string{"", "pkg:npm/a", "pkg:npm/A@1.0"}).Draw(t, "package"),
				Fingerprints: rapid.SliceOfN(rapid.SampledFrom(prints), 1, 3).Draw(t, "fingerprints")}
		})
		var exceptions []gate.Exception
		for i, bindings := range rapid.SliceOfN(rapid.SliceOfN(aBinding, 0, 3), 0, 5).Draw(rt, "sign-offs") {
			x := gate.Exception{ID: recordOf(string(rune('A' + i))), Kind: gate.AcceptedRisk, Bindings: bindings}
			if len(bindings) == 0 {
				x.Kind = gate.Overriding
			}
			exceptions = append(exceptions, x)
		}
		in := asked(t, entries, exceptions)
		for i, d := range in.Defects {
			var want, got []string
			for _, x := range exceptions {
				shares := slices.ContainsFunc(x.Bindings, func(b gate.Binding) bool {
					return shared(b.Fingerprints, d.Fingerprints) && slices.ContainsFunc(d.Names(), func(n string) bool { return strings.EqualFold(n, b.ID) })
				})
				if d.IsOpen() && (shares || x.Kind == gate.Overriding) {
					want = append(want, x.ID)
				}
			}
			for _, c := range in.Candidates[i] {
				got = append(got, c.ID)
				require.Equal(rt, c.Kind != gate.Overriding, c.Bound != nil)
				require.True(rt, c.Bound == nil || shared(c.Bound.Fingerprints, d.Fingerprints))
			}
			require.Equal(rt, want, got, "%+v", d)
		}
		text, err := in.Marshal()
		require.NoError(rt, err)
		again, err := gate.ReadInput(text)
		require.NoError(rt, err)
		require.Equal(rt, bytesOf(rt, in.Candidates), bytesOf(rt, again.Candidates))
		for i := range in.Candidates {
			for k, c := range in.Candidates[i] {
				require.Equal(rt, c.Bound, again.Candidates[i][k].Bound)
			}
		}
		twice, err := again.Marshal()
		require.NoError(rt, err)
		require.Equal(rt, string(text), string(twice))
	})
}

func shared(a, b []gate.Fingerprint) bool {
	return slices.ContainsFunc(a, func(f gate.Fingerprint) bool { return slices.Contains(b, f) })
}

// asked gives what a policy is asked about entries and exceptions.
func asked(t *testing.T, entries []entry, exceptions []gate.Exception) (in gate.Input) {
	bySource, w := map[string]*fake{}, newWorld()
	for _, e := range entries {
		if bySource[e.source] == nil {
			bySource[e.source] = report(e.source)
			w.sources = append(w.sources, bySource[e.source])
		}
		bySource[e.source].findings = append(bySource[e.source].findings, e.finding)
	}
	w.registers = []gate.Register{register{exceptions: exceptions}}
	w.policy = func(ctx context.Context, seen gate.Input) (gate.Judgements, error) {
		in = seen
		return judge(nil)(ctx, seen)
	}
	w.check(t)
	return in
}
