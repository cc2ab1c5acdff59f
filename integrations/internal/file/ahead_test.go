package file

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// ragged gives a document in parts of all lengths, some of them empty, with the error of the end beside the last bytes or behind them.
type ragged struct {
	*rand.Rand
	r   io.Reader
	end error
}

func (r *ragged) Read(p []byte) (int, error) {
	n, err := r.r.Read(p[:r.IntN(len(p)+1)])
	if errors.Is(err, io.EOF) {
		err = r.end
	}
	return n, err
}

// Whatever the parts are in which a document comes and in which it is asked for: it is the same, and so is its end.
func TestAheadGivesWhatAPlainReaderGives(t *testing.T) {
	broken := errors.New("broken")
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		document := make([]byte, random.IntN(5*aheadSize))
		for i := range document {
			document[i] = byte(random.Uint32())
		}
		end := []error{io.EOF, broken}[seed%2]
		var from io.Reader = &ragged{random, bytes.NewReader(document), end}
		if seed%3 == 0 {
			from = iotest.DataErrReader(from)
		}
		a := newAhead(from)
		have, err := io.ReadAll(&ragged{rand.New(rand.NewPCG(seed, 2)), a, io.EOF})
		if errors.Is(end, broken) {
			require.ErrorIs(t, err, broken)
		} else {
			require.NoError(t, err)
		}
		require.True(t, bytes.Equal(document, have))
		_, err = a.Read(make([]byte, 1))
		require.ErrorIs(t, err, end, "the end stays the end")
		a.stop()
	}
}

// A reading can be stopped wherever it is: before the first byte, in the middle, behind the end. Nothing reads on then, and nothing is left:
// a bubble of [synctest] ends with its last goroutine, and calls the others a deadlock.
func TestAheadStops(t *testing.T) {
	synctest.Test(t, aheadStops)
}

func aheadStops(t *testing.T) {
	for _, taken := range []int64{0, 1, aheadSize, 3*aheadSize + 1, 20 * aheadSize} {
		endless := &endless{left: 10 * aheadSize}
		a := newAhead(endless)
		_, err := io.CopyN(io.Discard, a, taken)
		require.True(t, err == nil || errors.Is(err, io.EOF))
		a.stop()
		left := endless.left
		require.LessOrEqual(t, 10*aheadSize-left, int(taken)+(aheadBuffers+1)*aheadSize, "it is ahead by its buffers and no more")
		synctest.Wait()
		require.Equal(t, left, endless.left)
	}
}

type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(e.left, len(p))
	e.left -= n
	return n, nil
}

// A panic comes up where the document is used, with what was read before it.
func TestAheadHandsPanicsOn(t *testing.T) {
	a := newAhead(io.MultiReader(strings.NewReader("abc"), panicking{}))
	defer a.stop()
	text := make([]byte, 3)
	_, err := io.ReadFull(a, text)
	require.NoError(t, err)
	require.Equal(t, "abc", string(text))
	require.PanicsWithValue(t, "no reader", func() { _, _ = a.Read(text) })
}

type panicking struct{}

func (panicking) Read([]byte) (int, error) { panic("no reader") }

func documentOf(ctx context.Context, text string) *Document {
	return New(ctx, "x", func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }, DefaultLimits)
}

// ahead opens a document as the parsers of JSON do.
func openAhead(t *testing.T, d *Document) io.ReadCloser {
	t.Helper()
	r, err := d.Open()
	require.NoError(t, err)
	r.(*reading).Ahead(func(r io.Reader) io.Reader { return r })
	return r
}

// What was read ahead does not count: size and digest are those of a document that was read to its end by who asked for it.
func TestDigestIsOfWhatWasTaken(t *testing.T) {
	const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // of "abc"
	d := documentOf(t.Context(), "abc")
	r := openAhead(t, d)
	_, err := io.ReadFull(r, make([]byte, 3))
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.Empty(t, d.SHA256, "whoever stops before the end has not seen that it is the end")

	r = openAhead(t, d)
	_, err = io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.Equal(t, digest, d.SHA256)
	require.EqualValues(t, 3, d.Size)
}

// A first look leaves no digest behind.
func TestGlanceDoesNotCount(t *testing.T) {
	d := documentOf(t.Context(), "abc")
	r, err := d.Open()
	require.NoError(t, err)
	r.(*reading).Glance()
	_, err = io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.Empty(t, d.SHA256)
	require.Zero(t, d.Size)
}

func TestAheadEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	late := errors.New("too late")
	r := openAhead(t, documentOf(ctx, strings.Repeat("x", 50*aheadSize)))
	_, err := io.ReadFull(r, make([]byte, 2*aheadSize))
	require.NoError(t, err)
	cancel(late)
	n, err := io.Copy(io.Discard, r)
	require.ErrorIs(t, err, late)
	require.LessOrEqual(t, n, int64(aheadBuffers+2)*aheadSize)
	require.NoError(t, r.Close())
}
