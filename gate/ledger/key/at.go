package key

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// At gives the key that may verify what was signed at an instant for a use. Without an id it is the only key that fits; see
// [Set.Candidates] where there may be several. The error says why none fits: an unknown id, another use, not valid yet, ended, revoked.
func (s *Set) At(id string, use Use, at time.Time) (*Public, error) {
	if id == "" {
		return s.only(use, at)
	}
	var uses []string
	for _, i := range s.places(id) {
		e := &s.Keys[i]
		if e.Use != use {
			uses = append(uses, string(e.Use))
			continue
		}
		if err := s.fits(e, at); err != nil {
			return nil, err
		}
		return e.key()
	}
	if len(uses) > 0 {
		return nil, fmt.Errorf("key %s may sign for %s, not for %s", short(id), strings.Join(uses, " and "), use)
	}
	return nil, fmt.Errorf("key %s is not in the set", short(id))
}

func (s *Set) only(use Use, at time.Time) (*Public, error) {
	switch fit := s.Candidates(use, at); len(fit) {
	case 0:
		return nil, fmt.Errorf("the set has no key for %s that was valid on %s", use, stamp(at))
	case 1:
		return fit[0], nil
	default:
		return nil, fmt.Errorf("the set has %d keys for %s that were valid on %s, and no id says which", len(fit), use, stamp(at))
	}
}

// Candidates gives every key that may verify what was signed at an instant for a use, in the order of the set.
func (s *Set) Candidates(use Use, at time.Time) (fit []*Public) {
	for i := range s.Keys {
		e := &s.Keys[i]
		if e.Use != use || s.fits(e, at) != nil {
			continue
		}
		if p, err := e.key(); err == nil {
			fit = append(fit, p)
		}
	}
	return fit
}

// Since gives every key that may verify what was signed for a use at an instant or later, in the order of the set: all that was not revoked, and had
// not ended by then.
func (s *Set) Since(use Use, at time.Time) (fit []*Public) {
	for i := range s.Keys {
		e := &s.Keys[i]
		if e.Use != use || s.revoked(e.ID) != nil || !e.ValidUntil.IsZero() && !at.Before(e.ValidUntil) {
			continue
		}
		if p, err := e.key(); err == nil {
			fit = append(fit, p)
		}
	}
	return fit
}

// fits says why an entry does not count for an instant. Revocation comes first: it holds for every instant.
func (s *Set) fits(e *Entry, at time.Time) error {
	if r := s.revoked(e.ID); r != nil {
		return fmt.Errorf("key %s %s: nothing that it signed counts any more", short(e.ID), r.revocation())
	}
	if at.Before(e.ValidFrom) {
		return fmt.Errorf("key %s is valid from %s on: what was signed before, on %s, does not count", short(e.ID), stamp(e.ValidFrom), stamp(at))
	}
	if !e.ValidUntil.IsZero() && !at.Before(e.ValidUntil) {
		return fmt.Errorf("key %s ended on %s: what was signed from then on, on %s, does not count", short(e.ID), stamp(e.ValidUntil), stamp(at))
	}
	return nil
}

// revoked gives the entry by which a key was revoked. Whoever took the key has it for every use, so one such entry stands for all.
func (s *Set) revoked(id string) *Entry {
	i := slices.IndexFunc(s.Keys, func(e Entry) bool { return e.ID == id && !e.Revoked.IsZero() })
	if i < 0 {
		return nil
	}
	return &s.Keys[i]
}

func (e *Entry) revocation() string {
	reason := gate.CleanLine(e.Reason, 200)
	if reason == "" {
		reason = "no reason is given"
	}
	return fmt.Sprintf("was revoked on %s (%s)", stamp(e.Revoked), reason)
}

// Only is a set of one public key that is given by itself: valid at any time for every use. It has no file form: Marshal refuses it, because
// a file has to say since when a key counts.
func Only(p *Public) *Set {
	text, _ := p.MarshalPEM() // never fails
	s := &Set{}
	for _, use := range Uses() {
		s.Keys = append(s.Keys, Entry{ID: p.ID(), Use: use, Public: string(text)})
	}
	return s
}

// ReadVerifier reads a key-set file, or the PEM file of one public key that then counts for everything, as [Only] has it. Which one it is
// shows in its content: a set begins with a brace. The error of a file that is neither says how to make each.
func ReadVerifier(path string) (*Set, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("read keys %q: %w", path, err)
	}
	switch {
	case bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")):
		return ParseSet(path, text)
	case !bytes.Contains(text, []byte(begin)):
		return nil, gate.WithHint(fmt.Errorf("read keys %q: %w", path, errors.New("it is neither a public key in PEM nor a key set")),
			"make a public key file with `defectgate key public KEY.pem`, a key set with `defectgate key generate --keys keys.json`")
	}
	p, err := ParsePublic(text)
	if err != nil {
		return nil, fmt.Errorf("read public key %q: %w", path, err)
	}
	return Only(p), nil
}

// Has reports whether the set says which keys count for a use. A public key that was given by itself says nothing of the kind.
func (s *Set) Has(use Use) bool {
	return s != nil && slices.ContainsFunc(s.Keys, func(e Entry) bool { return e.Use == use && !e.ValidFrom.IsZero() })
}
