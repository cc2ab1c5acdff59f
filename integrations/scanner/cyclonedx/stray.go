package cyclonedx

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// strays are members of an object that are not in the specification, whose schema has no place for them. A report of a scanner is read without them.
// Of a statement each could be the one that narrows it.
type strays map[string]jsontext.Value

func (s *strays) note(e *report.Element) {
	if *s == nil {
		*s = strays{}
	}
	(*s)[e.Name.Local] = nil
}

// first gives the first name in byte order, so that an error is the same each time.
func (s strays) first() string { return slices.Sorted(maps.Keys(s))[0] }

// unused are the members of metadata of which nothing is made.
var unused = []string{"lifecycles", "licenses", "properties", "distributionConstraints"}

// note keeps the name of a member that is not in the specification: it could be the one that says what the bom is about.
func (m *metadata) note(name string) {
	if !slices.Contains(unused, name) {
		m.stray = cmp.Or(m.stray, name)
	}
}

// closed refuses metadata in which it is in doubt what the bom is about.
func (m *metadata) closed() error {
	if m.stray == "" {
		return nil
	}
	return refused(fmt.Sprintf("metadata has %q, which is null or no member of it", m.stray))
}

// closed refuses a vulnerability of which it is in doubt of which versions it speaks.
func (v *vulnerability) closed() error {
	for _, a := range v.Affects {
		if len(a.Strays) > 0 {
			return refused(fmt.Sprintf("%q is no member of affects", a.Strays.first()))
		}
		for _, version := range a.Versions {
			if err := version.closed(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *versionsStatus) closed() error {
	switch {
	case len(v.Strays) > 0:
		return refused(fmt.Sprintf("%q is no member of affects[].versions", v.Strays.first()))
	case !slices.Contains([]string{"", "affected", "unaffected", "unknown"}, v.Status):
		return refused(fmt.Sprintf("the status of a version is %q", v.Status))
	}
	return nil
}

func refused(problem string) error {
	return gate.WithHint(fmt.Errorf("%w: %s", report.ErrShape, problem), "spell it as the specification of CycloneDX does, or leave it out")
}
