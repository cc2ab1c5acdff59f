package policy

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// A lazy engine says what the whole one says: without exceptions by itself, with them by the whole one.
func TestLazyEngineSaysTheSame(t *testing.T) {
	whole, err := New(t.Context(), Options{Environment: "production"})
	require.NoError(t, err)
	lazy, err := New(t.Context(), Options{Environment: "production", Lazy: true})
	require.NoError(t, err)
	require.True(t, lazy.library.isLean)
	in := full()
	for range 2 {
		want, wantErr := whole.Evaluate(t.Context(), in)
		have, err := lazy.Evaluate(t.Context(), in)
		require.NoError(t, err)
		require.NoError(t, wantErr)
		assert.Equal(t, want, have)
		in.Exceptions, in.Candidates = nil, make([][]gate.Candidate, len(in.Defects))
	}
	var one, other gate.Evaluator
	whole.Describe(&one)
	lazy.Describe(&other)
	assert.Equal(t, one, other, "what is recorded of them is the same")
	assert.Equal(t, whole.Digest(), lazy.Digest())
	demands, err := lazy.Demand(t.Context(), gate.Artifact{}, in.Defects[0])
	require.NoError(t, err)
	wanted, err := whole.Demand(t.Context(), gate.Artifact{}, in.Defects[0])
	require.NoError(t, err)
	assert.Equal(t, wanted, demands)
}

// What is left out begins with an exception of the input, or is asked for by name: without exceptions it has nothing to say.
func TestWhatIsLeftOutIsSilentWithoutExceptions(t *testing.T) {
	l := builtinLibrary(t)
	for _, r := range l.rules {
		place := strings.TrimPrefix(r.Place, BuiltinName+":")
		assert.Equal(t, strings.HasPrefix(r.ID(), "exception/"), judgesExceptions(place), place)
	}
	l, err := loadWithBuiltin(nil, false)
	require.NoError(t, err)
	for place, m := range l.lean().modules {
		assert.NotContains(t, m.String(), "data.defectgate.exception", place)
		assert.NotContains(t, m.String(), "data.defectgate.approval", place)
	}
}

// Policies of users may ask about exceptions: then nothing is left out.
func TestNothingIsLeftOutBesidePoliciesOfUsers(t *testing.T) {
	set := Set{Name: "mine", Files: map[string][]byte{"r.rego": []byte("# METADATA\n# title: t\npackage custom.rules.a.b\n\nreport contains \"m\" if count(input.exceptions) > 0\n")}}
	e, err := New(t.Context(), Options{Environment: "production", Lazy: true, Sets: []Set{set}})
	require.NoError(t, err)
	require.False(t, e.library.isLean)
}
