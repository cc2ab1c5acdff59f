package ledger_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

var everyKind = []gate.SignOffKind{gate.AcceptedRisk, gate.ApprovalOf, gate.NoDefect, gate.Overriding, gate.RevocationFor}

func TestSignOffsAreReadAsTheyWereSaid(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		offs := offsOf(t, opened(t, address), generated(t))
		require.Empty(t, readBack(t, offs), "a ledger without any")
		var all []gate.SignedOff
		for i, kind := range everyKind {
			s := made(kind, i)
			done, err := offs.Append(t.Context(), project, recordOf(i+1), func(known []gate.SignedOff) (*gate.SignOff, error) {
				require.Equal(t, withoutProofs(all), known, "what stands there is known")
				return s, nil
			})
			require.NoError(t, err)
			require.NoError(t, othersProve(t.Context(), offs.Ledger, &done))
			require.Equal(t, []any{int64(i + 1), int64(i), recordOf(i + 1), project, gate.SignOffSchema, offs.Key.ID(), ""},
				[]any{done.Number, done.Index, done.ID, done.Project, done.Schema, done.Signer, done.Fault})
			require.Equal(t, *s, done.SignOff)
			all = append(all, done)
		}
		require.Equal(t, withoutProofs(all), readBack(t, offs))
		reader := &ledger.SignOffs{Ledger: &ledger.Ledger{Store: openedFor(t, address, store.ReadOnly)}, Keys: offs.Keys}
		require.Equal(t, withoutProofs(all), readBack(t, reader))
		_, err := reader.Append(t.Context(), project, recordOf(9), saying(made(gate.AcceptedRisk, 9)))
		require.ErrorContains(t, err, "no key signs the sign-off")
		require.Len(t, idsOf(t, offs.Ledger.Store), len(everyKind))
		audit := auditedBy(t, offs)
		require.Equal(t, len(everyKind), audit.Signed)
		othersVerify(t, offs.Ledger.Store)
	})
}

func withoutProofs(list []gate.SignedOff) (bare []gate.SignedOff) {
	bare = []gate.SignedOff{}
	for _, s := range list {
		s.Proof = nil
		bare = append(bare, s)
	}
	return bare
}

func TestNoLedgerHasNoSignOffs(t *testing.T) {
	for _, offs := range []*ledger.SignOffs{{}, {Ledger: &ledger.Ledger{}}} {
		list, err := offs.Read(t.Context(), project)
		require.NoError(t, err)
		require.Empty(t, list)
	}
}

// What cannot be said adds nothing, and keeps nobody waiting.
func TestSignOffThatIsNotSaidIsNotAdded(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		offs := offsOf(t, opened(t, address), generated(t))
		signed(t, offs, 1, made(gate.AcceptedRisk, 1))
		refused := errors.New("E_SELF: you wrote it")
		unwhole := made(gate.ApprovalOf, 2)
		unwhole.Target = ""
		for name, say := range map[string]func([]gate.SignedOff) (*gate.SignOff, error){
			"refused": func([]gate.SignedOff) (*gate.SignOff, error) { return nil, refused },
			"unwhole": saying(unwhole),
			"no kind": saying(made("other", 2)),
		} {
			_, err := offs.Append(t.Context(), project, recordOf(2), say)
			require.Error(t, err, name)
			require.NotErrorIs(t, err, gate.ErrRegister, name)
			require.Equal(t, name == "refused", errors.Is(err, refused))
			require.Len(t, idsOf(t, offs.Ledger.Store), 1)
		}
		signed(t, offs, 2, made(gate.ApprovalOf, 2))
		auditedBy(t, offs)
	})
}

// Each project has numbers of its own, and sees no other.
func TestProjectsDoNotSeeEachOther(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		offs := offsOf(t, opened(t, address), generated(t))
		for i := range 6 {
			of := []string{project, "4", "420"}[i%3]
			done, err := offs.Append(t.Context(), of, recordOf(i+1), func(known []gate.SignedOff) (*gate.SignOff, error) {
				require.Len(t, known, i/3)
				return made(gate.AcceptedRisk, i), nil
			})
			require.NoError(t, err)
			require.Equal(t, []any{int64(i/3 + 1), of}, []any{done.Number, done.Project})
		}
		for of, want := range map[string]int{project: 2, "4": 2, "420": 2, "": 0, "nobody": 0, "%": 0} {
			list, err := offs.Read(t.Context(), of)
			require.NoError(t, err)
			require.Len(t, list, want, "%q", of)
			for _, s := range list {
				require.Equal(t, of, s.Project)
			}
		}
		_, err := offs.Append(t.Context(), project, recordOf(2), saying(made(gate.AcceptedRisk, 9)))
		require.ErrorIs(t, err, gate.ErrRegister, "the id is that of another project's")
		require.Len(t, idsOf(t, offs.Ledger.Store), 6)
		auditedBy(t, offs)
	})
}

// keyCase is a key set in which the key of a sign-off, made at the start, stands in some way or not at all.
type keyCase struct {
	set   func(e key.Entry) *key.Set
	fault string // of the record; "": the whole register does not hold
}

func with(change func(e *key.Entry)) func(e key.Entry) *key.Set {
	return func(e key.Entry) *key.Set {
		change(&e)
		return &key.Set{Keys: []key.Entry{e}}
	}
}

var keyCases = map[string]keyCase{
	"no key set":            {func(key.Entry) *key.Set { return nil }, "no key set says whose sign-offs count"},
	"ended before":          {with(func(e *key.Entry) { e.ValidUntil = start }), "ended on"},
	"not valid yet":         {with(func(e *key.Entry) { e.ValidFrom = start.Add(1) }), "is valid from"},
	"revoked":               {with(func(e *key.Entry) { e.Revoked = start.AddDate(1, 0, 0) }), "was revoked on"},
	"revoked, for decision": {revokedElsewhere, "was revoked on"},
	"empty set":             {func(key.Entry) *key.Set { return &key.Set{} }, "the key set has no key"},
	"for decisions only":    {with(func(e *key.Entry) { e.Use = key.Decision }), "the key set has no key"},
	"for checkpoints only":  {with(func(e *key.Entry) { e.Use = key.Log }), "the key set has no key"},
	"another key's id":      {with(func(e *key.Entry) { e.ID = "0" + e.ID[1:] + "x" }), "the key set has no key"},
	"no key in the entry":   {with(func(e *key.Entry) { e.Public = "" }), "the key set does not say what key"},
}

// revokedElsewhere: whoever took the key has it for every use.
func revokedElsewhere(e key.Entry) *key.Set {
	other := e
	other.Use, other.Revoked = key.Decision, start
	return &key.Set{Keys: []key.Entry{e, other}}
}

func TestKeysThatDoNotCount(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		offs := offsOf(t, opened(t, address), generated(t))
		known := entered(t, offs.Key.(*key.Private), key.SignOff)
		require.Empty(t, signed(t, offs, 1, made(gate.AcceptedRisk, 0)).Fault)
		for name, c := range keyCases {
			other := &ledger.SignOffs{Ledger: offs.Ledger, Key: offs.Key, Keys: c.set(known)}
			list, err := other.Read(t.Context(), project)
			if c.fault == "" {
				require.ErrorIs(t, err, gate.ErrRegister, name)
				require.Empty(t, list)
			} else {
				require.NoError(t, err, name)
				require.Len(t, list, 1)
				require.Contains(t, list[0].Fault, c.fault, name)
			}
			_, err = other.Append(t.Context(), project, recordOf(2), saying(made(gate.RevocationFor, 0)))
			require.Error(t, err, name)
			require.Len(t, idsOf(t, offs.Ledger.Store), 1, "%s: refused before anything is written", name)
			_, err = other.Append(t.Context(), project, recordOf(1), saying(made(gate.AcceptedRisk, 0)))
			require.ErrorIs(t, err, gate.ErrRegister, "%s: what stands there already counts no more", name)
			a := &ledger.Audit{Store: offs.Ledger.Store, Keys: other.Keys}
			require.NoError(t, a.Run(t.Context()))
			require.Equal(t, other.Keys != nil, len(a.Faults) == 1, "%s: %q", name, a.Faults)
		}
		require.Empty(t, readBack(t, offs)[0].Fault)
	})
}

// A key that does not count is refused even where no earlier record tells of it.
func TestFirstSignOffNeedsAKeyThatCounts(t *testing.T) {
	offs := offsOf(t, opened(t, "sqlite:"+t.TempDir()+"/ledger.db"), generated(t))
	known := entered(t, offs.Key.(*key.Private), key.SignOff)
	for name, c := range keyCases {
		if name == "no key in the entry" || name == "another key's id" {
			continue // no such set can be read
		}
		other := &ledger.SignOffs{Ledger: offs.Ledger, Key: offs.Key, Keys: c.set(known)}
		_, err := other.Append(t.Context(), project, recordOf(1), saying(made(gate.AcceptedRisk, 0)))
		require.Error(t, err, name)
		require.NotErrorIs(t, err, gate.ErrRegister, "%s: nothing was written that does not hold", name)
		require.NotEmpty(t, gate.HintOf(err), name)
		require.Empty(t, idsOf(t, offs.Ledger.Store), name)
	}
}

// A key may end between two sign-offs: what it signed before counts.
func TestKeyThatEndedCountsForWhatItSigned(t *testing.T) {
	offs := offsOf(t, opened(t, "sqlite:"+t.TempDir()+"/ledger.db"), generated(t))
	signed(t, offs, 1, made(gate.AcceptedRisk, 0))
	next := generated(t)
	first, second := offs.Keys.Keys[0], entered(t, next, key.SignOff)
	first.ValidUntil, second.ValidFrom = start.Add(time.Hour), start.Add(time.Hour)
	offs.Keys = &key.Set{Keys: []key.Entry{first, second}}
	_, err := offs.Append(t.Context(), project, recordOf(2), saying(made(gate.ApprovalOf, 1)))
	require.ErrorContains(t, err, "ended on")
	offs.Key = next
	signed(t, offs, 2, made(gate.ApprovalOf, 1))
	for _, s := range readBack(t, offs) {
		require.Empty(t, s.Fault)
	}
	auditedBy(t, offs)
}
