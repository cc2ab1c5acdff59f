package gate_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

// entry is a finding and the source that gives it.
type entry struct {
	source  string
	finding gate.Finding
}

func merge(o gate.MergeOptions, entries []entry) []*gate.Defect {
	m := gate.NewMerger(o)
	add := map[string]func(*gate.Finding){}
	for _, e := range entries {
		if add[e.source] == nil {
			add[e.source] = m.From(e.source)
		}
		add[e.source](&e.finding)
	}
	return m.Defects()
}

// The pools are small, so that ids, places and texts meet often: chains of aliases with several CVEs, neighbours of several tools.
var (
	anID = rapid.SampledFrom([]string{"CVE-2024-1", "CVE-2024-2", "cve-2024-3", "GHSA-a", "ghsa-B", "GHSA-c", "GO-1", "RUSTSEC-1", "DSA-1",
		"USN-1", "MAL-1"})
	aTime = rapid.Custom(func(t *rapid.T) time.Time {
		return sometime(rapid.IntRange(0, 3).Draw(t, "day"), rapid.IntRange(-2, 2).Draw(t, "zone"))
	})
	aText    = rapid.SampledFrom([]string{"", "a", "b"})
	aVersion = rapid.SampledFrom([]string{"", "1.0", "2.0"})
	aState   = rapid.SampledFrom(gate.States())
)

// sometime is a day in a zone; day 0 is not known.
func sometime(day, zone int) time.Time {
	if day == 0 {
		return time.Time{}
	}
	return time.Date(2024, 1, day, 12, 0, 0, 0, time.UTC).In(time.FixedZone("", zone*3600))
}

var aRating = rapid.Custom(func(t *rapid.T) gate.Rating {
	return gate.Rating{Party: rapid.SampledFrom([]string{"nvd", "ghsa", "tool"}).Draw(t, "party"), Label: aText.Draw(t, "label"),
		Severity: rapid.SampledFrom(gate.Severities()).Draw(t, "severity"), Note: aText.Draw(t, "note")}
})

var aFinding = rapid.Custom(func(t *rapid.T) gate.Finding {
	f := gate.Finding{
		Tool: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "tool"), ID: anID.Draw(t, "id"), Title: aText.Draw(t, "title"), URL: aText.Draw(t, "url"),
		Kind: rapid.SampledFrom([]gate.Kind{gate.Vulnerability, gate.Vulnerability, gate.Code, gate.Code, gate.Secret,
			gate.Misconfiguration}).Draw(t, "kind"),
		Rating: aRating.Draw(t, "rating"), Ratings: rapid.SliceOfN(aRating, 0, 2).Draw(t, "ratings"),
		CWEs:      rapid.SliceOfN(rapid.SampledFrom([]int{0, 79, 89}), 0, 2).Draw(t, "cwes"),
		Certainty: rapid.SampledFrom([]gate.Certainty{"", gate.LowCertainty, gate.Verified, "odd"}).Draw(t, "certainty"),
		State:     aState.Draw(t, "state"), FirstSeen: aTime.Draw(t, "seen"), FixedSince: aTime.Draw(t, "fix"), Exploited: rapid.Bool().Draw(t,
			"exploited"),
		EPSS: rapid.Ptr(rapid.SampledFrom([]float64{0, 0.5, 1, -1}), true).Draw(t, "epss"),
	}
	f.Location = gate.Location{Path: rapid.SampledFrom([]string{"a.go", "./a.go", "b.go"}).Draw(t, "path"), Line: rapid.IntRange(0, 8).Draw(t, "line")}
	if rapid.Bool().Draw(t, "spoken of") {
		f.Word = &gate.Word{By: aText.Draw(t, "by"), At: aTime.Draw(t, "at"), Said: f.State}
		f.KEV = &gate.KEV{Added: aTime.Draw(t, "added"), Due: aTime.Draw(t, "due"), Ransomware: rapid.Bool().Draw(t, "ransomware")}
	}
	switch f.Kind {
	case gate.Vulnerability:
		f.Aliases = rapid.SliceOfN(anID, 0, 3).Draw(t, "aliases")
		purl := rapid.SampledFrom([]string{"pkg:npm/a", "pkg:pypi/b.c", "pkg:pypi/B_c"}).Draw(t, "package")
		f.Component = gate.Component{PURL: purl, Name: aText.Draw(t, "name"), Version: aVersion.Draw(t, "version"),
			Fixed: []string{aVersion.Draw(t, "fixed")}}
	case gate.Secret:
		f.Secret = aText.Draw(t, "secret")
	default:
		f.Anchor.Snippet = rapid.SampledFrom([]string{"", "", "x"}).Draw(t, "snippet")
	}
	return f
})

var someEntries = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) entry {
	return entry{rapid.SampledFrom([]string{"one", "two", "three"}).Draw(t, "source"), aFinding.Draw(t, "finding")}
}), 0, 12)

// reorder permutes, except that each source keeps the order of its findings in code, which their ordinals count.
func reorder(t *rapid.T, entries []entry) []entry {
	queues := map[string][]entry{}
	for _, e := range entries {
		if !e.finding.Kind.OfComponent() {
			queues[e.source] = append(queues[e.source], e)
		}
	}
	permuted := rapid.Permutation(entries).Draw(t, "order")
	for i, e := range permuted {
		if !e.finding.Kind.OfComponent() {
			permuted[i], queues[e.source] = queues[e.source][0], queues[e.source][1:]
		}
	}
	return permuted
}

func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := someEntries.Draw(t, "entries")
		o := gate.MergeOptions{SeveritySource: rapid.SampledFrom([]string{"", "highest", "nvd"}).Draw(t, "severity source")}
		want := merge(o, entries)
		got := merge(o, reorder(t, entries))
		require.Equal(t, want, got)
		wantBytes, err := json.Marshal(want, gate.Deterministic)
		require.NoError(t, err)
		gotBytes, err := json.Marshal(got, gate.Deterministic)
		require.NoError(t, err)
		require.Equal(t, string(wantBytes), string(gotBytes))
	})
}

// identities gives what each finding is known by, as the Merger sees it.
func identities(entries []entry) []gate.Identity {
	prints := map[string]*gate.Fingerprinter{}
	ids := make([]gate.Identity, len(entries))
	for i, e := range entries {
		if prints[e.source] == nil {
			prints[e.source] = gate.NewFingerprinter(nil)
		}
		ids[i] = prints[e.source].Identify(&entries[i].finding)
	}
	return ids
}

// homes finds the defects that a finding belongs to.
func homes(defects []*gate.Defect, f gate.Finding, id gate.Identity) []*gate.Defect {
	var found []*gate.Defect
	for _, d := range defects {
		fits := slices.Contains(d.Fingerprints, id.Fingerprints[0])
		if f.Kind.OfComponent() {
			fits = d.Kind == f.Kind && strings.EqualFold(packageOf(d.Component.PURL), packageOf(id.PURL)) && holds(d.Names(), id.IDs)
		}
		if fits {
			found = append(found, d)
		}
	}
	return found
}

func packageOf(purl string) string { return strings.NewReplacer(".", "-", "_", "-").Replace(purl) }

// holds reports whether a defect's names hold all of a finding's, of whose CVEs one is enough.
func holds(names, ids []string) bool {
	cves := 0
	for _, id := range ids {
		switch known := slices.Contains(names, id); {
		case !strings.HasPrefix(id, "CVE-") && !known:
			return false
		case strings.HasPrefix(id, "CVE-") && known:
			cves++
		}
	}
	return cves == 1 || !strings.HasPrefix(ids[0], "CVE-")
}

func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := someEntries.Draw(t, "entries")
		defects := merge(gate.MergeOptions{}, slices.Clone(entries))
		for i, id := range identities(entries) {
			f := entries[i].finding
			found := homes(defects, f, id)
			cves := slices.DeleteFunc(slices.Clone(id.IDs), func(s string) bool { return !strings.HasPrefix(s, "CVE-") })
			require.NotEmpty(t, found, "%+v", f)
			if f.Kind.OfComponent() {
				require.GreaterOrEqual(t, len(found), len(cves), "each CVE has its own")
			}
			for _, d := range found {
				assertHolds(t, d, entries[i], id)
			}
		}
	})
}

func assertHolds(t *rapid.T, d *gate.Defect, e entry, id gate.Identity) {
	f := e.finding
	require.Contains(t, d.Sources, e.source)
	require.Contains(t, d.Tools, f.Tool)
	if !f.Kind.OfComponent() {
		require.Contains(t, d.Names(), f.ID)
	}
	for _, r := range id.Related {
		require.Contains(t, append(d.Names(), d.Related...), r)
	}
	place := f.Location
	place.Path = gate.CleanPath(place.Path)
	at := slices.IndexFunc(d.Occurrences, func(o *gate.Occurrence) bool { return o.Location == place && o.Version == f.Component.Version })
	require.GreaterOrEqual(t, at, 0, "%+v is no place of %+v", place, d.Occurrences)
	require.LessOrEqual(t, d.Occurrences[at].State, f.State, "the state that keeps it open wins")
	for i, r := range append([]gate.Rating{f.Rating}, f.Ratings...) {
		r.Chosen = i == 0
		require.True(t, slices.ContainsFunc(d.Ratings, func(have gate.Rating) bool {
			chosen := have
			have.Chosen, have.Wins = r.Chosen, r.Wins
			return have == r && (chosen.Chosen || !r.Chosen)
		}))
	}
	require.GreaterOrEqual(t, d.Severity, f.Rating.Severity)
	require.True(t, d.IsOpen() || !f.State.IsOpen())
	require.True(t, d.Exploited || !f.Exploited)
	if !f.FirstSeen.IsZero() {
		require.False(t, d.Clocks.FirstSeen.After(f.FirstSeen))
	}
	require.True(t, f.EPSS == nil || d.EPSS != nil && *d.EPSS >= *f.EPSS)
}

func TestWhatEveryDefectIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := someEntries.Draw(t, "entries")
		owner := map[gate.Fingerprint]string{}
		var most gate.Severity
		for _, e := range entries {
			most = max(most, e.finding.Rating.Severity)
		}
		for i, d := range merge(gate.MergeOptions{}, entries) {
			cves := 0
			for _, id := range d.Names() {
				if d.Kind.OfComponent() && strings.HasPrefix(id, "CVE-") {
					cves++
				}
			}
			require.LessOrEqual(t, cves, 1, "%v", d.Names())
			require.NotEmpty(t, d.Fingerprints)
			for _, p := range d.Fingerprints {
				require.Empty(t, owner[p], "%s and %s share a fingerprint", owner[p], d.ID)
				owner[p] = fmt.Sprint(i, d.ID)
			}
			chosen := gate.Unknown
			for _, r := range d.Ratings {
				if r.Chosen {
					chosen = max(chosen, r.Severity)
				}
			}
			require.Equal(t, chosen, d.Severity)
			require.LessOrEqual(t, d.Severity, most)
			require.NotContains(t, d.Aliases, d.ID)
			require.True(t, slices.IsSortedFunc(d.CWEs, cmp.Compare[int]))
			require.Len(t, slices.Compact(slices.Clone(d.CWEs)), len(d.CWEs))
		}
	})
}

// TestOneMoreFindingIsNeverBetter is about components; where code findings group anew, [TestNothingIsLost] still holds for each of them.
func TestOneMoreFindingIsNeverBetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := someEntries.Draw(t, "entries")
		o := gate.MergeOptions{SeveritySource: rapid.SampledFrom([]string{"", "scanner", "highest"}).Draw(t, "severity source")}
		before := merge(o, slices.Clone(entries))
		after := merge(o, append(slices.Clone(entries), entry{"one", aFinding.Draw(t, "one more")}))
		for _, d := range before {
			if !d.Kind.OfComponent() {
				continue
			}
			found := slices.ContainsFunc(after, func(a *gate.Defect) bool {
				return a.Kind == d.Kind && packageOf(strings.ToLower(a.Component.PURL)) == packageOf(strings.ToLower(d.Component.PURL)) &&
					slices.Contains(a.Names(), d.ID) && a.Severity >= d.Severity && (a.IsOpen() || !d.IsOpen()) && len(a.Occurrences) >= len(d.Occurrences)
			})
			require.True(t, found, "%+v", d)
		}
	})
}
