package key

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// The types of PEM blocks (RFC 7468, sections 10, 11 and 13; RFC 5915, section 4, for SEC 1).
const (
	typePrivate = "PRIVATE KEY"
	typeEC      = "EC PRIVATE KEY"
	typePublic  = "PUBLIC KEY"
)

const begin = "-----BEGIN"

// Errors of this file never repeat what they read, nor what the standard library says of it: it may be a private key.

// MarshalPEM writes the key as PKCS#8. The error is that the key is of no kind that can be written.
func (p *Private) MarshalPEM() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(p.key)
	if err != nil {
		return nil, errors.New("the private key cannot be written as PKCS#8")
	}
	return pem.EncodeToMemory(&pem.Block{Type: typePrivate, Bytes: der}), nil
}

// MarshalPEM writes the key as SPKI, which cosign reads. The error is always nil.
func (p *Public) MarshalPEM() ([]byte, error) {
	return pem.EncodeToMemory(&pem.Block{Type: typePublic, Bytes: p.spki}), nil
}

// ParsePrivate reads a private key: one PEM block with PKCS#8, or with SEC 1 as older openssl writes EC keys. Text before the block is
// passed over (RFC 7468, section 2), text behind it is not. The error says what was found instead, and never holds a byte of it.
func ParsePrivate(text []byte) (*Private, error) {
	block, err := oneBlock(text)
	if err != nil {
		return nil, err
	}
	var k any
	switch {
	case encrypted(block):
		return nil, gate.WithHint(errors.New("the private key is encrypted"),
			"decrypt it with `openssl pkey -in KEY.pem -out PLAIN.pem` and keep it where secrets are kept, or make one with `defectgate key generate`")
	case block.Type == typePrivate:
		k, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case block.Type == typeEC:
		k, err = x509.ParseECPrivateKey(block.Bytes)
	case block.Type == typePublic:
		return nil, gate.WithHint(errors.New("it is a public key, which cannot sign"), "give the private key that belongs to it")
	default:
		return nil, gate.WithHint(fmt.Errorf("it is %s, not a private key that can be read", named(block.Type)),
			"make one with `defectgate key generate`, or write yours as PKCS#8 with `openssl pkey`")
	}
	if err != nil {
		return nil, gate.WithHint(errors.New("the private key is damaged, or neither Ed25519 nor ECDSA P-256"),
			"see what it is with `openssl pkey -noout -text_pub -in KEY.pem`")
	}
	return newPrivate(k)
}

// ParsePublic reads a public key: one PEM block with SPKI. The error says what was found instead; a private key is refused, because where
// a public key is wanted it would be handed around.
func ParsePublic(text []byte) (*Public, error) {
	block, err := oneBlock(text)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(block.Type, typePrivate) {
		return nil, gate.WithHint(errors.New("it is a private key, where a public one is wanted: do not hand that around"),
			"write the public half with `defectgate key public KEY.pem`; a private key that others have seen has to be revoked")
	}
	if block.Type != typePublic {
		return nil, gate.WithHint(fmt.Errorf("it is %s, not a public key", named(block.Type)),
			"write the public key of a private one with `defectgate key public KEY.pem`")
	}
	k, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, gate.WithHint(errors.New("the public key is damaged, or neither Ed25519 nor ECDSA P-256"),
			"see what it is with `openssl pkey -pubin -noout -text -in KEY.pub`")
	}
	return newPublic(k)
}

// oneBlock gives the only PEM block. Which of several would count must not depend on who reads it, so several are refused; they are counted
// by their first lines, because a decoder passes over a block that is damaged.
func oneBlock(text []byte) (*pem.Block, error) {
	switch count := bytes.Count(text, []byte(begin)); {
	case count == 0:
		return nil, gate.WithHint(errors.New("there is no PEM block"), "a key begins with -----BEGIN PUBLIC KEY----- or -----BEGIN PRIVATE KEY-----")
	case count > 1:
		return nil, gate.WithHint(fmt.Errorf("there are %d PEM blocks, where one is wanted", count), "leave only the key")
	}
	block, rest := pem.Decode(text)
	if block == nil {
		return nil, gate.WithHint(errors.New("the PEM block is damaged"),
			"it is cut off, indented, or has lost its line ends: copy it anew, from the BEGIN line to the END line")
	}
	if len(bytes.TrimSpace(rest)) > 0 {
		return nil, gate.WithHint(errors.New("something stands behind the PEM block"), "let the END line be the last one")
	}
	return block, nil
}

// encrypted knows PKCS#8 (RFC 5958, section 3), the older form of openssl (RFC 1421, section 4.6.1.1), and cosign's own.
func encrypted(block *pem.Block) bool {
	return strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") ||
		strings.HasPrefix(block.Type, "ENCRYPTED ") && strings.HasSuffix(block.Type, " "+typePrivate)
}

// named says what a block of a type holds. A type that is not known is not repeated.
func named(blockType string) string {
	switch blockType {
	case "RSA PRIVATE KEY", "RSA PUBLIC KEY":
		return "an RSA key"
	case "OPENSSH PRIVATE KEY":
		return "a key in the form of OpenSSH"
	case "CERTIFICATE":
		return "a certificate"
	}
	return "a PEM block of another kind"
}

// unfit refuses a key that was read well, but is of a kind that does not sign here.
func unfit(k any) error {
	kind := "of another kind"
	switch k := k.(type) {
	case *rsa.PublicKey:
		kind = "RSA"
	case *ecdsa.PublicKey:
		kind = "ECDSA on " + k.Params().Name
	}
	return gate.WithHint(fmt.Errorf("the key is %s; Ed25519 and ECDSA P-256 can be used", kind), "make one with `defectgate key generate`")
}
