package sarif

import (
	"strings"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// component is a driver, an extension or a taxonomy (§3.19).
type component struct {
	Name, GUID               string
	Version, SemanticVersion string
	strings                  map[string]string // globalMessageStrings
	rules                    []rule
	byID, byGUID             map[string]int // the first rule of each
	taxa                     []string       // ids
}

func readComponents(dec *report.Decoder, list *[]component) error {
	return report.EachElement(dec, func() error {
		*list = append(*list, component{})
		return (*list)[len(*list)-1].read(dec)
	})
}

func (c *component) read(dec *report.Decoder) error {
	return report.EachMember(dec, func(name string) error {
		switch name {
		case "name":
			return report.Value(dec, &c.Name)
		case "guid":
			return report.Value(dec, &c.GUID)
		case "version":
			return report.Value(dec, &c.Version)
		case "semanticVersion":
			return report.Value(dec, &c.SemanticVersion)
		case "globalMessageStrings":
			var long map[string]text
			err := report.Value(dec, &long)
			c.strings = shortStrings(long)
			return err
		case "rules":
			return report.Each(dec, func(d *descriptor) error { c.add(d.short()); return nil })
		case "taxa":
			return report.Each(dec, func(d *struct {
				ID string `json:"id"`
			}) error {
				c.taxa = append(c.taxa, d.ID)
				return nil
			})
		}
		return report.Skip(dec)
	})
}

func (c *component) add(r rule) {
	if c.byID == nil {
		c.byID, c.byGUID = map[string]int{}, map[string]int{}
	}
	noteFirst(c.byID, r.id, len(c.rules))
	noteFirst(c.byGUID, strings.ToLower(r.guid), len(c.rules))
	c.rules = append(c.rules, r)
}

func noteFirst(index map[string]int, key string, i int) {
	if _, known := index[key]; !known {
		index[key] = i
	}
}

// reference points to a rule or a taxon (§3.52), in a component (§3.54).
type reference struct {
	ID, GUID  string
	Index     *int
	Component struct {
		Name  string `json:"name"`
		GUID  string `json:"guid"`
		Index *int   `json:"index"`
	}
}

// Field gives where a member of a reference goes.
func (r *reference) Field(name []byte) any {
	switch string(name) {
	case "id":
		return &r.ID
	case "guid":
		return &r.GUID
	case "index":
		return &r.Index
	case "toolComponent":
		return &r.Component
	}
	return nil
}

// rule finds the rule that a reference means, and its component. Index and GUID decide (§3.52.3), unless the id says that they are
// wrong: the id is what the tool calls its rule, and tools that merge reports forget to renumber. An id that no rule of the
// component has is looked for in the others.
func (r *run) rule(ref reference) (*rule, *component) {
	home := r.component(ref)
	var indexed *rule
	if i := ref.Index; i != nil && *i >= 0 && *i < len(home.rules) {
		indexed = &home.rules[*i]
		if ref.ID == "" || within(ref.ID, indexed.id) {
			return indexed, home
		}
	}
	for _, c := range append([]*component{home}, r.components()...) {
		if found := c.find(ref); found != nil {
			return found, c
		}
	}
	return indexed, home
}

// within reports whether an id is another one, or one below it: "CA1000/1" is below "CA1000" (§3.27.5).
func within(id, of string) bool {
	return of != "" && (id == of || strings.HasPrefix(id, of+"/"))
}

// find looks for a GUID, then for an id, then for what the id is below, longest first.
func (c *component) find(ref reference) *rule {
	if i, ok := c.byGUID[strings.ToLower(ref.GUID)]; ok && ref.GUID != "" {
		return &c.rules[i]
	}
	for id := ref.ID; id != ""; id = id[:max(strings.LastIndexByte(id, '/'), 0)] {
		if i, ok := c.byID[id]; ok {
			return &c.rules[i]
		}
	}
	return nil
}

func (r *run) components() []*component {
	list := []*component{&r.driver}
	for i := range r.extensions {
		list = append(list, &r.extensions[i])
	}
	return list
}

// component finds the component of a reference. An index counts extensions; without index and GUID it is the driver (§3.54.2), but
// a name that only an extension has is believed.
func (r *run) component(ref reference) *component {
	if i := ref.Component.Index; i != nil && *i >= 0 && *i < len(r.extensions) {
		return &r.extensions[*i]
	}
	for _, c := range r.components() {
		if ref.Component.GUID != "" && strings.EqualFold(c.GUID, ref.Component.GUID) || ref.Component.Name != "" && c.Name == ref.Component.Name {
			return c
		}
	}
	return &r.driver
}
