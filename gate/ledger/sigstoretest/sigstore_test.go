package sigstoretest

import (
	"crypto"
	"encoding/hex"
	"testing"
	"time"

	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
)

// theirs asks sigstore-go: by a key, without a public log, for the digest of an artifact. Any hint gives the key.
func (p *parts) theirs(t *testing.T, text []byte) (*verify.VerificationResult, error) {
	v, err := signature.LoadVerifier(standard(t, p.key), crypto.SHA256)
	require.NoError(t, err)
	trusted := root.NewTrustedPublicKeyMaterial(func(string) (root.TimeConstrainedVerifier, error) {
		return root.NewExpiringKey(v, time.Time{}, time.Time{}), nil
	})
	return verifyBundle(t, trusted, text, p.digest)
}

func verifyBundle(t *testing.T, trusted root.TrustedMaterial, text []byte, digest string) (*verify.VerificationResult, error) {
	var b bundle.Bundle
	if err := b.UnmarshalJSON(text); err != nil {
		return nil, err
	}
	verifier, err := verify.NewVerifier(trusted, verify.WithNoObserverTimestamps())
	require.NoError(t, err)
	wanted, err := hex.DecodeString(digest)
	require.NoError(t, err)
	return verifier.Verify(&b, verify.NewPolicy(verify.WithArtifactDigest("sha256", wanted), verify.WithKey()))
}

func TestSigstoreTakesWhatTheLedgerWrites(t *testing.T) {
	for _, algorithm := range key.Algorithms() {
		t.Run(algorithm, func(t *testing.T) {
			k := generate(t, algorithm)
			report := check(t, k, app("app"))
			v, err := signature.LoadVerifier(standard(t, k.Public()), crypto.SHA256)
			require.NoError(t, err)
			byHint := root.NewTrustedPublicKeyMaterialFromMapping(map[string]*root.ExpiringKey{k.ID(): root.NewExpiringKey(v, time.Time{}, time.Time{})})
			result, err := verifyBundle(t, byHint, report.Bundle, sum("app"))
			require.NoError(t, err)
			require.Equal(t, gate.DecisionSchema, result.Statement.GetPredicateType())
			require.Equal(t, report.Decision.ID, result.Statement.GetPredicate().GetFields()["id"].GetStringValue())
			require.Equal(t, k.ID(), string(*result.Signature.PublicKeyID))
			p := &parts{key: k.Public(), digest: sum("app")}
			require.NoError(t, p.ours(report.Bundle))

			result, err = verifyBundle(t, byHint, report.Summary, sum("app"))
			require.NoError(t, err)
			require.Equal(t, "https://slsa.dev/verification_summary/v1", result.Statement.GetPredicateType())
			require.ErrorContains(t, p.ours(report.Summary), "no decision of this program")

			taken := apart(t, k, "app")
			text := taken.bundle(t)
			_, err = taken.theirs(t, text)
			require.NoError(t, err, "put together again by a test it holds, so a test that changes it shows something")
			require.NoError(t, taken.ours(text))
		})
	}
}

func TestAnUnsignedRecordIsRefusedByBoth(t *testing.T) {
	report := check(t, nil, app("app"))
	p := &parts{key: generate(t, "ed25519").Public(), digest: sum("app")}
	_, err := p.theirs(t, report.Bundle)
	require.Error(t, err)
	require.ErrorContains(t, p.ours(report.Bundle), "it is not signed")
}

// TestAMadeUpKeyIDIsRefused: DSSE gives keyid no meaning, and sigstore-go takes an id that is not its own for that of another key.
func TestAMadeUpKeyIDIsRefused(t *testing.T) {
	for _, algorithm := range key.Algorithms() {
		k := generate(t, algorithm)
		require.Contains(t, string(check(t, k, app("app")).Bundle), `"keyid":"",`, "ours is empty")
		p := apart(t, k, "app")
		p.text = func(b map[string]any) { signatures(b)[0].(map[string]any)["keyid"] = k.ID() }
		text := p.bundle(t)
		_, err := p.theirs(t, text)
		require.ErrorContains(t, err, "accepted signatures do not match threshold")
		require.NoError(t, p.ours(text), "it is passed over")
	}
}

func signatures(bundle map[string]any) []any { return envelopeOf(bundle)["signatures"].([]any) }

func envelopeOf(bundle map[string]any) map[string]any { return bundle["dsseEnvelope"].(map[string]any) }
