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

// candidates gives what the policy is handed for each defect, in the order of defects.
func candidates(t *testing.T, a gate.Artifact, entries []entry, exceptions ...gate.Exception) ([]*gate.Defect, [][]gate.Candidate) {
	var in gate.Input
	w := newWorld()
	bySource := map[string]*fake{}
	for _, e := range entries {
		if bySource[e.source] == nil {
			bySource[e.source] = report(e.source)
			w.sources = append(w.sources, bySource[e.source])
		}
		bySource[e.source].findings = append(bySource[e.source].findings, e.finding)
	}
	for _, s := range w.sources {
		s.(*fake).expect.Suppressions, s.(*fake).expect.Statements = true, true
	}
	w.artifact, w.registers = a, []gate.Register{register{exceptions: exceptions}}
	w.policy = func(ctx context.Context, seen gate.Input) (gate.Judgements, error) {
		in = seen
		return judge(nil)(ctx, seen)
	}
	w.check(t)
	return in.Defects, in.Candidates
}

func TestWhatAnExceptionNames(t *testing.T) {
	e := vulnerability("CVE-2024-1", "GHSA-aaaa-bbbb-cccc")
	e.finding.Related = []string{"DSA-1"}
	e.finding.Component.Version = "1.0"
	defects := merge(gate.MergeOptions{}, []entry{e})
	print, alias := &defects[0].Fingerprints[0], &defects[0].Fingerprints[1]
	for name, c := range map[string]struct {
		exception gate.Exception
		names     bool
	}{
		"its id":                       {gate.Exception{Defect: "CVE-2024-1"}, true},
		"its id, spelled otherwise":    {gate.Exception{Defect: " cve-2024-1"}, true},
		"an alias":                     {gate.Exception{Defect: "GHSA-AAAA-BBBB-CCCC"}, true},
		"a related advisory":           {gate.Exception{Defect: "DSA-1"}, false},
		"another id":                   {gate.Exception{Defect: "CVE-2024-10"}, false},
		"a fingerprint":                {gate.Exception{Fingerprint: print}, true},
		"the alias's fingerprint":      {gate.Exception{Fingerprint: alias}, true},
		"another fingerprint":          {gate.Exception{Fingerprint: &gate.Fingerprint{1}}, false},
		"the package":                  {gate.Exception{Package: "pkg:npm/A"}, true},
		"the package at a version":     {gate.Exception{Package: "pkg:npm/a@1.0?x=y"}, true},
		"another package":              {gate.Exception{Package: "pkg:npm/ab"}, false},
		"no package URL":               {gate.Exception{Package: "a"}, false},
		"all fit":                      {gate.Exception{Defect: "CVE-2024-1", Fingerprint: print, Package: "pkg:npm/a"}, true},
		"the id does not":              {gate.Exception{Defect: "CVE-2024-2", Fingerprint: print, Package: "pkg:npm/a"}, false},
		"the fingerprint does not":     {gate.Exception{Defect: "CVE-2024-1", Fingerprint: &gate.Fingerprint{1}, Package: "pkg:npm/a"}, false},
		"the package does not":         {gate.Exception{Defect: "CVE-2024-1", Fingerprint: print, Package: "pkg:npm/b"}, false},
		"id and another package":       {gate.Exception{Defect: "CVE-2024-1", Package: "pkg:pypi/a"}, false},
		"nothing, so it names nothing": {gate.Exception{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			c.exception.ID = "EX"
			_, found := candidates(t, gate.Artifact{}, []entry{e}, c.exception)
			assert.Equal(t, c.names, len(found[0]) == 1)
			if c.names {
				assert.Empty(t, found[0][0].Mismatches)
			}
		})
	}
}

func TestExceptionsForCode(t *testing.T) {
	rule := code("t", 1, func(f *gate.Finding) { f.ID = "go-xss" })
	nameless := entry{"s", gate.Finding{Kind: gate.Vulnerability, ID: "CVE-2024-1"}}
	for _, c := range []struct {
		entry entry
		x     gate.Exception
		names bool
	}{
		{rule, gate.Exception{Defect: "go-xss"}, true}, // it looks like an id of the Go database, which is spelled in capitals
		{rule, gate.Exception{Defect: "go-xss", Package: "pkg:generic/x"}, false},
		{rule, gate.Exception{Package: "generic//"}, false},
		{nameless, gate.Exception{Package: "lodash"}, false}, // neither is a package
		{nameless, gate.Exception{Package: ""}, false},
	} {
		_, found := candidates(t, gate.Artifact{}, []entry{c.entry}, c.x)
		assert.Equal(t, c.names, len(found[0]) == 1, "%+v", c.x)
	}
}

func TestVersionOfAnException(t *testing.T) {
	at := func(version string, s gate.State) entry {
		e := vulnerability("CVE-1")
		e.finding.Component, e.finding.State = gate.Component{PURL: "pkg:npm/a", Version: version}, s
		return e
	}
	for name, c := range map[string]struct {
		entries []entry
		others  []string
	}{
		"that version":          {[]entry{at("1.0", gate.Open)}, nil},
		"another":               {[]entry{at("2.0", gate.Open)}, []string{"2.0"}},
		"that and others":       {[]entry{at("1.0", gate.Open), at("2.0", gate.Open), at("3.0", gate.UnderInvestigation)}, []string{"2.0", "3.0"}},
		"the other is closed":   {[]entry{at("1.0", gate.Open), at("2.0", gate.Fixed)}, nil},
		"one that nobody named": {[]entry{at("1.0", gate.Open), at("", gate.Open)}, []string{""}},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := candidates(t, gate.Artifact{}, c.entries, gate.Exception{ID: "EX", Package: "pkg:npm/a@1.0"})
			require.Len(t, found[0], 1)
			var want []gate.Mismatch
			if c.others != nil {
				want = []gate.Mismatch{{What: "version", Want: "1.0", Have: strings.Join(c.others, ", ")}}
			}
			assert.Equal(t, want, found[0][0].Mismatches)
		})
	}
}

func TestScope(t *testing.T) {
	a := gate.Artifact{Environment: "production", Component: "api", Ref: "main", Subject: gate.Subject{Name: "shop:1.2", PURL: "pkg:oci/shop@1",
		Digests: []string{"sha256:aa"}, Repository: "https://gitlab.example.com/group/sub/shop.git"}}
	for name, c := range map[string]struct {
		scope   gate.Scope
		outside []string
	}{
		"nothing": {gate.Scope{}, nil},
		"all": {gate.Scope{Repository: "group/sub/shop", Artifact: "sha256:aa", Branch: "main", Environment: "production",
			Component: "api"}, nil},
		"none": {gate.Scope{Repository: "a/b", Artifact: "b", Branch: "c", Environment: "d", Component: "e"},
			[]string{"repository", "artifact", "branch", "environment", "component"}},
		"another environment":  {gate.Scope{Environment: "staging"}, []string{"environment"}},
		"another branch":       {gate.Scope{Branch: "Main"}, []string{"branch"}},
		"an image":             {gate.Scope{Artifact: "registry.example.com/shop@sha256:aa"}, nil},
		"another image":        {gate.Scope{Artifact: "registry.example.com/shop@sha256:ab"}, []string{"artifact"}},
		"its package URL":      {gate.Scope{Artifact: "pkg:oci/shop@1"}, nil},
		"its name":             {gate.Scope{Artifact: "shop:1.2"}, nil},
		"a part of its name":   {gate.Scope{Artifact: "shop"}, []string{"artifact"}},
		"another repository":   {gate.Scope{Repository: "group/sub/shop2"}, []string{"repository"}},
		"the end of its path":  {gate.Scope{Repository: "sub/shop"}, []string{"repository"}},
		"its last name":        {gate.Scope{Repository: "shop"}, []string{"repository"}},
		"another host":         {gate.Scope{Repository: "https://github.com/group/sub/shop"}, []string{"repository"}},
		"two that do not fit":  {gate.Scope{Branch: "x", Component: "api", Environment: "x"}, []string{"branch", "environment"}},
		"an empty host's name": {gate.Scope{Repository: "/group/sub/shop"}, []string{"repository"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := candidates(t, a, []entry{vulnerability("CVE-1")}, gate.Exception{ID: "EX", Defect: "CVE-1", Scope: c.scope})
			var outside []string
			for _, m := range found[0][0].Mismatches {
				outside = append(outside, m.What)
			}
			assert.Equal(t, c.outside, outside)
		})
	}
}

func TestSpellingsOfARepository(t *testing.T) {
	spellings := []string{"https://github.com/O/r", "https://github.com/o/r.git", "https://github.com/o/r.git/", "git@github.com:o/r.git",
		"ssh://git@github.com/o/r",
		"ssh://git@github.com:22/o/r.git", "https://user:p@ss@github.com/o/r", "https://x-access-token:t@github.com:443/o/r",
		"git://github.com/o/r", "github.com/o/r", " github.com/o/R.GIT "}
	for _, have := range spellings {
		a := gate.Artifact{Subject: gate.Subject{Repository: have}}
		for _, want := range append(spellings, "o/r", "O/R") {
			_, found := candidates(t, a, []entry{vulnerability("CVE-1")}, gate.Exception{Defect: "CVE-1", Scope: gate.Scope{Repository: want}})
			assert.Empty(t, found[0][0].Mismatches, "%s, %s", want, have)
		}
		for _, want := range []string{"https://github.com/o/rr", "https://github.com/oo/r", "https://github.com.evil.org/o/r",
			"https://github.com@evil.org/o/r", "r", "o", "github.com", "x/o/r"} {
			_, found := candidates(t, a, []entry{vulnerability("CVE-1")}, gate.Exception{Defect: "CVE-1", Scope: gate.Scope{Repository: want}})
			assert.Len(t, found[0][0].Mismatches, 1, "%s, %s", want, have)
		}
	}
}

// TestIndexIsAScan holds the index against a look at every exception for every defect.
func TestIndexIsAScan(t *testing.T) {
	packages := map[string]string{"pkg:npm/a": "pkg:npm/a", "pkg:npm/A@1.0": "pkg:npm/a", "pkg:pypi/b-c": "pkg:pypi/b-c",
		"pkg:pypi/B.c@2.0": "pkg:pypi/b-c", "nonsense": "?"}
	rapid.Check(t, func(rt *rapid.T) {
		entries := someEntries.Draw(rt, "entries")
		var prints []gate.Fingerprint
		for _, d := range merge(gate.MergeOptions{}, slices.Clone(entries)) {
			prints = append(prints, d.Fingerprints...)
		}
		prints = append(prints, gate.Fingerprint{})
		exceptions := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) gate.Exception {
			return gate.Exception{
				ID: rapid.SampledFrom([]string{"EX-1", "EX-2"}).Draw(t, "id"), Origin: rapid.StringN(4, 4, 9).Draw(t, "origin"),
				Defect:      rapid.OneOf(rapid.Just(""), anID).Draw(t, "defect"),
				Fingerprint: rapid.Ptr(rapid.SampledFrom(prints), true).Draw(t, "fingerprint"),
				Package:     rapid.SampledFrom([]string{"", "pkg:npm/a", "pkg:npm/A@1.0", "pkg:pypi/b-c", "pkg:pypi/B.c@2.0", "nonsense"}).Draw(t, "package"),
			}
		}), 0, 6).Draw(rt, "exceptions")
		defects, found := candidates(t, gate.Artifact{}, entries, exceptions...)
		for i, d := range defects {
			var want, got []string
			for _, x := range exceptions {
				named := x.Defect == "" || slices.ContainsFunc(d.Names(), func(n string) bool { return strings.EqualFold(n, x.Defect) })
				printed := x.Fingerprint == nil || slices.Contains(d.Fingerprints, *x.Fingerprint)
				packed := x.Package == "" || d.Kind.OfComponent() && packages[x.Package] == packageOf(strings.ToLower(d.Component.PURL))
				if d.IsOpen() && named && printed && packed && (x.Defect != "" || x.Fingerprint != nil || x.Package != "") {
					want = append(want, x.ID+x.Origin)
				}
			}
			for _, c := range found[i] {
				got = append(got, c.ID+c.Origin)
			}
			require.ElementsMatch(rt, want, got, "%+v", d)
			require.True(rt, slices.IsSortedFunc(found[i], func(a, b gate.Candidate) int { return strings.Compare(a.ID, b.ID) }))
		}
	})
}
