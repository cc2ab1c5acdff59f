package policy

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestEmptyUserIsTheDefault merges settings of any shape with nothing, with empty settings of some rules, and with themselves.
func TestEmptyUserIsTheDefault(t *testing.T) {
	name := rapid.SampledFrom([]string{"a", "b", "c"})
	leaf := rapid.OneOf(rapid.Just[any](nil), rapid.Map(rapid.Bool(), anyOf[bool]), rapid.Map(rapid.Int(), anyOf[int]),
		rapid.Map(rapid.String(), anyOf[string]), rapid.Map(rapid.SliceOf(rapid.Map(rapid.Int(), anyOf[int])), anyOf[[]any]))
	values := rapid.MapOf(name, rapid.OneOf(leaf, rapid.Map(rapid.MapOf(name, leaf), anyOf[map[string]any])))
	forms := rapid.MapOf(name, rapid.MapOf(name, values))
	rapid.Check(t, func(t *rapid.T) {
		defaults := settings(forms.Draw(t, "defaults"))
		want, err := mergeSettings(defaults, nil, "production", Environments)
		require.NoError(t, err)
		for category := range defaults {
			for rule, values := range defaults[category] {
				require.Equal(t, values, want[category][rule])
			}
		}
		empty := settings{}
		for category, rules := range defaults {
			empty[category] = map[string]map[string]any{}
			for rule := range rules {
				if rapid.Bool().Draw(t, "empty") {
					empty[category][rule] = map[string]any{}
				}
			}
		}
		for _, user := range []settings{{}, empty, defaults} {
			have, err := mergeSettings(defaults, user, "production", Environments)
			require.NoError(t, err)
			require.Equal(t, want, have)
		}
	})
}

func anyOf[T any](v T) any { return v }
