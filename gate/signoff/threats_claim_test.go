package signoff_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// forged lets whoever controls the run of a change, its author perhaps, say what he likes: all digests are right again.
func (w *world) forged(change func(found map[string]*gate.Judged)) {
	d := decidedAbout(w.t, artifactOf(headSHA), w.found...)
	found := map[string]*gate.Judged{}
	for i := range d.Evaluation.Findings {
		found[d.Evaluation.Findings[i].ID] = &d.Evaluation.Findings[i]
	}
	change(found)
	var err error
	d.Digest, err = d.Evaluation.Digest()
	require.NoError(w.t, err)
	subject, err := json.Marshal(d.Artifact, gate.Deterministic)
	require.NoError(w.t, err)
	id := sha256.New()
	for _, part := range [][]byte{[]byte(d.Run.Key), []byte(d.Mode), subject, []byte(d.Digest)} {
		id.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		id.Write(part)
	}
	d.ID = hex.EncodeToString(id.Sum(nil))
	require.NoError(w.t, d.Check(), "whoever forges it seals it")
	w.forge.decisions[headSHA] = d
}

// TestT04AForgedDecisionGivesNoMoreThanIsTrue: the decision of the head comes from an untrusted run. The gate holds what was signed off against its own
// reading.
func TestT04AForgedDecisionGivesNoMoreThanIsTrue(t *testing.T) {
	for name, c := range map[string]struct {
		forge func(found map[string]*gate.Judged)
		body  string
		still string // blocks all the same
	}{
		"less severe, so that one approver is enough": {func(f map[string]*gate.Judged) { f[critical].Severity = gate.Low },
			"/defectgate accept " + critical + " until " + until + forReason, critical},
		"by the fingerprints of another defect": {func(f map[string]*gate.Judged) { f[overdue].Fingerprints = f[overdue2].Fingerprints }, accept(), overdue2},
		"by those of another defect as well": {func(f map[string]*gate.Judged) {
			f[overdue].Fingerprints = append(f[overdue].Fingerprints, f[overdue2].Fingerprints...)
		}, accept(), overdue2},
		"by the name of another defect": {func(f map[string]*gate.Judged) {
			f[overdue2].Aliases, f[overdue].Violations = []string{overdue}, nil
		}, accept(), overdue2},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.forged(c.forge)
			o := w.comment(alice, c.body)
			require.True(t, o.Recorded != nil || o.Refusal != nil)
			assert.Contains(t, denied(w.check()), c.still, "nobody has signed that off: %v", o.Refusal)
		})
	}
	w := newWorld(t) // what does not block cannot be made to
	w.forged(func(f map[string]*gate.Judged) { f[overdue].Violations = nil })
	w.refusedFor(signoff.Unknown, alice, accept())
}
