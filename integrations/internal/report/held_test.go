package report

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A decoder that is done with 10 bytes may hold 5 more; what it holds is known when it asks for the next ones.
func TestDecoderMayHoldSoMuch(t *testing.T) {
	done := int64(10)
	h := &held{r: strings.NewReader(strings.Repeat("x", 100)), done: func() int64 { return done }, most: 5}
	read := func(n int) error { _, err := io.ReadFull(h, make([]byte, n)); return err }
	require.NoError(t, read(15))
	require.NoError(t, read(1))
	require.ErrorIs(t, read(1), ErrTooLarge)
	done = 11
	require.NoError(t, read(1))
	require.ErrorIs(t, read(1), ErrTooLarge)
}

func TestRunsOfBlanksAreSqueezed(t *testing.T) {
	for text, want := range map[string]string{
		" \n\t{ \r\n \"a\":  1}": " { \"a\": 1}",
		"a b":                    "a b",
		"a,b\r\nc":               "a,b\nc",
		"":                       "",
		"a\n\nb\n":               "a\nb\n",
	} {
		for _, r := range []io.Reader{strings.NewReader(text), &slowly{strings.NewReader(text)}} {
			got, err := io.ReadAll(&squeezed{r: r, most: 5})
			require.NoError(t, err)
			require.Equal(t, want, string(got))
		}
	}
	_, err := io.ReadAll(&squeezed{r: &slowly{strings.NewReader("a      b")}, most: 5})
	require.ErrorIs(t, err, ErrTooLarge)
}

// slowly gives one byte at a time.
type slowly struct{ r io.Reader }

func (s *slowly) Read(p []byte) (int, error) { return s.r.Read(p[:min(1, len(p))]) }
