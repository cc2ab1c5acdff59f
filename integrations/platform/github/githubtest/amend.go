package githubtest

import (
	"github.com/getkin/kin-openapi/openapi3"
)

// amend says what GitHub's description leaves out.
func (d *description) amend() {
	schemas := d.document.Components.Schemas
	for _, name := range []string{"pull-request", "pull-request-simple"} {
		mayBeNull(schemas[name].Value.Properties["head"].Value, "repo") // of a fork that was deleted
	}
	mayBeNull(schemas["workflow-run"].Value, "head_repository") // likewise
	either := d.operations["git/create-blob"].Responses.Value("422").Value.Content.Get("application/json").Schema.Value
	either.AnyOf, either.OneOf = either.OneOf, nil  // a mistake without particulars is of both forms
	most, least := float64(mostPerPage), float64(1) // said in words only
	d.document.Components.Parameters["per-page"].Value.Schema.Value.Max = &most
	for _, name := range []string{"per-page", "page"} {
		d.document.Components.Parameters[name].Value.Schema.Value.Min = &least
	}
}

// mayBeNull has a member be nothing as well. Others refer to the same schema, and stay as they are.
func mayBeNull(of *openapi3.Schema, member string) {
	schema := *of.Properties[member].Value
	schema.Nullable = true
	of.Properties[member] = openapi3.NewSchemaRef("", &schema)
}

// close has the description refuse what it does not name. It says of few objects only that they may hold anything else, and of those it stays so.
func (d *description) close() {
	c := closing{}
	for _, s := range d.document.Components.Schemas {
		c.schema(s)
	}
	for _, r := range d.document.Components.Responses {
		c.content(r.Value.Content)
	}
	for _, o := range d.operations {
		if o.RequestBody != nil {
			c.content(o.RequestBody.Value.Content)
		}
		for _, r := range o.Responses.Map() {
			c.content(r.Value.Content)
		}
	}
}

// closing remembers the schemas that were visited, as they refer to each other.
type closing map[*openapi3.Schema]bool

func (c closing) content(all openapi3.Content) {
	for _, media := range all {
		c.schema(media.Schema)
	}
}

func (c closing) schema(r *openapi3.SchemaRef) {
	if r == nil || r.Value == nil || c[r.Value] {
		return
	}
	s := r.Value
	c[s] = true
	if more := &s.AdditionalProperties; len(s.Properties) > 0 && more.Has == nil && more.Schema == nil {
		no := false
		more.Has = &no
	}
	for _, p := range s.Properties {
		c.schema(p)
	}
	for _, some := range []openapi3.SchemaRefs{s.OneOf, s.AnyOf, s.AllOf} {
		for _, one := range some {
			c.schema(one)
		}
	}
	c.schema(s.Items)
	c.schema(s.AdditionalProperties.Schema)
}
