package policy

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// anyValue draws what a YAML file may hold in the place of a setting.
var anyValue = rapid.OneOf(
	rapid.Just[any](nil),
	rapid.Map(rapid.Bool(), func(b bool) any { return b }),
	rapid.Map(rapid.IntRange(-2, 40000), func(n int) any { return n }),
	rapid.Map(rapid.Float64Range(-1, 2), func(f float64) any { return f }),
	rapid.Map(rapid.SampledFrom([]string{"", "deny", "warn", "ignore", "denny", "critical", "hgih", "off", "first_seen", "latest", "verified", "CWE-79", "component"}),
		func(s string) any { return s }),
	rapid.Just[any]([]any{}), rapid.Just[any]([]any{"first_seen"}), rapid.Just[any]([]any{1, "x"}), rapid.Just[any](map[string]any{"high": -1}),
	rapid.Just[any]([]any{map[string]any{"name": "n", "on": "component", "all": []any{79, "code"}}}),
	rapid.Just[any]([]any{map[string]any{"name": "", "on": "component", "all": []any{79}, "more": true}}),
)

// TestFormAgreesWithTheLibrary puts any value in the place of any setting: both must take it, or both refuse it.
func TestFormAgreesWithTheLibrary(t *testing.T) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(settingsSchema))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("settings.json", document))
	library, err := compiler.Compile("settings.json")
	require.NoError(t, err)
	own, err := settingsForm()
	require.NoError(t, err)
	l, err := loadWithBuiltin(nil, false)
	require.NoError(t, err)
	refused := 0
	rapid.Check(t, func(t *rapid.T) {
		flat, err := mergeSettings(l.defaults, nil, "production", Environments)
		require.NoError(t, err)
		category := rapid.SampledFrom(sortedKeys(flat)).Draw(t, "category")
		rule := rapid.SampledFrom(sortedKeys(flat[category])).Draw(t, "rule")
		key := rapid.SampledFrom(sortedKeys(flat[category][rule])).Draw(t, "key")
		value := anyValue.Draw(t, "value")
		if below, ok := flat[category][rule][key].(map[string]any); ok && rapid.Bool().Draw(t, "deeper") {
			below[rapid.SampledFrom(sortedKeys(below)).Draw(t, "member")] = value
		} else {
			flat[category][rule][key] = value
		}
		want, have := library.Validate(plain(flat)), validate(own, flat)
		require.Equal(t, want == nil, have == nil, "%s.%s.%s = %v: the library says %v, we say %v", category, rule, key, value, want, have)
		if have != nil {
			refused++
		}
	})
	require.Positive(t, refused)
}
