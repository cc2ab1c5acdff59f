package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// Whoever may write the tables could have a decision made from a past that never was, and mend the tables behind it. The log tells.
func TestAuditSeesDecisionsMadeFromChangedTables(t *testing.T) {
	for change, want := range map[string]string{
		`UPDATE defect SET first_seen_ns = first_seen_ns + 3600000000000`:  "counts as first seen on",
		`UPDATE defect SET returns = 3, returned_ns = 1790000000000000000`: "counts as returned 3 times",
	} {
		engines(t, func(t *testing.T, address string) {
			l := opened(t, address)
			for _, r := range story()[:2] {
				recorded(t, l, r)
			}
			_, err := l.Store.DB().ExecContext(t.Context(), change)
			require.NoError(t, err)
			recorded(t, l, run{key: "changed", branch: "main", hour: 3, defects: []string{"CVE-2026-0001"}, severity: gate.High})
			require.NoError(t, l.Rebuild(t.Context()))
			a := &ledger.Audit{Store: l.Store}
			require.NoError(t, a.Run(t.Context()))
			require.Len(t, a.Faults, 1)
			require.Contains(t, a.Faults[0], "entry 2: CVE-2026-0001 "+want)
		})
	}
}

// A record that stands in the ledger under the id of a decision is not taken for it unless it is: whoever may write into the database decides nothing.
func TestEarlierThatWasChangedIsNotOurs(t *testing.T) {
	for name, change := range map[string]func(*gate.Decision){
		"verdict": func(d *gate.Decision) { d.Verdict, d.ExitCode, d.Evaluation.Verdict = gate.Pass, 0, gate.Pass },
		"mode":    func(d *gate.Decision) { d.Mode, d.ExitCode = gate.Observe, 0 },
		"finding": func(d *gate.Decision) { d.Evaluation.Findings = nil },
		"id":      func(d *gate.Decision) { d.Run.Key = "another"; require.NoError(t, rename(d)) },
	} {
		for _, hashed := range []bool{false, true} {
			l := opened(t, "sqlite:"+t.TempDir()+"/ledger.db")
			r := run{key: "1", branch: "main", hour: 1, defects: []string{"CVE-2026-0001"}, severity: gate.High}
			require.Equal(t, gate.Fail, recorded(t, l, r).Decision.Verdict)
			open(t, l.Store.DB())
			replaceEntry(t, l.Store, change, hashed)

			report, err := r.decide(t.Context(), l)
			require.NoError(t, err)
			require.Equal(t, gate.Error, report.Decision.Verdict, name)
			require.Nil(t, report.Receipt)
			require.Contains(t, report.Decision.Problems[0], "entry 0 stands for this decision already, and is not it", name)
		}
	}
}

// rename gives a decision the id that goes with it.
func rename(d *gate.Decision) error {
	found := idWanted.FindStringSubmatch(fmt.Sprint(d.Check()))
	if found == nil {
		return errors.New("it has its id")
	}
	d.ID = found[1]
	return d.Check()
}

// idWanted finds the id in what [gate.Decision.Check] says.
var idWanted = regexp.MustCompile("its id would be ([0-9a-f]{64})")

// replaceEntry puts another decision in the place of the first, with its leaf hash or without.
func replaceEntry(t *testing.T, s *store.Store, change func(*gate.Decision), hashed bool) {
	t.Helper()
	e, err := s.Entry(t.Context(), 0)
	require.NoError(t, err)
	d, err := record.ParseDecision(e.Payload)
	require.NoError(t, err)
	change(d)
	payload, err := record.Payload(d)
	require.NoError(t, err)
	leaf := e.Leaf
	if hashed {
		envelope := record.Envelope{Payload: payload}
		text, err := envelope.Marshal()
		require.NoError(t, err)
		leaf = tlog.RecordHash(text)
	}
	_, err = s.DB().ExecContext(t.Context(), `UPDATE log_leaf SET codec = 'plain', payload = $1, leaf_hash = $2`, payload, leaf[:])
	require.NoError(t, err)
}

// TestAuditsAndExportsStandStill looks through a ledger while others add to it.
func TestAuditsAndExportsStandStill(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		l := opened(t, address)
		told(t, l)
		still, err := l.Store.Snapshot(t.Context())
		require.NoError(t, err)
		before, err := still.Head(t.Context())
		require.NoError(t, err)

		ctx, stop := context.WithCancel(t.Context())
		added := make(chan int)
		go func() {
			n, most := 0, 200
			if raced {
				most = 20
			}
			for ; n < most && ctx.Err() == nil; n++ {
				r := decisionOf("meanwhile", n)
				if _, err := r.decide(t.Context(), l); err != nil {
					break
				}
			}
			added <- n
		}()
		reader := openedFor(t, address, store.ReadOnly)
		for range 10 {
			audited(t, reader)
			var lines counted
			require.NoError(t, (&ledger.Ledger{Store: reader}).Export(t.Context(), &lines))
			var first struct {
				Log struct{ Size, Blobs, Checkpoints int }
			}
			require.NoError(t, json.Unmarshal(lines.first, &first, json.MatchCaseInsensitiveNames(true), json.RejectUnknownMembers(false)))
			require.Equal(t, 1+first.Log.Size+first.Log.Blobs+first.Log.Checkpoints, lines.count)
		}
		stop()
		require.Positive(t, <-added)

		after, err := still.Head(t.Context())
		require.NoError(t, err)
		require.Equal(t, before, after)
		require.NoError(t, still.Close())
		now, err := l.Store.Head(t.Context())
		require.NoError(t, err)
		require.Greater(t, now.Size, before.Size)
	})
}

// counted counts lines, and keeps the first.
type counted struct {
	first []byte
	count int
}

// Write takes a part of the text.
func (c *counted) Write(text []byte) (int, error) {
	for _, b := range text {
		if c.count == 0 {
			c.first = append(c.first, b)
		}
		if b == '\n' {
			c.count++
		}
	}
	return len(text), nil
}

// A record that names who signs it, and has no signature, is not one that was never signed.
func TestASignatureThatWasTakenAwayIsMissed(t *testing.T) {
	private, err := key.Generate("ed25519")
	require.NoError(t, err)
	report := recorded(t, &ledger.Ledger{Store: opened(t, "sqlite:"+t.TempDir()+"/ledger.db").Store, Key: private, LogKey: logKey, Forms: true}, story()[0])
	envelope, err := record.ParseBundle(report.Bundle)
	require.NoError(t, err)
	for _, signed := range []bool{true, false} {
		if !signed {
			envelope.Signature = nil
		}
		claim := ledger.Claim{Envelope: envelope, Keys: key.Only(private.Public()), Unsigned: true}
		_, steps := claim.Verify()
		last := steps[len(steps)-1]
		if signed {
			require.NoError(t, last.Err)
		} else {
			require.Equal(t, "identity", last.Name)
			require.ErrorContains(t, last.Err, "its signature was taken away")
		}
	}
}

// What is read from the log is what was hashed.
func TestReadersSeeThatBytesWereChanged(t *testing.T) {
	l := opened(t, "sqlite:"+t.TempDir()+"/ledger.db")
	told(t, l)
	_, err := ledger.Find(t.Context(), l.Store, "latest~4")
	require.NoError(t, err)
	open(t, l.Store.DB())
	_, err = l.Store.DB().ExecContext(t.Context(), `DELETE FROM log_leaf WHERE idx > 0`)
	require.NoError(t, err)
	replaceEntry(t, l.Store, func(d *gate.Decision) { d.Warnings = append(d.Warnings, "never said") }, false)
	_, err = ledger.Find(t.Context(), l.Store, "latest")
	require.ErrorContains(t, err, "entry 0: its bytes are not those that were hashed")
	_, err = ledger.NewestOf(t.Context(), l.Store, gate.Artifact{Project: "42", Component: "shop", Change: &gate.Change{Base: "main"}}, "")
	require.Error(t, err)
}
