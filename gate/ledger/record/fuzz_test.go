package record_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/record"
)

// FuzzEnvelope: what is read has one spelling, which reads as the same.
func FuzzEnvelope(f *testing.F) {
	for _, algorithm := range []string{"ed25519", "ecdsa-p256"} {
		e, _ := sealed(f, algorithm, payload(f, decision(subjects()["artifact"])))
		text, err := e.Marshal()
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(`{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[]}`))
	f.Add([]byte(`{"payloadType":"application/vnd.in-toto+json","payload":"e3\n0=","signatures":[{"keyid":"k","sig":"e30="}]}`))
	k := signer(f, "ed25519").Public()
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := record.ParseEnvelope(text)
		if err != nil {
			return
		}
		settles(t, e)
		require.Error(t, e.Verify(k), "by a key that nothing was signed with")
	})
}

// settles holds an envelope that was read against its one spelling.
func settles(t *testing.T, e record.Envelope) {
	once, err := e.Marshal()
	require.NoError(t, err)
	again, err := record.ParseEnvelope(once)
	require.NoError(t, err)
	require.Equal(t, record.Envelope{Payload: e.Payload, Signature: e.Signature}, again)
	twice, err := again.Marshal()
	require.NoError(t, err)
	require.Equal(t, string(once), string(twice))
}

// FuzzBundle: what is read is a bundle again, of the same envelope.
func FuzzBundle(f *testing.F) {
	for _, algorithm := range []string{"ed25519", "ecdsa-p256"} {
		e, _ := sealed(f, algorithm, payload(f, decision(subjects()["artifact"])))
		text, err := e.Bundle()
		require.NoError(f, err)
		f.Add(text)
		f.Add(with(f, text, "verificationMaterial", map[string]any{"certificate": map[string]any{"rawBytes": "e30="}, "tlogEntries": []any{}}))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := record.ParseBundle(text)
		if err != nil {
			return
		}
		settles(t, e)
		bundle, err := e.Bundle()
		require.NoError(t, err)
		again, err := record.ParseBundle(bundle)
		require.NoError(t, err)
		require.Equal(t, e, again)
	})
}

// FuzzStatement: what is read as a decision is written as one that reads as the same, and has subjects with digests.
func FuzzStatement(f *testing.F) {
	for _, subject := range subjects() {
		d := decision(subject)
		f.Add(payload(f, d))
		text, err := record.Summary(d, payload(f, d))
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(`{"_type":"https://in-toto.io/Statement/v1","subject":null,"predicateType":"` + gate.DecisionSchema + `","predicate":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := record.ParseDecision(text)
		if err != nil {
			return
		}
		once, err := record.Payload(d)
		if err != nil {
			return // a date that was read and has no spelling
		}
		again, err := record.ParseDecision(once)
		require.NoError(t, err)
		require.Equal(t, string(once), string(payload(t, again)))
		for _, s := range record.Subjects(again) {
			require.NotEmpty(t, s.Digest)
		}
		_, err = record.Summary(again, once)
		require.NoError(t, err)
	})
}
