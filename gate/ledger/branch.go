package ledger

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// Branch is where a forge keeps the files of a log: a branch of the repository that holds nothing else, and has no history in common with the code.
// Whoever may write to the repository may write to it: it is storage, and nothing is believed because it stands there.
type Branch interface {
	// Name is what people call it.
	Name() string
	// Head gives the newest commit; "" where there is no such branch.
	Head(ctx context.Context) (commit string, err error)
	// Files gives the id of each file's content, by its path.
	Files(ctx context.Context, commit string) (map[string]string, error)
	// Content gives the bytes of a file by their id.
	Content(ctx context.Context, id string) ([]byte, error)
	// Expect says which contents of a commit will be asked for next: all of them at once may be one question.
	Expect(ctx context.Context, commit string, ids []string)
	// Commit changes files on top of a commit, of none where there is no branch yet; nil bytes take a file away. [store.ErrBehind] says that the branch
	// is at another commit meanwhile.
	Commit(ctx context.Context, on string, files map[string][]byte, message string) (commit string, err error)
}

// Mirror keeps a database the copy of a log in a branch: what the branch has more is read, what is recorded is committed there first.
type Mirror struct {
	Branch Branch
	Copy   *store.Store       // of the log; nothing else writes to it
	Keys   *key.Set           // whose decisions count; where it has no key for decisions, signatures are not looked at
	LogKey ed25519.PrivateKey // signs the checkpoint in the branch; nil: it is not signed
	Bare   bool               // the copy has no tables of defects: who asks for sign-offs needs none
	Origin string             // name of a log that nobody has begun yet: the same for all who may begin it

	commit string            // of the branch, with which the copy agrees
	files  map[string]string // of that commit
	signed bool              // a decision of the log is signed by a key that counts
	grown  bool              // entries were added to the copy

	following map[string]string // files of the commit that is being read
}

var _ store.Remote = (*Mirror)(nil)

// ErrRolledBack is the error of a branch that has less than was seen of it, or something else.
var ErrRolledBack = errors.New("the branch does not have what it had")

// Grown reports whether the copy has more than it had in the beginning.
func (m *Mirror) Grown() bool { return m.grown }

// CatchUp reads what the branch has more than the copy. A branch that has less, or other entries, was changed by somebody who may not.
func (m *Mirror) CatchUp(ctx context.Context) error {
	err := m.catchUp(ctx)
	if err != nil && !errors.Is(err, context.Canceled) {
		return gate.WithHint(fmt.Errorf("branch %q: %w", m.Branch.Name(), err), "%s", m.advice(err))
	}
	return err
}

func (m *Mirror) advice(err error) string {
	if hint := gate.HintOf(err); hint != "" {
		return hint
	}
	if errors.Is(err, ErrRolledBack) || errors.Is(err, gate.ErrRegister) {
		return "see who changed the branch, and put its last good commit back: nobody but the gate writes to it"
	}
	return "try again; the log is in the files of that branch"
}

func (m *Mirror) catchUp(ctx context.Context) error {
	have, err := m.Copy.Head(ctx)
	if err != nil {
		return err
	}
	commit, err := m.Branch.Head(ctx)
	switch {
	case err != nil || commit != "" && commit == m.commit:
		return err
	case commit == "" && have.Size == 0:
		return m.Copy.Adopt(ctx, m.Origin)
	case commit == "":
		return fmt.Errorf("%w: it is gone, and it had %d entries", ErrRolledBack, have.Size)
	}
	if m.signed, err = m.hasSigned(ctx); err != nil {
		return err
	}
	files, err := m.Branch.Files(ctx, commit)
	if err != nil {
		return err
	}
	m.following = files
	m.Branch.Expect(ctx, commit, expected(files, have.Size))
	if err := m.follow(ctx, files, have); err != nil {
		return err
	}
	m.commit, m.files = commit, files
	return nil
}

// follow adds the entries of a commit that the copy does not have, and holds the whole against the commit's checkpoint.
func (m *Mirror) follow(ctx context.Context, files map[string]string, have tree.Checkpoint) error {
	want, note, err := m.checkpoint(ctx, files)
	if err != nil {
		return err
	}
	if have.Size > 0 && have.Origin != want.Origin {
		return fmt.Errorf("%w: it calls itself %s, and was called %s", ErrRolledBack, want.Origin, have.Origin)
	}
	if have.Size == 0 {
		if err := m.Copy.Adopt(ctx, want.Origin); err != nil {
			return err
		}
	}
	for _, f := range filesFrom(files, have.Size) {
		if err := m.read(ctx, f, want.Size); err != nil {
			return fmt.Errorf("%s: %w", f.path, err)
		}
	}
	now, err := m.Copy.Head(ctx)
	if err != nil {
		return err
	}
	if now.Size != want.Size || now.Root != want.Root {
		return fmt.Errorf("%w: its checkpoint is of %d entries with root %s, and they are %d with root %s", ErrRolledBack, want.Size, want.Root,
			now.Size, now.Root)
	}
	if err := m.sealed(ctx, note); err != nil || !tree.IsSigned(note) {
		return err
	}
	return m.Copy.SaveCheckpoint(ctx, want, note)
}

// checkpoint is what the branch says of itself.
func (m *Mirror) checkpoint(ctx context.Context, files map[string]string) (tree.Checkpoint, string, error) {
	id, has := files[checkpointFile]
	if !has {
		return tree.Checkpoint{}, "", gate.WithHint(fmt.Errorf("it has no file %q: it is no branch of a ledger", checkpointFile),
			"name another branch with --ledger branch:NAME, one that does not exist yet")
	}
	text, err := m.Branch.Content(ctx, id)
	if err != nil {
		return tree.Checkpoint{}, "", err
	}
	c, err := tree.ParseCheckpoint(string(text), nil)
	return c, string(text), err
}

// read adds the entries of a file that are not in the copy.
func (m *Mirror) read(ctx context.Context, f entryFile, most int64) error {
	if f.to >= most {
		return fmt.Errorf("%w: its checkpoint is of %d entries", ErrRolledBack, most)
	}
	text, err := m.Branch.Content(ctx, f.id)
	if err != nil {
		return err
	}
	envelopes, err := f.envelopes(text)
	if err != nil {
		return err
	}
	head, err := m.Copy.Head(ctx)
	if err != nil {
		return err
	}
	for i := range envelopes {
		at := f.from + int64(i)
		if at < head.Size {
			continue // a file of several, of which the copy has some; the root says whether they are the same
		}
		if err := m.take(ctx, &envelopes[i]); err != nil {
			return fmt.Errorf("entry %d: %w", at, err)
		}
	}
	return nil
}
