package store

import (
	"context"
	"errors"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// Remote is where the log itself is kept; the database is a copy of it. What it does not take stands in neither.
type Remote interface {
	// Add takes an entry with the bytes that it names, and the head of the log with it. [ErrBehind] says that others were faster.
	Add(ctx context.Context, e *Entry, head tree.Checkpoint, bytes gate.Attachments) error
	// CatchUp brings the copy up to date.
	CatchUp(ctx context.Context) error
}

// ErrBehind is the error of a log that has grown elsewhere meanwhile.
var ErrBehind = errors.New("the log has grown meanwhile")

// CopyOf gives the store as the copy of a log that is kept elsewhere: whatever is added to it is added there.
func (s *Store) CopyOf(r Remote) *Store {
	again := *s
	again.remote = r
	return &again
}

// IsCopy reports whether the log itself is kept elsewhere.
func (s *Store) IsCopy() bool { return s.remote != nil }

// added tells the remote of an entry before the transaction ends: one that it does not take is taken back.
func (s *Store) added(ctx context.Context, e *addition, done Appended) error {
	if s.remote == nil {
		return nil
	}
	return s.remote.Add(ctx, e.Entry, tree.Checkpoint{Origin: s.Origin(), Size: done.Size, Root: done.Root}, e.attached)
}

// again says whether adding may be tried once more, after what has to be done for that.
func (s *Store) again(ctx context.Context, err error) (bool, error) {
	if s.remote != nil && errors.Is(err, ErrBehind) {
		return true, s.remote.CatchUp(ctx)
	}
	return s.dialect.isBusy(err), nil
}
