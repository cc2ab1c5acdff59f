package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// The kinds of entries.
const decisionKind = "decision"

// project fills the projections with what an entry says. It reads nothing but the entry and the projections: made again from the leaves, in their
// order, they are the same row for row.
func project(ctx context.Context, tx *sql.Tx, e *store.Entry) error {
	switch e.Kind {
	case decisionKind:
	case signOffKind: // it speaks for itself, see SignOffs
		return nil
	default:
		return fmt.Errorf("it is a %q, which this program does not know: use a newer defectgate", e.Kind)
	}
	d, err := record.ParseDecision(e.Payload)
	if err != nil {
		return err
	}
	return projectDecision(ctx, tx, e.Index, d)
}

func projectDecision(ctx context.Context, tx *sql.Tx, index int64, d *gate.Decision) error {
	_, err := (&projection{ctx: ctx, tx: tx, index: index, d: d}).run()
	return err
}

// projection adds one decision to the tables.
type projection struct {
	ctx   context.Context
	tx    *sql.Tx
	index int64
	d     *gate.Decision
	*standing
}

// run adds the decision, and says what it changed on its branch.
func (p *projection) run() (*gate.Changes, error) {
	marks, err := marksOf(p.d)
	if err != nil {
		return nil, err
	}
	if !p.standing.holds(&p.d.Artifact, marks, p.index) {
		if p.standing, err = standingOf(p.ctx, p.tx, &p.d.Artifact, marks); err != nil {
			return nil, err
		}
	}
	for _, add := range []func() error{p.inProject, p.inBranch, p.decision, p.subjects, p.activities, p.exceptions} {
		if err := add(); err != nil {
			return nil, err
		}
	}
	if p.d.Mode == gate.Observe && p.d.Clock.Source == "flag" {
		return nil, nil //nolint:nilnil // a question about another day, and nothing that happened
	}
	h, err := p.defects()
	if err != nil || p.before == nil {
		return nil, err
	}
	return p.before.changes(p, h), nil
}

// inProject makes the project, or gives it its new name.
func (p *projection) inProject() error {
	a := &p.d.Artifact
	if p.project != nil && *p.project == a.Subject.Repository {
		return nil
	}
	const project = `INSERT INTO project (project, forge, name, first_idx) VALUES ($1, $2, $3, $4) ON CONFLICT (project) DO UPDATE SET name = $3`
	return p.exec(project, a.Project, p.d.Run.Platform, a.Subject.Repository, p.index)
}

// inBranch makes the branch.
func (p *projection) inBranch() error {
	if p.branch > 0 {
		return nil
	}
	if err := p.tx.QueryRowContext(p.ctx, `SELECT COALESCE(MAX(branch), 0) + 1 FROM branch`).Scan(&p.branch); err != nil {
		return err
	}
	a := &p.d.Artifact
	return p.exec(`INSERT INTO branch (branch, project, component, name, first_idx) VALUES ($1, $2, $3, $4, $5)`,
		p.branch, a.Project, a.Component, a.Line(), p.index)
}

// branchOf gives the number of an artifact's branch, 0 where nothing was decided about it.
func branchOf(ctx context.Context, q store.Querier, a *gate.Artifact) (branch int64, err error) {
	const named = `SELECT branch FROM branch WHERE project = $1 AND component = $2 AND name = $3`
	err = q.QueryRowContext(ctx, named, a.Project, a.Component, a.Line()).Scan(&branch)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return branch, err
}

func (p *projection) exec(query string, args ...any) error {
	_, err := p.tx.ExecContext(p.ctx, query, storable(args)...)
	return err
}

func (p *projection) insert(into string, rows []any) error {
	return store.Insert(p.ctx, p.tx, into, storable(rows))
}

// storable spells texts, which reports may have chosen, as both engines take them.
func storable(values []any) []any {
	for i := range values {
		if text, ok := values[i].(string); ok {
			values[i] = withoutZero(text)
		}
	}
	return values
}

// withoutZero replaces what PostgreSQL has in no text.
func withoutZero(text string) string { return strings.ReplaceAll(text, "\x00", "\uFFFD") }

func (p *projection) decision() error {
	d := p.d
	const add = `INSERT INTO decision (idx, decision_id, branch, verdict, mode, exit_code, environment, artifact, commit_id, now_ns, run_key,
		policy_digest, input_digest, evaluation_digest, evaluator, feeds)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`
	input := ""
	if d.Document != nil {
		input = d.Document.SHA256
	}
	return p.exec(add, p.index, d.ID, p.branch, string(d.Verdict), string(d.Mode), d.ExitCode, d.Artifact.Environment, d.Artifact.Subject.String(),
		d.Artifact.Subject.Commit, nanoseconds(d.Clock.Now), d.Run.Key, policyDigest(d), input, d.Digest,
		d.Evaluator.Name+" "+d.Evaluator.Version, d.Feeds)
}

// policyDigest names all policies by the digests of the sets, and their settings.
func policyDigest(d *gate.Decision) string {
	var digests []string
	for _, p := range d.Evaluator.Policies {
		digests = append(digests, p.Digest)
	}
	if settings, err := json.Marshal(d.Evaluator.Settings, gate.Deterministic); err == nil && d.Evaluator.Settings != nil {
		sum := sha256.Sum256(settings)
		digests = append(digests, hex.EncodeToString(sum[:]))
	}
	return strings.Join(digests, " ")
}

// subjects are the names by which the artifact can be asked for.
func (p *projection) subjects() error {
	s := &p.d.Artifact.Subject
	var rows []any
	seen := map[string]bool{"": true}
	for _, name := range append([]string{s.Name, s.PURL, s.Commit}, s.Digests...) {
		if !seen[name] {
			rows = append(rows, p.index, name)
			seen[name] = true
		}
	}
	return p.insert(`INSERT INTO decision_subject (idx, name)`, rows)
}

// activities say which tool looked at what, when, and how much it found.
func (p *projection) activities() error {
	var rows []any
	for i := range p.d.Inputs {
		e := &p.d.Inputs[i]
		rows = append(rows, p.index, i, e.Kind, e.Source, string(e.Status), e.Scan.Tool.Name, e.Scan.Tool.Version, e.Scan.Subject.String(),
			nanoseconds(e.Scan.Time()), e.Scan.Read, e.Kept, e.SHA256)
	}
	const into = `INSERT INTO verification_activity (idx, ord, kind, source, status, tool, version, looked_at, at_ns, found, kept, raw_sha256)`
	return p.insert(into, rows)
}

func (p *projection) exceptions() error {
	var rows []any
	for i, e := range p.d.Evaluation.Exceptions {
		inScope := 0
		if e.InScope {
			inScope = 1
		}
		rows = append(rows, p.index, i, e.ID, e.Approver, nanoseconds(e.Granted), nanoseconds(e.Until), e.Origin, inScope, e.Named, e.Covered)
	}
	const into = `INSERT INTO exception_use (idx, ord, exception_id, approver, granted_ns, until_ns, origin, in_scope, named, covered)`
	return p.insert(into, rows)
}

// nanoseconds since 1970; 0 where the time is not known, or is one that nobody can mean.
func nanoseconds(at time.Time) int64 {
	if at.Year() < firstYear || at.Year() > lastYear {
		return 0
	}
	return at.UnixNano()
}

// Between these years an instant is a number of nanoseconds, and a positive one.
const firstYear, lastYear = 1971, 2261

func instant(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns).UTC()
}
