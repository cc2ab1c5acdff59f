package native

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// word is a severity word. One that is null or empty is there and says nothing that can be read, so that it counts as critical; one that
// is absent leaves the rating to vector and score.
type word struct{ label *string }

// UnmarshalJSONFrom takes a string or null.
func (w *word) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	token, err := dec.ReadToken()
	if err != nil {
		return err
	}
	text := ""
	switch token.Kind() {
	case jsontext.KindString:
		text = token.String()
	case jsontext.KindNull:
	default:
		return fmt.Errorf("want a word, have %s", report.KindName(token.Kind()))
	}
	w.label = &text
	return nil
}

// cwes are the numbers of weaknesses, each written as 79 or "CWE-79".
type cwes []int

// UnmarshalJSONFrom takes a list, or null for none.
func (c *cwes) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	switch kind := dec.PeekKind(); kind {
	case jsontext.KindBeginArray, jsontext.KindNull, jsontext.KindInvalid:
	default:
		return fmt.Errorf("want a list, have %s", report.KindName(kind))
	}
	return report.EachElement(report.Within(dec), func() error {
		token, err := dec.ReadToken()
		if err != nil {
			return err
		}
		return c.add(token.String())
	})
}

// maxCWE is far above the numbers in use.
const maxCWE = 999_999

func (c *cwes) add(text string) error {
	digits := strings.TrimPrefix(text, "CWE-")
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || n > maxCWE || digits[0] == '0' {
		return fmt.Errorf("%q is no weakness: write 79 or CWE-79", text)
	}
	*c = append(*c, int(n))
	return nil
}
