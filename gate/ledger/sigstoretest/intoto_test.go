package sigstoretest

import (
	"strings"
	"testing"

	vsa "github.com/in-toto/attestation/go/predicates/vsa/v1"
	intoto "github.com/in-toto/attestation/go/v1"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/record"
)

// subjects are all ways of knowing what a decision is about.
func subjects() map[string]gate.Subject {
	return map[string]gate.Subject{
		"artifact and commit": app("app"),
		"two digests":         {Name: "app", Digests: []string{"sha256:" + sum("app"), "sha512:" + strings.Repeat("ab", 64)}},
		"digest only":         {Digests: []string{"sha256:" + sum("app")}},
		"commit only":         {Commit: app("").Commit},
		"package only":        {Name: "app", PURL: "pkg:npm/app@1"},
		"reports only":        {},
	}
}

// statementOf reads a bundle's statement with the official types.
func statementOf(t *testing.T, bundle []byte) *intoto.Statement {
	e, err := record.ParseBundle(bundle)
	require.NoError(t, err)
	s := &intoto.Statement{}
	require.NoError(t, protojson.Unmarshal(e.Payload, s))
	require.NoError(t, s.Validate())
	return s
}

func TestInTotoReadsTheStatement(t *testing.T) {
	for name, subject := range subjects() {
		t.Run(name, func(t *testing.T) {
			report := check(t, generate(t, "ed25519"), subject)
			s := statementOf(t, report.Bundle)
			require.Equal(t, intoto.StatementTypeUri, s.GetType())
			require.Equal(t, gate.DecisionSchema, s.GetPredicateType())
			require.NotEmpty(t, s.GetSubject())
			for i, want := range record.Subjects(&report.Decision) {
				require.Equal(t, want.Name, s.GetSubject()[i].GetName())
				require.Equal(t, want.URI, s.GetSubject()[i].GetUri())
				require.Equal(t, want.Digest, s.GetSubject()[i].GetDigest())
			}
			require.Equal(t, "fail", s.GetPredicate().GetFields()["verdict"].GetStringValue())
		})
	}
}

func TestInTotoReadsTheSummary(t *testing.T) {
	for name, subject := range subjects() {
		t.Run(name, func(t *testing.T) {
			s := statementOf(t, check(t, generate(t, "ecdsa-p256"), subject).Summary)
			require.Equal(t, "https://slsa.dev/verification_summary/v1", s.GetPredicateType())
			verifier := s.GetPredicate().GetFields()["verifier"].GetStructValue().GetFields()
			require.Equal(t, "1.2.3", verifier["version"].GetStructValue().GetFields()["defectgate"].GetStringValue())
			delete(verifier, "version") // the specification has it, and the type lacks it; it knows every other member
			predicate, err := protojson.Marshal(s.GetPredicate())
			require.NoError(t, err)
			v := &vsa.VerificationSummary{}
			require.NoError(t, protojson.Unmarshal(predicate, v))
			require.Equal(t, "https://defectgate.dev", v.GetVerifier().GetId())
			require.True(t, now.Equal(v.GetTimeVerified().AsTime()))
			require.NotEmpty(t, v.GetResourceUri())
			require.NotEmpty(t, v.GetPolicy().GetUri())
			require.NotEmpty(t, v.GetPolicy().GetDigest()["sha256"])
			require.Equal(t, "FAILED", v.GetVerificationResult())
			require.Equal(t, []string{"FAILED"}, v.GetVerifiedLevels())
			require.Equal(t, "1.1", v.GetSlsaVersion())
			require.Len(t, v.GetInputAttestations(), 1)
			require.NotEmpty(t, v.GetInputAttestations()[0].GetUri())
			require.NotEmpty(t, v.GetInputAttestations()[0].GetDigest()["sha256"])
		})
	}
}
