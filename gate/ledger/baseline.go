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
// branch that passed: what was let through before is not new. A decision about a change is of no branch, whatever the change's own is called.
func NewestOf(ctx context.Context, s *store.Store, a gate.Artifact) (*gate.Baseline, error) {
	branch, verdict := wanted(a), string(gate.Pass)
	if a.Change != nil {
		verdict = string(gate.Fail)
	}
	const newest = `SELECT d.idx FROM decision d JOIN branch b ON b.branch = d.branch
		WHERE b.project = $1 AND b.component = $2 AND b.name = $3 AND d.verdict IN ($4, 'pass') ORDER BY d.idx DESC LIMIT 1`
	var index int64
	err := s.View().QueryRowContext(ctx, newest, a.Project, a.Component, branch, verdict).Scan(&index)
	if errors.Is(err, sql.ErrNoRows) {
		return &gate.Baseline{From: "ledger", Name: "auto", Unproven: fmt.Sprintf("the ledger has no decision about %q that could be one", branch)}, nil
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

// BaselineOf gives a recorded decision as baseline. What was open then is known; what was not comes back as new. One that could not decide, was
// changed, or is about something else proves nothing.
func BaselineOf(r *Recorded, a gate.Artifact) *gate.Baseline {
	d, branch := r.Decision, wanted(a)
	sum := sha256.Sum256(r.Envelope.Payload)
	b := &gate.Baseline{From: "ledger", Name: d.ID, Digest: hex.EncodeToString(sum[:]), At: d.Clock.Now, Known: map[gate.Fingerprint]struct{}{}}
	switch err := d.Check(); {
	case err != nil:
		b.Unproven = fmt.Sprintf("decision %s was changed: %v", d.ID, err)
	case d.Verdict == gate.Error:
		b.Unproven = fmt.Sprintf("decision %s could not be made: what it saw is not all", d.ID)
	case d.Artifact.Project != a.Project || d.Artifact.Component != a.Component:
		b.Unproven = fmt.Sprintf("decision %s is about another project or component", d.ID)
	case a.Change != nil && branch == "":
		b.Unproven = "the branch that the change is for is not known"
	case d.Artifact.Ref != branch:
		b.Unproven = fmt.Sprintf("decision %s is about the branch %q, and %q is wanted", d.ID, d.Artifact.Ref, branch)
	case d.Artifact.Change != nil:
		b.Unproven = fmt.Sprintf("decision %s is about a change, and not about the branch %q", d.ID, branch)
	}
	if b.Unproven != "" {
		return b
	}
	for i := range d.Evaluation.Findings {
		j := &d.Evaluation.Findings[i]
		for _, print := range j.Fingerprints {
			if j.State.IsOpen() {
				b.Known[print] = struct{}{}
			}
		}
	}
	return b
}
