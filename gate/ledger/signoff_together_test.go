package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/pgtest"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

var _ = enrolled("sign", signTogether)

// signTogether waits until its input ends, and then signs off while other processes do. It prints id, number and index of each.
func signTogether(ctx context.Context, address, name string, count int) error {
	s, err := store.Open(ctx, address, store.Write)
	if err != nil {
		return err
	}
	private, err := key.Read("env:"+keyVariable, key.Where{Getenv: os.Getenv})
	if err != nil {
		return err
	}
	offs := &ledger.SignOffs{Ledger: &ledger.Ledger{Store: s, LogKey: logKey}, Key: private, Keys: key.Only(private.Public())}
	fmt.Println("ready")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	for i := range count {
		id := fmt.Sprintf("dgx_%025d%s", i, name[1:])
		done, err := offs.Append(ctx, project, id, saying(made(gate.AcceptedRisk, 0)))
		if err == nil {
			err = othersProve(ctx, offs.Ledger, &done)
		}
		if err != nil {
			return err
		}
		fmt.Println(done.ID, done.Number, done.Index)
	}
	return s.Close()
}

// numbered requires that there are so many sign-offs, with the numbers from 1 on, and that the whole ledger holds.
func numbered(t *testing.T, offs *ledger.SignOffs, count int) {
	t.Helper()
	list := readBack(t, offs)
	require.Len(t, list, count)
	for i, s := range list {
		require.Equal(t, int64(i+1), s.Number)
		require.Empty(t, s.Fault)
		proof, err := offs.Ledger.Proof(t.Context(), s.Index)
		require.NoError(t, err)
		s.Proof = proof.Marshal()
		require.NoError(t, othersProve(t.Context(), offs.Ledger, &s))
	}
	require.Equal(t, count, auditedBy(t, offs).Signed)
}

// TestT30ConcurrentSignOffs has 20 sign off at once: each has a number of its own, and sees all that have a smaller one.
func TestT30ConcurrentSignOffs(t *testing.T) {
	const many = 20
	engines(t, func(t *testing.T, address string) {
		first := offsOf(t, opened(t, address), generated(t))
		var all sync.WaitGroup
		errs, done := make([]error, many), make([]gate.SignedOff, many)
		for i := range many {
			offs := &ledger.SignOffs{Ledger: &ledger.Ledger{Store: first.Ledger.Store, LogKey: logKey}, Key: first.Key, Keys: first.Keys}
			if i%2 == 1 { // some have a database of their own
				offs.Ledger.Store = openedFor(t, address, store.Write)
			}
			all.Go(func() {
				seen := 0
				done[i], errs[i] = offs.Append(t.Context(), project, recordOf(i+1), func(known []gate.SignedOff) (*gate.SignOff, error) {
					seen = len(known)
					return made(gate.AcceptedRisk, 0), nil
				})
				if errs[i] == nil && done[i].Number != int64(seen+1) {
					errs[i] = fmt.Errorf("number %d after %d", done[i].Number, seen)
				}
				if errs[i] == nil {
					errs[i] = othersProve(t.Context(), offs.Ledger, &done[i])
				}
			})
		}
		all.Wait()
		require.NoError(t, errors.Join(errs...))
		numbers := map[int64]string{}
		for _, s := range done {
			require.Empty(t, numbers[s.Number], "number %d twice", s.Number)
			numbers[s.Number] = s.ID
		}
		require.Len(t, idsOf(t, first.Ledger.Store), many)
		numbered(t, first, many)
	})
}

// TestT30ProcessesSignOffTogether, while others record decisions.
func TestT30ProcessesSignOffTogether(t *testing.T) {
	const processes, each = 4, 5
	private := generated(t)
	text, err := private.MarshalPEM()
	require.NoError(t, err)
	t.Setenv(keyVariable, string(text))
	engines(t, func(t *testing.T, address string) {
		l := opened(t, address)
		decisions := together(t, "make", address, 2, each)
		told := map[string]bool{}
		for _, p := range together(t, "sign", address, processes, each) {
			for p.lines.Scan() {
				var id string
				var number, index int64
				_, err := fmt.Sscan(p.lines.Text(), &id, &number, &index)
				require.NoError(t, err)
				told[fmt.Sprint(id, number, index)] = true
			}
			p.ended(t)
		}
		for _, p := range decisions {
			for p.lines.Scan() {
			}
			p.ended(t)
		}
		require.Len(t, idsOf(t, l.Store), processes*each+2*each)
		offs := &ledger.SignOffs{Ledger: l, Keys: key.Only(private.Public())}
		for _, s := range readBack(t, offs) {
			require.Contains(t, told, fmt.Sprint(s.ID, s.Number, s.Index))
		}
		numbered(t, offs, processes*each)
	})
}

// TestT16SameSignOffTwice: one comment is one record, however often and by however many it is handled.
func TestT16SameSignOffTwice(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		offs := offsOf(t, opened(t, address), generated(t))
		first := signed(t, offs, 1, made(gate.AcceptedRisk, 1))
		again, err := offs.Append(t.Context(), project, recordOf(1), func([]gate.SignedOff) (*gate.SignOff, error) {
			return nil, errors.New("it was asked for again")
		})
		require.NoError(t, err)
		require.Equal(t, first, again, "what stands there is given back, with its proof")

		var all sync.WaitGroup
		var asked atomic.Int64
		errs, done := make([]error, 8), make([]gate.SignedOff, 8)
		for i := range errs {
			all.Go(func() {
				done[i], errs[i] = offs.Append(t.Context(), project, recordOf(2), func([]gate.SignedOff) (*gate.SignOff, error) {
					return made(gate.AcceptedRisk, 1+int(asked.Add(1))), nil
				})
			})
		}
		all.Wait()
		require.NoError(t, errors.Join(errs...))
		for i := range done {
			done[i].Proof, done[0].Proof = nil, nil
			require.Equal(t, done[0], done[i])
		}
		require.Equal(t, int64(1), asked.Load())
		require.Len(t, idsOf(t, offs.Ledger.Store), 2)
		numbered(t, offs, 2)
	})
}

// TestT16ConnectionCutInCommit cuts it before the server knows, and after: the sign-off stands in the log once, and whoever made it is told so.
func TestT16ConnectionCutInCommit(t *testing.T) {
	for name, moment := range map[string]int32{"before the server": beforeCommit, "before the answer": afterCommit} {
		t.Run(name, func(t *testing.T) {
			address := pgtest.Shared(t).NewDatabase(t)
			direct := opened(t, address)
			p, through := proxied(t, address)
			offs := offsOf(t, opened(t, through), generated(t))
			for i, kind := range everyKind {
				p.cut.Store(moment)
				asked := 0
				done, err := offs.Append(t.Context(), project, recordOf(i+1), func(known []gate.SignedOff) (*gate.SignOff, error) {
					asked++
					require.Len(t, known, i)
					return made(kind, i), nil
				})
				require.NoError(t, err)
				require.Equal(t, int32(never), p.cut.Load(), "nothing was cut")
				require.Equal(t, map[int32]int{beforeCommit: 2, afterCommit: 1}[moment], asked, "it is asked again only where nothing was stored")
				require.Equal(t, []int64{int64(i + 1), int64(i)}, []int64{done.Number, done.Index})
				require.NoError(t, othersProve(t.Context(), offs.Ledger, &done))
			}
			offs.Ledger = direct
			numbered(t, offs, len(everyKind))
		})
	}
}

// TestT16ConnectionCutForGood: that is an error, even if the sign-off is stored. Asked again, it is given back.
func TestT16ConnectionCutForGood(t *testing.T) {
	t.Parallel() // it waits for a server that does not come
	address := pgtest.Shared(t).NewDatabase(t)
	direct := opened(t, address)
	p, through := proxied(t, address)
	offs := offsOf(t, opened(t, through), generated(t))
	p.closes = true
	p.cut.Store(afterCommit)
	_, err := offs.Append(t.Context(), project, recordOf(1), saying(made(gate.AcceptedRisk, 1)))
	require.Error(t, err)
	require.NotErrorIs(t, err, gate.ErrRegister)
	require.Len(t, idsOf(t, direct.Store), 1)
	offs.Ledger = direct
	require.Equal(t, int64(1), signed(t, offs, 1, made(gate.AcceptedRisk, 2)).Number)
	numbered(t, offs, 1)
}
