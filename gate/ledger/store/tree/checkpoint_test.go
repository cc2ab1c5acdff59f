package tree_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// verifier is one of the standard implementation, made from the public key alone.
func verifier(t require.TestingT, name string, public ed25519.PublicKey) note.Verifiers {
	text, err := note.NewEd25519VerifierKey(name, public)
	require.NoError(t, err)
	v, err := note.NewVerifier(text)
	require.NoError(t, err)
	return note.VerifierList(v)
}

func TestACheckpointHasThreeLines(t *testing.T) {
	l := grow(t, 1, "entry")
	require.Equal(t, origin+"\n1\n"+l.leaves[0].String()+"\n", l.at(1).Body())
	require.Equal(t, origin+"\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", l.at(0).Body(), "the hash of nothing: RFC 6962, section 2.1")
}

func TestOthersOpenOurCheckpoints(t *testing.T) {
	private, public := signing(t)
	_, stranger := signing(t)
	c := grow(t, 12, "entry").at(12)
	text, err := c.Sign(private)
	require.NoError(t, err)
	require.True(t, tree.IsSigned(text))
	opened, err := note.Open([]byte(text), verifier(t, origin, public))
	require.NoError(t, err)
	require.Equal(t, c.Body(), opened.Text)
	require.Len(t, opened.Sigs, 1)
	require.Empty(t, opened.UnverifiedSigs)
	read, err := tree.ParseCheckpoint(text, []ed25519.PublicKey{stranger, public, public})
	require.NoError(t, err, "one of the keys is enough, and it may stand there twice")
	require.Equal(t, c, read)

	counted := strings.Replace(text, "\n12\n", "\n13\n", 1)
	for name, refused := range map[string]struct {
		text string
		name string
		key  ed25519.PublicKey
	}{
		"another key":     {text, origin, stranger},
		"another origin":  {strings.ReplaceAll(text, origin, "ledger.example/other"), "ledger.example/other", public},
		"origin of body":  {strings.Replace(text, origin, "ledger.example/other", 1), origin, public},
		"changed size":    {counted, origin, public},
		"changed root":    {strings.Replace(text, c.Root.String(), tree.Empty().String(), 1), origin, public},
		"line added":      {strings.Replace(text, "\n\n", "\nmore\n\n", 1), origin, public},
		"signature moved": {strings.Replace(text, "— "+origin, "— ledger.example/other", 1), origin, public},
		"signature gone":  {c.Body() + "\n", origin, public},
		"text behind":     {text + "more\n", origin, public},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := note.Open([]byte(refused.text), verifier(t, refused.name, refused.key))
			require.Error(t, err)
			_, err = tree.ParseCheckpoint(refused.text, []ed25519.PublicKey{refused.key})
			require.Error(t, err)
		})
	}
}

func TestEveryByteOfACheckpointIsSigned(t *testing.T) {
	private, public := signing(t)
	c := grow(t, 5, "entry").at(5)
	text, err := c.Sign(private)
	require.NoError(t, err)
	for i := range text {
		changed := []byte(text)
		changed[i] ^= 1
		_, err := tree.ParseCheckpoint(string(changed), []ed25519.PublicKey{public})
		require.Error(t, err, "byte %d of %q", i, text)
	}
}

func TestASignatureOverMoreThanThreeLinesIsRefused(t *testing.T) {
	private, public := signing(t)
	c := grow(t, 5, "entry").at(5)
	text, err := c.Sign(private)
	require.NoError(t, err)
	line := text[strings.LastIndex(text, "— "):]
	signature, err := base64.StdEncoding.DecodeString(strings.TrimSpace(line[strings.LastIndex(line, " "):]))
	require.NoError(t, err)
	body := c.Body() + "\nmore\n" // a blank line, which a note may have
	hash := signature[:4]
	signed := base64.StdEncoding.EncodeToString(append(hash[:4:4], ed25519.Sign(private, []byte(body))...))
	long := body + "\n— " + origin + " " + signed + "\n"
	_, err = note.Open([]byte(long), verifier(t, origin, public))
	require.NoError(t, err)
	_, err = tree.ParseCheckpoint(long, []ed25519.PublicKey{public})
	require.EqualError(t, err, fmt.Sprintf("the signature of the checkpoint of %q is over more than its three lines", origin))
}

func TestACheckpointWithoutAKeyProvesNothing(t *testing.T) {
	_, public := signing(t)
	c := grow(t, 3, "entry").at(3)
	text, err := c.Sign(nil)
	require.NoError(t, err)
	require.Equal(t, c.Body(), text)
	require.False(t, tree.IsSigned(text))
	for _, body := range []string{text, strings.TrimSuffix(text, "\n")} { // a shell takes the last line end away
		read, err := tree.ParseCheckpoint(body, nil)
		require.NoError(t, err)
		require.Equal(t, c, read)
	}
	for _, keys := range [][]ed25519.PublicKey{{public}, {}} {
		_, err = tree.ParseCheckpoint(text, keys)
		require.EqualError(t, err, "the checkpoint is not signed")
		require.Contains(t, gate.HintOf(err), "--log-key")
	}
}

func TestAnOriginThatCannotSignIsRefused(t *testing.T) {
	private, public := signing(t)
	for _, name := range []string{"two words", "a+b", ""} {
		c := tree.Checkpoint{Origin: name, Root: tree.Empty()}
		_, err := c.Sign(private)
		require.ErrorContains(t, err, fmt.Sprintf("sign the checkpoint of %q", name))
		_, err = tree.ParseCheckpoint(c.Body()+"\n— x AAAAAAA=\n", []ed25519.PublicKey{public})
		require.Error(t, err)
	}
}

func TestCheckpointsAreReadStrictly(t *testing.T) {
	root := tree.Empty().String()
	for name, c := range map[string]struct{ text, want string }{
		"nothing":         {"", "this is no checkpoint"},
		"two lines":       {origin + "\n0\n", "this is no checkpoint"},
		"four lines":      {origin + "\n0\n" + root + "\nmore\n", "this is no checkpoint"},
		"no origin":       {"\n0\n" + root + "\n", "this is no checkpoint"},
		"of a terminal":   {"\x1b[2Jledger\n0\n" + root + "\n", "is no text that can be signed"},
		"no text":         {"ledger\xff\n0\n" + root + "\n", "is no text that can be signed"},
		"line ends":       {origin + "\r\n0\r\n" + root + "\r\n", "is no text that can be signed"},
		"minus":           {origin + "\n-1\n" + root + "\n", `"-1" is no count`},
		"zeroes":          {origin + "\n00\n" + root + "\n", `"00" is no count`},
		"root of a tree":  {origin + "\n0\n" + root + "A\n", "is no SHA-256 hash in base64"},
		"carriage return": {origin + "\n0\n" + root + "\r\n", "is no SHA-256 hash in base64"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tree.ParseCheckpoint(c.text, nil)
			require.ErrorContains(t, err, c.want)
		})
	}
}

// TestASizeWithoutEndIsRefused: tlog looks for powers of two without end beyond 1<<62, so a proof file could hold its reader for ever.
func TestASizeWithoutEndIsRefused(t *testing.T) {
	for size, fine := range map[int64]bool{1 << 62: true, 1<<62 + 1: false, 1<<63 - 1: false} {
		c := tree.Checkpoint{Origin: origin, Size: size, Root: tree.Empty()}
		_, err := tree.Proof{Checkpoint: c.Body()}.Verify(tlog.Hash{}, nil)
		if fine {
			require.ErrorContains(t, err, "the record is not entry 0")
		} else {
			require.ErrorContains(t, err, "is no count")
		}
	}
}

func TestACheckpointReadsBackAsItWas(t *testing.T) {
	private, public := signing(t)
	rapid.Check(t, func(t *rapid.T) {
		c := tree.Checkpoint{
			Origin: rapid.StringMatching(`[a-zöß.]{1,9}(/[a-z0-9-]{1,9}){0,2}`).Draw(t, "origin"),
			Size:   rapid.Int64Range(0, 1<<62).Draw(t, "size"),
			Root:   tlog.Hash(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "root")),
		}
		text, err := c.Sign(private)
		require.NoError(t, err)
		read, err := tree.ParseCheckpoint(text, []ed25519.PublicKey{public})
		require.NoError(t, err)
		require.Equal(t, c, read)
	})
}
