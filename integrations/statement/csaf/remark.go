package csaf

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// remarks are what is said of the products of one vulnerability, by their ids and by the groups that they are in.
type remarks struct {
	flags, impacts, remedies referenced
}

// referenced finds the first remark on a product or a group.
type referenced struct {
	products, groups map[string]*remark
}

// remarksOf looks up the remarks on a vulnerability. One that names no product is on none (6.1.32), and one on a product that is not there is an
// error.
func (p *parser) remarksOf(v *vulnerability) (*remarks, error) {
	r := &remarks{}
	err := p.index(&r.flags, "flags[].date", v.Flags, func(m *remark) bool { return slices.Contains(labels, m.Label) })
	if err == nil {
		err = p.index(&r.impacts, "threats[].date", v.Threats, func(m *remark) bool { return m.Category == "impact" && strings.TrimSpace(m.Details) != "" })
	}
	if err == nil {
		err = p.index(&r.remedies, "remediations[].date", v.Remediations, func(*remark) bool { return true })
	}
	return r, err
}

func (p *parser) index(r *referenced, member string, list []remark, counts func(*remark) bool) error {
	r.products, r.groups = map[string]*remark{}, map[string]*remark{}
	for i := range list {
		m := &list[i]
		p.dates.Read(member, &m.Date)
		if err := p.tree.has(m); err != nil {
			return err
		}
		if counts(m) {
			note(r.products, m.Products, m)
			note(r.groups, m.Groups, m)
		}
	}
	return nil
}

// note keeps the first remark on each.
func note(index map[string]*remark, ids []string, m *remark) {
	for _, id := range ids {
		if index[id] == nil {
			index[id] = m
		}
	}
}

// has refuses a remark on a product or a group that is not in the tree (6.1.1, 6.1.4).
func (t *tree) has(m *remark) error {
	for _, id := range m.Products {
		if t.products[id] == nil && t.relations[id] == nil {
			return gate.WithHint(fmt.Errorf("%w: the product_id %q is not in the product tree", report.ErrShape, id), askPublisher)
		}
	}
	for _, id := range m.Groups {
		if !t.known[id] {
			return gate.WithHint(fmt.Errorf("%w: the group_id %q is not in the product tree", report.ErrShape, id), askPublisher)
		}
	}
	return nil
}

// on finds the remark on a product, else on one of its groups.
func (r *referenced) on(product string, groups []string) *remark {
	if m := r.products[product]; m != nil {
		return m
	}
	for _, group := range groups {
		if m := r.groups[group]; m != nil {
			return m
		}
	}
	return nil
}

// why gives the reason of a status and the time of that reason. "Not affected" is explained by a flag and an impact, all else by the remediation.
func (r *remarks) why(s status, groups []string) (reason string, at time.Time) {
	if s.state != gate.NotAffected {
		if m := r.remedies.on(s.product, groups); m != nil {
			reason = strings.TrimSuffix(m.Category+": "+m.Details, ": ")
		}
		return reason, at
	}
	if m := r.flags.on(s.product, groups); m != nil {
		reason, at = m.Label+": ", m.Date.Time
	}
	if m := r.impacts.on(s.product, groups); m != nil {
		reason, at = reason+m.Details, later(at, m.Date.Time)
	}
	return strings.TrimSuffix(reason, ": "), at
}
