package record

import (
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// PayloadType is that of in-toto statements in DSSE.
const PayloadType = "application/vnd.in-toto+json"

// Envelope is a payload with its signature. https://github.com/secure-systems-lab/dsse/blob/master/envelope.md
type Envelope struct {
	Payload   []byte
	Signature []byte // nil: it is not signed
	KeyID     string // who says to have signed it, a hint that stands outside of the envelope; "" where nobody says
}

// Signer signs a message, and recognises what it signed. Its ID is what a key set calls it by.
type Signer interface {
	ID() string
	Sign(message []byte) ([]byte, error)
	Verifier
}

// Verifier is the key that a signature is held against.
type Verifier interface {
	Verify(message, signature []byte) error
}

// Seal signs a payload; without a signer it stays unsigned.
func Seal(payload []byte, by Signer) (e Envelope, err error) {
	e.Payload = payload
	if by == nil {
		return e, nil
	}
	e.KeyID = by.ID()
	e.Signature, err = by.Sign(dsse.PAE(PayloadType, payload))
	return e, err
}

// ErrUnsigned is the error of an envelope without a signature.
var ErrUnsigned = errors.New("it is not signed")

// Verify holds the signature against a key.
func (e *Envelope) Verify(key Verifier) error {
	if e.Signature == nil {
		return ErrUnsigned
	}
	return key.Verify(dsse.PAE(PayloadType, e.Payload), e.Signature)
}

// Marshal gives the one spelling of the envelope: the bytes that are an entry of the log. The id of the key is left empty: verifiers of bundles
// refuse one that they did not compute themselves, and DSSE gives it no meaning.
func (e *Envelope) Marshal() ([]byte, error) {
	text := make([]byte, 0, base64.StdEncoding.EncodedLen(len(e.Payload))+512)
	text = append(text, `{"payloadType":"`+PayloadType+`","payload":"`...)
	text = base64.StdEncoding.AppendEncode(text, e.Payload)
	text = append(text, `","signatures":[`...)
	if e.Signature != nil {
		text = append(text, `{"keyid":"","sig":"`...)
		text = base64.StdEncoding.AppendEncode(text, e.Signature)
		text = append(text, `"}`...)
	}
	return append(text, `]}`...), nil
}

// ParseEnvelope reads an envelope in JSON, however it is set out.
func ParseEnvelope(text []byte) (e Envelope, err error) {
	var d dsse.Envelope
	if err := json.Unmarshal(text, &d, json.RejectUnknownMembers(true)); err != nil {
		return e, fmt.Errorf("this is no DSSE envelope: %w", err)
	}
	return opened(&d)
}

// opened takes an envelope as this program writes it: one payload type, one signature at most.
func opened(d *dsse.Envelope) (e Envelope, err error) {
	if d.PayloadType != PayloadType {
		return e, fmt.Errorf("the envelope holds %q, and %q is wanted", d.PayloadType, PayloadType)
	}
	if len(d.Signatures) > 1 {
		return e, fmt.Errorf("the envelope has %d signatures, and a record of this program has one", len(d.Signatures))
	}
	if e.Payload, err = decode(d.Payload); err != nil {
		return Envelope{}, fmt.Errorf("the payload of the envelope is empty or no base64: %w", err)
	}
	for _, s := range d.Signatures {
		if e.Signature, err = decode(s.Sig); err != nil {
			return Envelope{}, fmt.Errorf("the signature of the envelope is empty or no base64: %w", err)
		}
	}
	return e, nil
}

// decode reads the one base64 spelling of some bytes. A strict decoder still passes over line ends, and would take several texts for one envelope.
func decode(text string) ([]byte, error) {
	bytes, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, err
	}
	if len(bytes) == 0 || base64.StdEncoding.EncodeToString(bytes) != text {
		return nil, errors.New("it is not spelled in the one way of RFC 4648, section 4")
	}
	return bytes, nil
}
