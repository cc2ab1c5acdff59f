package key

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// idDigits is how many digits of an id name a key at least.
const idDigits = 8

// Add lets a key count for a use from an instant on. Errors: an unknown use, no instant, a key that is there already for the use, or that
// was revoked for any. After an error the set is unchanged.
func (s *Set) Add(p *Public, use Use, name string, from time.Time) error {
	for i := range s.Keys {
		switch e := &s.Keys[i]; {
		case e.ID != p.ID():
		case !e.Revoked.IsZero():
			return fmt.Errorf("add key %s: it %s", short(p.ID()), e.revocation())
		case e.Use == use:
			return fmt.Errorf("add key %s: it is in the set already for %s", short(p.ID()), use)
		}
	}
	text, err := p.MarshalPEM()
	if err != nil {
		return fmt.Errorf("add key %s: %w", short(p.ID()), err)
	}
	e := Entry{ID: p.ID(), Use: use, Name: name, ValidFrom: plain(from), Public: string(text)}
	if err := errors.Join(e.faults()...); err != nil {
		return fmt.Errorf("add key %s: %w", short(p.ID()), err)
	}
	s.Keys = append(s.Keys, e)
	return nil
}

// plain drops the zone and the reading of the process's own clock, so that a set equals what is read back.
func plain(at time.Time) time.Time { return at.UTC().Round(0) }

// Rotate ends a key at an instant and lets the next one count from then on, for the same uses and by the same name. old is an id, or at
// least eight of its first digits. Errors: no key or several begin so, it has ended already, it would end no later than it began, it is revoked,
// next is the same key or cannot be added. After an error the set is unchanged.
func (s *Set) Rotate(old string, next *Public, at time.Time) error {
	id, err := s.find(old)
	if err != nil {
		return fmt.Errorf("rotate key: %w", err)
	}
	changed := &Set{Keys: slices.Clone(s.Keys)}
	if err := changed.rotate(id, next, plain(at)); err != nil {
		return fmt.Errorf("rotate key %s: %w", short(id), err)
	}
	s.Keys = changed.Keys
	return nil
}

func (s *Set) rotate(id string, next *Public, at time.Time) error {
	if id == next.ID() {
		return gate.WithHint(errors.New("the next key is the same"), "make a new one with `defectgate key generate`")
	}
	if e := s.revoked(id); e != nil {
		return gate.WithHint(fmt.Errorf("it %s", e.revocation()), "add the next key by itself")
	}
	ended, rotated := time.Time{}, false
	for _, i := range s.places(id) {
		e := &s.Keys[i]
		if !e.ValidUntil.IsZero() {
			ended = e.ValidUntil
			continue
		}
		if !at.After(e.ValidFrom) {
			return fmt.Errorf("it would end on %s, not after it began on %s", stamp(at), stamp(e.ValidFrom))
		}
		e.ValidUntil, rotated = at, true
		if err := s.Add(next, e.Use, e.Name, at); err != nil {
			return err
		}
	}
	if !rotated {
		return gate.WithHint(fmt.Errorf("it has an end already, %s", stamp(ended)), "add the next key by itself")
	}
	return nil
}

// Revoke says that a key was stolen or lost: from now on nothing counts that it ever signed, for any use. id is an id, or at least eight of
// its first digits; the instant is for the record. Errors: no key or several begin so, no instant, it is revoked already.
func (s *Set) Revoke(id string, at time.Time, reason string) error {
	id, err := s.find(id)
	if err != nil {
		return fmt.Errorf("revoke key: %w", err)
	}
	if _, err := gate.ParseTime(stamp(at)); err != nil || at.IsZero() {
		return fmt.Errorf("revoke key %s: %s is no instant that can be meant", short(id), stamp(at))
	}
	revoked := false
	for _, i := range s.places(id) {
		if e := &s.Keys[i]; e.Revoked.IsZero() {
			e.Revoked, e.Reason, revoked = plain(at), reason, true
		}
	}
	if !revoked {
		return fmt.Errorf("revoke key %s: it %s", short(id), s.revoked(id).revocation())
	}
	return nil
}

// find gives the id that begins with some digits.
func (s *Set) find(digits string) (string, error) {
	prefix := strings.ToLower(digits)
	if len(prefix) < idDigits || strings.Trim(prefix, "0123456789abcdef") != "" {
		return "", gate.WithHint(fmt.Errorf("%q names no key", digits), "give its id, or at least the first %d digits of it", idDigits)
	}
	var ids []string
	for i := range s.Keys {
		if id := s.Keys[i].ID; strings.HasPrefix(id, prefix) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	switch len(ids) {
	case 0:
		return "", fmt.Errorf("no key of the set has an id that begins with %s", prefix)
	case 1:
		return ids[0], nil
	}
	return "", fmt.Errorf("%d keys have ids that begin with %s: %s", len(ids), prefix, strings.Join(ids, ", "))
}

// places gives the indexes of a key's entries, one for each use.
func (s *Set) places(id string) (at []int) {
	for i := range s.Keys {
		if s.Keys[i].ID == id {
			at = append(at, i)
		}
	}
	return at
}
