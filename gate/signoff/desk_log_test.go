package signoff_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/signoff"
)

// memoryLog is a log that keeps what it is told, and fails where it is told to.
type memoryLog struct {
	mu     sync.Mutex
	list   []gate.SignedOff
	calls  []string
	script map[string]func() error // by the name of a call, or by name#n for its n-th
}

var _ signoff.Log = (*memoryLog)(nil)

func (l *memoryLog) call(name string) error {
	l.calls = append(l.calls, name)
	n := 0
	for _, c := range l.calls {
		if c == name {
			n++
		}
	}
	for _, at := range []string{name, name + "#" + string(rune('0'+n))} {
		if say := l.script[at]; say != nil {
			if err := say(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *memoryLog) Read(context.Context, string) ([]gate.SignedOff, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.call("Read"); err != nil {
		return nil, err
	}
	return append([]gate.SignedOff(nil), l.list...), nil
}

func (l *memoryLog) Append(_ context.Context, project, id string, say func([]gate.SignedOff) (*gate.SignOff, error)) (gate.SignedOff, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.call("Append"); err != nil {
		return gate.SignedOff{}, err
	}
	made, err := say(append([]gate.SignedOff(nil), l.list...))
	if err != nil {
		return gate.SignedOff{}, err
	}
	made.Schema, made.ID, made.Project, made.Number, made.Signer = gate.SignOffSchema, id, project, int64(len(l.list)+1), strings.Repeat("f", 64)
	if err := made.Check(); err != nil {
		return gate.SignedOff{}, err
	}
	l.list = append(l.list, gate.SignedOff{SignOff: *made, Index: int64(len(l.list)), Leaf: "leaf " + id})
	return l.list[len(l.list)-1], nil
}

// realLog is the log of a ledger in a file, with the key that signs.
type realLog struct {
	*ledger.SignOffs
	path string
}

func newRealLog(t testing.TB) *realLog {
	path := filepath.Join(t.TempDir(), "ledger.db")
	s, err := store.Open(t.Context(), "sqlite:"+path, store.Prepare)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	private, err := key.Generate("ed25519")
	require.NoError(t, err)
	keys := &key.Set{}
	require.NoError(t, keys.Add(private.Public(), key.SignOff, "", noon.AddDate(-10, 0, 0)))
	return &realLog{&ledger.SignOffs{Ledger: &ledger.Ledger{Store: s}, Keys: keys, Key: private}, path}
}

// audited looks through the whole ledger.
func (l *realLog) audited(t testing.TB) *ledger.Audit {
	a := &ledger.Audit{Store: l.Ledger.Store, Keys: l.Keys}
	require.NoError(t, a.Run(t.Context()))
	require.Empty(t, a.Faults)
	return a
}

// spoil changes the bytes of the first record.
func (l *realLog) spoil(t testing.TB) {
	for _, statement := range []string{"DROP TRIGGER log_leaf_update", "UPDATE log_leaf SET signature = key_id WHERE register <> ''"} {
		_, err := l.Ledger.Store.DB().ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
}

// logs runs a test over both.
func logs(t *testing.T, test func(t *testing.T, log signoff.Log)) {
	t.Run("memory", func(t *testing.T) { test(t, &memoryLog{script: map[string]func() error{}}) })
	t.Run("ledger", func(t *testing.T) { test(t, newRealLog(t)) })
}

// recordsOf gives all that a log holds.
func recordsOf(t testing.TB, l signoff.Log) []gate.SignedOff {
	if m, ok := l.(*memoryLog); ok {
		m.mu.Lock()
		defer m.mu.Unlock()
		return append([]gate.SignedOff(nil), m.list...)
	}
	list, err := l.Read(t.Context(), project)
	require.NoError(t, err)
	return list
}

// errDown is a log that cannot be reached.
var errDown = errors.New("database is locked")

// noon is the instant at which everything happens that says no other.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
