package github

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

func TestAListOfAlertsHasABound(t *testing.T) {
	l := &listing{}
	l.text.Grow(mostBytes + 8)
	l.text.Write(make([]byte, mostBytes-3))
	require.NoError(t, l.keep(nil))
	err := l.keep(nil)
	require.ErrorIs(t, err, errTooMuch)
	refused, ok := errors.AsType[*AlertsError](l.failure(err))
	require.True(t, ok)
	require.Equal(t, gate.TooLarge, refused.Status)
}
