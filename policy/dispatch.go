package policy

import (
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// dispatchPlace is where the generated package seems to lie.
const dispatchPlace = BuiltinName + ":asked/asked.rego"

// dispatch writes package defectgate.asked, which asks each rule by its name. Rules are found, never registered, and a loop in Rego that looks every
// rule up for every defect takes longer than the rules themselves.
func dispatch(rules []*Rule, flat settings) (*ast.Module, error) {
	var b strings.Builder
	b.WriteString("package defectgate.asked\n")
	asked := map[string]bool{}
	for _, r := range rules {
		asked[r.inputKind()] = true
		fmt.Fprintf(&b, "\n%s contains {\"rule\": %q, \"level\": %q, \"said\": violation} if some violation in %s\n",
			r.inputKind(), r.ID(), flat[r.Category][r.Name]["level"], r.report())
	}
	for _, kind := range []string{"defect", "artifact"} {
		if !asked[kind] {
			fmt.Fprintf(&b, "\n%s := set()\n", kind)
		}
	}
	return ast.ParseModuleWithOpts(dispatchPlace, b.String(), ast.ParserOptions{RegoVersion: ast.RegoV1})
}

// report is the set of violations that the rule defines.
func (r *Rule) report() string {
	if r.Root == "main" {
		return "data.main." + r.Name
	}
	return r.packagePath() + ".report"
}
