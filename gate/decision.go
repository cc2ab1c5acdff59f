package gate

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Verdict is the outcome of a check.
type Verdict string

// The verdicts. Error blocks, and wins over Fail; denials are listed all the same.
const (
	Pass  Verdict = "pass"
	Fail  Verdict = "fail"
	Error Verdict = "error" // could not decide
)

// Mode says whether the verdict is enforced.
type Mode string

// The modes. Observe turns a failed check into exit code 0; never an error.
const (
	Enforce Mode = "enforce"
	Observe Mode = "observe"
)

// ExitCode is what the process ends with: 0 pass, 1 fail, 3 could not decide. (2 is misuse; then there is no decision.)
func (v Verdict) ExitCode(m Mode) int {
	switch {
	case v == Pass, v == Fail && m == Observe:
		return 0
	case v == Fail:
		return 1
	}
	return 3
}

// DecisionSchema names the shape of [Decision].
const DecisionSchema = "https://defectgate.dev/attestation/gate-decision/v1"

// Decision is a verdict with everything that it was computed from: the predicate that is recorded. decision.schema.json describes it.
type Decision struct {
	Schema     string     `json:"schema"`
	ID         string     `json:"id"` // SHA-256 over run identity, mode, subject and evaluation digest, hexadecimal
	Verdict    Verdict    `json:"verdict"`
	Mode       Mode       `json:"mode"`
	ExitCode   int        `json:"exit_code"`
	Artifact   Artifact   `json:"artifact"`
	Clock      Clock      `json:"clock"`
	Run        Run        `json:"run"`
	Evaluator  Evaluator  `json:"evaluator"`
	Document   *Blob      `json:"input_document,omitzero"` // what the policy was asked about; nil where nothing records the decision
	Inputs     []Evidence `json:"inputs"`                  // every source, absent ones included
	Feeds      string     `json:"feeds"`                   // of which day each is; "no feed": rules read the threat data that the reports hold
	History    History    `json:"history"`                 //
	Baseline   *Baseline  `json:"baseline,omitzero"`       // with what the defects were compared
	Problems   []string   `json:"problems,omitempty"`      // why the verdict is "error"
	Warnings   []string   `json:"warnings,omitempty"`      //
	LimitsHit  []string   `json:"limits_hit,omitempty"`    // bounds that something was beyond
	Redactions []string   `json:"redactions"`              // JSON pointers of what was removed before it was recorded
	Digest     string     `json:"evaluation_digest"`       // SHA-256 of the evaluation's JSON, hexadecimal
	Evaluation Evaluation `json:"evaluation"`              //
	Signer     string     `json:"signer,omitempty"`        // id of the key that signs the record; empty: it is not signed
}

// Evaluation is the part of a decision that a replay must reproduce byte for byte.
type Evaluation struct {
	Verdict    Verdict        `json:"verdict"`
	Summary    Summary        `json:"summary"`
	Violations []Violation    `json:"violations,omitempty"` // about the artifact as a whole
	Exceptions []ExceptionUse `json:"exceptions,omitempty"` // all that were considered
	Findings   []Judged       `json:"findings,omitempty"`   // every defect, open or not

	written jsontext.Value // its JSON, once it is sealed
}

// MarshalJSONTo writes what was sealed as it was hashed.
func (e *Evaluation) MarshalJSONTo(to *jsontext.Encoder) error {
	if e.written != nil {
		return to.WriteValue(e.written)
	}
	type plain Evaluation
	return json.MarshalEncode(to, (*plain)(e), Deterministic)
}

// Judged is a defect with its judgement.
type Judged struct {
	*Defect
	State State `json:"state"`
	Judgement
}

// Clock is the instant of a decision, and the time at which its record counts as written.
type Clock struct {
	Now        time.Time `json:"now"`
	Source     string    `json:"source"`     // "system" or "flag"
	Arithmetic string    `json:"arithmetic"` // "elapsed": due = start + n × 24 h, without calendar
}

// Run identifies the run that decided. A CI platform gives the members; outside CI Key is random unless it was given.
type Run struct {
	Key        string `json:"key"`
	Platform   string `json:"platform,omitempty"`
	Workflow   string `json:"workflow,omitempty"`        // its file, with the ref that it was taken from
	WorkflowAt string `json:"workflow_commit,omitempty"` // the commit of that file
	ID         string `json:"id,omitempty"`              // of the run, or of the pipeline
	Attempt    string `json:"attempt,omitempty"`         //
	Job        string `json:"job,omitempty"`             //
	Actor      string `json:"actor,omitempty"`           // numeric id and login of who started it
	Event      string `json:"event,omitempty"`           // what started it
	Runner     string `json:"runner,omitempty"`          //
}

// seal computes the digests that identify the decision.
func (d *Decision) seal() (err error) {
	d.Evaluation.written = nil
	if d.Digest, err = d.Evaluation.Digest(); err != nil {
		return err
	}
	return d.name()
}

// sealWritten does the same, and keeps what was hashed: it is written once more when the decision is recorded.
func (d *Decision) sealWritten() (err error) {
	d.Evaluation.written = nil
	written, err := json.Marshal(&d.Evaluation, Deterministic)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(written)
	d.Evaluation.written, d.Digest = written, hex.EncodeToString(sum[:])
	return d.name()
}

// name computes the id: of the run, the subject and the evaluation. What could not be decided has no evaluation that tells it from others, and goes
// by why.
func (d *Decision) name() error {
	subject, err := json.Marshal(d.Artifact, Deterministic)
	if err != nil {
		return err
	}
	parts := [][]byte{[]byte(d.Run.Key), []byte(d.Mode), subject, []byte(d.Digest)}
	for _, problem := range d.Problems {
		parts = append(parts, []byte(problem))
	}
	id := sha256.New()
	for _, part := range parts {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		id.Write(size[:])
		id.Write(part)
	}
	d.ID = hex.EncodeToString(id.Sum(nil))
	return nil
}

// whole refuses a decision whose findings are not those of a gate.
func (d *Decision) whole() error {
	for i := range d.Evaluation.Findings {
		j := &d.Evaluation.Findings[i]
		if j.Defect == nil || len(j.Fingerprints) == 0 || len(j.Occurrences) == 0 {
			return fmt.Errorf("its finding %d has no fingerprint or stands nowhere", i)
		}
	}
	return nil
}

// Check computes the digests again: they are those of a decision that nobody changed.
func (d *Decision) Check() error {
	if err := d.whole(); err != nil {
		return err
	}
	again := *d
	switch err := again.seal(); {
	case err != nil:
		return err
	case again.Digest != d.Digest:
		return fmt.Errorf("its evaluation has the digest %s, and it names %s", again.Digest, d.Digest)
	case again.ID != d.ID:
		return fmt.Errorf("its id would be %s, and it is called %s", again.ID, d.ID)
	case d.Verdict != d.Evaluation.Verdict || d.ExitCode != d.Verdict.ExitCode(d.Mode):
		return fmt.Errorf("it says verdict %q and exit code %d, and its evaluation is %q", d.Verdict, d.ExitCode, d.Evaluation.Verdict)
	}
	return nil
}

// Digest is the SHA-256 of the evaluation's JSON, hexadecimal: equal for equal evaluations.
func (e *Evaluation) Digest() (string, error) {
	sum := sha256.New()
	if err := json.MarshalWrite(sum, e, Deterministic); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Deterministic makes equal values equal bytes: the names of maps are ordered.
var Deterministic = json.Deterministic(true)

// IsRelease reports whether the decision is about a tag: what is built of one is what ships.
func (d *Decision) IsRelease() bool {
	return strings.HasPrefix(d.Artifact.Ref, "tags/") && d.Artifact.Change == nil
}
