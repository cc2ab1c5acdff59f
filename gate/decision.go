package gate

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/go-json-experiment/json"
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

// Decision is a verdict with everything that it was computed from.
type Decision struct {
	Schema     string     `json:"schema"`
	ID         string     `json:"id"` // SHA-256 over run identity, subject and evaluation digest, hexadecimal
	Verdict    Verdict    `json:"verdict"`
	Mode       Mode       `json:"mode"`
	ExitCode   int        `json:"exit_code"`
	Artifact   Artifact   `json:"artifact"`
	Clock      Clock      `json:"clock"`
	Run        Run        `json:"run"`
	Evaluator  Evaluator  `json:"evaluator"`
	Inputs     []Evidence `json:"inputs"`             // every source, absent ones included
	Feeds      string     `json:"feeds"`              // of which day each is; "no feed": rules read the threat data that the reports hold
	History    History    `json:"history"`            //
	Problems   []string   `json:"problems,omitempty"` // why the verdict is "error"
	Warnings   []string   `json:"warnings,omitempty"` //
	Digest     string     `json:"evaluation_digest"`  // SHA-256 of the evaluation's JSON, hexadecimal
	Evaluation Evaluation `json:"evaluation"`         //
}

// Evaluation is the part of a decision that a replay must reproduce byte for byte.
type Evaluation struct {
	Verdict    Verdict        `json:"verdict"`
	Summary    Summary        `json:"summary"`
	Violations []Violation    `json:"violations,omitempty"` // about the artifact as a whole
	Exceptions []ExceptionUse `json:"exceptions,omitempty"` // all that were considered
	Findings   []Judged       `json:"findings,omitempty"`   // every defect, open or not
}

// Judged is a defect with its judgement.
type Judged struct {
	*Defect
	State State `json:"state"`
	Judgement
}

// Clock is the instant of a decision.
type Clock struct {
	Now        time.Time `json:"now"`
	Source     string    `json:"source"`     // "system" or "flag"
	Arithmetic string    `json:"arithmetic"` // "elapsed": due = start + n × 24 h, without calendar
}

// Run identifies the run that decided. A CI platform gives the members; outside CI Key is random unless it was given.
type Run struct {
	Key      string `json:"key"`
	Platform string `json:"platform,omitempty"`
}

// Evaluator is what decided.
type Evaluator struct {
	Name     string         `json:"name"`
	Version  string         `json:"version"`
	Commit   string         `json:"commit,omitempty"`
	Go       string         `json:"go"`
	OPA      string         `json:"opa"`
	Policies []PolicySource `json:"policies"`
	Severity string         `json:"severity"`           // which ratings decide, in words
	Settings any            `json:"settings,omitempty"` // of every rule, for the environment of this decision
	Rules    []RuleInfo     `json:"rules"`              // those that were evaluated, ordered by id
	Limits   Limits         `json:"limits"`
}

// RuleInfo is what a rule says of itself.
type RuleInfo struct {
	ID     string `json:"id"` // category/name
	Title  string `json:"title"`
	Remedy string `json:"remedy,omitempty"` // what to do about its violations, where they do not say it themselves
}

// PolicySource is one set of policy files.
type PolicySource struct {
	Name   string `json:"name"`
	Digest string `json:"digest"` // SHA-256 over the sorted list of (path, SHA-256), hexadecimal
}

// Limits bound an evaluation.
type Limits struct {
	DeadlineSeconds int    `json:"deadline_seconds"` // for one query
	HeapBytes       uint64 `json:"heap_bytes"`       // over the start
}

// History says what the ledger gave and took.
type History struct {
	Record string `json:"record"` // "none", or where the decision is recorded
}

// Ledger remembers.
type Ledger interface {
	// FirstSeen gives, for each fingerprint that it knows of this artifact, when it was first seen.
	FirstSeen(ctx context.Context, a Artifact, of []Fingerprint) (map[Fingerprint]time.Time, error)
	// Record writes the decision durably before it returns.
	Record(ctx context.Context, d *Decision) (Receipt, error)
}

// Receipt shows that a decision stands in the ledger.
type Receipt struct {
	Index      int64  `json:"index"`
	Checkpoint string `json:"checkpoint"`
}

// Report is what outputs are made of. They compute nothing.
type Report struct {
	Decision Decision `json:"decision"`
	Receipt  *Receipt `json:"receipt"`
}

// seal computes the digests that identify the decision.
func (d *Decision) seal() error {
	sum := sha256.New()
	if err := json.MarshalWrite(sum, &d.Evaluation, Deterministic); err != nil {
		return err
	}
	d.Digest = hex.EncodeToString(sum.Sum(nil))
	subject, err := json.Marshal(d.Artifact, Deterministic)
	if err != nil {
		return err
	}
	id := sha256.New()
	for _, part := range [][]byte{[]byte(d.Run.Key), subject, []byte(d.Digest)} {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		id.Write(size[:])
		id.Write(part)
	}
	d.ID = hex.EncodeToString(id.Sum(nil))
	return nil
}

// Deterministic makes equal values equal bytes: the names of maps are ordered.
var Deterministic = json.Deterministic(true)
