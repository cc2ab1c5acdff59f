package report

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

type textDocument string

func (d textDocument) Open() (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(string(d))), nil
}
func (d textDocument) Bounds() Bounds { return DefaultBounds }

// numbered and fielded are the two kinds of elements: decoded by tags, and by their fields.
type numbered struct {
	N int `json:"n"`
}

func (v *numbered) number() int { return v.N }

type fielded struct{ n int }

func (v *fielded) Field(name []byte) any {
	if string(name) == "n" {
		return &v.n
	}
	return nil
}

func (v *fielded) number() int { return v.n }

// numbers writes `{"list": [{"n": 0}, …]}` with one element put in place of another.
func numbers(n, at int, element string) textDocument {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`{"n": %d, "text": %q}`, i, strings.Repeat("x", i%5000))
	}
	if at >= 0 {
		list[at] = element
	}
	return textDocument(`{"list": [` + strings.Join(list, ", ") + `]}`)
}

// readNumbers gives how many elements were used, and the error.
func readNumbers[T any, P interface {
	*T
	number() int
}](d Document, use func(n int) error) (used int, err error) {
	err = JSON(d, func(dec *Decoder) error {
		return EachMember(dec, func(string) error {
			return Each(dec, func(v *T) error {
				if err := use(P(v).number()); err != nil {
					return err
				}
				used++
				return nil
			})
		})
	})
	return used, err
}

// Elements of a long array come in their order, and all before an error, wherever it is; it has the place and the words that it has in a short one.
// Nothing is left running: a bubble of [synctest] ends with its last goroutine, and calls the others a deadlock.
func TestLongArraysAreReadAsShortOnes(t *testing.T) {
	t.Run("by tags", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { longArraysAreReadAsShortOnes(t, readNumbers[numbered]) })
	})
	t.Run("by fields", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { longArraysAreReadAsShortOnes(t, readNumbers[fielded]) })
	})
}

func longArraysAreReadAsShortOnes(t *testing.T, readNumbers func(Document, func(int) error) (int, error)) {
	refused := errors.New("refused")
	for _, n := range []int{0, 1, shortArray - 1, shortArray, shortArray + 1, 3 * batchElements, 1000} {
		next := 0
		inOrder := func(got int) error {
			require.Equal(t, next, got)
			next++
			return nil
		}
		used, err := readNumbers(numbers(n, -1, ""), inOrder)
		require.NoError(t, err)
		require.Equal(t, n, used)
		if n == 0 {
			continue
		}
		for _, at := range []int{n / 2, n - 1} {
			for element, problem := range map[string]string{
				`{"n": "1"}`:                         fmt.Sprintf("at /list/%d/n: not of this format: want a whole number, have a text", at),
				`{"n": 1, "n": 2}`:                   fmt.Sprintf(`within "/list/%d"`, at),
				`{"x": 1, "x": 2}`:                   fmt.Sprintf(`duplicate object member name "x" within "/list/%d"`, at),
				"{\"n\": \"\xff\"}":                  fmt.Sprintf(`invalid UTF-8 within "/list/%d/n"`, at),
				`{"n": 1`:                            "",
				`{"x": ` + strings.Repeat("[", 2000): "nested deeper than 1000 levels",
			} {
				used, err = readNumbers(numbers(n, at, element), func(int) error { return nil })
				require.ErrorContains(t, err, problem, "%d elements, %s", n, element)
				require.Equal(t, at, used)
			}
			used, err = readNumbers(numbers(n, -1, ""), func(got int) error {
				if got == at {
					return refused
				}
				return nil
			})
			require.ErrorIs(t, err, refused)
			require.EqualError(t, err, fmt.Sprintf("at /list/%d: refused", at))
			require.Equal(t, at, used)
		}
	}
}

type explosive struct{}

func (*explosive) UnmarshalJSON([]byte) error { panic("no decoder") }

// A panic of either side comes up where the array is read.
func TestPanicsOfLongArrays(t *testing.T) {
	require.PanicsWithValue(t, "no user", func() {
		_, _ = readNumbers[numbered](numbers(500, -1, ""), func(n int) error {
			if n == 300 {
				panic("no user")
			}
			return nil
		})
	})
	long := textDocument("[" + strings.Repeat(`{"a":null},`, 100) + `{"a":1}]`)
	require.PanicsWithValue(t, "no decoder", func() {
		_ = JSON(long, func(dec *Decoder) error {
			return Each(dec, func(*struct {
				A *explosive `json:"a"`
			}) error {
				return nil
			})
		})
	})
}
