package report

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// passed gives what is passed on, in whatever parts it comes.
func passed(t *testing.T, document string) string {
	t.Helper()
	var first string
	for i, r := range []io.Reader{strings.NewReader(document), iotest.OneByteReader(strings.NewReader(document)),
		iotest.HalfReader(strings.NewReader(document)), iotest.DataErrReader(strings.NewReader(document))} {
		have, err := io.ReadAll(&without{r: r, array: []byte("runs"), member: []byte("results")})
		require.NoError(t, err)
		if i > 0 {
			require.Equal(t, first, string(have))
		}
		first = string(have)
	}
	return first
}

func TestLongArraysAreLeftOut(t *testing.T) {
	for document, want := range map[string]string{
		`{"runs": [{"results": [1, [2], {"a": "]"}], "tool": {}}]}`: `{"runs": [{"results": [], "tool": {}}]}`,
		`{"runs":[{"results":[]},{"results" : [ "\"]" ] }]}`:        `{"runs":[{"results":[]},{"results" : [] }]}`,
		`{"runs":[{"results":["\\"],"x":"]"}]}`:                     `{"runs":[{"results":[],"x":"]"}]}`,
	} {
		require.Equal(t, want, passed(t, document))
	}
}

// What only looks like the arrays that are meant is passed on as it is.
func TestOtherArraysAreKept(t *testing.T) {
	for _, document := range []string{
		`{"results": [1]}`, `[{"results": [1]}]`, `{"x": [{"results": [1]}]}`, `{"runs": {"x": {"results": [1]}}}`,
		`{"runs": [[{"results": [1]}]]}`, `{"runs": [{"x": {"results": [1]}}]}`, `{"runs": [{"x": "results", "y": [1]}]}`,
		`{"runs": [["results", [1]]]}`, `{"runs": [{"results": {"x": [1]}}]}`, `{"runs": [{"r\u0065sults": [1]}]}`,
		`{"runs": [{"results2": [1]}]}`, `{"runs": [{"esults": [1]}]}`, `{"runs": [], "x": [{"results": [1]}]}`,
		`{"x": "runs", "y": [{"results": [1]}]}`, `{"runs": [{"results": 1, "x": [1]}]}`,
		`{"runs": [{"` + strings.Repeat("x", 40) + `results": [1]}]}`, ``, `"`, `{"runs": [{"results"`,
	} {
		require.Equal(t, document, passed(t, document))
	}
}

// Random documents: what is passed on is the document that has empty arrays from the start.
func TestLeftOutIsWhatStandsInTheArrays(t *testing.T) {
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 7))
		have, want := `{"version": "2", "runs": [`, `{"version": "2", "runs": [`
		for i := range random.IntN(4) {
			if i > 0 {
				have, want = have+",", want+","
			}
			before, list, after := anyValue(random, 3), anyValue(random, 4), anyValue(random, 3)
			have += fmt.Sprintf(`{"a": %s, "results": [%s], "b": %s}`, before, list, after)
			want += fmt.Sprintf(`{"a": %s, "results": [], "b": %s}`, before, after)
		}
		require.Equal(t, want+"]}", passed(t, have+"]}"))
	}
}

func anyValue(random *rand.Rand, depth int) string {
	if depth == 0 || random.IntN(3) == 0 {
		return []string{`"results"`, `"runs"`, `"]"`, `"\""`, `"\\"`, `"a\\\"]{"`, `1`, `null`, `"ü:["`}[random.IntN(9)]
	}
	var parts []string
	object := random.IntN(2) == 0
	for i := range random.IntN(4) {
		part := anyValue(random, depth-1)
		if object {
			part = fmt.Sprintf("%q : %s", []string{"results", "runs", "]", "a"}[i], part)
		}
		parts = append(parts, part)
	}
	if object {
		return "{" + strings.Join(parts, ",") + "}"
	}
	return "[" + strings.Join(parts, ",") + "]"
}
