package ledger

import (
	"context"
	"database/sql"
	"slices"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// Use is a decision that had something else to say of an exception than the one before it, on its branch.
type Use struct {
	Decision *gate.Decision
	Index    int64
	Covered  []string // ids of the defects that it covered
	Refusals []string // why it did not cover others, a sentence each
}

// UsesOf gives what became of an exception: the first decision of each branch that considered it, and every one that changed what it covers or why
// not.
func UsesOf(ctx context.Context, s *store.Store, id string) (uses []Use, err error) {
	var indexes, branches []int64
	query := store.Query{Text: `SELECT u.idx, d.branch FROM exception_use u JOIN decision d ON d.idx = u.idx WHERE u.exception_id = $1 ORDER BY u.idx`,
		Args: []any{id}}
	err = store.Each(ctx, s.View(), query, func(rows *sql.Rows) error {
		var index, branch int64
		err := rows.Scan(&index, &branch)
		indexes, branches = append(indexes, index), append(branches, branch)
		return err
	})
	if err != nil {
		return nil, err
	}
	last := map[int64]Use{}
	for i, index := range indexes {
		r, err := At(ctx, s, index)
		if err != nil {
			return nil, err
		}
		use := useIn(r, id)
		before, known := last[branches[i]]
		if !known || !slices.Equal(before.Covered, use.Covered) || !slices.Equal(before.Refusals, use.Refusals) {
			uses = append(uses, use)
		}
		last[branches[i]] = use
	}
	return uses, nil
}

func useIn(r *Recorded, id string) Use {
	use := Use{Decision: r.Decision, Index: r.Index}
	for i := range r.Decision.Evaluation.Findings {
		j := &r.Decision.Evaluation.Findings[i]
		if j.Covering() == id {
			use.Covered = append(use.Covered, j.ID)
		}
		for _, ruling := range j.Exceptions {
			if ruling.Exception == id {
				for _, sentence := range ruling.Refusals {
					use.Refusals = append(use.Refusals, j.ID+": "+sentence)
				}
			}
		}
	}
	return use
}
