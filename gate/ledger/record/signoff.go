package record

import (
	"bytes"
	"encoding/hex"
	"fmt"

	"github.com/go-json-experiment/json"

	"github.com/defectgate/defectgate/gate"
)

// SignOffPayload gives the bytes of the statement about a sign-off.
func SignOffPayload(s *gate.SignOff) ([]byte, error) {
	predicate, err := json.Marshal(s, gate.Deterministic)
	if err != nil {
		return nil, err
	}
	return json.Marshal(Statement{StatementType, signedOff(s), gate.SignOffSchema, predicate}, gate.Deterministic)
}

// signedOff names what a sign-off is about by digests: its defects by their fingerprints, an override by its commit, an approval and a revocation by
// the id of their record.
func signedOff(s *gate.SignOff) (list []Subject) {
	for _, b := range s.Defects {
		for _, f := range b.Fingerprints {
			list = append(list, Subject{Name: b.ID, URI: b.Package, Digest: map[string]string{"sha256": hex.EncodeToString(f[:])}})
		}
	}
	switch {
	case len(list) > 0:
	case s.Scope.Commit != "":
		list = append(list, Subject{Name: "commit", Digest: map[string]string{"gitCommit": s.Scope.Commit}})
	default:
		list = append(list, Subject{Name: s.Target, Digest: map[string]string{"sha256": digest([]byte(s.Target))}})
	}
	return list
}

// ParseSignOff reads the payload of a sign-off's envelope.
func ParseSignOff(payload []byte) (*gate.SignOff, error) {
	s, err := ParseStatement(payload)
	if err != nil {
		return nil, err
	}
	if s.PredicateType != gate.SignOffSchema {
		return nil, fmt.Errorf("it is of type %q, and no sign-off: %q is wanted", s.PredicateType, gate.SignOffSchema)
	}
	var made gate.SignOff
	if err := json.UnmarshalRead(bytes.NewReader(s.Predicate), &made, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("read the sign-off: %w", err)
	}
	return &made, made.Check()
}

// IsSignOff reports whether a payload is that of a sign-off, by its own word.
func IsSignOff(payload []byte) bool {
	s, err := ParseStatement(payload)
	return err == nil && s.PredicateType == gate.SignOffSchema
}
