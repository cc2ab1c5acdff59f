package ledger

import (
	"context"
	"database/sql"
	"encoding/base64"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// Recall gives what is remembered of an artifact: the state of the log, and of each defect when it was first seen on any branch of the project's
// component, and what became of it on this one.
func (l *Ledger) Recall(ctx context.Context, a gate.Artifact, of []gate.Fingerprint) (gate.Memory, error) {
	if l.Store == nil {
		return gate.Memory{History: gate.History{Record: "file"}}, nil
	}
	head, err := l.Store.Head(ctx)
	if err != nil {
		return gate.Memory{}, err
	}
	if err := l.holdsOlder(ctx, head); err != nil {
		return gate.Memory{}, err
	}
	m := gate.Memory{History: gate.History{Record: "ledger", Store: head.Origin, Size: head.Size,
		Root: base64.StdEncoding.EncodeToString(head.Root[:]), New: head.Size == 0}}
	if m.History.New {
		return m, nil
	}
	if m.Defects, err = remembered(ctx, l.Store.View(), &a, of); err == nil {
		l.ahead(ctx, a, of, head.Size)
	}
	return m, err
}

// remembered reads what is known of the defects that go by these fingerprints.
func remembered(ctx context.Context, q store.Querier, a *gate.Artifact, of []gate.Fingerprint) (map[gate.Fingerprint]gate.Past, error) {
	own, err := branchOf(ctx, q, a)
	if err != nil {
		return nil, err
	}
	past := map[gate.Fingerprint]gate.Past{}
	known := store.Query{Text: `SELECT f.fingerprint, f.branch, d.first_seen_ns, d.state, d.sighted, d.returns, d.returned_ns FROM defect_fingerprint f
		JOIN defect d ON d.defect = f.defect JOIN branch b ON b.branch = f.branch WHERE b.project = $1 AND b.component = $2 AND f.fingerprint IN `,
		Args: []any{a.Project, a.Component}, In: bytesOf(of)}
	return past, store.Each(ctx, q, known, func(rows *sql.Rows) error { return remember(rows, past, own) })
}

// remember adds one row to what is remembered of a fingerprint.
func remember(rows *sql.Rows, defects map[gate.Fingerprint]gate.Past, own int64) error {
	var mark []byte
	var branch, firstSeen, returned int64
	var returns int
	var state string
	var sighted bool
	if err := rows.Scan(&mark, &branch, &firstSeen, &state, &sighted, &returns, &returned); err != nil {
		return err
	}
	past := defects[gate.Fingerprint(mark)]
	if first := instant(firstSeen); past.FirstSeen.IsZero() || first.Before(past.FirstSeen) {
		past.FirstSeen = first
	}
	if branch == own {
		past.Fixed, past.Returns, past.Returned = state == gate.Fixed.String() && !sighted, returns, instant(returned)
		past.Open = !past.Fixed
	}
	defects[gate.Fingerprint(mark)] = past
	return nil
}
