package report

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// animal has a field of every kind.
type animal struct {
	name  string
	names []string
	legs  int
	tail  *int
	young List[animal]
	tame  Named[string]
	home  struct {
		Owner person `json:"owner"`
	}
}

func (a *animal) Field(name []byte) any {
	switch string(name) {
	case "name":
		return &a.name
	case "names":
		return &a.names
	case "legs":
		return &a.legs
	case "tail":
		return &a.tail
	case "young":
		return &a.young
	case "tame":
		return &a.tame
	case "home":
		return &a.home
	}
	return nil
}

type person struct{ name string }

func (p *person) Field(name []byte) any {
	if string(name) == "name" {
		return &p.name
	}
	return nil
}

func readAnimal(text string) (a animal, err error) {
	err = JSON(textDocument(text), func(dec *Decoder) error {
		return EachMember(dec, func(string) error { return Value(dec, &a) })
	})
	return a, err
}

func TestFieldsAreReadWhereverTheyStand(t *testing.T) {
	a, err := readAnimal(`{"animal": {"name": "a\u0062", "names": ["x", null], "legs": 4, "tail": 0, "unknown": {"name": "no"},
		"young": [{"name": "c", "tail": null}, null], "tame": {"k": "v"}, "home": {"owner": {"name": "o", "x": []}}}}`)
	require.NoError(t, err)
	require.Equal(t, "ab", a.name)
	require.Equal(t, []string{"x", ""}, a.names)
	require.Equal(t, 4, a.legs)
	require.Equal(t, 0, *a.tail)
	require.Equal(t, []string{"c", ""}, []string{a.young[0].name, a.young[1].name})
	require.Nil(t, a.young[0].tail)
	require.Equal(t, "v", a.tame.Of("k"))
	require.Equal(t, "o", a.home.Owner.name, "also below what has no fields")

	empty, err := readAnimal(`{"animal": {"name": null, "names": null, "legs": null, "young": null, "tame": null, "home": null}}`)
	require.NoError(t, err)
	require.Equal(t, animal{}, empty)
}

func TestFieldsOfAnotherKindAreRefusedAtTheirPlace(t *testing.T) {
	for text, want := range map[string]string{
		`{"a": {"young": [{}, {"name": 7}]}}`:      "at /a/young/1/name: not of this format: want a text, have a number",
		`{"a": {"legs": "4"}}`:                     "at /a/legs: not of this format: want a whole number, have a text",
		`{"a": {"legs": 4.5}}`:                     "at /a/legs: not of this format: want a whole number, have 4.5",
		`{"a": {"tail": {}}}`:                      "at /a/tail: not of this format: want a whole number, have an object",
		`{"a": {"names": "x"}}`:                    "at /a/names: not of this format: want a list, have a text",
		`{"a": {"home": 7}}`:                       "at /a/home: not of this format: want an object, have a number",
		`{"a": []}`:                                "at /a: not of this format: want an object, have a list",
		`{"a": {"tame": {"a/b": {"name": "x"}}}}`:  "at /a/tame/a~1b: not of this format: want a text, have an object",
		`{"a": {"home": {"owner": {"name": []}}}}`: "at /a/home/owner/name: not of this format: want a text, have a list",
		`{"a": {"unknown": {"x": 1, "x": 2}}}`:     "duplicate object member name",
		`{"a": {"name": "x"`:                       "unexpected EOF",
		`{"a": {"name": "x", "y": [1 2]}}`:         "invalid character",
	} {
		_, err := readAnimal(text)
		require.ErrorContains(t, err, want, text)
		require.Equal(t, strings.Contains(want, ErrShape.Error()), errors.Is(err, ErrShape), text)
	}
}

// One text of a million is kept once, and never more than a table of them.
func TestTextsAreKeptOnce(t *testing.T) {
	kept := new(texts)
	require.Equal(t, "high", kept.of([]byte("high")))
	require.Zero(t, testing.AllocsPerRun(100, func() { kept.of([]byte("high")) }))
	long := []byte(strings.Repeat("x", longestKept+1))
	require.Equal(t, string(long), kept.of(long))
	require.NotContains(t, kept[:], string(long))
	for n := range 10_000 {
		text := strings.Repeat("a", n%40) + strings.Repeat("b", n%37)
		require.Equal(t, text, kept.of([]byte(text)))
	}
}

// Three bytes of a report can become some hundred of memory.
func TestListsOfAValueKeepToTheBound(t *testing.T) {
	for list, most := range map[string]int{`"young": [%s]`: 500, `"names": [%s]`: 4000, `"tame": {%s}`: 2000} {
		for n, fits := range map[int]bool{most / 4: true, 100_000: false} {
			parts := make([]string, n)
			for i := range parts {
				parts[i] = map[byte]string{'y': "{}", 'n': `""`, 't': fmt.Sprintf(`"%d":""`, i)}[list[1]]
			}
			document := boundedDocument{textDocument(fmt.Sprintf(`{"a": {`+list+`}}`, strings.Join(parts, ",")))}
			err := JSON(document, func(dec *Decoder) error {
				return EachMember(dec, func(string) error { return Value(dec, new(animal)) })
			})
			require.Equal(t, fits, err == nil, "%s %d: %v", list, n, err)
			if !fits {
				require.ErrorIs(t, err, ErrTooLarge)
			}
		}
	}
}

// boundedDocument may hold a text that is longer than its lists may be.
type boundedDocument struct{ textDocument }

func (boundedDocument) Bounds() Bounds { return Bounds{Text: 1 << 20, Depth: 10, Count: 10} }
