package key_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
)

// A key with a name is a person's, and speaks for him alone; one without is the gate's, which also says what people of the forge have written.
func TestAKeySpeaksForItsHolder(t *testing.T) {
	by := func(id, source string) gate.Actor { return gate.Actor{Person: gate.Person{ID: id}, Source: source} }
	ann, gates := key.Entry{ID: "aa11", Name: "Ann  Lee"}, key.Entry{ID: "bb22"}
	for name, c := range map[string]struct {
		key    *key.Entry
		actor  gate.Actor
		speaks bool
	}{
		"for its holder":               {&ann, by("key:ann lee", gate.FromKey), true},
		"for another":                  {&ann, by("key:ben", gate.FromKey), false},
		"for one of the forge":         {&ann, by("42", gate.FromForge), false},
		"for one whom a file names":    {&ann, by("file:ann lee", gate.FromFile), false},
		"the gate's, for the forge":    {&gates, by("42", gate.FromForge), true},
		"the gate's, for its holder":   {&gates, by("key:bb22", gate.FromKey), true},
		"the gate's, for a person":     {&gates, by("key:ann lee", gate.FromKey), false},
		"the gate's, for nobody knows": {&gates, by("42", ""), false},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.speaks, c.key.Speaks(c.actor) == "", c.key.Speaks(c.actor)) })
	}
	assert.Equal(t, key.HolderOf("ANN lee"), ann.Holder(), "keys of one name are one person's")
}
