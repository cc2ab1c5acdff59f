package ledger_test

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// project is the one of [run].
const project = "42"

// recordOf gives the id of a record.
func recordOf(n int) string { return fmt.Sprintf("dgx_%026d", n) }

func generated(t *testing.T) *key.Private {
	t.Helper()
	private, err := key.Generate("ed25519")
	require.NoError(t, err)
	return private
}

// entered is a key for a use, in force since long ago.
func entered(t *testing.T, private *key.Private, use key.Use) key.Entry {
	t.Helper()
	text, err := private.Public().MarshalPEM()
	require.NoError(t, err)
	return key.Entry{ID: private.ID(), Use: use, ValidFrom: start.AddDate(-1, 0, 0), Public: string(text)}
}

// offsOf are the sign-offs of a ledger, by one key which alone counts.
func offsOf(t *testing.T, l *ledger.Ledger, by *key.Private) *ledger.SignOffs {
	t.Helper()
	return &ledger.SignOffs{Ledger: l, Key: by, Keys: &key.Set{Keys: []key.Entry{entered(t, by, key.SignOff)}}}
}

// made is a sign-off of a kind at an hour; records of other kinds than exceptions are about the first.
func made(kind gate.SignOffKind, hour int) *gate.SignOff {
	at := start.Add(time.Duration(hour) * time.Hour)
	s := &gate.SignOff{Kind: kind, Repository: "acme/shop", Component: "shop", Environment: "production", Actor: gate.Actor{
		Person: gate.Person{ID: "1", Login: "ann"}, Role: "maintain", Source: gate.FromForge, CheckedAt: at}, RecordedAt: at, Tool: "1.2.3",
		Policy: strings.Repeat("b", 64), Reason: "not reachable from outside"}
	switch kind {
	case gate.ApprovalOf, gate.RevocationFor:
		s.Target = recordOf(1)
	case gate.Overriding:
		s.NotAfter, s.Scope = at.Add(4*time.Hour), gate.Scope{Environment: "production", Commit: "c0ffee"}
		s.Ticket = "INC-1"
	default:
		s.NotAfter = at.AddDate(0, 0, 30)
		s.Defects = []gate.Binding{{ID: "CVE-2026-0001", Fingerprints: []gate.Fingerprint{{1}, {2}}, Package: "pkg:npm/left-pad", Severity: gate.High}}
	}
	return s
}

// saying says a sign-off, whatever is known.
func saying(s *gate.SignOff) func([]gate.SignedOff) (*gate.SignOff, error) {
	return func([]gate.SignedOff) (*gate.SignOff, error) { return s, nil }
}

// signed appends a sign-off, whose proof must hold.
func signed(t *testing.T, offs *ledger.SignOffs, id int, s *gate.SignOff) gate.SignedOff {
	t.Helper()
	done, err := offs.Append(t.Context(), project, recordOf(id), saying(s))
	require.NoError(t, err)
	require.NoError(t, othersProve(t.Context(), offs.Ledger, &done))
	return done
}

// othersProve has another implementation of Merkle trees hold the proof of a sign-off against the entry that is stored, and the signature against its key.
func othersProve(ctx context.Context, l *ledger.Ledger, s *gate.SignedOff) error {
	e, err := l.Store.Entry(ctx, s.Index)
	if err != nil {
		return err
	}
	envelope := ledger.EnvelopeOf(e)
	if string(envelope.Payload) != string(s.Signed) {
		return fmt.Errorf("entry %d is another", s.Index)
	}
	text, err := envelope.Marshal()
	if err != nil {
		return err
	}
	leaf := rfc6962.DefaultHasher.HashLeaf(text)
	if base64.StdEncoding.EncodeToString(leaf) != s.Leaf {
		return fmt.Errorf("the leaf is %s", s.Leaf)
	}
	p, err := tree.ParseProof(s.Proof)
	if err != nil {
		return err
	}
	c, err := tree.ParseCheckpoint(p.Checkpoint, []ed25519.PublicKey{logKey.Public().(ed25519.PublicKey)})
	if err != nil || p.Index != s.Index || c.Origin != l.Store.Origin() {
		return fmt.Errorf("proof of %d in %s: %w", p.Index, c.Origin, err)
	}
	return proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(p.Index), uint64(c.Size), leaf, bytesIn(p.Hashes), c.Root[:])
}

// readBack gives the sign-offs of the project, which must hold.
func readBack(t *testing.T, offs *ledger.SignOffs) []gate.SignedOff {
	t.Helper()
	list, err := offs.Read(t.Context(), project)
	require.NoError(t, err)
	return list
}

// auditedBy looks through the whole ledger with the keys of its sign-offs.
func auditedBy(t *testing.T, offs *ledger.SignOffs) *ledger.Audit {
	t.Helper()
	a := &ledger.Audit{Store: offs.Ledger.Store, Keys: offs.Keys}
	require.NoError(t, a.Run(t.Context()))
	require.Empty(t, a.Faults)
	return a
}

// sealed is the entry of a sign-off as whoever owns the tables could make it.
func sealed(t *testing.T, s gate.SignOff, by *key.Private) store.Entry {
	t.Helper()
	payload, err := record.SignOffPayload(&s)
	require.NoError(t, err)
	envelope, err := record.Seal(payload, by)
	require.NoError(t, err)
	e := store.Entry{Kind: "sign-off", ID: s.ID, Payload: payload, Signature: envelope.Signature, KeyID: s.Signer, At: s.RecordedAt, Register: s.Project}
	hashed(t, &e)
	return e
}

// hashed gives an entry the leaf hash of its bytes.
func hashed(t *testing.T, e *store.Entry) {
	t.Helper()
	envelope := ledger.EnvelopeOf(e)
	text, err := envelope.Marshal()
	require.NoError(t, err)
	copy(e.Leaf[:], rfc6962.DefaultHasher.HashLeaf(text))
}

// forged adds a sign-off to the log without asking anybody.
func forged(t *testing.T, s *store.Store, e store.Entry) {
	t.Helper()
	_, err := s.Append(t.Context(), e, nil, nothing)
	require.NoError(t, err)
}

func nothing(context.Context, *sql.Tx, *store.Entry) error { return nil }
