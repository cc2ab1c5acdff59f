package record

import (
	"cmp"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/defectgate/defectgate/gate"
)

// SummaryType is that of a SLSA Verification Summary Attestation v1. https://slsa.dev/spec/v1.1/verification_summary
const SummaryType = "https://slsa.dev/verification_summary/v1"

// summary is the predicate of a VSA. It holds what the format can hold: no exceptions, no findings, no error that is not a failure.
type summary struct {
	Verifier     verifier     `json:"verifier"`
	TimeVerified time.Time    `json:"timeVerified"`
	ResourceURI  string       `json:"resourceUri"`
	Policy       descriptor   `json:"policy"`
	Inputs       []descriptor `json:"inputAttestations,omitempty"`
	Result       string       `json:"verificationResult"`
	Levels       []string     `json:"verifiedLevels"`
	Version      string       `json:"slsaVersion"`
}

type verifier struct {
	ID      string            `json:"id"`
	Version map[string]string `json:"version"`
}

type descriptor struct {
	URI    string            `json:"uri"`
	Digest map[string]string `json:"digest"`
}

// verifierID is how this program calls itself in a VSA.
const verifierID = "https://defectgate.dev"

// levelClean is what a pass verifies: the name is a URI, as the specification asks of levels that are not its own.
const levelClean = "https://defectgate.dev/levels/no-blocking-defects/v1"

// Summary gives the payload of a SLSA Verification Summary about a decision. Its input is the record of the decision, by the digest of its payload.
func Summary(d *gate.Decision, payload []byte) ([]byte, error) {
	result, levels := "FAILED", []string{"FAILED"}
	if d.Verdict == gate.Pass {
		result, levels = "PASSED", []string{levelClean}
	}
	s := summary{
		Verifier:     verifier{verifierID, map[string]string{d.Evaluator.Name: d.Evaluator.Version, "opa": d.Evaluator.OPA}},
		TimeVerified: d.Clock.Now, ResourceURI: resource(d), Policy: policyOf(d), Result: result, Levels: levels, Version: "1.1",
		Inputs: []descriptor{{gate.DecisionSchema + "#" + d.ID, map[string]string{"sha256": digest(payload)}}},
	}
	predicate, err := json.Marshal(s, gate.Deterministic)
	if err != nil {
		return nil, err
	}
	return json.Marshal(Statement{StatementType, Subjects(d), SummaryType, predicate}, gate.Deterministic)
}

func resource(d *gate.Decision) string {
	s := &d.Artifact.Subject
	if s.PURL == "" && s.Name == "" && s.Repository != "" && s.Commit != "" {
		return "git+" + s.Repository + "@" + s.Commit
	}
	return cmp.Or(s.PURL, s.Name, s.Commit, "reports")
}

// policyOf names all policy files by one digest: that of the sets' digests, a line each.
func policyOf(d *gate.Decision) descriptor {
	var sums []byte
	for _, p := range d.Evaluator.Policies {
		sums = append(sums, p.Digest+"  "+p.Name+"\n"...)
	}
	return descriptor{verifierID + "/policy", map[string]string{"sha256": digest(sums)}}
}
