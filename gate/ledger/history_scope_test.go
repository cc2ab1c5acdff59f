package ledger

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// Of two names in one line, the scans are of one scope; those of two lines are not.
func TestHistoryScopesLastFromBuildToBuild(t *testing.T) {
	scope := func(source string, subject gate.Subject) string {
		return scopeOf(&gate.Evidence{Source: source, Status: gate.OK, Scan: gate.Scan{Tool: gate.Tool{Name: "t", Version: "1"}, Subject: subject}}, &gate.Artifact{})
	}
	seen := map[string]string{}
	for _, line := range []string{
		"trivy.json", "grype.json", "part-1.json", "part-2.json", "facade.json", "decade.json",
		"a-123456.json a-9876543210.json a-4f9c2d1.json a-abcdef1.json a-0123456789ABCDEF0123456789abcdef01234567.json",
		"b-2026-03-29.json b-2026-03-30T10-30-00Z.json b-2026-03-30T10:30:00.json b-2026-03-30_1030.json b-20260329.json " +
			"b-20260329T1030.json b-20260329-103000.json",
		"c-3f2a9b1c-abcd-4c3d-8e9f-123456789abc.json c-9D2A9B1C-1A2B-4C3D-8E9F-FFFFFFFFFFFF.json",
		"runs/1234567/trivy.json runs/7654321/trivy.json",
	} {
		sameScope(t, seen, line, func(name string) string { return scope(name, gate.Subject{}) })
	}
	for _, line := range []string{
		"shop shop:1.0 shop:2.0@sha256:abc shop@sha256:abc", "registry.example:5000/shop:1 registry.example:5000/shop", "registry.example/shop:1",
		"till:1", "/home/runner/work/12 /builds/7 . ./app ../x", "@acme/left-pad@1.0.0 @acme/left-pad@2.0.0 @acme/left-pad", "@acme/right-pad@1.0.0",
		"git@github.com:acme/shop.git", "git@github.com:acme/till.git", "https://me@example.com/shop", "https://shop.example:8443",
		"pkg:npm/left-pad@1 pkg:npm/left-pad@2 pkg:npm/left-pad pkg:npm/left-pad@3?arch=a/b", "pkg:npm/%40acme/left-pad@1", "sha256:abc sha256:def",
		"my_shop_1.2.3 my_shop_v2 my_shop_2026.1-rc1", "my_shop_x", "docker-image|shop:1",
	} {
		sameScope(t, seen, line, func(name string) string {
			return scope("r.json", gate.Subject{Name: strings.ReplaceAll(name, "_", " ")})
		})
	}
	require.Equal(t, scope("r.json", gate.Subject{Name: "pkg:npm/x"}), scope("r.json", gate.Subject{PURL: "pkg:npm/x@1", Repository: "elsewhere"}))
	require.Equal(t, scope("r.json", gate.Subject{Name: "github.com/acme/shop"}), scope("r.json", gate.Subject{Repository: "github.com/acme/shop"}))
	require.Equal(t, 2, strings.Count(scope("a\tb\nc", gate.Subject{Name: "d\te\nf"}), "\t"), "a name cannot be taken for two")
	require.NotContains(t, scope("a\tb\nc", gate.Subject{Name: "d\te\nf"}), "\n")
}

func sameScope(t *testing.T, seen map[string]string, line string, scope func(string) string) {
	t.Helper()
	names := strings.Fields(line)
	want := scope(names[0])
	require.Empty(t, seen[want], "%s and %s", line, seen[want])
	seen[want] = line
	for _, name := range names {
		require.Equal(t, want, scope(name), name)
	}
}

// Statements, signals and feeds are no scans: what they do not name is not gone.
func TestHistoryOnlyReportsAreScans(t *testing.T) {
	d := &gate.Decision{Inputs: []gate.Evidence{{Source: "vex.json", Kind: gate.StatementsKind, Status: gate.OK},
		{Source: "a.json", Kind: gate.ReportKind, Status: gate.OK}}}
	require.Equal(t, map[string]string{"a.json": "\t\ta.json"}, scansOf(d).bySource)
}

// A finding of which no report is known has no scope, so that nothing can close it.
func TestHistoryKeepsOpenWhatNoScanHad(t *testing.T) {
	p := newPast(t)
	d := gate.Defect{ID: "x", Fingerprints: []gate.Fingerprint{{1}}, Occurrences: []*gate.Occurrence{{}}, Sources: []string{"who knows"}}
	p.record(1, gate.Judged{Defect: &d})
	p.check(on(2, by("a", 2)))
	require.Equal(t, "open", p.one("main", "x").state)
	p.same()
}

// A new defect of which one of two reports with one name fits is known by what it belongs to.
func TestHistoryNamesWhatADefectBelongsTo(t *testing.T) {
	place := func(path, logical string) []*gate.Occurrence {
		return []*gate.Occurrence{{Location: gate.Location{Path: path, Logical: logical}}}
	}
	for want, d := range map[string]gate.Defect{
		"pkg:npm/x": {Component: gate.Component{PURL: "pkg:npm/x", Name: "n"}, Occurrences: place("p", "l")},
		"n":         {Component: gate.Component{Name: "n"}, Occurrences: place("p", "l")},
		"p":         {Occurrences: place("p", "l")},
		"l":         {Occurrences: place("", "l")},
		"":          {Occurrences: place("", "")},
	} {
		require.Equal(t, want, componentOf(&gate.Judged{Defect: &d}))
	}
}

// What stands of a decision in the tables by which it is found again.
func TestHistoryOfDecisionsAndTheirSources(t *testing.T) {
	p := newPast(t)
	s := on(3, by("a", 2, bugOf("CVE-1")))
	s.exceptions = []gate.Exception{{ID: "EX-1", Defect: "CVE-1", Until: hourOf(9), Approver: "ann", Origin: "e.yaml:1"},
		{ID: "EX-2", Defect: "CVE-9", Until: hourOf(9), Scope: gate.Scope{Branch: "elsewhere"}}}
	s.level, s.policy = gate.Deny, "abc"
	d := p.check(s).Decision
	for query, want := range map[string]string{
		`SELECT project || ' ' || name || ' ' || first_idx FROM project`:                                                "42  0",
		`SELECT branch || ' ' || project || ' ' || component || ' ' || name || ' ' || first_idx FROM branch`:            "1 42  main 0",
		`SELECT decision_id || ' ' || verdict || ' ' || mode || ' ' || exit_code || ' ' || policy_digest FROM decision`: d.ID + " pass enforce 0 abc",
		`SELECT name FROM decision_subject`: "c0ffee",
		`SELECT kind || ' ' || source || ' ' || status || ' ' || tool || ' ' || found || ' ' || kept FROM verification_activity`: "report a.json ok a 1 1",
		`SELECT exception_id || ' ' || in_scope || ' ' || named || ' ' || covered FROM exception_use WHERE ord = 0`:              "EX-1 1 1 1",
		`SELECT exception_id || ' ' || in_scope || ' ' || named || ' ' || covered FROM exception_use WHERE ord = 1`:              "EX-2 0 0 0",
	} {
		var got []string
		p.texts(&got, query)
		require.Equal(t, []string{want}, got)
	}
	p.same()
}

func TestHistoryOfAnEntryOfAnotherKind(t *testing.T) {
	p := newPast(t)
	err := p.Store.Rebuild(t.Context(), project)
	require.NoError(t, err)
	require.ErrorContains(t, project(t.Context(), nil, &store.Entry{Kind: "approval"}), "use a newer defectgate")
	require.Error(t, project(t.Context(), nil, &store.Entry{Kind: decisionKind, Payload: []byte("{")}))
}
