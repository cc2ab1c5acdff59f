package csaf

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// categories are those of branches (section 3.1.2.2), with the one that 2.0 has alone and the one that 2.1 adds.
var categories = []string{"architecture", "host_name", "language", "legacy", "patch_level", "platform", "product_family", "product_name",
	"product_version", "product_version_range", "service_pack", "specification", "vendor"}

// branch reads one branch (3.1.2) and all below it. Its category may stand behind what it holds, and is told to these at its end.
func (t *tree) branch(dec *report.Decoder) error {
	var category, name string
	first := len(t.order)
	err := report.EachMember(dec, func(member string) error {
		switch member {
		case "category":
			return report.Value(dec, &category)
		case "name":
			return report.Value(dec, &name)
		case "product":
			var full fullName
			if err := report.Value(dec, &full); err != nil {
				return err
			}
			return t.add(&full)
		case "branches":
			return report.EachElement(dec, func() error { return t.branch(dec) })
		}
		return report.Skip(dec)
	})
	for _, p := range t.order[first:] {
		p.enclose(category, name)
	}
	return cmp.Or(err, checkBranch(category, name))
}

// checkBranch refuses a branch that nobody understands: it could be the one that narrows its products to a version.
func checkBranch(category, name string) error {
	var problem string
	switch {
	case !slices.Contains(categories, category):
		problem = fmt.Sprintf("the category of the branch %q is %q", name, category)
	case name == "":
		problem = fmt.Sprintf("a branch of the category %q has no name", category)
	default:
		return nil
	}
	return gate.WithHint(fmt.Errorf("%w: %s", report.ErrShape, problem), askPublisher)
}
