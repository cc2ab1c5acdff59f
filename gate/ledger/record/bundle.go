package record

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// BundleType is the media type of a Sigstore bundle v0.3. https://docs.sigstore.dev/about/bundle/
const BundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"

type bundle struct {
	MediaType string         `json:"mediaType"`
	Material  jsontext.Value `json:"verificationMaterial"`
	Envelope  jsontext.Value `json:"dsseEnvelope"`
}

// material says by which key to verify. What others put here (certificates, timestamps, entries of a public log) is not ours to judge: it is read
// without a look at further members.
type material struct {
	PublicKey *publicKey `json:"publicKey,omitzero"`
}

type publicKey struct {
	Hint string `json:"hint,omitempty"`
}

// Bundle gives the envelope as a Sigstore bundle. One that is not signed has the shape of a bundle and no signature: verifiers refuse it, and ours
// says so.
func (e *Envelope) Bundle() ([]byte, error) {
	envelope, err := e.Marshal()
	if err != nil {
		return nil, err
	}
	by, err := json.Marshal(material{&publicKey{e.KeyID}})
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(bundle{BundleType, by, envelope}, json.Deterministic(true))
	return append(text, '\n'), err
}

// ParseBundle reads a bundle.
func ParseBundle(text []byte) (e Envelope, err error) {
	var b bundle
	if err := json.Unmarshal(text, &b, json.RejectUnknownMembers(true)); err != nil {
		return e, fmt.Errorf("this is no Sigstore bundle: %w", err)
	}
	if b.MediaType != BundleType {
		return e, fmt.Errorf("the bundle is of type %q, and %q is wanted", b.MediaType, BundleType)
	}
	if b.Envelope == nil || b.Material == nil {
		return e, errors.New("the bundle holds no DSSE envelope, or does not say by which key to verify it")
	}
	var m material
	if err := json.Unmarshal(b.Material, &m); err != nil {
		return e, fmt.Errorf("the verification material of the bundle: %w", err)
	}
	if e, err = ParseEnvelope(b.Envelope); err == nil && m.PublicKey != nil {
		e.KeyID = m.PublicKey.Hint
	}
	return e, err
}
