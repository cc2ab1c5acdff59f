package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// keptTypes are the types of GraphQL that the fake answers with. Enumerations and scalars that their fields have come along.
var keptTypes = []string{
	"Query", "Node", "Actor", "Comment", "Repository", "PullRequest", "IssueComment", "IssueCommentConnection", "IssueCommentEdge", "PageInfo",
	"User", "Bot", "Mannequin", "Organization", "EnterpriseUserAccount", "IssueCommentOrder",
}

// keptFields are those of the types that have hundreds of others; the remaining types keep all.
var keptFields = map[string][]string{
	"Query":      {"id", "node", "nodes", "repository", "viewer"},
	"Repository": {"id", "databaseId", "name", "nameWithOwner", "isPrivate", "isFork", "isArchived", "visibility", "url", "pullRequest"},
	"PullRequest": {"id", "databaseId", "fullDatabaseId", "number", "title", "body", "state", "closed", "merged", "isDraft", "isCrossRepository",
		"locked", "author", "authorAssociation", "baseRefName", "baseRefOid", "headRefName", "headRefOid", "headRepository", "baseRepository",
		"repository", "createdAt", "updatedAt", "url", "comments", "lastEditedAt", "editor", "bodyHTML", "bodyText", "createdViaEmail",
		"includesCreatedEdit", "publishedAt", "viewerDidAuthor"},
	"User":                  {"id", "databaseId", "login", "name", "avatarUrl", "resourcePath", "url"},
	"Organization":          {"id", "databaseId", "login", "name", "avatarUrl", "resourcePath", "url"},
	"EnterpriseUserAccount": {"id", "login", "name", "avatarUrl", "resourcePath", "url"},
}

// cutGraphQL keeps the types and fields above, and of them what uses nothing else.
func cutGraphQL(files map[string][]byte) ([]byte, error) {
	whole, err := parser.ParseSchema(&ast.Source{Name: "schema.graphql", Input: string(files["schema.graphql"])})
	if err != nil {
		return nil, err
	}
	c := cutter{whole: whole, leaves: map[string]bool{}}
	cut := &ast.SchemaDocument{}
	for _, name := range keptTypes {
		d := whole.Definitions.ForName(name)
		if d == nil {
			return nil, fmt.Errorf("it has no type %s", name)
		}
		cut.Definitions = append(cut.Definitions, c.definition(d))
	}
	if err := complete(cut.Definitions); err != nil {
		return nil, err
	}
	for _, d := range whole.Definitions {
		if c.leaves[d.Name] {
			cut.Definitions = append(cut.Definitions, plain(d))
		}
	}
	slices.SortFunc(cut.Definitions, func(a, b *ast.Definition) int { return cmp.Compare(a.Name, b.Name) })
	var b bytes.Buffer
	formatter.NewFormatter(&b, formatter.WithoutDescription(), formatter.WithIndent("  ")).FormatSchemaDocument(cut)
	return b.Bytes(), nil
}

type cutter struct {
	whole  *ast.SchemaDocument
	leaves map[string]bool // scalars and enumerations that are used
}

func (c *cutter) definition(d *ast.Definition) *ast.Definition {
	kept := plain(d)
	kept.Fields, kept.Interfaces = nil, nil
	for _, name := range d.Interfaces {
		if slices.Contains(keptTypes, name) {
			kept.Interfaces = append(kept.Interfaces, name)
		}
	}
	for _, f := range d.Fields {
		listed := keptFields[d.Name]
		if (listed == nil || slices.Contains(listed, f.Name)) && c.keeps(f.Type) {
			kept.Fields = append(kept.Fields, c.field(f))
		}
	}
	return kept
}

// complete sees to it that the types have the fields that are listed, and those of their interfaces.
func complete(all ast.DefinitionList) error {
	for _, d := range all {
		wanted := slices.Clone(keptFields[d.Name])
		for _, name := range d.Interfaces {
			for _, f := range all.ForName(name).Fields {
				wanted = append(wanted, f.Name)
			}
		}
		for _, name := range wanted {
			if d.Fields.ForName(name) == nil {
				return fmt.Errorf("the type %s has no field %s", d.Name, name)
			}
		}
	}
	return nil
}

func (c *cutter) field(f *ast.FieldDefinition) *ast.FieldDefinition {
	kept := *f
	kept.Directives, kept.Arguments = nil, nil
	c.leaf(f.Type)
	for _, a := range f.Arguments {
		if c.keeps(a.Type) {
			c.leaf(a.Type)
			kept.Arguments = append(kept.Arguments, &ast.ArgumentDefinition{Name: a.Name, Type: a.Type, DefaultValue: a.DefaultValue})
		}
	}
	return &kept
}

// keeps reports whether a type is in the cut; types that GraphQL itself has are not defined in the schema.
func (c *cutter) keeps(t *ast.Type) bool {
	d := c.whole.Definitions.ForName(t.Name())
	return d == nil || d.Kind == ast.Scalar || d.Kind == ast.Enum || slices.Contains(keptTypes, t.Name())
}

func (c *cutter) leaf(t *ast.Type) {
	if d := c.whole.Definitions.ForName(t.Name()); d != nil && (d.Kind == ast.Scalar || d.Kind == ast.Enum) {
		c.leaves[t.Name()] = true
	}
}

// plain is a definition without directives, which GitHub defines for its documentation.
func plain(d *ast.Definition) *ast.Definition {
	kept := *d
	kept.Directives, kept.EnumValues = nil, nil
	for _, v := range d.EnumValues {
		kept.EnumValues = append(kept.EnumValues, &ast.EnumValueDefinition{Name: v.Name})
	}
	return &kept
}
