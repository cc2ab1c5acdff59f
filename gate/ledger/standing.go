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

// standing is what the projections hold of a branch, as far as the next decision needs it.
type standing struct {
	size     int64     // of the log for which it holds
	line     [3]string // of whom: project, component, branch
	marks    []gate.Fingerprint
	project  *string // name of the project; nil where nothing was decided about it
	branch   int64   // 0 where nothing was decided about it
	before   *previous
	byID     map[int64]*defect
	byMark   map[gate.Fingerprint]*defect
	next     int64 // number of the next new defect
	event    int64 // and of the next event
	firstNew int64 // number from which on defects are new
}

// marksOf lists the fingerprints of all findings.
func marksOf(d *gate.Decision) (marks []gate.Fingerprint, err error) {
	for i := range d.Evaluation.Findings {
		j := &d.Evaluation.Findings[i]
		if j.Defect == nil || len(j.Fingerprints) == 0 || len(j.Occurrences) == 0 { // of a record that another program wrote
			return nil, fmt.Errorf("its finding %d has no fingerprint or stands nowhere", i)
		}
		marks = append(marks, j.Fingerprints...)
	}
	return marks, nil
}

// standingOf reads the defects of a branch that go by these fingerprints, and all that a complete scan may close.
func standingOf(ctx context.Context, q store.Querier, a *gate.Artifact, marks []gate.Fingerprint) (*standing, error) {
	s := &standing{line: lineOf(a), marks: marks, byID: map[int64]*defect{}, byMark: map[gate.Fingerprint]*defect{}}
	for _, read := range []func() error{
		func() error { return s.named(ctx, q, a) },
		func() error { return s.placed(ctx, q, a) },
		func() error { return s.open(ctx, q) },
		func() error { return s.marked(ctx, q, marks) },
		func() error { return s.numbers(ctx, q) },
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func lineOf(a *gate.Artifact) [3]string { return [3]string{a.Project, a.Component, a.Line()} }

// holds reports whether it was read for this artifact, these fingerprints and a log of this size.
func (s *standing) holds(a *gate.Artifact, marks []gate.Fingerprint, size int64) bool {
	return s != nil && s.size == size && s.line == lineOf(a) && slices.Equal(s.marks, marks)
}

func (s *standing) named(ctx context.Context, q store.Querier, a *gate.Artifact) error {
	var name string
	err := q.QueryRowContext(ctx, `SELECT name FROM project WHERE project = $1`, a.Project).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	s.project = &name
	return err
}

func (s *standing) placed(ctx context.Context, q store.Querier, a *gate.Artifact) (err error) {
	if s.branch, err = branchOf(ctx, q, a); err != nil || s.branch == 0 {
		return err
	}
	s.before, err = previousOf(ctx, q, s.branch)
	return err
}

func (s *standing) open(ctx context.Context, q store.Querier) error {
	const those = ` FROM defect d WHERE d.branch = $1 AND (d.state <> 'fixed' OR d.sighted = 1)`
	return store.Each(ctx, q, store.Query{Text: `SELECT ` + defectColumns + those, Args: []any{s.branch}}, s.row)
}

// marked finds the defects that go by these fingerprints. Most are open, and loaded already.
func (s *standing) marked(ctx context.Context, q store.Querier, marks []gate.Fingerprint) error {
	known, closed := map[gate.Fingerprint]int64{}, []int64(nil)
	wanted := store.Query{Text: `SELECT fingerprint, defect FROM defect_fingerprint WHERE branch = $1 AND fingerprint IN `,
		Args: []any{s.branch}, In: bytesOf(marks)}
	err := store.Each(ctx, q, wanted, func(rows *sql.Rows) error {
		var mark []byte
		var id int64
		err := rows.Scan(&mark, &id)
		if err == nil && s.byID[id] == nil {
			closed = append(closed, id)
		}
		known[gate.Fingerprint(mark)] = id
		return err
	})
	if err != nil {
		return err
	}
	rest := store.Query{Text: `SELECT ` + defectColumns + ` FROM defect d WHERE d.defect IN `, In: store.Values(closed)}
	if err := store.Each(ctx, q, rest, s.row); err != nil {
		return err
	}
	for mark, id := range known {
		s.byMark[mark] = s.byID[id]
	}
	return nil
}

// bytesOf makes parameters of fingerprints.
func bytesOf(marks []gate.Fingerprint) []any {
	values := make([]any, len(marks))
	for i := range marks {
		values[i] = marks[i][:]
	}
	return values
}

func (s *standing) row(rows *sql.Rows) error {
	var d defect
	if err := d.read(rows); err != nil {
		return err
	}
	if s.byID[d.id] == nil {
		s.byID[d.id] = &d
	}
	return nil
}

func (s *standing) numbers(ctx context.Context, q store.Querier) error {
	const next = `SELECT (SELECT COALESCE(MAX(defect), 0) + 1 FROM defect), (SELECT COALESCE(MAX(event), 0) + 1 FROM defect_event)`
	err := q.QueryRowContext(ctx, next).Scan(&s.next, &s.event)
	s.firstNew = s.next
	return err
}

// ahead reads the standing while the policy judges. It is used once, and only if no entry came between: under the lock of the head nothing else is.
func (l *Ledger) ahead(ctx context.Context, a gate.Artifact, of []gate.Fingerprint, size int64) {
	read := make(chan *standing, 1)
	l.read.Store(&read)
	go func() {
		s, err := standingOf(ctx, l.Store.View(), &a, of)
		if err != nil {
			s = nil // whoever records finds out
		} else {
			s.size = size
		}
		read <- s
	}()
}

// readAhead waits for what was read ahead, if anything is; the second time there is nothing.
func (l *Ledger) readAhead() *standing {
	read := l.read.Swap(nil)
	if read == nil {
		return nil
	}
	return <-*read
}
