package sigstoretest

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
)

// tampering is one way of changing a record. k has signed it; other is a record of the same key about another artifact.
type tampering struct {
	name   string
	change func(t *testing.T, p *parts, k *key.Private, other *parts)
}

// replaced changes the payload where a text stands.
func replaced(from, to string) func(*testing.T, *parts, *key.Private, *parts) {
	return func(t *testing.T, p *parts, _ *key.Private, _ *parts) {
		require.Contains(t, string(p.payload), from)
		p.payload = bytes.Replace(p.payload, []byte(from), []byte(to), 1)
	}
}

// text changes the bundle's members.
func text(change func(bundle map[string]any)) func(*testing.T, *parts, *key.Private, *parts) {
	return func(_ *testing.T, p *parts, _ *key.Private, _ *parts) { p.text = change }
}

// raw changes the bundle's text.
func raw(from, to string) func(*testing.T, *parts, *key.Private, *parts) {
	return func(_ *testing.T, p *parts, _ *key.Private, _ *parts) {
		p.raw = func(text string) string { return strings.Replace(text, from, to, 1) }
	}
}

func otherAlgorithm(k *key.Private) string {
	if _, ok := k.Ed25519(); ok {
		return "ecdsa-p256"
	}
	return "ed25519"
}

func sameAlgorithm(k *key.Private) string {
	if _, ok := k.Ed25519(); ok {
		return "ed25519"
	}
	return "ecdsa-p256"
}

// tamperings are refused by sigstore-go and by the ledger.
var tamperings = []tampering{
	{"payload: one bit", func(_ *testing.T, p *parts, _ *key.Private, _ *parts) { p.payload[len(p.payload)/2] ^= 1 }},
	{"payload: cut off", func(_ *testing.T, p *parts, _ *key.Private, _ *parts) { p.payload = p.payload[:len(p.payload)-1] }},
	{"payload: a space behind it", func(_ *testing.T, p *parts, _ *key.Private, _ *parts) { p.payload = append(p.payload, ' ') }},
	{"payload: of another record", func(_ *testing.T, p *parts, _ *key.Private, other *parts) {
		p.payload, p.digest = other.payload, other.digest
	}},
	{"payload: no base64", text(func(b map[string]any) { envelopeOf(b)["payload"] = "$$$$" })},
	{"subject: digest changed", func(t *testing.T, p *parts, k *key.Private, other *parts) {
		replaced(p.digest, other.digest)(t, p, k, other)
		p.digest = other.digest
	}},
	{"subject: another artifact asked for", func(_ *testing.T, p *parts, _ *key.Private, other *parts) { p.digest = other.digest }},
	{"subject: added", replaced(`"subject":[`, `"subject":[{"name":"x","digest":{"sha256":"`+sum("x")+`"}},`)},
	{"predicate: verdict changed", replaced(`"verdict":"fail"`, `"verdict":"pass"`)},
	{"predicate: environment changed", replaced(`"production"`, `"test"`)},
	{"predicate: type changed", replaced(gate.DecisionSchema, "https://slsa.dev/provenance/v1")},
	{"signature: one bit", func(_ *testing.T, p *parts, _ *key.Private, _ *parts) { p.signature[len(p.signature)/2] ^= 1 }},
	{"signature: cut off", func(_ *testing.T, p *parts, _ *key.Private, _ *parts) { p.signature = p.signature[:len(p.signature)-1] }},
	{"signature: a byte behind it", func(_ *testing.T, p *parts, _ *key.Private, _ *parts) { p.signature = append(p.signature, 0) }},
	{"signature: of another record", func(_ *testing.T, p *parts, _ *key.Private, other *parts) { p.signature = other.signature }},
	{"signature: empty", func(_ *testing.T, p *parts, _ *key.Private, _ *parts) { p.signature = nil }},
	{"signature: none", text(func(b map[string]any) { envelopeOf(b)["signatures"] = []any{} })},
	{"signature: twice", text(func(b map[string]any) { envelopeOf(b)["signatures"] = append(signatures(b), signatures(b)[0]) })},
	{"signature: a second one", text(func(b map[string]any) {
		envelopeOf(b)["signatures"] = append(signatures(b), map[string]any{"sig": base64.StdEncoding.EncodeToString(make([]byte, 64))})
	})},
	{"signature: over the bare payload", func(t *testing.T, p *parts, k *key.Private, _ *parts) { p.signature = signed(t, k, p.payload) }},
	{"signature: over another payload type", func(t *testing.T, p *parts, k *key.Private, _ *parts) {
		p.signature = signed(t, k, dsse.PAE("application/json", p.payload))
	}},
	{"payload type: changed", func(_ *testing.T, p *parts, _ *key.Private, _ *parts) { p.kind = "application/json" }},
	{"payload type: empty", func(_ *testing.T, p *parts, _ *key.Private, _ *parts) { p.kind = "" }},
	{"key: another", func(t *testing.T, p *parts, k *key.Private, _ *parts) { p.key = generate(t, sameAlgorithm(k)).Public() }},
	{"key: of the other algorithm", func(t *testing.T, p *parts, k *key.Private, _ *parts) {
		p.key = generate(t, otherAlgorithm(k)).Public()
	}},
	{"key: signed by another, named as ours", func(t *testing.T, p *parts, k *key.Private, _ *parts) {
		p.signature = signed(t, generate(t, sameAlgorithm(k)), dsse.PAE(p.kind, p.payload))
	}},
	{"bundle: newer media type", func(_ *testing.T, p *parts, _ *key.Private, _ *parts) {
		p.media = strings.Replace(p.media, "v0.3", "v0.4", 1)
	}},
	{"bundle: another media type", func(_ *testing.T, p *parts, _ *key.Private, _ *parts) { p.media = "application/json" }},
	{"bundle: no envelope", text(func(b map[string]any) { delete(b, "dsseEnvelope") })},
	{"bundle: no verification material", text(func(b map[string]any) { delete(b, "verificationMaterial") })},
	{"bundle: unknown member", text(func(b map[string]any) { b["force"] = true })},
	{"payload: member twice, signed anew", func(t *testing.T, p *parts, k *key.Private, other *parts) {
		replaced(`"predicateType":`, `"predicateType":"x","predicateType":`)(t, p, k, other)
		p.signature = signed(t, k, dsse.PAE(p.kind, p.payload))
	}},
	{"bundle: envelope twice", raw(`{"dsseEnvelope":`, `{"dsseEnvelope":{},"dsseEnvelope":`)},
}

func signed(t *testing.T, k *key.Private, message []byte) []byte {
	signature, err := k.Sign(message)
	require.NoError(t, err)
	return signature
}

func TestTamperingIsRefusedByBoth(t *testing.T) {
	require.GreaterOrEqual(t, len(tamperings), 20)
	for _, algorithm := range key.Algorithms() {
		for _, c := range tamperings {
			t.Run(algorithm+"/"+c.name, func(t *testing.T) {
				k := generate(t, algorithm)
				p, other := apart(t, k, "app"), apart(t, k, "another app")
				c.change(t, p, k, other)
				text := p.bundle(t)
				_, err := p.theirs(t, text)
				require.Error(t, err, "sigstore-go")
				require.Error(t, p.ours(text), "ours")
			})
		}
	}
}

// TestWhatSigstoreDoesNotLookAt: these leave the signed bytes as they are, or were signed by the right key. The ledger refuses them: a record has one
// spelling, and says of itself what it must be.
func TestWhatSigstoreDoesNotLookAt(t *testing.T) {
	resign := func(t *testing.T, p *parts, k *key.Private, other *parts, from, to string) {
		replaced(from, to)(t, p, k, other)
		p.signature = signed(t, k, dsse.PAE(p.kind, p.payload))
	}
	for _, c := range []struct {
		tampering
		want string
	}{
		// four, since protojson takes text whose length no four divides as unpadded
		{tampering{"base64: line ends", raw(`"payload":"`, `"payload":"\n\n\n\n`)}, "it is not spelled in the one way"},
		{tampering{"base64: no padding", func(_ *testing.T, p *parts, _ *key.Private, _ *parts) {
			p.raw = func(text string) string { return strings.Replace(text, `=="}]`, `"}]`, 1) }
		}}, "the signature of the envelope is empty or no base64"},
		{tampering{"bundle: older media type", func(_ *testing.T, p *parts, _ *key.Private, _ *parts) {
			p.media = "application/vnd.dev.sigstore.bundle+json;version=0.2"
		}}, "is wanted"},
		{tampering{"signed anew: verdict does not fit the evaluation", func(t *testing.T, p *parts, k *key.Private, other *parts) {
			resign(t, p, k, other, `"verdict":"fail"`, `"verdict":"pass"`)
		}}, "it says verdict"},
		{tampering{"signed anew: finding changed", func(t *testing.T, p *parts, k *key.Private, other *parts) {
			resign(t, p, k, other, `"CVE-2026-1"`, `"CVE-2026-2"`)
		}}, "its evaluation has the digest"},
		{tampering{"signed anew: names another signer", func(t *testing.T, p *parts, k *key.Private, other *parts) {
			resign(t, p, k, other, `"signer":"`+k.ID(), `"signer":"`+sum("key"))
		}}, "it says that key"},
		{tampering{"signed anew: unknown member", func(t *testing.T, p *parts, k *key.Private, other *parts) {
			resign(t, p, k, other, `"predicate":{`, `"predicate":{"force":true,`)
		}}, "unknown object member name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := generate(t, "ed25519")
			p, other := apart(t, k, "app"), apart(t, k, "another app")
			c.change(t, p, k, other)
			text := p.bundle(t)
			require.ErrorContains(t, p.ours(text), c.want)
			_, err := p.theirs(t, text)
			require.NoError(t, err)
		})
	}
}
