package file

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// The first look forgets no error: the reading after it would go on as if nothing had been.
func TestAnErrorOfTheFirstBytesIsTold(t *testing.T) {
	broken := errors.New("the disk failed")
	_, _, err := expanderOf(bufio.NewReader(io.MultiReader(iotest.ErrReader(broken), strings.NewReader("{}"))))
	require.ErrorIs(t, err, broken)
	for _, short := range []string{"", "[]"} {
		r, _, err := expanderOf(bufio.NewReader(strings.NewReader(short)))
		require.NoError(t, err)
		require.Nil(t, r)
	}
}
