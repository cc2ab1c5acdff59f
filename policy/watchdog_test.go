package policy

import (
	"errors"
	"testing"

	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAnswerBeyondALimit holds that an answer which came after the end is none, that a query which begins after it is cancelled, and that a
// fault of the policy itself keeps its own words.
func TestAnswerBeyondALimit(t *testing.T) {
	w := watch(t.Context(), DefaultLimits)
	defer w.stop()
	early := w.guard()
	require.NoError(t, w.explain(nil))
	reason := errors.New("too much")
	w.end(reason)
	require.ErrorIs(t, w.explain(nil), reason)
	require.ErrorIs(t, w.explain(&topdown.Error{Code: topdown.CancelErr}), reason)
	fault := &topdown.Error{Code: topdown.BuiltinErr}
	assert.Equal(t, error(fault), w.explain(fault))
	assert.True(t, early.cancel.Cancelled())
	assert.True(t, w.guard().cancel.Cancelled())
}
