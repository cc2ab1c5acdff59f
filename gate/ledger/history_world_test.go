package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// dayOne is when the tests begin; hourOf gives a later hour.
var dayOne = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func hourOf(hour int) time.Time { return dayOne.Add(time.Duration(hour) * time.Hour) }

// bug is one entry of a report: a vulnerability by its names.
type bug struct {
	ids      []string
	severity gate.Severity
	state    gate.State
	first    time.Time // as the report says
	path     string
}

func bugOf(ids ...string) bug { return bug{ids: ids, severity: gate.High} }

// scanned is one report.
type scanned struct {
	source, tool, subject string
	hour                  int // when it was made; those below 0 do not say
	status                gate.Status
	entries               []bug
	optional              bool
	unproven              bool // it may be empty, and says nothing of why it is
}

// by makes a whole report of a tool, made at an hour.
func by(tool string, hour int, entries ...bug) *scanned {
	return &scanned{source: tool + ".json", tool: tool, hour: hour, entries: entries}
}

func (s *scanned) Name() string { return s.source }

func (s *scanned) Expect() gate.Expectation {
	return gate.Expectation{Required: !s.optional, Suppressions: true, Statements: true, EmptyAllowed: s.unproven}
}

func (s *scanned) Load(_ context.Context, emit func(*gate.Finding) error) gate.Evidence {
	e := gate.Evidence{Source: s.source, Kind: gate.ReportKind, Status: s.status, Scan: gate.Scan{Read: len(s.entries), Proof: "1 target",
		Tool: gate.Tool{Name: s.tool}, Subject: gate.Subject{Name: s.subject}}}
	if s.unproven {
		e.Scan.Proof = ""
	}
	if e.SHA256 = fmt.Sprintf("%064x", len(s.entries)); s.hour >= 0 {
		e.Scan.Ended = hourOf(s.hour)
	}
	if s.status != "" {
		e.Problem = "it is broken"
	}
	for _, f := range s.entries {
		err := emit(&gate.Finding{Tool: s.tool, Kind: gate.Vulnerability, ID: f.ids[0], Aliases: f.ids[1:], State: f.state, FirstSeen: f.first,
			Rating: gate.Rating{Party: s.tool, Severity: f.severity}, Component: gate.Component{PURL: "pkg:npm/left-pad", Version: "1"},
			Location: gate.Location{Path: cmp.Or(f.path, "package-lock.json")}})
		if err != nil {
			e.Problem = err.Error()
		}
	}
	return e
}

// step is one check of a branch at an hour.
type step struct {
	project, component, branch string
	environment                string // "": production
	image                      string // what is built
	observed                   bool
	hour                       int
	scans                      []*scanned
	exceptions                 []gate.Exception
	level                      gate.Level // of what is open and not covered; "": nothing is said
	broken                     bool       // the policy fails
	policy, version            string
	baseline                   gate.BaselineSource
	change                     *gate.Change
	meanwhile                  func() // between what is remembered and what is recorded
}

// on is a check of main at an hour.
func on(hour int, scans ...*scanned) step { return step{hour: hour, scans: scans} }

func (s step) of(branch string) step { s.branch = branch; return s }

func (s step) Exceptions(context.Context, gate.Artifact) ([]gate.Exception, error) {
	return s.exceptions, nil
}

// Evaluate covers what an exception in force names, and says the level of all else.
func (s step) Evaluate(_ context.Context, in gate.Input) (gate.Judgements, error) {
	if s.meanwhile != nil {
		s.meanwhile()
	}
	if s.broken {
		return gate.Judgements{}, fmt.Errorf("the policy is broken")
	}
	j := gate.Judgements{Defects: make([]gate.Judgement, len(in.Defects))}
	for i, d := range in.Defects {
		covering := ""
		for _, c := range in.Candidates[i] {
			applies := in.Now.Before(c.Until) && covering == ""
			j.Defects[i].Exceptions = append(j.Defects[i].Exceptions, gate.Ruling{Exception: c.ID, Applies: applies, Covers: applies})
			if applies {
				covering = c.ID
			}
		}
		if s.level != "" && d.IsOpen() {
			j.Defects[i].Violations = []gate.Violation{{Rule: "test/all", Level: s.level, Message: "m", Exception: covering}}
		}
	}
	return j, nil
}

// nowhere is the branch of what is on none.
const nowhere = "-"

func (s step) artifact() gate.Artifact {
	return gate.Artifact{Project: cmp.Or(s.project, "42"), Component: s.component, Environment: cmp.Or(s.environment, "production"),
		Ref: strings.Replace(cmp.Or(s.branch, "main"), nowhere, "", 1), Change: s.change, Subject: gate.Subject{Name: s.image, Commit: "c0ffee"}}
}

// past is a ledger with what was decided so far.
type past struct {
	*Ledger
	t    require.TestingT
	ctx  context.Context
	runs int
}

// newPast opens an empty ledger in a file.
func newPast(t *testing.T) *past {
	return pastAt(t, "sqlite:"+filepath.Join(t.TempDir(), "ledger.db"))
}

func pastAt(t *testing.T, address string) *past {
	s, err := store.Open(t.Context(), address, store.Prepare)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return &past{Ledger: &Ledger{Store: s}, t: t, ctx: t.Context()}
}

// check decides and records.
func (p *past) check(s step) gate.Report {
	p.runs++
	g := gate.Gate{Policy: s, Ledger: p, Registers: []gate.Register{s}, Now: func() time.Time { return hourOf(s.hour) }, Mode: gate.Enforce,
		Clock: "flag", Run: gate.Run{Key: fmt.Sprint(p.runs)}, Baseline: s.baseline, Evaluator: func() gate.Evaluator {
			return gate.Evaluator{Name: "defectgate", Version: cmp.Or(s.version, "1"), Policies: []gate.PolicySource{{Name: "p", Digest: s.policy}}}
		}}
	for _, source := range s.scans {
		g.Sources = append(g.Sources, source)
	}
	if s.observed {
		g.Mode = gate.Observe
	}
	report, err := g.Check(p.ctx, s.artifact())
	require.NoError(p.t, err)
	require.NotNil(p.t, report.Receipt, "%v", report.Decision.Problems)
	return report
}

// checks makes several, and gives the last.
func (p *past) checks(steps ...step) (last gate.Report) {
	for _, s := range steps {
		last = p.check(s)
	}
	return last
}

// row is what the ledger holds of one defect.
type row struct {
	id                                                        int64
	branch, name, severity, state, by, exception, scopes      string
	first, lastSeen, lastScan, fixed, returned, opened, index int64
	returns                                                   int
	events                                                    []happening
}

type happening struct {
	kind, detail string
	index        int64
}

// rows gives all defects in the order in which they came.
func (p *past) rows() (list []*row) {
	byID := map[int64]*row{}
	p.each(`SELECT d.defect, b.name, d.name, d.severity, d.state, d.first_seen_by, d.exception_id, d.scopes, d.first_seen_ns, d.last_seen_ns,
		d.last_scan_ns, d.fixed_ns, d.returned_ns, d.opened_idx, d.last_idx, d.returns
		FROM defect d JOIN branch b ON b.branch = d.branch ORDER BY d.defect`,
		func(rows *sql.Rows) error {
			r := &row{}
			list = append(list, r)
			err := rows.Scan(&r.id, &r.branch, &r.name, &r.severity, &r.state, &r.by, &r.exception, &r.scopes, &r.first, &r.lastSeen, &r.lastScan,
				&r.fixed, &r.returned, &r.opened, &r.index, &r.returns)
			byID[r.id] = r
			return err
		})
	p.each(`SELECT defect, kind, detail, idx FROM defect_event ORDER BY event`, func(rows *sql.Rows) error {
		var id int64
		var h happening
		err := rows.Scan(&id, &h.kind, &h.detail, &h.index)
		byID[id].events = append(byID[id].events, h)
		return err
	})
	return list
}

func (p *past) each(query string, read func(*sql.Rows) error) {
	require.NoError(p.t, store.Each(p.ctx, p.Store.DB(), store.Query{Text: query}, read))
}

// one gives the row of a defect of a branch.
func (p *past) one(branch, name string) *row {
	var found *row
	for _, r := range p.rows() {
		if r.branch == branch && r.name == name {
			require.Nil(p.t, found, "%s is there twice", name)
			found = r
		}
	}
	require.NotNil(p.t, found, name)
	return found
}

// story is what happened to a defect, a word for each event.
func (r *row) story() (words []string) {
	for _, e := range r.events {
		words = append(words, e.kind)
	}
	return words
}

// same holds the projections against those that are made again from the leaves.
func (p *past) same() {
	scratch, err := store.Scratch(p.ctx)
	require.NoError(p.t, err)
	defer func() { require.NoError(p.t, scratch.Close()) }()
	require.NoError(p.t, scratch.Fill(p.ctx, p.Store, project))
	different, err := store.Differences(p.ctx, p.Store, scratch)
	require.NoError(p.t, err)
	require.Empty(p.t, different, "made again, they are others")
}

// texts reads a column.
func (p *past) texts(into *[]string, query string, args ...any) {
	read := func(rows *sql.Rows) error {
		var text string
		err := rows.Scan(&text)
		*into = append(*into, text)
		return err
	}
	require.NoError(p.t, store.Each(p.ctx, p.Store.DB(), store.Query{Text: query, Args: args}, read))
}

// decision makes one without a gate.
func (p *past) decision(hour int, findings ...gate.Judged) *gate.Decision {
	d := &gate.Decision{Schema: gate.DecisionSchema, ID: fmt.Sprintf("%064d", hour), Verdict: gate.Pass,
		Artifact: step{}.artifact(), Evaluation: gate.Evaluation{Findings: findings}}
	d.Clock.Now = hourOf(hour)
	return d
}

func (p *past) append(d *gate.Decision) *gate.Changes {
	r, err := p.Record(p.ctx, d, nil)
	require.NoError(p.t, err)
	return r.Changes
}

func (p *past) record(hour int, findings ...gate.Judged) *gate.Changes {
	return p.append(p.decision(hour, findings...))
}
