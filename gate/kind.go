package gate

import "slices"

// Kind is the sort of a defect. It decides how a defect is identified and which rules look at it.
type Kind string

// The kinds of defects.
const (
	Vulnerability    Kind = "vulnerability"    // a published vulnerability of a component
	Code             Kind = "code"             // a weakness in the product's own code
	Secret           Kind = "secret"           // a credential that stands where it must not
	Misconfiguration Kind = "misconfiguration" // an unsafe setting of infrastructure, image or deployment
	License          Kind = "license"          // a licence that may be denied
	Malware          Kind = "malware"          // a component that does harm on purpose
	Design           Kind = "design"           // a flaw found by people: threat assessment, penetration test, incident
)

// Kinds lists every kind in the order in which outputs show them.
func Kinds() []Kind {
	return []Kind{Malware, Vulnerability, Secret, Code, Misconfiguration, Design, License}
}

// Valid reports whether k is one of [Kinds].
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// OfComponent reports whether a defect of this kind belongs to a component with a package URL, not to a place in the code.
func (k Kind) OfComponent() bool { return k == Vulnerability || k == License || k == Malware }
