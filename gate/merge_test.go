package gate_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

func code(tool string, line int, change ...func(f *gate.Finding)) entry {
	f := gate.Finding{Tool: tool, Kind: gate.Code, ID: tool + "-rule", CWEs: []int{79}, Location: gate.Location{Path: "a.go", Line: line}}
	for _, c := range change {
		c(&f)
	}
	return entry{tool + ".json", f}
}

func vulnerability(id string, aliases ...string) entry {
	return entry{"s.json", gate.Finding{Tool: "t", Kind: gate.Vulnerability, ID: id, Aliases: aliases, Component: gate.Component{PURL: "pkg:npm/a@1"}}}
}

// names shows which defects there are, each with its ids.
func names(defects []*gate.Defect) []string {
	list := make([]string, len(defects))
	for i, d := range defects {
		list[i] = strings.Join(d.Names(), " ")
	}
	return list
}

func TestNeighbours(t *testing.T) {
	withCWE := func(cwes ...int) func(*gate.Finding) { return func(f *gate.Finding) { f.CWEs = cwes } }
	for name, c := range map[string]struct {
		entries []entry
		want    []string
	}{
		"two tools, one line":        {[]entry{code("b", 10), code("a", 10)}, []string{"a-rule b-rule"}},
		"two tools, two lines apart": {[]entry{code("a", 10), code("b", 12)}, []string{"a-rule b-rule"}},
		"the later has the lower id": {[]entry{code("b", 10), code("a", 12)}, []string{"a-rule b-rule"}},
		"three lines apart":          {[]entry{code("a", 10), code("b", 13)}, []string{"a-rule", "b-rule"}},
		"one tool, one line apart":   {[]entry{code("a", 10), code("a", 11)}, []string{"a-rule", "a-rule"}},
		"a chain does not grow":      {[]entry{code("a", 10), code("b", 12), code("c", 14)}, []string{"a-rule b-rule", "c-rule"}},
		"three tools":                {[]entry{code("c", 12), code("a", 10), code("b", 11)}, []string{"a-rule b-rule c-rule"}},
		"the nearest":                {[]entry{code("a", 10), code("a", 12), code("b", 12)}, []string{"a-rule", "a-rule b-rule"}},
		"another path": {[]entry{code("a", 10), code("b", 10, func(f *gate.Finding) { f.Location.Path = "b.go" })},
			[]string{"a-rule", "b-rule"}},
		"another CWE":            {[]entry{code("a", 10), code("b", 10, withCWE(89))}, []string{"a-rule", "b-rule"}},
		"the lowest CWE counts":  {[]entry{code("a", 10), code("b", 10, withCWE(89, 79))}, []string{"a-rule b-rule"}},
		"no CWE":                 {[]entry{code("a", 10, withCWE()), code("b", 10, withCWE())}, []string{"a-rule", "b-rule"}},
		"no line":                {[]entry{code("a", 0, anchored("x")), code("b", 0, anchored("y"))}, []string{"a-rule", "b-rule"}},
		"one snippet, far apart": {[]entry{code("b", 10, anchored("x")), code("a", 99, anchored("x"))}, []string{"a-rule", "b-rule"}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, names(merge(gate.MergeOptions{}, slices.Clone(c.entries))))
			slices.Reverse(c.entries)
			assert.Equal(t, c.want, names(merge(gate.MergeOptions{}, c.entries)))
		})
	}
}

func anchored(snippet string) func(*gate.Finding) {
	return func(f *gate.Finding) { f.Anchor.Snippet = snippet }
}

func TestOrdinalsArePerSource(t *testing.T) {
	twice := []entry{code("a", 1, anchored("x")), code("a", 2, anchored("x"))}
	again := slices.Clone(twice)
	for i := range again {
		again[i].source = "again.json"
	}
	defects := merge(gate.MergeOptions{}, append(twice, again...))
	require.Len(t, defects, 2)
	assert.Equal(t, []string{"a.json", "again.json"}, defects[0].Sources)
}

func TestAliases(t *testing.T) {
	for name, c := range map[string]struct {
		entries []entry
		want    []string
	}{
		"one id twice":         {[]entry{vulnerability("CVE-1"), vulnerability("cve-1")}, []string{"CVE-1"}},
		"a GHSA that is a CVE": {[]entry{vulnerability("GHSA-a"), vulnerability("CVE-1", "GHSA-a")}, []string{"CVE-1 GHSA-a"}},
		"from alias to alias": {[]entry{vulnerability("GHSA-a", "GO-1"), vulnerability("GO-1", "OSV-1"), vulnerability("OSV-1",
			"CVE-1")}, []string{"CVE-1 GHSA-a GO-1 OSV-1"}},
		"two CVEs are two": {[]entry{vulnerability("GHSA-a", "CVE-1", "CVE-2")}, []string{"CVE-1 GHSA-a", "CVE-2 GHSA-a"}},
		"two CVEs through an alias": {[]entry{vulnerability("CVE-1", "GHSA-a"), vulnerability("GHSA-a"), vulnerability("CVE-2", "GHSA-a")},
			[]string{"CVE-1 GHSA-a", "CVE-2 GHSA-a"}},
		"a chain between two CVEs": {[]entry{vulnerability("CVE-1", "GHSA-a"), vulnerability("GHSA-a", "GHSA-b"), vulnerability("CVE-2",
			"GHSA-b")}, []string{"CVE-1 GHSA-a GHSA-b", "CVE-2 GHSA-a GHSA-b"}},
		"an advisory joins nothing": {[]entry{vulnerability("CVE-1", "DSA-1"), vulnerability("CVE-2", "DSA-1"), vulnerability("DSA-1")},
			[]string{"CVE-1", "CVE-2", "DSA-1"}},
		"unlinked ids stay apart":      {[]entry{vulnerability("GHSA-a"), vulnerability("CVE-1")}, []string{"CVE-1", "GHSA-a"}},
		"without CVE the GHSA is it":   {[]entry{vulnerability("GO-1", "GHSA-b"), vulnerability("GHSA-b", "GHSA-a")}, []string{"GHSA-a GHSA-b GO-1"}},
		"malware is no vulnerability ": {[]entry{vulnerability("MAL-1", "GHSA-a"), vulnerability("GHSA-a")}, []string{"GHSA-a", "GHSA-a MAL-1"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := names(merge(gate.MergeOptions{}, c.entries))
			slices.Sort(got)
			assert.Equal(t, c.want, got)
		})
	}
}

func TestSharedIDsIdentifyNeither(t *testing.T) {
	defects := merge(gate.MergeOptions{}, []entry{vulnerability("GHSA-a", "CVE-1", "CVE-2")})
	require.Len(t, defects, 2)
	for _, d := range defects {
		assert.Len(t, d.Fingerprints, 1, "the GHSA is named, but it is neither's fingerprint")
	}
	assert.NotEqual(t, defects[0].Fingerprints, defects[1].Fingerprints)
}

func TestVersionOfThePackageURL(t *testing.T) {
	for version, want := range map[string]string{"": "1.3.0", "2": "2"} {
		e := vulnerability("CVE-1")
		e.finding.Component = gate.Component{PURL: "pkg:npm/%40acme/left-pad@1.3.0", Version: version}
		got := merge(gate.MergeOptions{}, []entry{e})
		require.Equal(t, want, got[0].Component.Version)
		require.Equal(t, []string{want}, got[0].OpenVersions())
	}
}

func TestSeveritySource(t *testing.T) {
	rated := func(chosen gate.Severity, nvd ...gate.Severity) entry {
		e := vulnerability("CVE-1")
		e.finding.Rating = gate.Rating{Party: "debian", Severity: chosen}
		for _, s := range nvd {
			e.finding.Ratings = append(e.finding.Ratings, gate.Rating{Party: "nvd", Severity: s})
		}
		return e
	}
	for _, c := range []struct {
		source string
		want   gate.Severity
	}{{"", gate.Medium}, {"scanner", gate.Medium}, {"highest", gate.Critical}, {"nvd", gate.Critical}, {"debian", gate.Medium}, {"redhat",
		gate.Medium}} {
		got := merge(gate.MergeOptions{SeveritySource: c.source}, []entry{rated(gate.Low, gate.Critical), rated(gate.Medium)})
		assert.Equal(t, c.want, got[0].Severity, c.source)
	}
	got := merge(gate.MergeOptions{SeveritySource: "nvd"}, []entry{rated(gate.High, gate.Low, gate.None)})
	assert.Equal(t, gate.Low, got[0].Severity, "that party's word, even if it is milder")
}

func TestOpenWinsAtOnePlace(t *testing.T) {
	for _, state := range gate.States() {
		closed, open := vulnerability("CVE-1"), vulnerability("CVE-1")
		closed.finding.State = state
		got := merge(gate.MergeOptions{}, []entry{closed, open, closed})
		require.Len(t, got[0].Occurrences, 1)
		assert.Equal(t, gate.Open, got[0].State())
		elsewhere := closed
		elsewhere.finding.Component.Version = "2"
		got = merge(gate.MergeOptions{}, []entry{closed, elsewhere})
		assert.Len(t, got[0].Occurrences, 2)
		assert.Equal(t, state, got[0].State())
		assert.Equal(t, state.IsOpen(), got[0].IsOpen())
	}
}

// A parser may give many findings one list, as SARIF's rules do for their results. What becomes of one must not change another.
func TestFindingsMayShareMemory(t *testing.T) {
	cwes, fixed, related := append(make([]int, 0, 9), 89, 79, 79), []string{"2", "1", "1"}, []string{"USN-2", "DSA-1", "DSA-1"}
	m := gate.NewMerger(gate.MergeOptions{})
	add := m.From("s")
	for i := range 3 {
		e := vulnerability(fmt.Sprintf("CVE-%d", i))
		e.finding.CWEs, e.finding.Component.Fixed, e.finding.Related = cwes, fixed, related
		add(&e.finding)
		c := code("t", i*10)
		c.finding.CWEs, c.finding.Related = cwes, related
		add(&c.finding)
		other := e.finding
		other.CWEs = []int{i + 1}
		add(&other)
	}
	m.Defects()
	assert.Equal(t, []int{89, 79, 79}, cwes)
	assert.Equal(t, []int{89, 79, 79, 0}, cwes[:4], "nor what lies behind it")
	assert.Equal(t, []string{"2", "1", "1"}, fixed)
	assert.Equal(t, []string{"USN-2", "DSA-1", "DSA-1"}, related)
}

func TestSourcesAtOnce(t *testing.T) {
	m := gate.NewMerger(gate.MergeOptions{})
	var loads sync.WaitGroup
	for s := range 4 {
		loads.Go(func() {
			add := m.From(fmt.Sprint(s))
			for i := range 500 {
				add(benchFinding(i%50, s))
			}
		})
	}
	loads.Wait()
	assert.Len(t, m.Defects(), 50)
}

// A defect at many places, each of them said many times, must not cost the square of either.
func TestManyPlacesAreCheap(t *testing.T) {
	const places = 32_767 // one less than what a list that doubles has room for
	m := gate.NewMerger(gate.MergeOptions{})
	add := m.From("s")
	start := time.Now()
	for i := range 6 * places {
		e := vulnerability("CVE-1")
		e.finding.Location.Line = i%places + 1
		add(&e.finding)
	}
	defects := m.Defects()
	assert.Len(t, defects[0].Occurrences, places)
	assert.LessOrEqual(t, cap(defects[0].Occurrences), places+places/4, "it keeps no room that it does not need")
	assert.Less(t, time.Since(start), 30*time.Second)
}

func TestFactsInOneSpelling(t *testing.T) {
	spelled := func(epss float64, certainty gate.Certainty, zone int) entry {
		e := vulnerability("CVE-1")
		e.finding.EPSS, e.finding.Certainty = &epss, certainty
		e.finding.Word = &gate.Word{At: sometime(1, zone)}
		return e
	}
	for _, impossible := range []float64{math.NaN(), -1, 1.01, math.Inf(1)} {
		one, other := spelled(0.5, "odd", 5), spelled(impossible, "", -5)
		defects := merge(gate.MergeOptions{}, []entry{one, other})
		assert.Equal(t, defects, merge(gate.MergeOptions{}, []entry{other, one}))
		assert.InDelta(t, 1, *defects[0].EPSS, 0, "an impossible probability counts as the worst")
		assert.Equal(t, time.UTC, defects[0].Occurrences[0].Word.At.Location())
	}
}
