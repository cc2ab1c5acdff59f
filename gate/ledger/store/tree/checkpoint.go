package tree

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/defectgate/defectgate/gate"
)

// Checkpoint is the state of a log at one moment. https://c2sp.org/tlog-checkpoint
type Checkpoint struct {
	Origin string    // names the log; no other has the same
	Size   int64     // entries
	Root   tlog.Hash // of the tree of all entries
}

// Body is the text that is signed: origin, size and root, a line each.
func (c Checkpoint) Body() string { return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root) }

// Sign gives the checkpoint as a signed note; without a key as its body alone, which says what the log was and proves nothing.
func (c Checkpoint) Sign(key ed25519.PrivateKey) (string, error) {
	if key == nil {
		return c.Body(), nil
	}
	seed := base64.StdEncoding.EncodeToString(append([]byte{algorithmEd25519}, key.Seed()...))
	public := key.Public().(ed25519.PublicKey) //nolint:forcetypeassert // what an Ed25519 key has
	signer, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", c.Origin, keyHash(c.Origin, public), seed))
	if err != nil {
		return "", fmt.Errorf("sign the checkpoint of %q: %w", c.Origin, err)
	}
	text, err := note.Sign(&note.Note{Text: c.Body()}, signer)
	return string(text), err
}

// algorithmEd25519 is the signature type of https://c2sp.org/signed-note, section "Signature types".
const algorithmEd25519 = 1

// keyHash is the key ID of a signed note: the first four bytes of SHA-256 over name, line end, algorithm and public key.
func keyHash(name string, public ed25519.PublicKey) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"+string(rune(algorithmEd25519))), public...))
	return binary.BigEndian.Uint32(sum[:4])
}

// IsSigned reports whether a checkpoint's text has a signature, whosoever.
func IsSigned(text string) bool { return strings.Contains(text, "\n\n— ") }

// ParseCheckpoint reads a checkpoint and, where keys are given, verifies that one of them signed it. Without keys nothing is verified.
func ParseCheckpoint(text string, keys []ed25519.PublicKey) (Checkpoint, error) {
	body, _, _ := strings.Cut(text, "\n\n")
	c, err := parseBody(strings.TrimSuffix(body, "\n"))
	if err != nil || keys == nil {
		return c, err
	}
	if !IsSigned(text) {
		return c, gate.WithHint(errors.New("the checkpoint is not signed"), "sign it with the key of the log: defectgate ledger checkpoint --log-key KEY")
	}
	signed, err := note.Open([]byte(text), verifiers(c.Origin, keys))
	if err != nil {
		return c, fmt.Errorf("the checkpoint of %q is not signed by a key of the log that counts: %w", c.Origin, err)
	}
	for _, s := range signed.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
			return c, fmt.Errorf("the signature of the checkpoint of %q is not in the one spelling of its bytes: %w", c.Origin, err)
		}
	}
	if signed.Text != c.Body() { // a note may have blank lines in its text, and a checkpoint has none
		return c, fmt.Errorf("the signature of the checkpoint of %q is over more than its three lines", c.Origin)
	}
	return c, nil
}

func verifiers(origin string, keys []ed25519.PublicKey) note.Verifiers {
	var list []note.Verifier
	for i, key := range keys {
		if slices.ContainsFunc(keys[:i], func(k ed25519.PublicKey) bool { return k.Equal(key) }) {
			continue // two verifiers of one key would be refused as ambiguous
		}
		text, err := note.NewEd25519VerifierKey(origin, key)
		if err != nil {
			continue // no note can be signed under such a name
		}
		if v, err := note.NewVerifier(text); err == nil {
			list = append(list, v)
		}
	}
	return note.VerifierList(list...)
}

// parseBody takes exactly three lines: what further lines would say is not known here.
func parseBody(body string) (c Checkpoint, err error) {
	lines := strings.Split(body, "\n")
	if len(lines) != 3 || lines[0] == "" {
		return c, errors.New("this is no checkpoint: want the lines origin, size and root")
	}
	if c.Origin = lines[0]; !utf8.ValidString(c.Origin) || strings.ContainsFunc(c.Origin, unicode.IsControl) {
		return c, fmt.Errorf("the origin of the checkpoint, %q, is no text that can be signed", c.Origin)
	}
	if c.Size, err = count(lines[1]); err != nil {
		return c, fmt.Errorf("the size of the checkpoint: %w", err)
	}
	if c.Root, err = parseHash(lines[2]); err != nil {
		return c, fmt.Errorf("the root of the checkpoint: %w", err)
	}
	return c, nil
}

// maxCount bounds sizes: beyond it, the search of tlog for the next smaller power of two does not end.
const maxCount = 1 << 62

// count reads a decimal number without leading zeroes.
func count(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > maxCount || strconv.FormatInt(n, 10) != text {
		return 0, fmt.Errorf("%q is no count", text)
	}
	return n, nil
}

// parseHash reads the one base64 spelling of 32 bytes: a lenient reader would take several texts for one hash. Of all that a strict one passes over,
// line ends, the length of the text leaves no room for any.
func parseHash(text string) (h tlog.Hash, err error) {
	bytes, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(bytes) != len(h) || len(text) != base64.StdEncoding.EncodedLen(len(h)) {
		return h, fmt.Errorf("%q is no SHA-256 hash in base64", text)
	}
	return tlog.Hash(bytes), nil
}

// Empty is the root of a log without entries: the hash of nothing (RFC 6962, section 2.1).
func Empty() tlog.Hash { return sha256.Sum256(nil) }
