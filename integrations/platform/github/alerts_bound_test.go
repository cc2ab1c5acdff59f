package github

import (
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
	require.Equal(t, gate.TooLarge, l.failure(err).(*AlertsError).Status)
}
