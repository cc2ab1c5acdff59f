package ledger_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/pgtest"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// interleaved tells the story with a sign-off of each kind behind each decision, and gives the reports.
func interleaved(t *testing.T, offs *ledger.SignOffs) (reports []gate.Report) {
	t.Helper()
	for i, r := range story() {
		reports = append(reports, recorded(t, offs.Ledger, r))
		s := made(everyKind[i], i+1)
		s.Decision, s.Ticket = reports[i].Decision.ID, "sha256:"+strings.Repeat("a", 64) // what is looked for stands in it as well
		signed(t, offs, i+1, s)
	}
	return reports
}

// TestDecisionsAreFoundAmongSignOffs: what is asked about decisions is answered with decisions.
func TestDecisionsAreFoundAmongSignOffs(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		offs := offsOf(t, opened(t, address), generated(t))
		_, err := ledger.Find(t.Context(), offs.Ledger.Store, "latest")
		require.ErrorAs(t, err, &ledger.NoSuch{})
		reports := interleaved(t, offs)
		s := offs.Ledger.Store
		require.Len(t, idsOf(t, s), 2*len(reports))
		for i := range reports {
			want := reports[i].Decision.ID
			back := fmt.Sprintf("latest~%d", len(reports)-1-i)
			for _, name := range []string{back, want[:8]} {
				found, err := ledger.Find(t.Context(), s, name)
				require.NoError(t, err)
				require.Equal(t, want, found.Decision.ID, name)
				require.Equal(t, int64(2*i), found.Index)
			}
		}
		last := reports[len(reports)-1].Decision.ID
		found, err := ledger.Find(t.Context(), s, "latest")
		require.NoError(t, err)
		require.Equal(t, last, found.Decision.ID)
		for _, name := range []string{"latest~5", recordOf(1), recordOf(1)[:8], strings.ToLower(recordOf(2))} {
			_, err := ledger.Find(t.Context(), s, name)
			require.Error(t, err, name)
		}
		var listed []string
		require.NoError(t, ledger.List(t.Context(), s, ledger.Filter{}, func(l ledger.Listed) error {
			listed = append(listed, l.ID)
			return nil
		}))
		require.Len(t, listed, len(reports))

		newest, err := ledger.NewestFor(t.Context(), s, "sha256:"+strings.Repeat("a", 64), "production")
		require.NoError(t, err)
		require.Equal(t, last, newest.Decision.ID, "a sign-off that names the digest behind it is passed over")
		base, err := ledger.NewestOf(t.Context(), s, gate.Artifact{Project: project, Component: "shop", Environment: "production", Ref: "main"}, "")
		require.NoError(t, err)
		require.Empty(t, base.Unproven)
		require.Equal(t, last, base.Name)
	})
}

// TestNewestForTrustsNoTableAmongSignOffs: a decision that the tables hide is found behind sign-offs, too.
func TestNewestForTrustsNoTableAmongSignOffs(t *testing.T) {
	offs := offsOf(t, opened(t, "sqlite:"+t.TempDir()+"/ledger.db"), generated(t))
	reports := interleaved(t, offs)
	changes(t, offs.Ledger.Store, `DELETE FROM decision_subject WHERE idx > 0`)
	newest, err := ledger.NewestFor(t.Context(), offs.Ledger.Store, "sha256:"+strings.Repeat("a", 64), "production")
	require.NoError(t, err)
	require.Equal(t, reports[len(reports)-1].Decision.ID, newest.Decision.ID)
}

// TestSignOffBetweenRecallAndRecord: what was read ahead of it is not used.
func TestSignOffBetweenRecallAndRecord(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		offs := offsOf(t, opened(t, address), generated(t))
		for i, r := range story() {
			r.meanwhile = func() { signed(t, offs, i+1, made(gate.AcceptedRisk, i)) }
			report := recorded(t, offs.Ledger, r)
			require.Equal(t, int64(2*i), report.Decision.History.Size)
			require.Equal(t, int64(2*i+1), report.Receipt.Index)
		}
		auditedBy(t, offs)
	})
}

// TestSignOffsAreExportedAndImported from the one engine to the other and back, byte for byte.
func TestSignOffsAreExportedAndImported(t *testing.T) {
	first := offsOf(t, opened(t, "sqlite:"+filepath.Join(t.TempDir(), "ledger.db")), generated(t))
	interleaved(t, first)
	text, want := exported(t, first.Ledger), readBack(t, first)
	for _, address := range []string{pgtest.Shared(t).NewDatabase(t), "sqlite:" + filepath.Join(t.TempDir(), "ledger.db")} {
		next := &ledger.SignOffs{Ledger: opened(t, address), Key: first.Key, Keys: first.Keys}
		for range 2 { // once more changes nothing
			_, err := next.Ledger.Import(t.Context(), bytes.NewReader(text))
			require.NoError(t, err)
			require.Equal(t, string(text), string(exported(t, next.Ledger)))
		}
		require.Equal(t, want, readBack(t, next))
		require.Equal(t, idsOf(t, first.Ledger.Store), idsOf(t, next.Ledger.Store))
		auditedBy(t, next)
		different, err := store.Differences(t.Context(), first.Ledger.Store, next.Ledger.Store)
		require.NoError(t, err)
		require.Empty(t, different)
		if strings.HasPrefix(address, "sqlite:") {
			require.Equal(t, int64(len(want)+1), signed(t, next, 9, made(gate.AcceptedRisk, 9)).Number, "and it goes on")
		}
	}
}

// A record that is none does not come into a ledger by an export of one, and an audit of where it stands says so.
func TestImportRefusesASignOffThatIsNone(t *testing.T) {
	offs := offsOf(t, opened(t, "sqlite:"+filepath.Join(t.TempDir(), "ledger.db")), generated(t))
	s := made(gate.ApprovalOf, 1)
	s.Schema, s.ID, s.Project, s.Number, s.Signer, s.Target = gate.SignOffSchema, recordOf(1), project, 1, offs.Key.ID(), ""
	forged(t, offs.Ledger.Store, sealed(t, *s, offs.Key.(*key.Private)))
	next := opened(t, "sqlite:"+filepath.Join(t.TempDir(), "ledger.db"))
	_, err := next.Import(t.Context(), bytes.NewReader(exported(t, offs.Ledger)))
	require.ErrorContains(t, err, "names a record, and no defects")
	a := &ledger.Audit{Store: offs.Ledger.Store, Keys: offs.Keys}
	require.NoError(t, a.Run(t.Context()))
	require.Contains(t, a.Faults[0], "entry 0: a record of the kind")
}

func TestRebuildPassesOverSignOffs(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		offs := offsOf(t, opened(t, address), generated(t))
		interleaved(t, offs)
		want, text := readBack(t, offs), exported(t, offs.Ledger)
		changes(t, offs.Ledger.Store, `DELETE FROM defect_event`)
		require.NoError(t, offs.Ledger.Rebuild(t.Context()))
		require.Equal(t, want, readBack(t, offs))
		require.Equal(t, string(text), string(exported(t, offs.Ledger)))
		auditedBy(t, offs)
		status, err := ledger.StatusOf(t.Context(), offs.Ledger.Store)
		require.NoError(t, err)
		require.Equal(t, int64(2*len(story())), status.Head.Size)
	})
}

// TestAuditSeesEveryChangeOfASignOff changes each column of each sign-off of a copy.
func TestAuditSeesEveryChangeOfASignOff(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	offs := offsOf(t, opened(t, "sqlite:"+path), generated(t))
	interleaved(t, offs)
	auditedBy(t, offs)
	require.NoError(t, offs.Ledger.Store.Close())
	original, err := os.ReadFile(path)
	require.NoError(t, err)
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	require.NoError(t, err)
	columns := column(t, db, `SELECT name FROM pragma_table_info('log_leaf')`)
	require.NoError(t, db.Close())
	require.Contains(t, columns, "register")
	for _, c := range columns {
		for index := int64(1); index < int64(2*len(story())); index += 2 {
			name := fmt.Sprintf("%s of entry %d", c, index)
			copied := filepath.Join(t.TempDir(), "ledger.db")
			require.NoError(t, os.WriteFile(copied, original, 0o600))
			l := unguarded(t, "sqlite:"+copied)
			changes(t, l.Store, `UPDATE log_leaf SET `+c+` = `+changed(c)+` WHERE idx = $1`, index)
			a := &ledger.Audit{Store: l.Store, Keys: offs.Keys}
			if err := a.Run(t.Context()); err == nil || c != "codec" && c != "payload" { // what cannot be unpacked cannot be read
				require.NotEmpty(t, a.Faults, name)
			}
			require.NoError(t, l.Store.Close())
		}
	}
}

// TestAuditSeesWhatWasAddedWithoutAsking: a tree that fits is no reason to believe a sign-off.
func TestAuditSeesWhatWasAddedWithoutAsking(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *gate.SignOff)
		after  func(e *store.Entry)
		says   string
		keys   bool // only with keys it can be told
	}{
		"a number too many":    {change: func(s *gate.SignOff) { s.Number = 3 }, says: "entry 1: it is sign-off number 3 of its project, and number 2 is the next"},
		"a number again":       {change: func(s *gate.SignOff) { s.Number = 1 }, says: "entry 1: it is sign-off number 1 of its project, and number 2 is the next"},
		"no signature":         {after: func(e *store.Entry) { e.Signature = nil }, says: "entry 1: it is a sign-off without a signature"},
		"another signature":    {after: func(e *store.Entry) { e.Signature[0] ^= 1 }, says: "entry 1: its signature is not by the key that it names", keys: true},
		"a key of its own":     {change: func(s *gate.SignOff) { s.Signer = strings.Repeat("f", 64) }, says: "the key set has no key", keys: true},
		"of another register":  {after: func(e *store.Entry) { e.Register = "43" }, says: `entry 1: it is stored as sign-off dgx_00000000000000000000000002 of "43"`},
		"of no register":       {after: func(e *store.Entry) { e.Register = "" }, says: `entry 1: it is stored as sign-off dgx_00000000000000000000000002 of ""`},
		"as a thing of no use": {after: func(e *store.Entry) { e.Kind = "note" }, says: "entry 1: it is stored as note dgx_"},
	} {
		t.Run(name, func(t *testing.T) {
			offs := offsOf(t, opened(t, "sqlite:"+t.TempDir()+"/ledger.db"), generated(t))
			signed(t, offs, 1, made(gate.AcceptedRisk, 1))
			s := made(gate.ApprovalOf, 2)
			s.Schema, s.ID, s.Project, s.Number, s.Signer = gate.SignOffSchema, recordOf(2), project, 2, offs.Key.ID()
			if c.change != nil {
				c.change(s)
			}
			e := sealed(t, *s, offs.Key.(*key.Private))
			if c.after != nil {
				c.after(&e)
				hashed(t, &e)
			}
			forged(t, offs.Ledger.Store, e)
			for _, keys := range []*key.Set{nil, offs.Keys} {
				a := &ledger.Audit{Store: offs.Ledger.Store, Keys: keys}
				require.NoError(t, a.Run(t.Context()))
				if c.keys && keys == nil {
					require.Empty(t, a.Faults)
					continue
				}
				require.Len(t, a.Faults, 1)
				require.Contains(t, a.Faults[0], c.says)
			}
		})
	}
}
