package key_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
)

func TestKeysReadBackAsTheyWere(t *testing.T) {
	both(t, func(t *testing.T, k *key.Private) {
		for name, form := range map[string]func(string) string{
			"as written":     func(s string) string { return s },
			"Windows":        func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
			"remarks before": func(s string) string { return "the key of the log\n\n" + s },
			"blanks behind":  func(s string) string { return s + "\n \t\r\n" },
			"no last line":   func(s string) string { return strings.TrimSpace(s) },
		} {
			private, err := key.ParsePrivate([]byte(form(string(text(t, k)))))
			require.NoError(t, err, name)
			require.Equal(t, text(t, k), text(t, private), name)
			public, err := key.ParsePublic([]byte(form(string(text(t, k.Public())))))
			require.NoError(t, err, name)
			require.Equal(t, k.ID(), public.ID(), name)
			require.Equal(t, text(t, k.Public()), text(t, public), name)
			signature, err := private.Sign([]byte("m"))
			require.NoError(t, err, name)
			require.NoError(t, public.Verify([]byte("m"), signature), name)
		}
	})
}

func TestAKeyInSEC1IsRead(t *testing.T) {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	private, err := key.ParsePrivate(sec1(t, k))
	require.NoError(t, err)
	public, err := key.ParsePublic(block("PUBLIC KEY")(x509.MarshalPKIXPublicKey(k.Public())))
	require.NoError(t, err)
	require.Equal(t, public.ID(), private.ID())
	require.True(t, bytes.HasPrefix(text(t, private), []byte("-----BEGIN PRIVATE KEY-----\n")))
}

func sec1(t require.TestingT, k *ecdsa.PrivateKey) []byte {
	der, err := x509.MarshalECPrivateKey(k)
	require.NoError(t, err)
	return block("EC PRIVATE KEY")(der, err)
}

func block(name string) func(der []byte, err error) []byte {
	return func(der []byte, err error) []byte {
		if err != nil {
			panic(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: name, Bytes: der})
	}
}

// foreign are keys that are well made and of no use here.
func foreign(t *testing.T) (rsaKey *rsa.PrivateKey, p384 *ecdsa.PrivateKey, x25519 *ecdh.PrivateKey) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	p384, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	x25519, err = ecdh.X25519().GenerateKey(rand.Reader)
	require.NoError(t, err)
	return rsaKey, p384, x25519
}

const (
	cannotSign = "it is a public key, which cannot sign"
	handed     = "it is a private key, where a public one is wanted: do not hand that around"
	ruined     = "the private key is damaged, or neither Ed25519 nor ECDSA P-256"
	isEncoded  = "the private key is encrypted"
	isRSA      = "the key is RSA; Ed25519 and ECDSA P-256 can be used"
	isP384     = "the key is ECDSA on P-384; Ed25519 and ECDSA P-256 can be used"
	isOther    = "the key is of another kind; Ed25519 and ECDSA P-256 can be used"
)

func TestAFaultyPrivateKeyIsRefusedWithoutSayingItsBytes(t *testing.T) {
	rsaKey, p384, x25519 := foreign(t)
	k := generate(t, "ed25519")
	good, der := text(t, k), func() []byte { b, _ := pem.Decode(text(t, k)); return b.Bytes }()
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for name, c := range map[string]struct {
		text []byte
		want string
	}{
		"nothing":             {nil, "there is no PEM block"},
		"no PEM":              {der, "there is no PEM block"},
		"bare base64":         {bytes.Split(good, []byte("\n"))[1], "there is no PEM block"},
		"public":              {text(t, k.Public()), cannotSign},
		"encrypted":           {block("ENCRYPTED PRIVATE KEY")(der, nil), isEncoded},
		"encrypted by cosign": {block("ENCRYPTED SIGSTORE PRIVATE KEY")(der, nil), isEncoded},
		"encrypted, old":      {pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"}, Bytes: der}), isEncoded},
		"RSA":                 {block("PRIVATE KEY")(x509.MarshalPKCS8PrivateKey(rsaKey)), isRSA},
		"RSA in PKCS#1":       {block("RSA PRIVATE KEY")(x509.MarshalPKCS1PrivateKey(rsaKey), nil), "it is an RSA key, not a private key that can be read"},
		"P-384":               {block("PRIVATE KEY")(x509.MarshalPKCS8PrivateKey(p384)), isP384},
		"P-384 in SEC 1":      {sec1(t, p384), isP384},
		"X25519":              {block("PRIVATE KEY")(x509.MarshalPKCS8PrivateKey(x25519)), isOther},
		"OpenSSH":             {block("OPENSSH PRIVATE KEY")(der, nil), "it is a key in the form of OpenSSH, not a private key that can be read"},
		"certificate":         {block("CERTIFICATE")(der, nil), "it is a certificate, not a private key that can be read"},
		"unknown block":       {block(strings.ToUpper(string(good[30:60])))(der, nil), "it is a PEM block of another kind, not a private key that can be read"},
		"two keys":            {join(good, good), "there are 2 PEM blocks, where one is wanted"},
		"with parameters":     {join(block("EC PARAMETERS")(der, nil), good), "there are 2 PEM blocks, where one is wanted"},
		"damaged, then whole": {join([]byte("-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----\n"), good), "there are 2 PEM blocks, where one is wanted"},
		"junk behind":         {join(good, good[28:40]), "something stands behind the PEM block"},
		"cut off":             {good[:len(good)-10], "the PEM block is damaged"},
		"one line":            {bytes.ReplaceAll(good, []byte("\n"), []byte(" ")), "the PEM block is damaged"},
		"cut DER":             {block("PRIVATE KEY")(der[:len(der)-3], nil), ruined},
		"empty block":         {block("PRIVATE KEY")(nil, nil), ruined},
		"PKCS#8 called SEC 1": {block("EC PRIVATE KEY")(der, nil), ruined},
		"SPKI called PKCS#8":  {bytes.ReplaceAll(text(t, k.Public()), []byte("PUBLIC"), []byte("PRIVATE")), ruined},
		"junk before the DER": {block("PRIVATE KEY")(append([]byte{1}, der...), nil), ruined},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := key.ParsePrivate(c.text)
			require.EqualError(t, err, c.want)
			require.Nil(t, got)
			require.NotEmpty(t, gate.HintOf(err))
			silent(t, err, c.text)
		})
	}
}

// silent requires that an error and its hint repeat no eight characters of any line of a key.
func silent(t *testing.T, err error, secret []byte) {
	said := err.Error() + "\n" + gate.HintOf(err)
	for line := range strings.SplitSeq(string(secret), "\n") {
		for i := 0; !strings.HasPrefix(line, "-----") && i+8 <= len(line); i++ {
			require.NotContains(t, said, line[i:i+8])
		}
	}
}

func TestAFaultyPublicKeyIsRefused(t *testing.T) {
	rsaKey, p384, x25519 := foreign(t)
	k := generate(t, "ecdsa-p256")
	good, der := text(t, k.Public()), func() []byte { b, _ := pem.Decode(text(t, k.Public())); return b.Bytes }()
	off := slices.Clone(der)
	off[len(off)-1] ^= 1
	const damaged = "the public key is damaged, or neither Ed25519 nor ECDSA P-256"
	for name, c := range map[string]struct {
		text []byte
		want string
	}{
		"nothing":            {nil, "there is no PEM block"},
		"OpenSSH":            {[]byte("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me"), "there is no PEM block"},
		"private":            {text(t, k), handed},
		"private, SEC 1":     {block("EC PRIVATE KEY")(der, nil), handed},
		"private, encrypted": {block("ENCRYPTED PRIVATE KEY")(der, nil), handed},
		"private, RSA":       {block("RSA PRIVATE KEY")(der, nil), handed},
		"RSA":                {block("PUBLIC KEY")(x509.MarshalPKIXPublicKey(rsaKey.Public())), isRSA},
		"RSA in PKCS#1":      {block("RSA PUBLIC KEY")(x509.MarshalPKCS1PublicKey(&rsaKey.PublicKey), nil), "it is an RSA key, not a public key"},
		"P-384":              {block("PUBLIC KEY")(x509.MarshalPKIXPublicKey(p384.Public())), isP384},
		"X25519":             {block("PUBLIC KEY")(x509.MarshalPKIXPublicKey(x25519.PublicKey())), isOther},
		"certificate":        {block("CERTIFICATE")(der, nil), "it is a certificate, not a public key"},
		"two keys":           {append(slices.Clone(good), good...), "there are 2 PEM blocks, where one is wanted"},
		"with the private":   {append(slices.Clone(good), text(t, k)...), "there are 2 PEM blocks, where one is wanted"},
		"junk behind":        {append(slices.Clone(good), 'x'), "something stands behind the PEM block"},
		"cut off":            {good[:len(good)-10], "the PEM block is damaged"},
		"cut DER":            {block("PUBLIC KEY")(der[:len(der)-1], nil), damaged},
		"junk in the block":  {block("PUBLIC KEY")(append(slices.Clone(der), 0), nil), damaged},
		"not on the curve":   {block("PUBLIC KEY")(off, nil), damaged},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := key.ParsePublic(c.text)
			require.EqualError(t, err, c.want)
			require.Nil(t, got)
			require.NotEmpty(t, gate.HintOf(err))
			silent(t, err, text(t, k))
		})
	}
}
