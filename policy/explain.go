package policy

import (
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/defectgate/defectgate/gate"
)

// Facts gives what a rule reads of a defect, each as "severity=high", and its settings. What it reads of the rest of the input is named only.
func (e *Engine) Facts(r *Rule, d *gate.Defect) []string {
	var facts []string
	for _, name := range r.Reads {
		member, ofDefect := strings.CutPrefix(name, "defect.")
		if !ofDefect {
			facts = append(facts, name)
			continue
		}
		facts = append(facts, member+"="+fact(d, member))
	}
	for _, key := range sortedKeys(e.Settings(r)) {
		facts = append(facts, fmt.Sprintf("settings.%s=%s", key, spell(e.Settings(r)[key])))
	}
	return facts
}

func fact(d *gate.Defect, member string) string {
	for _, m := range defectMembers {
		if m.name == member {
			if term := m.term(d); term != nil {
				return readable(term).String()
			}
		}
	}
	return "nothing"
}

// readable leaves out the nanoseconds of instants, which stand beside their text.
func readable(term *ast.Term) *ast.Term {
	object, ok := term.Value.(ast.Object)
	if !ok {
		return term
	}
	var f fields
	object.Foreach(func(key, value *ast.Term) {
		if name, ok := key.Value.(ast.String); ok && !strings.HasSuffix(string(name), "_ns") {
			f = append(f, [2]*ast.Term{key, value})
		}
	})
	return f.term()
}

// spell writes a setting as YAML would, on one line.
func spell(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case map[string]any:
		var parts []string
		for _, key := range sortedKeys(v) {
			parts = append(parts, key+": "+spell(v[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(value)
}
