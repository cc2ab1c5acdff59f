package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// Kept is where the copy of a log stays from run to run, so that the next one reads only what is new. Others may write there, and what they change
// would be remembered: a copy counts with the seal of a key of the log, over its bytes, the key set by which its decisions were looked at, and the
// program that made its tables.
type Kept struct {
	Path    string   // of the copy; its seal lies beside it
	Keys    *key.Set // whose keys of the log count; without one, nothing is kept
	Program string   // that makes the tables
	Now     time.Time
}

// sealed is what the seals of copies have in place of the name of a log, so that none is taken for a checkpoint.
const sealed = "defectgate.dev/copy"

// Take lays the copy at a place where nobody else writes. Where the error is not nil, nothing is there; it is [os.ErrNotExist] where none is kept.
func (k *Kept) Take(to string) error {
	err := k.take(to)
	if err != nil {
		err = errors.Join(err, removed(to))
	}
	return err
}

func (k *Kept) take(to string) error {
	note, err := os.ReadFile(k.seal())
	if err != nil {
		return err
	}
	said, err := tree.ParseCheckpoint(string(note), logKeys(k.Keys, k.Now))
	if err != nil {
		return fmt.Errorf("%s: %w", k.seal(), err)
	}
	is, err := k.copied(k.Path, to)
	if err == nil && is != said {
		err = errors.New("it is not what was sealed, or was made by another program or for another key set")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", k.Path, err)
	}
	return nil
}

// Leave seals a closed copy and keeps it. Two runs that do so at once leave a copy and a seal that may not fit, and then nobody takes them.
func (k *Kept) Leave(from string, by ed25519.PrivateKey) error {
	if err := os.MkdirAll(filepath.Dir(k.Path), 0o700); err != nil {
		return err
	}
	draft := k.Path + ".new"
	is, err := k.copied(from, draft)
	if err != nil {
		return errors.Join(err, removed(draft))
	}
	note, err := is.Sign(by)
	if err != nil {
		return errors.Join(err, removed(draft))
	}
	if err := os.Rename(draft, k.Path); err != nil {
		return errors.Join(err, removed(draft))
	}
	return os.WriteFile(k.seal(), []byte(note), 0o600)
}

func (k *Kept) seal() string { return k.Path + ".seal" }

// copied copies a file, and gives what a seal of it says: its size in bytes, and a hash of all that the seal is over.
func (k *Kept) copied(from, to string) (is tree.Checkpoint, err error) {
	in, err := os.Open(from)
	if err != nil {
		return is, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return is, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	whole := sha256.New()
	size, err := io.Copy(io.MultiWriter(out, whole), in)
	if err != nil {
		return is, err
	}
	root, err := k.rootOf(whole.Sum(nil))
	return tree.Checkpoint{Origin: sealed, Size: size, Root: root}, err
}

func (k *Kept) rootOf(file []byte) (tlog.Hash, error) {
	all, err := json.Marshal(struct {
		File    []byte
		Keys    *key.Set
		Program string
	}{file, k.Keys, k.Program}, gate.Deterministic)
	return sha256.Sum256(all), err
}

// removed takes a file away that may not be there.
func removed(path string) error {
	if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
