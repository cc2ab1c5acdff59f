package gate

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Fingerprint identifies a defect across scans, tools and versions. A defect has several; two sets that share one are the same defect.
type Fingerprint [sha256.Size]byte

// MarshalText gives the fingerprint in lower-case hexadecimal.
func (f Fingerprint) MarshalText() ([]byte, error) {
	return hex.AppendEncode(nil, f[:]), nil
}

// UnmarshalText takes 64 hexadecimal digits.
func (f *Fingerprint) UnmarshalText(text []byte) error {
	if n, err := hex.Decode(f[:], text[:min(len(text), 2*len(f))]); err != nil || n != len(f) || len(text) != 2*len(f) {
		return fmt.Errorf("%q is no fingerprint: 64 hexadecimal digits are wanted", text)
	}
	return nil
}

// String gives it in hexadecimal.
func (f Fingerprint) String() string { return hex.EncodeToString(f[:]) }

func compareFingerprints(a, b Fingerprint) int { return bytes.Compare(a[:], b[:]) }

// fingerprintOf hashes a list of parts, each preceded by its length, so that no two lists hash the same bytes.
func fingerprintOf(kind Kind, parts ...string) Fingerprint {
	buf := make([]byte, 0, 256)
	for _, p := range append([]string{string(kind)}, parts...) {
		buf = binary.AppendUvarint(buf, uint64(len(p)))
		buf = append(buf, p...)
	}
	return sha256.Sum256(buf)
}

// Identity is a finding with what it is known by.
type Identity struct {
	IDs          []string // CVE, GHSA, OSV ids, or the one rule id; primary first
	Related      []string
	Package      string // package URL type/namespace/name in one spelling, of kinds that belong to a component
	PURL         string // package URL without version, qualifiers and subpath
	Fingerprints []Fingerprint
}

// Fingerprinter identifies the findings of one source, in the order in which they stand there.
type Fingerprinter struct {
	secretKey []byte
	ordinals  map[uint64]uint32 // findings so far at one place, by the first bytes of the place's hash
}

// NewFingerprinter makes one for one source. The key hides secrets: whoever has it can test guesses against a fingerprint.
func NewFingerprinter(secretKey []byte) *Fingerprinter {
	return &Fingerprinter{secretKey: secretKey, ordinals: map[uint64]uint32{}}
}

// Identify gives a finding its ids and fingerprints. A vulnerability that the OSV database of malicious packages names (MAL-…) is malware,
// whatever the scanner takes it for.
func (p *Fingerprinter) Identify(f *Finding) Identity {
	id := f.Names()
	if !f.Kind.OfComponent() {
		id.Fingerprints = []Fingerprint{p.ofPlace(f)}
		return id
	}
	id.Package, id.PURL = packageOf(f.Component)
	if f.Component.Version == "" {
		f.Component.Version = versionOf(f.Component.PURL)
	}
	id.Fingerprints = fingerprintsOf(f.Kind, id.IDs, id.Package)
	return id
}

// Names gives the ids of a finding alone, for those who need no more of [Fingerprinter.Identify].
func (f *Finding) Names() (id Identity) {
	if f.Kind == Vulnerability && (isMalwareID(f.ID) || slices.ContainsFunc(f.Aliases, isMalwareID)) {
		f.Kind = Malware
	}
	if !f.Kind.OfComponent() {
		return Identity{IDs: []string{f.ID}, Related: f.Related}
	}
	id.IDs, id.Related = f.names()
	return id
}

// fingerprintsOf gives one fingerprint for each id of a component's defect.
func fingerprintsOf(kind Kind, ids []string, pkg string) []Fingerprint {
	prints := make([]Fingerprint, len(ids))
	for i, id := range ids {
		prints[i] = fingerprintOf(kind, id, pkg)
	}
	return prints
}

// ofPlace identifies what stands in code or configuration, by the rule that found it: were it by the weakness, two rules that look at one line would
// take each other's identity, and with it the exception that somebody granted to one of them. Findings of two tools are joined by weakness and place
// when they are merged. The ordinal tells apart findings that share everything else.
func (p *Fingerprinter) ofPlace(f *Finding) Fingerprint {
	if f.Kind == Secret && f.Secret != "" {
		return fingerprintOf(f.Kind, p.hide(withoutSpace(f.Secret))) // tools spell the line ends of a key differently
	}
	where := CleanPath(f.Location.Path)
	anchor := f.anchor()
	place := fingerprintOf(f.Kind, f.ID, where, anchor)
	short := binary.BigEndian.Uint64(place[:8])
	ordinal := p.ordinals[short]
	p.ordinals[short]++
	return fingerprintOf(f.Kind, f.ID, where, anchor, strconv.Itoa(int(ordinal)))
}

// hide gives a digest of a secret that is worth nothing without the key.
func (p *Fingerprinter) hide(secret string) string {
	mac := hmac.New(sha256.New, p.secretKey)
	mac.Write([]byte(secret))
	return hex.EncodeToString(mac.Sum(nil))
}

// anchor picks what holds a finding to its place: hash, else snippet, else logical location, else line. The snippet of a secret
// holds the secret, so it is passed over.
func (f *Finding) anchor() string {
	switch {
	case f.Anchor.Hash != "":
		return "hash:" + f.Anchor.Hash
	case f.Anchor.Snippet != "" && f.Kind != Secret:
		return "snippet:" + withoutSpace(f.Anchor.Snippet)
	case f.Location.Logical != "":
		return "logical:" + f.Location.Logical
	}
	return "line:" + strconv.Itoa(f.Location.Line)
}

func withoutSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func lowestCWE(cwes []int) int {
	lowest := 0
	for _, c := range cwes {
		if c > 0 && (lowest == 0 || c < lowest) {
			lowest = c
		}
	}
	return lowest
}

// CleanPath spells a path of a report in one way: slashes, no leading "./", no "file://".
func CleanPath(p string) string {
	if p == "" {
		return ""
	}
	p = strings.TrimPrefix(strings.ReplaceAll(p, `\`, "/"), "file://")
	return path.Clean(p)
}
