package ledger_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/pgtest"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// logKey signs checkpoints, so that they are kept.
var logKey = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// run is one check: what a scanner reports at an hour, about which branch.
type run struct {
	key        string // two runs of one key that judge alike are one decision
	branch     string
	hour       int
	defects    []string // ids that the report has
	dated      bool     // the report says since when
	severity   gate.Severity
	exceptions []gate.Exception
	meanwhile  func() // after the ledger was asked what it remembers, and before it records
}

func (r *run) now() time.Time { return start.Add(time.Duration(r.hour) * time.Hour) }

// Name, Expect and Load make a run its own source of findings.
func (r *run) Name() string { return "scan.json" }

func (r *run) Expect() gate.Expectation { return gate.Expectation{Required: true} }

func (r *run) Load(_ context.Context, emit func(*gate.Finding) error) gate.Evidence {
	e := gate.Evidence{Source: r.Name(), Kind: gate.ReportKind, SHA256: strings.Repeat("5", 64), Scan: gate.Scan{Ended: r.now(), Read: len(r.defects),
		Proof: "1 target", Tool: gate.Tool{Name: "scanner", Version: "1.2.3"}, Subject: gate.Subject{Name: "registry.example/shop:1"}}}
	for _, id := range r.defects {
		f := gate.Finding{Tool: "scanner", Kind: gate.Vulnerability, ID: id, Aliases: []string{"GHSA-" + id}, Title: "title of " + id,
			Rating:    gate.Rating{Party: "scanner", Severity: r.severity},
			Component: gate.Component{PURL: "pkg:npm/left-pad@1.0.0", Name: "left-pad", Version: "1.0.0"}, Location: gate.Location{Path: "package-lock.json"}}
		if r.dated {
			f.FirstSeen = start
		}
		if err := emit(&f); err != nil {
			e.Problem = err.Error()
		}
	}
	return e
}

// Evaluate denies what is of high severity and no exception names.
func (r *run) Evaluate(_ context.Context, in gate.Input) (gate.Judgements, error) {
	if r.meanwhile != nil {
		r.meanwhile()
	}
	j := gate.Judgements{Defects: make([]gate.Judgement, len(in.Defects))}
	for i, d := range in.Defects {
		if !d.IsOpen() {
			continue
		}
		v := gate.Violation{Rule: "sla/high", Level: gate.Warn, Message: d.ID + " is open"}
		if d.Severity == gate.High {
			v.Level = gate.Deny
		}
		j.Defects[i] = gate.Judgement{Due: r.now().Add(24 * time.Hour), Violations: []gate.Violation{v}}
		for _, c := range in.Candidates[i] {
			j.Defects[i].Exceptions = append(j.Defects[i].Exceptions, gate.Ruling{Exception: c.ID, Applies: true, Covers: true})
			j.Defects[i].Violations[0].Exception = c.ID
		}
	}
	return j, nil
}

// Exceptions makes a run its own register.
func (r *run) Exceptions(context.Context, gate.Artifact) ([]gate.Exception, error) {
	return r.exceptions, nil
}

// policyText is the policy that every decision names.
var policyText = []byte("package policy\n")

// decide makes the decision, with everything that a gate does around it, and has it recorded.
func (r *run) decide(ctx context.Context, in gate.Ledger) (gate.Report, error) {
	g := &gate.Gate{Sources: []gate.Source{r}, Registers: []gate.Register{r}, Policy: r, Ledger: in, Now: r.now, Mode: gate.Enforce, Clock: "flag",
		Run: gate.Run{Key: r.key, Platform: "github"},
		Keep: func() (gate.Attachments, error) {
			kept := gate.Attachments{}
			kept.Add(policyText)
			return kept, nil
		},
		Evaluator: func() gate.Evaluator {
			file := gate.PolicyFile{Path: "policy.rego", SHA256: gate.Attachments{}.Add(policyText).SHA256}
			return gate.Evaluator{Policies: []gate.PolicySource{{Name: "test", Files: []gate.PolicyFile{file}}}}
		}}
	return g.Check(ctx, gate.Artifact{Project: "42", Component: "shop", Environment: "production", Ref: r.branch,
		Subject: gate.Subject{Name: "shop:1", Digests: []string{"sha256:" + strings.Repeat("a", 64)}, Repository: "github.com/acme/shop", Commit: "c0ffee"}})
}

// recorded makes a decision that must come to stand in the ledger, with a proof that holds.
func recorded(t *testing.T, l *ledger.Ledger, r run) gate.Report {
	t.Helper()
	report, err := r.decide(t.Context(), l)
	require.NoError(t, err)
	require.Empty(t, report.Decision.Problems)
	_, err = proven(&report)
	require.NoError(t, err)
	return report
}

// proven holds the bundle and the proof of a report against each other, and gives the checkpoint.
func proven(report *gate.Report) (tree.Checkpoint, error) {
	if report.Receipt == nil {
		return tree.Checkpoint{}, fmt.Errorf("it is not recorded: %v", report.Decision.Problems)
	}
	envelope, err := record.ParseBundle(report.Bundle)
	if err != nil {
		return tree.Checkpoint{}, err
	}
	text, err := envelope.Marshal()
	if err != nil {
		return tree.Checkpoint{}, err
	}
	proof, err := tree.ParseProof(report.Proof)
	if err != nil {
		return tree.Checkpoint{}, err
	}
	if proof.Index != report.Receipt.Index || proof.Checkpoint != report.Receipt.Checkpoint {
		return tree.Checkpoint{}, errors.New("the proof is not that of the receipt")
	}
	return proof.Verify(tlog.RecordHash(text), []ed25519.PublicKey{logKey.Public().(ed25519.PublicKey)})
}

// story is a small history with all that the projections tell apart: two branches, what is fixed, comes back, changes its severity, is excepted.
func story() []run {
	except := gate.Exception{ID: "EX-1", Defect: "CVE-2026-0001", Reason: "not reachable", Approver: "ann", Granted: start, Until: start.AddDate(1, 0, 0),
		Origin: "exceptions.yaml:1"}
	return []run{
		{key: "1", branch: "main", hour: 1, defects: []string{"CVE-2026-0001", "CVE-2026-0002"}, severity: gate.High},
		{key: "2", branch: "main", hour: 2, defects: []string{"CVE-2026-0001"}, severity: gate.High, exceptions: []gate.Exception{except}},
		{key: "3", branch: "topic", hour: 3, defects: []string{"CVE-2026-0002", "CVE-2026-0003"}, severity: gate.Medium},
		{key: "4", branch: "main", hour: 4, defects: []string{"CVE-2026-0001", "CVE-2026-0002"}, severity: gate.Low},
		{key: "5", branch: "main", hour: 5, defects: nil, severity: gate.Low},
	}
}

// told records the story.
func told(t *testing.T, l *ledger.Ledger) {
	t.Helper()
	for _, r := range story() {
		recorded(t, l, r)
	}
}

// engines are the two kinds of ledgers: a test that holds for both runs with an address of each.
func engines(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite:"+filepath.Join(t.TempDir(), "ledger.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, pgtest.Shared(t).NewDatabase(t)) })
}

// opened opens a ledger until the test ends, and makes it where it is not there.
func opened(t *testing.T, address string) *ledger.Ledger {
	t.Helper()
	return &ledger.Ledger{Store: openedFor(t, address, store.Prepare), LogKey: logKey, Forms: true}
}

func openedFor(t *testing.T, address string, access store.Access) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), address, access)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// audited looks through the whole ledger, and gives what the audit counted.
func audited(t *testing.T, s *store.Store) *ledger.Audit {
	t.Helper()
	a := &ledger.Audit{Store: s}
	require.NoError(t, a.Run(t.Context()))
	require.Empty(t, a.Faults)
	return a
}

// idsOf gives the ids of all entries, in the order of the log. No id stands twice, and no index is left out.
func idsOf(t *testing.T, s *store.Store) (ids []string) {
	t.Helper()
	seen := map[string]bool{}
	require.NoError(t, s.Read(t.Context(), 0, store.MaxIndex, func(e *store.Entry) error {
		if e.Index != int64(len(ids)) || seen[e.ID] {
			return fmt.Errorf("entry %d with the id %s follows %d entries", e.Index, e.ID, len(ids))
		}
		ids, seen[e.ID] = append(ids, e.ID), true
		return nil
	}))
	return ids
}
