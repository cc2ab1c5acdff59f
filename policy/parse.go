package policy

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/defectgate/defectgate/gate"
)

// modules parses the Rego files; tests only where they are asked for. All faults are reported at once.
func (s Set) modules(tests bool) (map[string]*ast.Module, error) {
	paths := slices.DeleteFunc(s.paths(), func(p string) bool { return !strings.HasSuffix(p, ".rego") })
	parsed, faults := make([]*ast.Module, len(paths)), make([]error, len(paths))
	var all sync.WaitGroup
	for i, p := range paths {
		all.Go(func() {
			if !tests && isTest(p) {
				faults[i] = s.onlyTests(p)
				return
			}
			parsed[i], faults[i] = s.parse(p)
		})
	}
	all.Wait()
	modules := map[string]*ast.Module{}
	for i, m := range parsed {
		if m != nil {
			modules[s.place(paths[i])] = m
		}
	}
	return modules, errors.Join(faults...)
}

// isTest tells tests by their file name, as OPA does.
func isTest(p string) bool { return strings.HasSuffix(p, "_test.rego") }

// onlyTests makes sure that no rule hides in a test file, which is not loaded for a check.
func (s Set) onlyTests(p string) error {
	if s.own {
		return nil
	}
	m, err := s.parse(p)
	if err != nil {
		return err
	}
	for _, rule := range m.Rules {
		if name := string(rule.Head.Name); name == "report" || conftestName.MatchString(name) {
			return gate.WithHint(fmt.Errorf("%s:%d: %s stands in a test file, which no check loads", s.place(p), rule.Location.Row, name),
				"name the file otherwise: *_test.rego holds tests alone")
		}
	}
	return nil
}

// place names a file as a user finds it.
func (s Set) place(p string) string {
	if s.own || strings.HasSuffix(s.Name, ".tar.gz") {
		return s.Name + ":" + p
	}
	if strings.HasSuffix(s.Name, ".rego") {
		return s.Name
	}
	return path.Join(filepath.ToSlash(s.Name), p)
}

func (s Set) parse(p string) (*ast.Module, error) {
	place, text := s.place(p), string(s.Files[p])
	m, err := ast.ParseModuleWithOpts(place, text, ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
	if err == nil {
		return m, s.allowed(m, place)
	}
	if _, old := ast.ParseModuleWithOpts(place, text, ast.ParserOptions{RegoVersion: ast.RegoV0}); old == nil {
		return nil, gate.WithHint(fmt.Errorf("%s: this is Rego v0, which is not read", place), "convert it with: opa fmt --v0-v1 --write %s", place)
	}
	var list ast.Errors
	if errors.As(err, &list) {
		return nil, faultsOf(list)
	}
	var one *ast.Error
	if errors.As(err, &one) {
		return nil, faultsOf(ast.Errors{one})
	}
	return nil, fmt.Errorf("%s: %w", place, err)
}

// allowed keeps users' files out of the built-in packages: a file there could change what a rule says.
func (s Set) allowed(m *ast.Module, place string) error {
	if s.own {
		return nil
	}
	for _, a := range m.Annotations {
		if len(a.Schemas) > 0 {
			return gate.WithHint(fmt.Errorf("%s:%d: schemas in METADATA are not read: they would loosen the check of the input", place, a.Location.Row),
				"remove them: every policy is held against the schema of the input")
		}
	}
	pkg := strings.TrimPrefix(m.Package.Path.String(), "data.")
	root, _, _ := strings.Cut(pkg, ".")
	if root == "custom" || pkg == "main" || pkg == "main_test" {
		return nil
	}
	return gate.WithHint(fmt.Errorf("%s:%d: package %s is not for users' policies", place, m.Package.Location.Row, pkg),
		"use custom.rules.<category>.<name> for a rule, custom.<name> for what rules share, or main for Conftest style")
}
