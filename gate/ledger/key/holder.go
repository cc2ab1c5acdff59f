package key

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// Holder is the id of whoever holds a key for sign-offs: keys of one name are one person's, also after a rotation.
func (e *Entry) Holder() string { return HolderOf(cmp.Or(e.Name, e.ID)) }

// ForSignOffs gives the entry of a key for sign-offs; nil where the set has none. Whether it counts, [Set.At] says.
func (s *Set) ForSignOffs(id string) *Entry {
	i := slices.IndexFunc(s.Keys, func(e Entry) bool { return e.ID == id && e.Use == SignOff })
	if i < 0 {
		return nil
	}
	return &s.Keys[i]
}

// HolderOf is the id of a person by the name that a key set gives him.
func HolderOf(name string) string {
	return "key:" + strings.ToLower(strings.Join(strings.Fields(name), " "))
}

// Speaks says why a key for sign-offs cannot speak for somebody; "" where it can. A key with a name is a person's, and speaks for him alone. One
// without is the gate's, and also says what people of the forge have written.
func (e *Entry) Speaks(a gate.Actor) string {
	switch {
	case a.Source == gate.FromKey && a.ID == e.Holder():
		return ""
	case a.Source == gate.FromForge && e.Name == "":
		return ""
	case e.Name == "":
		return fmt.Sprintf("key %s signs for whoever holds it and for people of the forge, not for %q", short(e.ID), a.ID)
	}
	return fmt.Sprintf("key %s is %s's, and does not sign for %q", short(e.ID), gate.CleanLine(e.Name, 80), a.ID)
}
