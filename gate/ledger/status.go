package ledger

import (
	"context"
	"time"

	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// Status is how much a ledger holds.
type Status struct {
	Head                              tree.Checkpoint
	Last                              time.Time // clock of the last entry
	Projects, Branches, Defects, Open int
	Blobs, Bytes                      int64
}

// StatusOf counts.
func StatusOf(ctx context.Context, s *store.Store) (st Status, err error) {
	if st.Head, st.Last, err = s.HeadRow(ctx); err != nil {
		return st, err
	}
	if st.Head.Size == 0 {
		st.Last = time.Time{}
	}
	const counts = `SELECT (SELECT COUNT(*) FROM project), (SELECT COUNT(*) FROM branch), (SELECT COUNT(DISTINCT defect) FROM defect_fingerprint),
		(SELECT COUNT(*) FROM defect WHERE state IN ('open', 'under_investigation')), (SELECT COUNT(*) FROM blob),
		(SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM blob)`
	err = s.View().QueryRowContext(ctx, counts).Scan(&st.Projects, &st.Branches, &st.Defects, &st.Open, &st.Blobs, &st.Bytes)
	return st, err
}

// Rebuild makes the projections again from the leaves.
func (l *Ledger) Rebuild(ctx context.Context) error { return l.Store.Rebuild(ctx, project) }
