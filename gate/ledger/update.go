package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// update holds a known defect against a finding, and notes what changed.
func (h *history) update(d *defect, j *gate.Judged) {
	h.changeState(d, j)
	if severity := j.Severity.String(); severity != d.severity {
		h.happened(d, "severity", d.severity+" → "+severity)
		h.note("%s: severity %s → %s", j.ID, d.severity, severity)
		d.severity, d.changed = severity, true
	}
	h.changeException(d, withoutZero(j.Covering()))
	if first := nanoseconds(j.Clocks.FirstSeen); first < d.firstSeen {
		d.firstSeen, d.firstBy, d.changed = first, j.Clocks.SeenBy, true
	}
	now := h.scans.scopesOf(j)
	if scopes := h.keep(d, now); scopes != d.scopes {
		d.scopes, d.changed = scopes, true
	}
	d.lastSeen = max(d.lastSeen, h.now)
	d.lastScan = max(d.lastScan, h.scans.latestOf(now))
}

// keep adds to the scopes that have a defect now those that had it and were not made again since.
func (h *history) keep(d *defect, now string) string {
	old := d.scopes
	if h.settles(d) {
		old = h.scans.without(d)
	}
	have := split(now)
	for _, line := range split(old) {
		if !slices.ContainsFunc(have, func(l string) bool { return keyOf(l) == keyOf(line) }) {
			have = append(have, line)
		}
	}
	return lines(have)
}

// settles reports whether the silence of the decision's scans means something for a defect. What could not be decided closes nothing, and neither
// does what was decided before the defect was seen.
func (h *history) settles(d *defect) bool { return h.d.Verdict != gate.Error && h.now >= d.lastSeen }

// close ends what no scan has any more: each scan that had it was made again, to its end and later, and was silent of it.
func (h *history) close() {
	ids := make([]int64, 0, len(h.byID))
	for id, d := range h.byID {
		if !d.seen && d.state != gate.Fixed.String() && h.settles(d) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		d := h.byID[id]
		left := h.scans.without(d)
		if left == d.scopes {
			continue
		}
		if d.scopes, d.changed = left, true; left == "" {
			d.state, d.fixed = gate.Fixed.String(), h.now
			h.happened(d, "fixed", "")
			h.fixed = append(h.fixed, d.name)
		}
	}
}

// note says what else changed, in words.
func (h *history) note(format string, args ...any) {
	h.others = append(h.others, fmt.Sprintf(format, args...))
}

// stateOf reads the name of a state; one of a version that knew others is open.
func stateOf(name string) (s gate.State) {
	if s.UnmarshalText([]byte(name)) != nil {
		return gate.Open
	}
	return s
}

func (h *history) changeState(d *defect, j *gate.Judged) {
	state, was := j.State.String(), stateOf(d.state)
	if state == d.state {
		return
	}
	d.fixed = 0
	switch {
	case j.State.IsOpen() && was == gate.Fixed && d.said.sighted() == 0: // scans no longer had it; a statement alone stops no clock
		d.returns, d.returned = d.returns+1, h.now
		h.happened(d, "reopened", "")
		h.reopened = append(h.reopened, j.ID)
	default:
		h.note("%s: %s → %s", j.ID, d.state, state)
		if !was.IsOpen() || !j.State.IsOpen() {
			h.happened(d, entered(j.State), "")
		}
	}
	if j.State == gate.Fixed {
		d.fixed = h.now
	}
	d.state, d.changed = state, true
}

// changeException notes that an exception covers the defect, or that one does not any more.
func (h *history) changeException(d *defect, covering string) {
	if covering == d.exception {
		return
	}
	if d.exception != "" {
		kind := "exception_ended"
		if h.expired(d.exception) {
			kind = "exception_expired"
		}
		h.happened(d, kind, d.exception)
		h.note("%s: exception %s does not cover it any more", d.name, d.exception)
	}
	if covering != "" {
		h.happened(d, "excepted", covering)
		h.note("%s: covered by exception %s", d.name, covering)
	}
	d.exception, d.changed = covering, true
}

func (h *history) expired(id string) bool {
	for _, e := range h.d.Evaluation.Exceptions {
		if e.ID == id {
			return !h.d.Clock.Now.Before(e.Until)
		}
	}
	return false
}

// save writes the rows.
func (h *history) save() error {
	for _, t := range []struct {
		into string
		rows []any
	}{
		{`INSERT INTO defect (defect, branch, name, kind, component, severity, state, first_seen_ns, first_seen_by, opened_idx, last_seen_ns, last_scan_ns,
			last_idx, fixed_ns, returns, returned_ns, exception_id, scopes, sighted, level, due_ns)`, h.defects},
		{`INSERT INTO defect_fingerprint (fingerprint, branch, defect)`, h.marks},
		{`INSERT INTO defect_event (event, defect, idx, at_ns, kind, detail)`, h.events},
		{`INSERT INTO sighting (defect, idx, severity, state, level, due_ns)`, h.sightings()},
	} {
		if err := h.insert(t.into, t.rows); err != nil {
			return err
		}
	}
	return errors.Join(h.saveNames(), h.saveChanged(), h.saveSighted(), h.saveMoved())
}

// saveNames adds those of new defects with few statements: nobody else has them.
func (h *history) saveNames() error {
	var rows []any
	for n := range h.names {
		if n.defect >= h.firstNew {
			rows = append(rows, n.defect, n.name)
			continue
		}
		if err := h.exec(`INSERT INTO defect_name (defect, name) VALUES ($1, $2) ON CONFLICT DO NOTHING`, n.defect, n.name); err != nil {
			return err
		}
	}
	return h.insert(`INSERT INTO defect_name (defect, name)`, rows)
}

// saveChanged writes what changed of each. With every new scan that is most of them, and the statement is read once for all.
func (h *history) saveChanged() (err error) {
	const change = `UPDATE defect SET severity = $2, state = $3, first_seen_ns = $4, first_seen_by = $5, last_seen_ns = $6, last_scan_ns = $7,
		fixed_ns = $8, returns = $9, returned_ns = $10, exception_id = $11, scopes = $12, sighted = $13, level = $14, due_ns = $15 WHERE defect = $1`
	prepared, err := h.tx.PrepareContext(h.ctx, change)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, prepared.Close()) }()
	for _, d := range h.byID {
		if !d.changed {
			continue
		}
		if _, err := prepared.ExecContext(h.ctx, storable([]any{d.id, d.severity, d.state, d.firstSeen, d.firstBy, d.lastSeen, d.lastScan, d.fixed,
			d.returns, d.returned, d.exception, d.scopes, d.says.sighted(), d.says.level, d.says.due})...); err != nil {
			return err
		}
		if d.into == nil {
			continue
		}
		if err := h.exec(`UPDATE defect_fingerprint SET defect = $2 WHERE defect = $1`, d.id, d.into.id); err != nil {
			return err
		}
	}
	return nil
}

// saveMoved gives fingerprints to the parts of what was split.
func (h *history) saveMoved() error {
	const move = `UPDATE defect_fingerprint SET defect = $3 WHERE fingerprint = $1 AND branch = $2`
	for _, m := range h.moved {
		if err := h.exec(move, []byte(m.name), h.branch, m.defect); err != nil {
			return err
		}
	}
	return nil
}

// previous is the last decision of a branch.
type previous struct {
	id, verdict, policy, evaluator, feeds string
	now                                   int64
}

func previousOf(ctx context.Context, q store.Querier, branch int64) (*previous, error) {
	var b previous
	const last = `SELECT decision_id, verdict, policy_digest, evaluator, feeds, now_ns FROM decision WHERE branch = $1 ORDER BY idx DESC LIMIT 1`
	err := q.QueryRowContext(ctx, last, branch).Scan(&b.id, &b.verdict, &b.policy, &b.evaluator, &b.feeds, &b.now)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // a branch without decisions has no last one
	}
	return &b, err
}

// changes are what a decision changed since the one before.
func (b *previous) changes(p *projection, h *history) *gate.Changes {
	if b.policy != policyDigest(p.d) {
		h.note("the policies or their settings changed")
	}
	if now := p.d.Evaluator.Name + " " + p.d.Evaluator.Version; b.evaluator != now {
		h.note("the program changed: %s → %s", b.evaluator, now)
	}
	if b.feeds != p.d.Feeds {
		h.note("the feeds changed: %s → %s", b.feeds, p.d.Feeds)
	}
	return &gate.Changes{Since: b.id, At: instant(b.now), Verdict: gate.Verdict(b.verdict),
		Opened: h.opened, Reopened: h.reopened, Fixed: h.fixed, Others: h.others}
}
