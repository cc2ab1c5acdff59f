package key

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
)

// Set is a key-set file: the public keys that count, each for what it may sign and when.
type Set struct {
	Keys []Entry `json:"keys"`
}

// Entry is one key for one use. All instants are UTC.
type Entry struct {
	ID         string    `json:"id"`                   // as [Public.ID] gives it; must fit Public
	Use        Use       `json:"use"`                  //
	Name       string    `json:"name,omitempty"`       // for people
	ValidFrom  time.Time `json:"valid_from"`           // zero, since ever, is for [Only]: a file must say it
	ValidUntil time.Time `json:"valid_until,omitzero"` // not any more from this instant; zero: no end
	// Revoked says that the key was stolen or lost, and when that was told. Nothing that it signed counts any more, whenever it was signed
	// and for whatever use, because a thief can write any date.
	Revoked time.Time `json:"revoked,omitzero"`
	Reason  string    `json:"reason,omitempty"` // of the revocation
	Public  string    `json:"public"`           // SPKI in PEM
}

// maxSet is the size limit of a key-set file in bytes: some ten thousand keys.
const maxSet = 8 << 20

// ReadSet reads a key-set file. See [ParseSet].
func ReadSet(path string) (*Set, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("read key set %q: %w", path, err)
	}
	return ParseSet(path, text)
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	text, err := readAll(f, maxSet)
	return text, errors.Join(err, f.Close())
}

// ParseSet reads a key set; name is what the errors call it. JSON is taken strictly: no unknown member, none twice. The error has every
// faulty entry, by index: an id that does not fit its key, an unknown use, a missing or impossible instant, a key that stands twice for one use.
func ParseSet(name string, text []byte) (*Set, error) {
	s := &Set{}
	if err := json.Unmarshal(text, s, json.RejectUnknownMembers(true), json.WithUnmarshalers(json.UnmarshalFunc(readInstant))); err != nil {
		return nil, fmt.Errorf("read key set %q: %w", name, err)
	}
	if s.Keys == nil {
		return nil, gate.WithHint(fmt.Errorf("read key set %q: keys is missing", name), `a set without keys is {"keys": []}`)
	}
	if err := s.check(name); err != nil {
		return nil, err
	}
	return s, nil
}

// readInstant refuses null and the zero time: "revoked" with either would look like a revocation and be none.
func readInstant(text []byte, at *time.Time) error {
	var written string
	if err := json.Unmarshal(text, &written); err != nil {
		return err
	}
	read, err := gate.ParseTime(written)
	if err == nil && read.IsZero() {
		err = fmt.Errorf("%q is no instant that can be meant", written)
	}
	*at = read
	return err
}

// check gives every fault of every entry.
func (s *Set) check(name string) error {
	type place struct {
		id  string
		use Use
	}
	var faults []error
	seen := map[place]int{}
	for i := range s.Keys {
		e := &s.Keys[i]
		found := e.faults()
		if first, twice := seen[place{e.ID, e.Use}]; twice {
			found = append(found, fmt.Errorf("key %s stands already in keys[%d] for %s", short(e.ID), first, e.Use))
		} else {
			seen[place{e.ID, e.Use}] = i
		}
		for _, fault := range found {
			faults = append(faults, fmt.Errorf("%s: keys[%d]: %w", name, i, fault))
		}
	}
	return errors.Join(faults...)
}

func (e *Entry) faults() (faults []error) {
	if !slices.Contains(Uses(), e.Use) {
		faults = append(faults, fmt.Errorf("unknown use %q: write one of %v", e.Use, Uses()))
	}
	if e.ValidFrom.IsZero() {
		faults = append(faults, errors.New("valid_from is missing"))
	}
	if !e.ValidUntil.IsZero() && !e.ValidUntil.After(e.ValidFrom) {
		faults = append(faults, fmt.Errorf("valid_until %s is not after valid_from %s", stamp(e.ValidUntil), stamp(e.ValidFrom)))
	}
	if gate.CleanLine(e.Name, 80) != e.Name {
		faults = append(faults, errors.New("name: write at most 80 characters that show, without blanks around them"))
	}
	if e.Reason != "" && e.Revoked.IsZero() {
		faults = append(faults, errors.New("it has a reason, but revoked is missing"))
	}
	for _, at := range []time.Time{e.ValidFrom, e.ValidUntil, e.Revoked} {
		if _, err := gate.ParseTime(stamp(at)); err != nil { // what could not be read again
			faults = append(faults, err)
		}
	}
	if _, err := e.key(); err != nil {
		faults = append(faults, err)
	}
	return faults
}

// key gives the public key, if it is the one that the id names.
func (e *Entry) key() (*Public, error) {
	p, err := ParsePublic([]byte(e.Public))
	if err != nil {
		return nil, fmt.Errorf("public: %w", err)
	}
	if p.ID() != e.ID {
		return nil, fmt.Errorf("the id is %q, but that of the key is %s", e.ID, p.ID())
	}
	return p, nil
}

// stamp writes an instant as the file has it.
func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

// short is an id as it is told to people. Eight digits are also enough to name a key.
func short(id string) string {
	if len(id) <= idDigits {
		return id
	}
	return id[:idDigits] + "…"
}

// Marshal writes the set as ReadSet reads it, indented, with equal bytes for equal sets. The error has every entry that ReadSet would refuse.
func (s *Set) Marshal() ([]byte, error) {
	if err := s.check("key set"); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.MarshalWrite(&b, s, gate.Deterministic, jsontext.WithIndent("  ")); err != nil {
		return nil, fmt.Errorf("write key set: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// Write puts the set into a file, whole or not at all. Everybody may read it.
func (s *Set) Write(path string) error {
	text, err := s.Marshal()
	if err != nil {
		return err
	}
	if err := replace(path, text); err != nil {
		return fmt.Errorf("write key set %q: %w", path, err)
	}
	return nil
}

// replace writes beside the file and moves the copy there when it is on the disk. A failure leaves nothing behind.
func replace(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
