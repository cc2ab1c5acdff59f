package csaf

import (
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// tree is `product_tree` (section 3.2.2), by product id.
type tree struct {
	products  map[string]*product
	relations map[string]*relation
	groups    map[string][]string // the groups that a product is in
	known     map[string]bool     // ids of groups
	order     []*product          // as they were read, so that a branch knows its own
}

// relation is a product that is made of others: a component within a product, which may be within another.
type relation struct {
	own       *product
	component string
	within    []string // the innermost first
}

// fullName is `full_product_name_t` (3.1.3).
type fullName struct {
	Name   string `json:"name"`
	ID     string `json:"product_id"`
	Helper helper `json:"product_identification_helper"`
}

func newTree() tree {
	return tree{products: map[string]*product{}, relations: map[string]*relation{}, groups: map[string][]string{}, known: map[string]bool{}}
}

func (t *tree) read(dec *report.Decoder) error {
	return report.EachMember(dec, func(name string) error {
		switch name {
		case "branches":
			return report.EachElement(dec, func() error { return t.branch(dec) })
		case "full_product_names":
			return report.Each(dec, t.add)
		case "relationships":
			return report.Each(dec, t.relate)
		case "product_paths":
			return report.Each(dec, t.path)
		case "product_groups":
			return report.Each(dec, t.group)
		}
		return report.Skip(dec)
	})
}

func (t *tree) add(full *fullName) error {
	if err := t.check(full); err != nil {
		return err
	}
	p := &product{fullName: *full}
	t.products[full.ID] = p
	t.order = append(t.order, p)
	return nil
}

// check refuses an id that stands twice (6.1.2), for which of the two products somebody means cannot be told; and hashes of no file, without which
// the product would be every build of its package.
func (t *tree) check(full *fullName) error {
	id := full.ID
	switch {
	case id == "":
		return fmt.Errorf("%w: a product without product_id", report.ErrShape)
	case t.products[id] != nil, t.relations[id] != nil:
		return gate.WithHint(fmt.Errorf("%w: the product_id %q stands twice in the product tree", report.ErrShape, id), askPublisher)
	case full.Helper.hashless():
		return gate.WithHint(fmt.Errorf("%w: the product %q has hashes without file_hashes", report.ErrShape, id), askPublisher)
	}
	return nil
}

// relate reads a relationship (3.2.2.4).
func (t *tree) relate(r *struct {
	Component string   `json:"product_reference"`
	Product   string   `json:"relates_to_product_reference"`
	Full      fullName `json:"full_product_name"`
}) error {
	return t.addRelation(&r.Full, r.Component, []string{r.Product})
}

// path reads a path of products, which 2.1 has in place of relationships.
func (t *tree) path(r *struct {
	Component string   `json:"beginning_product_reference"`
	Full      fullName `json:"full_product_name"`
	Subpaths  []struct {
		Next string `json:"next_product_reference"`
	} `json:"subpaths"`
}) error {
	within := make([]string, len(r.Subpaths))
	for i, s := range r.Subpaths {
		within[i] = s.Next
	}
	return t.addRelation(&r.Full, r.Component, within)
}

func (t *tree) addRelation(full *fullName, component string, within []string) error {
	if err := t.check(full); err != nil {
		return err
	}
	if len(within) == 0 || len(within) > deepest {
		return fmt.Errorf("%w: the product %q is part of %d others: 1 to %d are known", report.ErrShape, full.ID, len(within), deepest)
	}
	t.relations[full.ID] = &relation{own: &product{fullName: *full}, component: component, within: within}
	return nil
}

func (t *tree) group(g *struct {
	ID       string   `json:"group_id"`
	Products []string `json:"product_ids"`
}) error {
	if t.known[g.ID] {
		return fmt.Errorf("%w: the group_id %q stands twice in the product tree", report.ErrShape, g.ID)
	}
	t.known[g.ID] = true
	for _, id := range g.Products {
		t.groups[id] = append(t.groups[id], g.ID)
	}
	return nil
}

// deepest is how many products one may be made of, in all. Real ones are made of two or three.
const deepest = 20

// resolve gives the product of an id, with those that it is part of.
func (t *tree) resolve(id string) (gate.Product, error) {
	left := deepest
	return t.resolved(id, &left)
}

// resolved counts what it looks up: a product that is part of itself would never end, and one of ten paths of ten paths not soon.
func (t *tree) resolved(id string, left *int) (gate.Product, error) {
	if *left--; *left < 0 {
		return gate.Product{}, fmt.Errorf("%w: a product is part of itself, or of more than %d others: %q", report.ErrShape, deepest, id)
	}
	if p := t.products[id]; p != nil {
		return p.facts(), nil
	}
	r := t.relations[id]
	if r == nil {
		return gate.Product{}, gate.WithHint(fmt.Errorf("%w: the product_id %q is not in the product tree", report.ErrShape, id), askPublisher)
	}
	whole, err := t.resolved(r.component, left)
	if err == nil {
		whole = r.own.identify(whole, t.innermost(r.component))
	}
	for _, outer := range r.within {
		if err != nil {
			break
		}
		var product gate.Product
		product, err = t.resolved(outer, left)
		whole = placed(whole, product)
	}
	return whole, err
}

// innermost gives the product that is no relationship at the bottom of one which was resolved.
func (t *tree) innermost(id string) *product {
	for t.relations[id] != nil {
		id = t.relations[id].component
	}
	return t.products[id]
}

// placed puts a product into another one, behind those that it is in already.
func placed(p, outer gate.Product) gate.Product {
	if p.Within != nil {
		outer = placed(*p.Within, outer)
	}
	p.Within = &outer
	return p
}

// askPublisher is the next step where a document contradicts itself.
const askPublisher = "ask the publisher for a valid document, or leave this one out"
