package record_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/record"
)

func TestAnEnvelopeReadsBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(t, "payload")
		e, k := sealed(t, rapid.SampledFrom(key.Algorithms()).Draw(t, "algorithm"), text)
		require.NoError(t, e.Verify(k.Public()))
		marshalled, err := e.Marshal()
		require.NoError(t, err)
		require.Equal(t, `{"payloadType":"application/vnd.in-toto+json","payload":"`+encode(text)+`","signatures":[{"keyid":"","sig":"`+encode(e.Signature)+`"}]}`,
			string(marshalled))
		read, err := record.ParseEnvelope(marshalled)
		require.NoError(t, err)
		require.Equal(t, record.Envelope{Payload: text, Signature: e.Signature}, read)
		bundle, err := e.Bundle()
		require.NoError(t, err)
		read, err = record.ParseBundle(bundle)
		require.NoError(t, err)
		require.Equal(t, e, read)
		require.Equal(t, k.ID(), read.KeyID)
		require.NoError(t, read.Verify(k.Public()))
	})
}

func TestOneByteIsEnoughToBeRefused(t *testing.T) {
	for _, algorithm := range key.Algorithms() {
		e, k := sealed(t, algorithm, []byte(`{"verdict":"pass"}`))
		other, stranger := sealed(t, algorithm, []byte(`{"verdict":"fail"}`))
		for i := range e.Payload {
			changed := e
			changed.Payload = append([]byte{}, e.Payload...)
			changed.Payload[i] ^= 1
			require.Error(t, changed.Verify(k.Public()))
		}
		for i := range e.Signature {
			changed := e
			changed.Signature = append([]byte{}, e.Signature...)
			changed.Signature[i] ^= 1
			require.Error(t, changed.Verify(k.Public()))
		}
		require.Error(t, e.Verify(stranger.Public()))
		swapped := e
		swapped.Signature = other.Signature
		require.Error(t, swapped.Verify(k.Public()))
		bare, err := k.Sign(e.Payload)
		require.NoError(t, err)
		require.Error(t, (&record.Envelope{Payload: e.Payload, Signature: bare}).Verify(k.Public()), "the type is signed with the payload")
	}
}

func TestAnUnsignedEnvelopeSaysSo(t *testing.T) {
	e, err := record.Seal([]byte("{}"), nil)
	require.NoError(t, err)
	require.ErrorIs(t, e.Verify(signer(t, "ed25519").Public()), record.ErrUnsigned)
	text, err := e.Marshal()
	require.NoError(t, err)
	require.Equal(t, `{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[]}`, string(text))
	bundle, err := e.Bundle()
	require.NoError(t, err)
	require.Equal(t, `{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{}},"dsseEnvelope":`+string(text)+"}\n",
		string(bundle))
	for _, parse := range []func([]byte) (record.Envelope, error){record.ParseBundle, func([]byte) (record.Envelope, error) { return record.ParseEnvelope(text) }} {
		read, err := parse(bundle)
		require.NoError(t, err)
		require.Equal(t, e, read)
		require.ErrorIs(t, read.Verify(signer(t, "ed25519").Public()), record.ErrUnsigned)
	}
}

type broken struct{}

func (broken) ID() string                    { return "broken" }
func (broken) Sign(_ []byte) ([]byte, error) { return nil, errors.New("no randomness") }
func (broken) Verify(_, _ []byte) error      { return errors.New("nothing was signed") }

func TestWhatCannotBeSignedIsNotPassedOff(t *testing.T) {
	_, err := record.Seal([]byte("{}"), broken{})
	require.EqualError(t, err, "no randomness")
}

func TestEnvelopesAreReadStrictly(t *testing.T) {
	e, _ := sealed(t, "ed25519", []byte("payload of 18 byte"))
	text, err := e.Marshal()
	require.NoError(t, err)
	fine := string(text)
	change := func(from, to string) string {
		require.Contains(t, fine, from)
		return strings.Replace(fine, from, to, 1)
	}
	payload, one := encode(e.Payload), `{"keyid":"","sig":"`+encode(e.Signature)+`"}`
	loose := func(text string) string { // two bits that no byte has
		i := strings.IndexByte(text, '=') - 1
		return text[:i] + string(text[i]+1) + text[i+1:]
	}
	cases := map[string]struct{ text, want string }{
		"nothing":           {"", "this is no DSSE envelope"},
		"null":              {"null", `the envelope holds ""`},
		"unknown member":    {change(`{"payloadType"`, `{"version":1,"payloadType"`), "unknown object member name"},
		"payload twice":     {change(`"payload":`, `"payload":"e30=","payload":`), "duplicate object member name"},
		"unknown in it":     {change(`{"keyid"`, `{"cert":"","keyid"`), "unknown object member name"},
		"signature twice":   {change(`"sig":`, `"sig":"e30=","sig":`), "duplicate object member name"},
		"other type":        {change("vnd.in-toto+json", "json"), `the envelope holds "application/json"`},
		"no type":           {change(`"payloadType":"application/vnd.in-toto+json",`, ""), `the envelope holds ""`},
		"two signatures":    {change(one, one+","+one), "the envelope has 2 signatures"},
		"empty signature":   {change(encode(e.Signature), ""), "the signature of the envelope is empty or no base64"},
		"null signature":    {change(`"`+encode(e.Signature)+`"`, "null"), "the signature of the envelope is empty or no base64"},
		"loose bits in it":  {change(encode(e.Signature), loose(encode(e.Signature))), "the signature of the envelope is empty or no base64"},
		"line end in it":    {change(encode(e.Signature), encode(e.Signature)+`\n`), "the signature of the envelope is empty or no base64"},
		"empty payload":     {change(payload, ""), "the payload of the envelope is empty or no base64"},
		"no padding":        {change(encode(e.Signature), strings.TrimRight(encode(e.Signature), "=")), "the signature of the envelope is empty or no base64"},
		"line end":          {change(payload, payload[:4]+`\n`+payload[4:]), "the payload of the envelope is empty or no base64"},
		"carriage return":   {change(payload, payload+`\r\n`), "the payload of the envelope is empty or no base64"},
		"space":             {change(payload, payload+" "), "the payload of the envelope is empty or no base64"},
		"alphabet of URLs":  {change(payload, "__8="), "the payload of the envelope is empty or no base64"},
		"loose bits":        {change(payload, "e31="), "the payload of the envelope is empty or no base64"},
		"payload as object": {change(`"`+payload+`"`, "{}"), "this is no DSSE envelope"},
		"more behind":       {fine + "{}", "this is no DSSE envelope"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			read, err := record.ParseEnvelope([]byte(c.text))
			require.ErrorContains(t, err, c.want)
			require.Zero(t, read, "nothing of it is given")
		})
	}
	spaced, err := record.ParseEnvelope([]byte("{ " + fine[1:] + "\n"))
	require.NoError(t, err, "however it is set out")
	again, err := spaced.Marshal()
	require.NoError(t, err)
	require.Equal(t, fine, string(again), "and it is one entry of the log")
}

func TestBundlesAreReadStrictly(t *testing.T) {
	e, _ := sealed(t, "ecdsa-p256", []byte("{}"))
	fine, err := e.Bundle()
	require.NoError(t, err)
	member := func(name string, value any) string { return string(with(t, fine, name, value)) }
	envelope := func(name string, value any) string {
		text, err := e.Marshal()
		require.NoError(t, err)
		return strings.Replace(string(fine), string(text), string(with(t, text, name, value)), 1)
	}
	for name, c := range map[string]struct{ text, want string }{
		"nothing":            {"", "this is no Sigstore bundle"},
		"null":               {"null", `the bundle is of type ""`},
		"unknown member":     {member("messageSignature", map[string]any{}), "unknown object member name"},
		"type twice":         {strings.Replace(string(fine), `{"mediaType"`, `{"mediaType":"","mediaType"`, 1), "duplicate object member name"},
		"hint twice":         {strings.Replace(string(fine), `{"hint"`, `{"hint":"","hint"`, 1), "duplicate object member name"},
		"older type":         {member("mediaType", "application/vnd.dev.sigstore.bundle+json;version=0.2"), "the bundle is of type"},
		"newer type":         {member("mediaType", "application/vnd.dev.sigstore.bundle.v0.4+json"), "the bundle is of type"},
		"no type":            {member("mediaType", nil), `the bundle is of type ""`},
		"no envelope":        {member("dsseEnvelope", nil), "the bundle holds no DSSE envelope"},
		"envelope is null":   {strings.Replace(string(member("dsseEnvelope", "x")), `"x"`, "null", 1), `the envelope holds ""`},
		"no material":        {member("verificationMaterial", nil), "the bundle holds no DSSE envelope, or does not say by which key to verify it"},
		"material is a list": {member("verificationMaterial", []any{}), "the verification material of the bundle"},
		"other payload":      {envelope("payloadType", "text/plain"), `the envelope holds "text/plain"`},
		"unknown in it":      {envelope("version", 1), "unknown object member name"},
		"more behind":        {string(fine) + "{}", "this is no Sigstore bundle"},
	} {
		t.Run(name, func(t *testing.T) {
			require.NotEqual(t, string(fine), c.text)
			_, err := record.ParseBundle([]byte(c.text))
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestWhatOthersPutIntoTheMaterialIsPassedOver(t *testing.T) {
	e, k := sealed(t, "ed25519", []byte("{}"))
	fine, err := e.Bundle()
	require.NoError(t, err)
	for name, material := range map[string]map[string]any{
		"log entries":   {"publicKey": map[string]any{"hint": k.ID()}, "tlogEntries": []any{}, "timestampVerificationData": map[string]any{}},
		"more of a key": {"publicKey": map[string]any{"hint": k.ID(), "rawBytes": "e30="}},
	} {
		read, err := record.ParseBundle(with(t, fine, "verificationMaterial", material))
		require.NoError(t, err, name)
		require.Equal(t, e, read, name)
	}
	read, err := record.ParseBundle(with(t, fine, "verificationMaterial", map[string]any{"certificate": map[string]any{"rawBytes": "e30="}}))
	require.NoError(t, err)
	require.Empty(t, read.KeyID)
	require.NoError(t, read.Verify(k.Public()), "the hint proves nothing, and is not needed")
}
