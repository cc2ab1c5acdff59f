package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/defectgate/defectgate/integrations/feed"
)

// Value is one effective setting.
type Value struct {
	Path   string // rules.sla.overdue.days.high
	Value  string
	Origin string // "default", "defectgate.yaml:12", "--environment"
}

// linesOf gives the line of each key and list item of a YAML text, by its path.
func linesOf(text []byte) map[string]int {
	lines := map[string]int{}
	for _, leaf := range flatten(text) {
		lines[leaf.path] = leaf.line
	}
	return lines
}

type leaf struct {
	path, value string
	line        int
	scalar      bool // it has a value of its own
	null, empty bool
}

func flatten(text []byte) []leaf {
	var root yaml.Node
	if yaml.Unmarshal(text, &root) != nil || len(root.Content) == 0 {
		return nil
	}
	return walk("", root.Content[0], nil)
}

// walk lists a node and everything below it. A list of plain values is one value.
func walk(path string, n *yaml.Node, leaves []leaf) []leaf {
	switch n.Kind {
	case yaml.MappingNode:
		leaves = append(leaves, leaf{path: path, line: n.Line})
		for i := 0; i+1 < len(n.Content); i += 2 {
			below := strings.TrimPrefix(path+"."+n.Content[i].Value, ".")
			leaves = walk(below, n.Content[i+1], leaves)
		}
	case yaml.SequenceNode:
		plain := !slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return c.Kind != yaml.ScalarNode })
		if plain {
			leaves = append(leaves, leaf{path: path, value: flow(n), line: n.Line, scalar: true})
		}
		for i, c := range n.Content {
			below := fmt.Sprintf("%s[%d]", path, i)
			if plain {
				leaves = append(leaves, leaf{path: below, line: c.Line, null: isNull(c), empty: isEmpty(c)})
			} else {
				leaves = walk(below, c, leaves)
			}
		}
	case yaml.ScalarNode:
		leaves = append(leaves, leaf{path, scalar(n), n.Line, true, isNull(n), isEmpty(n)})
	case yaml.AliasNode:
		meant := *n.Alias
		meant.Line = n.Line
		leaves = walk(path, &meant, leaves)
	}
	return leaves
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// isEmpty reports whether a value is nothing, or a text in which nothing stands.
func isEmpty(n *yaml.Node) bool {
	return isNull(n) || n.Kind == yaml.ScalarNode && strings.TrimSpace(n.Value) == ""
}

func scalar(n *yaml.Node) string {
	if isNull(n) {
		return "null"
	}
	return n.Value
}

func flow(n *yaml.Node) string {
	items := make([]string, len(n.Content))
	for i, c := range n.Content {
		items[i] = c.Value
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// Effective gives every value with its origin: those of the file, the defaults of what it leaves out, and the flat settings of every rule in one
// environment.
func (f File) Effective(environment string, rules map[string]any) ([]Value, error) {
	filled := f.filled(environment)
	filled.Rules = rules
	text, err := yaml.Marshal(filled)
	if err != nil {
		return nil, err
	}
	lines := linesOf(f.text)
	var values []Value
	for _, leaf := range flatten(text) {
		if leaf.scalar && !(leaf.empty && strings.HasPrefix(leaf.path, "sources[")) { // a source is a report or alerts, and has no keys of the other
			values = append(values, Value{leaf.path, leaf.value, f.origin(lines, leaf.path, environment)})
		}
	}
	slices.SortFunc(values, func(a, b Value) int { return strings.Compare(a.Path, b.Path) })
	return values, nil
}

// origin finds where a value stands. What is said of an environment wins over what is said of all.
func (f File) origin(lines map[string]int, path, environment string) string {
	places := []string{path}
	if parts := strings.SplitN(path, ".", 4); parts[0] == "rules" && len(parts) == 4 {
		places = []string{strings.Join(parts[:3], ".") + ".environments." + environment + "." + parts[3], path}
	}
	for _, place := range places {
		if line, ok := lines[place]; ok {
			return fmt.Sprintf("%s:%d", f.name, line)
		}
	}
	return "default"
}

// filled writes out the defaults of what the file leaves open.
func (f File) filled(environment string) File {
	f.Sources = slices.Clone(f.Sources)
	for i := range f.Sources {
		f.Sources[i] = f.Sources[i].filled(environment)
	}
	f.Statements, f.Signals, f.Feeds = slices.Clone(f.Statements), slices.Clone(f.Signals), slices.Clone(f.Feeds)
	for i := range f.Statements {
		f.Statements[i] = f.Statements[i].filled()
	}
	for i := range f.Signals {
		required := demanded(f.Signals[i].Required)
		f.Signals[i].Required = &required
	}
	for i := range f.Feeds {
		f.Feeds[i] = f.Feeds[i].filled()
	}
	f.Limits = f.Limits.filled()
	if f.Severity.Source == "" {
		f.Severity.Source = "scanner"
	}
	return f
}

func (s Source) filled(environment string) Source {
	x := s.Expectation(environment)
	maxAge, maxDatabaseAge := Duration(x.MaxAge), Duration(x.MaxDatabaseAge)
	s.Required, s.MaxAge = &x.Required, &maxAge
	if s.Alerts == "" {
		s.MaxDatabaseAge, s.Format = &maxDatabaseAge, cmp.Or(s.Format, "(recognised)")
	}
	s.Empty = cmp.Or(s.Empty, "proven")
	s.Subject = cmp.Or(s.Subject, "match")
	s.Suppressions = cmp.Or(s.Suppressions, "honour")
	s.Statements = cmp.Or(s.Statements, "ignore")
	return s
}

func (s Statements) filled() Statements {
	x := s.Expectation()
	maxAge := Duration(x.MaxAge)
	s.Required, s.MaxAge, s.Format = &x.Required, &maxAge, cmp.Or(s.Format, "(recognised)")
	return s
}

func (f Feed) filled() Feed {
	x := f.Expectation()
	format, _ := feed.Lookup(f.Feed)
	maxAge := Duration(cmp.Or(x.MaxDatabaseAge, format.MaxAge))
	f.Required, f.MaxAge = &x.Required, &maxAge
	return f
}

func (l Limits) filled() Limits {
	all := l.Effective()
	raw, expanded, text := Size(all.Raw), Size(all.Expanded), Size(all.Text)
	ratio, depth, findings := Count(all.Ratio), Count(all.Depth), Count(all.Count)
	return Limits{Raw: &raw, Expanded: &expanded, Ratio: &ratio, Depth: &depth, Text: &text, Findings: &findings}
}
