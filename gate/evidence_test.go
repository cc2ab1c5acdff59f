package gate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// settled gives what becomes of the evidence of one source.
func settled(t *testing.T, x gate.Expectation, e gate.Evidence, subject gate.Subject) gate.Evidence {
	e.Source = "r.json"
	w := newWorld(&fake{name: "r.json", expect: x, evidence: e})
	w.artifact.Subject = subject
	d := w.check(t)
	assert.Equal(t, !d.Inputs[0].Status.Complete(), d.Verdict == gate.Error, "the only source must be whole, required or not")
	assert.Equal(t, x.Required, d.Inputs[0].Required)
	return d.Inputs[0]
}

func TestStatuses(t *testing.T) {
	const day = 24 * time.Hour
	scan := func(change func(s *gate.Scan)) gate.Evidence {
		e := gate.Evidence{Scan: gate.Scan{Read: 1, Ended: now.Add(-time.Hour)}}
		change(&e.Scan)
		return e
	}
	whole := scan(func(*gate.Scan) {})
	empty := scan(func(s *gate.Scan) { s.Read = 0 })
	timeless := scan(func(s *gate.Scan) { s.Ended = time.Time{} })
	old := scan(func(s *gate.Scan) { s.Ended = now.Add(-2 * day) })
	with := func(e gate.Evidence, s gate.Status) gate.Evidence { e.Status = s; return e }
	for name, c := range map[string]struct {
		expect   gate.Expectation
		evidence gate.Evidence
		status   gate.Status
		warned   string
	}{
		"read":                    {gate.Expectation{}, whole, gate.OK, ""},
		"empty":                   {gate.Expectation{}, empty, gate.Empty, ""},
		"empty, proven":           {gate.Expectation{}, scan(func(s *gate.Scan) { s.Read, s.Proof = 0, "3 targets" }), gate.ProvenEmpty, ""},
		"empty, allowed":          {gate.Expectation{EmptyAllowed: true}, empty, gate.ProvenEmpty, "`empty: allowed` is set"},
		"the scan failed":         {gate.Expectation{}, scan(func(s *gate.Scan) { s.Failed = "timeout" }), gate.Partial, ""},
		"it failed and is proven": {gate.Expectation{}, scan(func(s *gate.Scan) { s.Failed, s.Read, s.Proof = "timeout", 0, "1" }), gate.Partial, ""},
		"it failed and is allowed": {gate.Expectation{EmptyAllowed: true}, scan(func(s *gate.Scan) { s.Failed, s.Read = "timeout", 0 }),
			gate.Partial, "allowed"},
		"fresh":              {gate.Expectation{MaxAge: day}, whole, gate.OK, ""},
		"exactly max_age":    {gate.Expectation{MaxAge: time.Hour}, whole, gate.OK, ""},
		"older than max_age": {gate.Expectation{MaxAge: day}, old, gate.Stale, ""},
		"no bound":           {gate.Expectation{}, old, gate.OK, ""},
		"old, empty and allowed": {gate.Expectation{MaxAge: day, EmptyAllowed: true}, scan(func(s *gate.Scan) {
			s.Read, s.Ended = 0,
				now.Add(-2*day)
		}), gate.Stale, "allowed"},
		"the start counts": {gate.Expectation{MaxAge: day}, scan(func(s *gate.Scan) {
			s.Ended, s.Started = time.Time{},
				now.Add(-2*day)
		}), gate.Stale, ""},
		"no time":                    {gate.Expectation{}, timeless, gate.OK, "does not say when it was made"},
		"no time, a bound by habit":  {gate.Expectation{MaxAge: day}, timeless, gate.OK, "does not say when it was made"},
		"no time, a bound on demand": {gate.Expectation{MaxAge: day, MaxAgeExplicit: true}, timeless, gate.Stale, ""},
		"three minutes ahead": {gate.Expectation{MaxAge: time.Second}, scan(func(s *gate.Scan) { s.Ended = now.Add(3 * time.Minute) }),
			gate.OK, ""},
		"three hours ahead": {gate.Expectation{MaxAge: time.Second}, scan(func(s *gate.Scan) { s.Ended = now.Add(3 * time.Hour) }),
			gate.OK, "after the clock: taken as now"},
		"two days ahead": {gate.Expectation{}, scan(func(s *gate.Scan) { s.Ended = now.Add(2 * day) }), gate.Malformed, ""},
		"an old database": {gate.Expectation{MaxDatabaseAge: 5 * day},
			scan(func(s *gate.Scan) { s.Database.Built = now.Add(-6 * day) }), gate.Stale, ""},
		"a database of that age": {gate.Expectation{MaxDatabaseAge: 5 * day},
			scan(func(s *gate.Scan) { s.Database.Built = now.Add(-5 * day) }), gate.OK, ""},
		"a database of the future": {gate.Expectation{},
			scan(func(s *gate.Scan) { s.Database.Built = now.Add(2 * day) }), gate.Malformed, ""},
		"a database of another time zone": {gate.Expectation{},
			scan(func(s *gate.Scan) { s.Database.Built = now.Add(day) }), gate.OK, ""},
		"a database without a day":    {gate.Expectation{MaxDatabaseAge: 5 * day}, whole, gate.OK, ""},
		"a source vouches for itself": {gate.Expectation{MaxAge: day}, with(old, gate.OK), gate.Stale, ""},
		"and for being empty":         {gate.Expectation{}, with(empty, gate.ProvenEmpty), gate.Empty, ""},
		"a status nobody knows":       {gate.Expectation{}, with(whole, "okay"), "okay", ""},
		"truncated":                   {gate.Expectation{EmptyAllowed: true}, with(empty, gate.Truncated), gate.Truncated, ""},
		"malformed":                   {gate.Expectation{}, with(whole, gate.Malformed), gate.Malformed, ""},
		"too large":                   {gate.Expectation{}, with(whole, gate.TooLarge), gate.TooLarge, ""},
		"missing":                     {gate.Expectation{EmptyAllowed: true}, with(empty, gate.Missing), gate.Missing, ""},
		"unavailable":                 {gate.Expectation{}, with(whole, gate.Unavailable), gate.Unavailable, ""},
		"optional and absent":         {gate.Expectation{}, with(empty, gate.AbsentOptional), gate.AbsentOptional, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, c.expect.Required = range []bool{true, false} {
				e := settled(t, c.expect, c.evidence, gate.Subject{})
				assert.Equal(t, c.status, e.Status)
				if c.warned == "" {
					assert.Empty(t, e.Warnings)
				} else {
					assert.Contains(t, e.Warnings[0], c.warned)
				}
				assert.Equal(t, e.Status != c.evidence.Status && !e.Status.Complete(), e.Problem != "" && e.Hint != "")
			}
		})
	}
}

func TestSubjects(t *testing.T) {
	digests := func(d ...string) gate.Subject { return gate.Subject{Digests: d} }
	repository := func(r string) gate.Subject { return gate.Subject{Repository: r} }
	both := gate.Subject{Digests: []string{"sha256:a"}, Commit: "1", Repository: "https://github.com/o/r"}
	for name, c := range map[string]struct {
		reported, artifact gate.Subject
		comparable, same   bool
	}{
		"nothing is named":             {gate.Subject{}, both, false, false},
		"one digest":                   {digests("sha256:a"), both, true, true},
		"one of several digests":       {digests("sha256:x", "sha256:a"), both, true, true},
		"another digest":               {digests("sha256:b"), both, true, false},
		"another algorithm":            {digests("sha512:b"), digests("sha256:a"), false, false},
		"only the equal algorithm":     {digests("sha512:b", "sha256:a"), digests("sha256:a"), true, true},
		"an algorithm's name grows":    {digests("sha25:a"), digests("sha256:a"), false, false},
		"the digest decides":           {gate.Subject{Digests: []string{"sha256:a"}, Commit: "2"}, both, true, true},
		"and again":                    {gate.Subject{Digests: []string{"sha256:b"}, Commit: "1"}, both, true, false},
		"one commit":                   {gate.Subject{Commit: "1"}, both, true, true},
		"another commit":               {gate.Subject{Commit: "2", Repository: both.Repository}, both, true, false},
		"one repository":               {repository("git@github.com:O/R.git"), both, true, true},
		"another repository":           {repository("https://github.com/o/other"), both, true, false},
		"another host":                 {repository("https://gitlab.com/o/r"), both, true, false},
		"a folder is no repository":    {repository("/src/app"), both, false, false},
		"a short name is none, either": {repository("o/r"), both, false, false},
		"an @ behind the host":         {repository("https://github.com/o/other@v1"), both, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := gate.Evidence{Scan: gate.Scan{Read: 1, Ended: now, Subject: c.reported}}
			for check, good := range map[gate.SubjectCheck]bool{
				"": !c.comparable || c.same, gate.SubjectMatch: !c.comparable || c.same, gate.SubjectRequired: c.comparable && c.same, gate.SubjectAny: true,
			} {
				want := gate.WrongSubject
				if good {
					want = gate.OK
				}
				assert.Equal(t, want, settled(t, gate.Expectation{Required: true, Subject: check}, e, c.artifact).Status, "subject: %s", check)
			}
		})
	}
}

func TestFirstReasonWins(t *testing.T) {
	e := gate.Evidence{Scan: gate.Scan{Failed: "timeout", Ended: now.Add(-48 * time.Hour), Subject: gate.Subject{Commit: "2"}}}
	x := gate.Expectation{Required: true, MaxAge: time.Hour}
	assert.Equal(t, gate.Partial, settled(t, x, e, gate.Subject{Commit: "1"}).Status)
	e.Scan.Failed = ""
	assert.Equal(t, gate.WrongSubject, settled(t, x, e, gate.Subject{Commit: "1"}).Status)
	assert.Equal(t, gate.Stale, settled(t, x, e, gate.Subject{Commit: "2"}).Status)
	x.MaxAge = 0
	last := settled(t, x, e, gate.Subject{Commit: "2"})
	assert.Equal(t, gate.Empty, last.Status)
	assert.Contains(t, last.Hint, `- report: "r.json"`, "ready to paste")
}

// TestHintOfAnEmptyReport names only what a configuration may name as a source.
func TestHintOfAnEmptyReport(t *testing.T) {
	for source, want := range map[string]string{"a/b.json": `report: "a/b.json"`, "/a/b.json": `report: "report.json"`, "../b.json": `report: "report.json"`,
		"-": `report: "report.json"`} {
		s := report(source)
		s.evidence.Source = source
		d := newWorld(s).check(t)
		require.Equal(t, gate.Error, d.Verdict)
		require.Contains(t, d.Inputs[0].Hint, want)
		require.Equal(t, source != "a/b.json", strings.Contains(d.Inputs[0].Hint, "let the scanner write a file in the working directory"))
	}
}

// TestExpectationsJoin holds each member of a joined expectation to the stricter of two, in both orders.
func TestExpectationsJoin(t *testing.T) {
	strict := gate.Expectation{Required: true, MaxAge: time.Hour, MaxAgeExplicit: true, MaxDatabaseAge: time.Hour, Subject: gate.SubjectRequired}
	loose := gate.Expectation{EmptyAllowed: true, MaxAge: 2 * time.Hour, Subject: gate.SubjectAny, Suppressions: true, Statements: true}
	require.Equal(t, strict, strict.Join(loose))
	require.Equal(t, strict, loose.Join(strict))
	require.Equal(t, loose, loose.Join(loose))
	require.Equal(t, gate.SubjectMatch, gate.Expectation{}.Join(gate.Expectation{Subject: gate.SubjectMatch}).Subject)
	require.Empty(t, gate.Expectation{}.Join(gate.Expectation{Subject: gate.SubjectAny}).Subject)
}
