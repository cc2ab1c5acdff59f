package openvex

import (
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// narrowing are the members that make a statement speak of less.
var narrowing = []string{"subcomponents", "identifiers", "purl", "hashes"}

// closed reads an object that has the members of the specification and no others, as its schema demands of what a statement speaks of. field says
// where the value of a member goes; nil is for one that is not known. One that is passed over could be the one that narrows the statement: without
// its `subcomponents` it would speak of the whole product.
func closed(dec *report.Decoder, field func(name string) any) error {
	return report.EachMember(dec, func(name string) error {
		into := field(name)
		switch {
		case into == nil:
			return gate.WithHint(fmt.Errorf("%w: %q is no member of it", report.ErrShape, name), spelling)
		case dec.PeekKind() == jsontext.KindNull && slices.Contains(narrowing, name):
			return gate.WithHint(fmt.Errorf("%w: %q is null", report.ErrShape, name), "give it a value, or leave it out")
		}
		return json.UnmarshalDecode(dec.Decoder, into) // whoever decodes the statement says where an error came up
	})
}

// spelling is the next step where a member is not known.
const spelling = "spell it as the specification of OpenVEX does, or leave it out"
