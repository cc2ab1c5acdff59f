package key_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
)

func generate(t require.TestingT, algorithm string) *key.Private {
	k, err := key.Generate(algorithm)
	require.NoError(t, err)
	return k
}

func text(t require.TestingT, k interface{ MarshalPEM() ([]byte, error) }) []byte {
	written, err := k.MarshalPEM()
	require.NoError(t, err)
	return written
}

// both runs a test with a key of each algorithm.
func both(t *testing.T, test func(t *testing.T, k *key.Private)) {
	for _, algorithm := range key.Algorithms() {
		t.Run(algorithm, func(t *testing.T) { test(t, generate(t, algorithm)) })
	}
}

func TestASignatureFitsItsMessageAndKeyAlone(t *testing.T) {
	both(t, func(t *testing.T, k *key.Private) {
		for _, message := range [][]byte{nil, []byte("m"), make([]byte, 1<<20)} {
			signature, err := k.Sign(message)
			require.NoError(t, err)
			require.NoError(t, k.Public().Verify(message, signature))
			refused := "the signature does not fit the key " + k.ID()
			require.EqualError(t, k.Public().Verify(append([]byte("x"), message...), signature), refused)
			for i := range signature {
				changed := append([]byte{}, signature...)
				changed[i] ^= 1
				require.EqualError(t, k.Public().Verify(message, changed), refused, "byte %d", i)
			}
			require.EqualError(t, k.Public().Verify(message, signature[1:]), refused)
			require.EqualError(t, k.Public().Verify(message, append(signature, 0)), refused)
			require.EqualError(t, k.Public().Verify(message, nil), refused)
			for _, other := range key.Algorithms() {
				require.Error(t, generate(t, other).Public().Verify(message, signature))
			}
		}
	})
}

func TestTheStandardLibraryAgrees(t *testing.T) {
	message := []byte("what both sign")
	sum := sha256.Sum256(message)
	both(t, func(t *testing.T, k *key.Private) {
		block, _ := pem.Decode(text(t, k))
		private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		require.NoError(t, err)
		ours, err := k.Sign(message)
		require.NoError(t, err)
		var theirs []byte
		switch private := private.(type) {
		case ed25519.PrivateKey:
			require.True(t, ed25519.Verify(private.Public().(ed25519.PublicKey), message, ours))
			theirs = ed25519.Sign(private, message)
		case *ecdsa.PrivateKey:
			require.True(t, ecdsa.VerifyASN1(&private.PublicKey, sum[:], ours))
			theirs, err = ecdsa.SignASN1(rand.Reader, private, sum[:])
			require.NoError(t, err)
		}
		require.NoError(t, k.Public().Verify(message, theirs))
	})
}

func TestTheIDIsTheDigestOfTheSPKI(t *testing.T) {
	both(t, func(t *testing.T, k *key.Private) {
		block, _ := pem.Decode(text(t, k.Public()))
		require.Equal(t, "PUBLIC KEY", block.Type)
		sum := sha256.Sum256(block.Bytes)
		require.Equal(t, hex.EncodeToString(sum[:]), k.ID())
		require.Equal(t, k.ID(), k.Public().ID())
	})
}

func TestEd25519IsGivenForNotes(t *testing.T) {
	private, ok := generate(t, "ed25519").Ed25519()
	require.True(t, ok)
	require.Len(t, private, ed25519.PrivateKeySize)
	k := generate(t, "ed25519")
	private, _ = k.Ed25519()
	public, ok := k.Public().Ed25519()
	require.True(t, ok)
	require.Equal(t, private.Public(), public)
	_, ok = generate(t, "ecdsa-p256").Ed25519()
	require.False(t, ok)
	_, ok = generate(t, "ecdsa-p256").Public().Ed25519()
	require.False(t, ok)
}

func TestAnUnknownAlgorithmIsRefused(t *testing.T) {
	for _, algorithm := range []string{"", "rsa", "Ed25519", "ecdsa"} {
		_, err := key.Generate(algorithm)
		require.EqualError(t, err, fmt.Sprintf("generate key: unknown algorithm %q", algorithm))
		require.Equal(t, "take one of: ed25519, ecdsa-p256", gate.HintOf(err))
	}
}

func TestNoVerbPrintsAPrivateKey(t *testing.T) {
	both(t, func(t *testing.T, k *key.Private) {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			require.Equal(t, "private key "+k.ID(), fmt.Sprintf(verb, k), verb)
			require.Equal(t, "private key "+k.ID(), fmt.Sprintf(verb, *k), verb)
		}
	})
}

func TestAnEmptyKeyNeitherSignsNorVerifies(t *testing.T) {
	_, err := new(key.Private).Sign(nil)
	require.EqualError(t, err, "sign: there is no key")
	require.Error(t, new(key.Public).Verify(nil, nil))
	_, err = new(key.Private).MarshalPEM()
	require.EqualError(t, err, "the private key cannot be written as PKCS#8")
}

// openssl runs the tool in a folder. The standard library shows the same, so its absence is no failure.
func openssl(t *testing.T, dir string, args ...string) string {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not on PATH")
	}
	cmd := exec.Command("openssl", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

func TestOpensslReadsWhatIsWritten(t *testing.T) {
	both(t, func(t *testing.T, k *key.Private) {
		dir := t.TempDir()
		require.NoError(t, key.Write(filepath.Join(dir, "key.pem"), text(t, k)))
		require.NoError(t, key.Write(filepath.Join(dir, "key.pub"), text(t, k.Public())))
		require.Equal(t, string(text(t, k.Public())), openssl(t, dir, "pkey", "-in", "key.pem", "-pubout"))
		require.Equal(t, string(text(t, k.Public())), openssl(t, dir, "pkey", "-pubin", "-in", "key.pub", "-pubout"))
		signature, err := k.Sign([]byte("message"))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "message"), []byte("message"), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "signature"), signature, 0o600))
		verify := []string{"pkeyutl", "-verify", "-pubin", "-inkey", "key.pub", "-rawin", "-in", "message", "-sigfile", "signature"}
		if _, ed := k.Ed25519(); !ed {
			verify = append(verify, "-digest", "sha256")
		}
		require.Contains(t, openssl(t, dir, verify...), "Signature Verified Successfully")
	})
}

func TestWhatOpensslMakesIsRead(t *testing.T) {
	dir := t.TempDir()
	for name, args := range map[string][]string{
		"ed25519": {"genpkey", "-algorithm", "ed25519"},
		"PKCS#8":  {"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"},
		"SEC 1":   {"ecparam", "-genkey", "-noout", "-name", "prime256v1"},
	} {
		t.Run(name, func(t *testing.T) {
			openssl(t, dir, append(args, "-out", name+".pem")...)
			made, err := os.ReadFile(filepath.Join(dir, name+".pem"))
			require.NoError(t, err)
			k, err := key.ParsePrivate(made)
			require.NoError(t, err)
			require.Equal(t, string(text(t, k.Public())), openssl(t, dir, "pkey", "-in", name+".pem", "-pubout"))
		})
	}
}
