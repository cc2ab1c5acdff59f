package sigstoretest

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/record"
)

var now = time.Date(2026, 5, 4, 3, 2, 1, 987654321, time.UTC)

func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return hex.EncodeToString(s[:])
}

// source is a report with one finding.
type source struct{}

func (source) Name() string             { return "trivy.json" }
func (source) Expect() gate.Expectation { return gate.Expectation{Required: true} }
func (source) Load(_ context.Context, emit func(*gate.Finding) error) gate.Evidence {
	err := emit(&gate.Finding{Tool: "trivy", Kind: gate.Vulnerability, ID: "CVE-2026-1", Rating: gate.Rating{Party: "nvd", Severity: gate.High},
		Component: gate.Component{PURL: "pkg:npm/a@1", Name: "a", Version: "1"}})
	if err != nil {
		return gate.Evidence{Source: "trivy.json", Status: gate.Truncated, Problem: err.Error()}
	}
	return gate.Evidence{Source: "trivy.json", Kind: gate.ReportKind, SHA256: sum("report"), Scan: gate.Scan{Read: 1, Ended: now}}
}

// policy denies every defect.
type policy struct{}

func (policy) Evaluate(_ context.Context, in gate.Input) (gate.Judgements, error) {
	j := gate.Judgements{Defects: make([]gate.Judgement, len(in.Defects))}
	for i := range j.Defects {
		j.Defects[i].Violations = []gate.Violation{{Rule: "test/all", Level: gate.Deny, Message: "no <defect> & none else"}}
	}
	return j, nil
}

func generate(t *testing.T, algorithm string) *key.Private {
	k, err := key.Generate(algorithm)
	require.NoError(t, err)
	return k
}

// app is an artifact by the digest of its bytes.
func app(bytes string) gate.Subject {
	return gate.Subject{Name: "registry/app:1", Digests: []string{"sha256:" + sum(bytes)}, Repository: "forge.example/a/b",
		Commit: "0123456789abcdef0123456789abcdef01234567"}
}

// check makes a decision as the program does, and gives what the ledger made of it.
func check(t *testing.T, k *key.Private, subject gate.Subject) gate.Report {
	l := &ledger.Ledger{Forms: true}
	if k != nil {
		l.Key = k
	}
	g := gate.Gate{Sources: []gate.Source{source{}}, Policy: policy{}, Ledger: l, Mode: gate.Enforce, Clock: "flag",
		Now: func() time.Time { return now }, Run: gate.Run{Key: "run"}, Evaluator: func() gate.Evaluator {
			return gate.Evaluator{Name: "defectgate", Version: "1.2.3", Strict: []string{}, Policies: []gate.PolicySource{}, Rules: []gate.RuleInfo{}}
		}}
	report, err := g.Check(context.Background(), gate.Artifact{Environment: "production", Subject: subject})
	require.NoError(t, err)
	require.Equal(t, gate.Fail, report.Decision.Verdict, report.Decision.Problems)
	require.NotEmpty(t, report.Bundle)
	return report
}

// parts are a bundle taken apart, so that a test can put another one together.
type parts struct {
	media     string
	payload   []byte
	signature []byte
	kind      string
	key       *key.Public // by which to verify
	digest    string      // of the artifact that is asked for
	text      func(bundle map[string]any)
	raw       func(text string) string
}

func apart(t *testing.T, k *key.Private, artifact string) *parts {
	e, err := record.ParseBundle(check(t, k, app(artifact)).Bundle)
	require.NoError(t, err)
	return &parts{media: record.BundleType, payload: e.Payload, signature: e.Signature, kind: record.PayloadType, key: k.Public(), digest: sum(artifact)}
}

// bundle puts the parts together with the standard library alone.
func (p *parts) bundle(t *testing.T) []byte {
	envelope := map[string]any{"payloadType": p.kind, "payload": base64.StdEncoding.EncodeToString(p.payload),
		"signatures": []any{map[string]any{"sig": base64.StdEncoding.EncodeToString(p.signature)}}}
	b := map[string]any{"mediaType": p.media, "verificationMaterial": map[string]any{"publicKey": map[string]any{"hint": p.key.ID()}},
		"dsseEnvelope": envelope}
	if p.text != nil {
		p.text(b)
	}
	text, err := json.Marshal(b)
	require.NoError(t, err)
	if p.raw != nil {
		changed := p.raw(string(text))
		require.NotEqual(t, string(text), changed)
		text = []byte(changed)
	}
	return text
}

// ours asks the ledger, as `decision verify` does.
func (p *parts) ours(text []byte) error {
	e, err := record.ParseBundle(text)
	if err != nil {
		return err
	}
	claim := ledger.Claim{Envelope: e, Keys: key.Only(p.key), Subject: "sha256:" + p.digest}
	_, steps := claim.Verify()
	return steps[len(steps)-1].Err
}

// standard is the key as the standard library reads it from our PEM.
func standard(t *testing.T, k *key.Public) any {
	text, err := k.MarshalPEM()
	require.NoError(t, err)
	block, _ := pem.Decode(text)
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	require.NoError(t, err)
	return public
}
