package report

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// collector is given all members of an object.
type collector struct {
	members map[string]*jsontext.Value
	order   []string
}

func (c *collector) Field(name []byte) any {
	if c.members == nil {
		c.members = map[string]*jsontext.Value{}
	}
	c.order = append(c.order, string(name))
	c.members[string(name)] = new(jsontext.Value)
	return c.members[string(name)]
}

// FuzzCursor holds the cursor to what a decoder makes of the same bytes.
func FuzzCursor(f *testing.F) {
	for _, seed := range []string{
		`{}`, `[]`, `null`, `"a"`, `7`, ` { "a" : [ 1 , "\"]}\\" , { "b" : { } } ] , "c" : null , "\u0064" : true } `,
		`{"a\\":"\\\\","b\\\"":"\\\\\""}`, `[[],[[]],{"a":[{}]},-1.5e+3,false]`, "{\"a\":\n\t{\"b\":\r\n1}\n}", `{"ü":"𝄞","\ud834\udd1e":"x"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		value := jsontext.Value(text)
		if !value.IsValid() {
			return
		}
		value = jsontext.Value(strings.TrimSpace(string(text)))
		switch value.Kind() {
		case jsontext.KindBeginObject:
			sameMembers(t, value)
		case jsontext.KindBeginArray:
			sameElements(t, value)
		default:
			c := cursor{text: value}
			require.Equal(t, value, c.value())
			require.Equal(t, len(value), c.at)
		}
	})
}

func sameMembers(t *testing.T, object jsontext.Value) {
	var got collector
	c := cursor{text: object}
	require.NoError(t, c.fields(&got))
	require.Equal(t, len(object), c.at, "all of it was passed over")
	var want map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(object, &want))
	require.ElementsMatch(t, slices.Collect(maps.Keys(want)), got.order, "each once")
	for name, value := range want {
		require.Equal(t, string(value), string(*got.members[name]))
	}
}

func sameElements(t *testing.T, array jsontext.Value) {
	var got []string
	c := cursor{text: array}
	require.NoError(t, c.elements(func() error {
		got = append(got, string(c.value()))
		return nil
	}))
	require.Equal(t, len(array), c.at, "all of it was passed over")
	var want []json.RawMessage
	require.NoError(t, json.Unmarshal(array, &want))
	require.Len(t, got, len(want))
	for i, value := range want {
		require.Equal(t, string(value), got[i])
	}
}
