package record

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
)

// StatementType is that of an in-toto Statement v1. https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
const StatementType = "https://in-toto.io/Statement/v1"

// Statement says something of subjects. Each subject has a digest.
type Statement struct {
	Type          string         `json:"_type"`
	Subject       []Subject      `json:"subject"`
	PredicateType string         `json:"predicateType"`
	Predicate     jsontext.Value `json:"predicate"`
}

// Subject is one thing by its digests: algorithm → lower-case hexadecimal.
type Subject struct {
	Name   string            `json:"name,omitempty"`
	URI    string            `json:"uri,omitempty"`
	Digest map[string]string `json:"digest"`
}

// Payload gives the bytes of the statement about a decision. Equal decisions are equal bytes.
func Payload(d *gate.Decision) ([]byte, error) {
	var text bytes.Buffer
	head := Statement{StatementType, Subjects(d), gate.DecisionSchema, jsontext.Value(absent)}
	if err := json.MarshalWrite(&text, head, gate.Deterministic); err != nil {
		return nil, err
	}
	text.Truncate(text.Len() - len(absent+"}"))
	if err := json.MarshalWrite(&text, d, gate.Deterministic); err != nil {
		return nil, err
	}
	text.WriteByte('}')
	return text.Bytes(), nil
}

// absent stands for the predicate, which is the last member: it is large, and written once.
const absent = "{}"

// ParseStatement reads a statement.
func ParseStatement(payload []byte) (s Statement, err error) {
	if err := json.Unmarshal(payload, &s, json.RejectUnknownMembers(true)); err != nil {
		return s, fmt.Errorf("this is no in-toto statement: %w", err)
	}
	if s.Type != StatementType {
		return s, fmt.Errorf("its statement is of type %q, and %q is wanted", s.Type, StatementType)
	}
	return s, nil
}

// Decision reads the predicate of a statement about a decision.
func (s *Statement) Decision() (*gate.Decision, error) {
	if s.PredicateType != gate.DecisionSchema {
		return nil, fmt.Errorf("it is of type %q, and no decision of this program: %q is wanted", s.PredicateType, gate.DecisionSchema)
	}
	var d gate.Decision
	if err := json.UnmarshalRead(bytes.NewReader(s.Predicate), &d, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("read the decision: %w", err)
	}
	if d.Schema != gate.DecisionSchema { // null would be read as a decision that says nothing
		return nil, fmt.Errorf("the decision is of type %q, and %q is wanted", d.Schema, gate.DecisionSchema)
	}
	return &d, nil
}

// ParseDecision reads the payload of a decision's envelope.
func ParseDecision(payload []byte) (*gate.Decision, error) {
	s, err := ParseStatement(payload)
	if err != nil {
		return nil, err
	}
	return s.Decision()
}

// Subjects names what a decision is about by digests: the artifact, and the commit that it was built from. What is known by no digest is stood for by
// the reports that speak of it.
func Subjects(d *gate.Decision) (list []Subject) {
	s := &d.Artifact.Subject
	for _, digest := range s.Digests {
		algorithm, sum, _ := strings.Cut(digest, ":")
		if algorithm == "" || sum == "" {
			continue // a name at most: it could change under what it names
		}
		list = append(list, Subject{cmp.Or(s.Name, s.PURL), s.PURL, map[string]string{algorithm: sum}})
	}
	if s.Commit != "" {
		list = append(list, Subject{cmp.Or(s.Repository, "commit"), "", map[string]string{"gitCommit": s.Commit}})
	}
	if len(list) == 0 {
		list = append(list, Subject{cmp.Or(s.String(), "reports"), s.PURL, map[string]string{"sha256": reports(d)}})
	}
	return list
}

// reports is the digest of the set of reports: of their sorted digests, a line each.
func reports(d *gate.Decision) string {
	var sums []string
	for i := range d.Inputs {
		if e := &d.Inputs[i]; e.Kind == gate.ReportKind && e.SHA256 != "" {
			sums = append(sums, e.SHA256+"\n")
		}
	}
	slices.Sort(sums)
	return digest([]byte(strings.Join(sums, "")))
}

func digest(bytes []byte) string {
	sum := sha256.Sum256(bytes)
	return hex.EncodeToString(sum[:])
}
