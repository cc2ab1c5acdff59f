// Package key holds the keys that sign decision records, the log's checkpoints and sign-offs, and the sets of public keys that count.
//
// A key is Ed25519 (RFC 8032) or ECDSA on P-256 (FIPS 186-5). Private keys are PKCS#8 in PEM (RFC 5958), public keys SPKI in PEM
// (RFC 5280, section 4.1.2.7; RFC 8410 for Ed25519): what openssl and cosign read and write.
package key

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// Use says what a key may sign. A key in a set counts for its uses only: who runs the log must not be able to accept risk.
type Use string

// The uses of keys.
const (
	Decision Use = "decision" // decision records
	Log      Use = "log"      // checkpoints of the log
	SignOff  Use = "sign-off" // acceptances of risk
)

// Uses lists all uses, in the order in which they are told to people.
func Uses() []Use { return []Use{Decision, Log, SignOff} }

// The names of the algorithms, as Generate takes them.
const (
	nameEd25519 = "ed25519"
	nameP256    = "ecdsa-p256"
)

// Algorithms lists the names that Generate takes, the preferred one first.
func Algorithms() []string { return []string{nameEd25519, nameP256} }

// Private signs. It is Ed25519 or ECDSA P-256, and prints as its id.
type Private struct {
	key    any // ed25519.PrivateKey or *ecdsa.PrivateKey
	public *Public
}

// Public verifies. It is Ed25519 or ECDSA P-256.
type Public struct {
	key  any // ed25519.PublicKey or *ecdsa.PublicKey
	spki []byte
	id   string
}

// Generate makes a new key from the randomness of the operating system. The error of an unknown algorithm names those that are known.
func Generate(algorithm string) (*Private, error) {
	switch algorithm {
	case nameEd25519:
		_, k, err := ed25519.GenerateKey(nil)
		if err != nil {
			return nil, fmt.Errorf("generate key: %w", err)
		}
		return newPrivate(k)
	case nameP256:
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("generate key: %w", err)
		}
		return newPrivate(k)
	}
	return nil, gate.WithHint(fmt.Errorf("generate key: unknown algorithm %q", algorithm), "take one of: %s", strings.Join(Algorithms(), ", "))
}

// newPrivate takes what the standard library parsed or made, and refuses every kind but the two.
func newPrivate(k any) (*Private, error) {
	signer, ok := k.(crypto.Signer)
	if !ok {
		return nil, unfit(k)
	}
	public, err := newPublic(signer.Public())
	if err != nil {
		return nil, err
	}
	return &Private{key: k, public: public}, nil
}

func newPublic(k any) (*Public, error) {
	switch k := k.(type) {
	case ed25519.PublicKey:
	case *ecdsa.PublicKey:
		if k.Curve != elliptic.P256() {
			return nil, unfit(k)
		}
	default:
		return nil, unfit(k)
	}
	spki, err := x509.MarshalPKIXPublicKey(k)
	if err != nil {
		return nil, errors.New("the public key cannot be written as SPKI")
	}
	sum := sha256.Sum256(spki)
	return &Public{key: k, spki: spki, id: hex.EncodeToString(sum[:])}, nil
}

// ID is that of the public half.
func (p *Private) ID() string { return p.public.ID() }

// Public gives the half that may be handed around.
func (p *Private) Public() *Public { return p.public }

// Format prints the id, whatever the verb: a key that slips into a log line or an error must not be in it.
func (p Private) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "private key %s", p.public.ID()) }

// Verify recognises what the key signed.
func (p *Private) Verify(message, signature []byte) error { return p.public.Verify(message, signature) }

// Sign signs a message: Ed25519 over the message itself (RFC 8032, section 5.1.6), or ECDSA over its SHA-256, as ASN.1 DER
// (RFC 3279, section 2.2.3). The error is that no randomness could be had.
func (p *Private) Sign(message []byte) ([]byte, error) {
	switch k := p.key.(type) {
	case ed25519.PrivateKey:
		return ed25519.Sign(k, message), nil
	case *ecdsa.PrivateKey:
		sum := sha256.Sum256(message)
		signature, err := ecdsa.SignASN1(rand.Reader, k, sum[:])
		if err != nil {
			return nil, fmt.Errorf("sign with key %s: %w", p.ID(), err)
		}
		return signature, nil
	}
	return nil, errors.New("sign: there is no key")
}

// Ed25519 gives the key as C2SP signed notes take it, or false when it is of the other algorithm.
func (p *Private) Ed25519() (ed25519.PrivateKey, bool) {
	k, ok := p.key.(ed25519.PrivateKey)
	return k, ok
}

// ID is the SHA-256 of the key's SPKI in DER, as 64 lower-case hexadecimal digits.
func (p *Public) ID() string { return p.id }

// Verify checks a signature of [Private.Sign]. The error says that the signature does not fit the key.
func (p *Public) Verify(message, signature []byte) error {
	fits := false
	switch k := p.key.(type) {
	case ed25519.PublicKey:
		fits = ed25519.Verify(k, message, signature)
	case *ecdsa.PublicKey:
		sum := sha256.Sum256(message)
		fits = ecdsa.VerifyASN1(k, sum[:], signature)
	}
	if !fits {
		return fmt.Errorf("the signature does not fit the key %s", p.id)
	}
	return nil
}

// Ed25519 gives the key as C2SP signed notes take it, or false when it is of the other algorithm.
func (p *Public) Ed25519() (ed25519.PublicKey, bool) {
	k, ok := p.key.(ed25519.PublicKey)
	return k, ok
}
