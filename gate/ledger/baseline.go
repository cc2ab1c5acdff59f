package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// NewestOf gives as baseline the newest decision about the branch that a change is to be merged into. Elsewhere it is the newest decision of the same
// branch and environment that passed: what was let through before is not new. A decision about a change is of no branch, whatever the change's own is
// called; and what this run has decided already is no baseline for itself.
func NewestOf(ctx context.Context, s *store.Store, a gate.Artifact, run string) (*gate.Baseline, error) {
	if why := unplaced(a); why != "" {
		return &gate.Baseline{From: "ledger", Name: "auto", Unproven: why}, nil
	}
	text := `SELECT d.idx FROM decision d JOIN branch b ON b.branch = d.branch WHERE b.project = $1 AND b.component = $2 AND b.name = $3
		AND d.run_key <> $4 AND d.verdict IN ('pass', 'fail')`
	args := []any{a.Project, a.Component, wanted(a), run}
	if a.Change == nil {
		text += ` AND d.verdict = 'pass' AND d.environment = $5`
		args = append(args, a.Environment)
	}
	var index int64
	err := s.View().QueryRowContext(ctx, text+` ORDER BY d.idx DESC LIMIT 1`, args...).Scan(&index)
	if errors.Is(err, sql.ErrNoRows) {
		return &gate.Baseline{From: "ledger", Name: "auto",
			Unproven: fmt.Sprintf("the ledger has no decision about %q that could be one", wanted(a))}, nil
	}
	if err != nil {
		return nil, err
	}
	found, err := At(ctx, s, index)
	if err != nil {
		return nil, err
	}
	return BaselineOf(found, a), nil
}

// wanted is the branch that an artifact is to be compared with.
func wanted(a gate.Artifact) string {
	if a.Change != nil {
		return a.Change.Base
	}
	return a.Ref
}

// unplaced says that the wanted branch is not known; "" where it is.
func unplaced(a gate.Artifact) string {
	switch {
	case wanted(a) != "":
		return ""
	case a.Change != nil:
		return "the branch that the change is for is not known"
	}
	return "the branch that is built is not known (name it with --branch)"
}

// BaselineOf gives a recorded decision as baseline. What was open then is known; what was not comes back as new. In a build of a branch, what was
// only accepted does too: when the exception ends, its time is over. One that proves nothing says why.
func BaselineOf(r *Recorded, a gate.Artifact) *gate.Baseline {
	d := r.Decision
	sum := sha256.Sum256(r.Envelope.Payload)
	b := &gate.Baseline{From: "ledger", Name: d.ID, Digest: hex.EncodeToString(sum[:]), At: d.Clock.Now, Known: map[gate.Fingerprint]struct{}{}}
	if b.Unproven = unproven(d, a); b.Unproven != "" {
		return b
	}
	for i := range d.Evaluation.Findings {
		j := &d.Evaluation.Findings[i]
		if !j.State.IsOpen() || a.Change == nil && j.Covering() != "" {
			continue
		}
		for _, print := range j.Fingerprints {
			b.Known[print] = struct{}{}
		}
	}
	return b
}

// unproven says why a decision cannot be the baseline of an artifact; "" where it can.
func unproven(d *gate.Decision, a gate.Artifact) string {
	branch := wanted(a)
	switch err := d.Check(); {
	case err != nil:
		return fmt.Sprintf("decision %s was changed: %v", d.ID, err)
	case d.Verdict == gate.Error:
		return fmt.Sprintf("decision %s could not be made: what it saw is not all", d.ID)
	case d.Artifact.Project != a.Project || d.Artifact.Component != a.Component:
		return fmt.Sprintf("decision %s is about another project or component", d.ID)
	case branch == "":
		return unplaced(a)
	case d.Artifact.Ref != branch:
		return fmt.Sprintf("decision %s is about the branch %q, and %q is wanted", d.ID, d.Artifact.Ref, branch)
	case d.Artifact.Change != nil:
		return fmt.Sprintf("decision %s is about a change, and not about the branch %q", d.ID, branch)
	case a.Change == nil && d.Artifact.Environment != a.Environment:
		return fmt.Sprintf("decision %s is about %s, and not about %s", d.ID, d.Artifact.Environment, a.Environment)
	case a.Change == nil && d.Verdict != gate.Pass:
		return fmt.Sprintf("decision %s let nothing through: a branch is compared with one that passed", d.ID)
	}
	return ""
}
