package ledger_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// held is a branch as a forge keeps it: commits never change, and the branch moves to one only from where it was thought to be.
type held struct {
	sync.Mutex
	commits  map[string]map[string]string
	parents  map[string]string
	bytes    map[string][]byte
	head     string
	read     int // how many files were asked for
	expected []string
	refuses  error // of every commit
}

func newHeld() *held {
	return &held{commits: map[string]map[string]string{}, parents: map[string]string{}, bytes: map[string][]byte{}}
}

func (h *held) Name() string { return "defectgate" }

func (h *held) Head(context.Context) (string, error) {
	h.Lock()
	defer h.Unlock()
	return h.head, nil
}

func (h *held) Files(_ context.Context, commit string) (map[string]string, error) {
	h.Lock()
	defer h.Unlock()
	return maps.Clone(h.commits[commit]), nil
}

func (h *held) Expect(_ context.Context, _ string, ids []string) { h.expected = ids }

func (h *held) Content(_ context.Context, id string) ([]byte, error) {
	h.Lock()
	defer h.Unlock()
	h.read++
	text, has := h.bytes[id]
	if !has {
		return nil, fmt.Errorf("there is no %s", id)
	}
	return text, nil
}

func (h *held) Commit(_ context.Context, on string, files map[string][]byte, _ string) (string, error) {
	h.Lock()
	defer h.Unlock()
	if h.refuses != nil {
		return "", h.refuses
	}
	tree := map[string]string{}
	maps.Copy(tree, h.commits[on])
	for path, text := range files {
		if delete(tree, path); text != nil {
			tree[path] = h.keep(text)
		}
	}
	if h.head != on {
		return "", store.ErrBehind
	}
	commit := fmt.Sprintf("commit %d", len(h.commits))
	h.commits[commit], h.parents[commit], h.head = tree, on, commit
	return commit, nil
}

func (h *held) keep(text []byte) string {
	sum := sha256.Sum256(text)
	id := hex.EncodeToString(sum[:])
	h.bytes[id] = text
	return id
}

// put changes a file of the branch behind everybody's back.
func (h *held) put(path string, text []byte) {
	tree := maps.Clone(h.commits[h.head])
	if delete(tree, path); text != nil {
		tree[path] = h.keep(text)
	}
	commit := fmt.Sprintf("forged %d", len(h.commits))
	h.commits[commit], h.parents[commit], h.head = tree, h.head, commit
}

// mirrored is a ledger on a machine of its own, whose log is in a branch.
func mirrored(t *testing.T, of *held, keys *key.Set) (*ledger.Ledger, *ledger.Mirror) {
	t.Helper()
	return mirroredAt(t, of, keys, filepath.Join(t.TempDir(), "copy.db"))
}

func mirroredAt(t *testing.T, of *held, keys *key.Set, path string) (*ledger.Ledger, *ledger.Mirror) {
	t.Helper()
	s := openedFor(t, "sqlite:"+path, store.Prepare)
	m := &ledger.Mirror{Branch: of, Copy: s, Keys: keys, LogKey: logKey, Origin: "defectgate.dev/ledger/42"}
	return &ledger.Ledger{Store: s.CopyOf(m), LogKey: logKey, Forms: true}, m
}

// caughtUp is the same, with all that the branch has.
func caughtUp(t *testing.T, of *held, keys *key.Set) *ledger.Ledger {
	t.Helper()
	l, m := mirrored(t, of, keys)
	require.NoError(t, m.CatchUp(t.Context()))
	return l
}
