package json_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	upstream "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/transform"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/output/json"
	"github.com/defectgate/defectgate/integrations/output/outputtest"
)

func written(t require.TestingT, r *gate.Report) string {
	var out bytes.Buffer
	require.NoError(t, json.Write(&out, r))
	return out.String()
}

// plainly is the report as the library writes it.
func plainly(t require.TestingT, r *gate.Report) string {
	text, err := upstream.Marshal(r, gate.Deterministic, jsontext.WithIndent("  "))
	require.NoError(t, err)
	return string(text) + "\n"
}

// What is harmless is written as it is.
func TestJSONIsPlain(t *testing.T) {
	require.Equal(t, plainly(t, outputtest.Example()), written(t, outputtest.Example()))
	require.Equal(t, written(t, outputtest.Example()), written(t, outputtest.Example()))
}

// lasting are the characters that a text may keep in a log.
var lasting = regexp.MustCompile(`^[\n\PC]*$`)

// T22, T27: a text is what it was to whoever reads JSON, and no more than text to whoever reads the log.
func assertHarmless(t *testing.T, payload string) {
	payload = strings.ToValidUTF8(payload, "?")
	r := outputtest.Hostile(payload)
	text := written(t, r)
	outputtest.Harmless(t, text)
	require.Regexp(t, lasting, text)
	require.NotContains(t, text, "##")
	var have, want any
	require.NoError(t, upstream.Unmarshal([]byte(text), &have))
	require.NoError(t, upstream.Unmarshal([]byte(plainly(t, r)), &want))
	require.Equal(t, want, have)
}

func TestHostileTextStaysText(t *testing.T) {
	for _, payload := range append(outputtest.Payloads, "#", "##", "###[", "\U000e0001\U0001f3f4\U000e0067", "\u00ad\ufeff\u2028", "é#é##") {
		assertHarmless(t, payload)
	}
}

func FuzzJSONIsHarmless(f *testing.F) {
	for _, payload := range outputtest.Payloads {
		f.Add(payload)
	}
	f.Fuzz(assertHarmless)
}

// A text is escaped the same wherever it is parted on its way.
func TestPartsMakeNoDifference(t *testing.T) {
	r := outputtest.Hostile("é##[x]\u202e\U000e0001#")
	var whole bytes.Buffer
	to := transform.NewWriter(&whole, json.NewEscaper())
	for _, b := range []byte(plainly(t, r)) {
		_, err := to.Write([]byte{b})
		require.NoError(t, err)
	}
	require.NoError(t, to.Close())
	require.Equal(t, written(t, r), whole.String())
}

func TestAClosedFileIsAnError(t *testing.T) {
	require.Error(t, json.Write(failing{}, outputtest.Example()))
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, iotest.ErrTimeout }
