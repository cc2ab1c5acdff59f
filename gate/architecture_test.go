package gate_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The drawing of the rooms, as a test: every file of the module that is not a test is parsed and held against these rules.
var rules = []rule{
	{"every package has a room", inRoom},
	{"gate imports no other room", arrows(func(from string) bool { return from == "gate" }, func(_, _ string) bool { return false })},
	{"a room of gate imports gate and its own parts", arrows(
		func(from string) bool { return below(from, "gate") },
		func(from, to string) bool { return to == "gate" || below(to, from) })},
	{"policy imports gate and its own parts", arrows(
		func(from string) bool { return within(from, "policy") },
		func(from, to string) bool { return to == "gate" || below(to, from) })},
	{"an integration imports gate, what integrations share, and its own parts", arrows(
		func(from string) bool { return within(from, "integrations") },
		func(from, to string) bool {
			return within(to, "gate") || below(to, "integrations/internal") || below(to, from)
		})},
	{"nobody imports cmd", arrows(
		func(string) bool { return true },
		func(from, to string) bool { return !within(to, "cmd") || within(from, "cmd") && below(to, from) })},
	{"nothing happens because a package is imported", noSideEffects},
	{"time is an argument", noClock},
	{"JSON is read strictly", noLaxJSON},
}

const module = "github.com/defectgate/defectgate"

// rule says what is wrong in one file. The names of its subtests are the rules that a reader is told.
type rule struct {
	name  string
	check func(source) []violation
}

// source is one file; path is below the module's root, with slashes.
type source struct {
	path string
	file *ast.File
}

type violation struct {
	at   token.Pos
	what string
}

func (s source) room() string { return path.Dir(s.path) }

// within says that a package is a folder or lies below it.
func within(pkg, folder string) bool { return pkg == folder || below(pkg, folder) }

func below(pkg, folder string) bool { return strings.HasPrefix(pkg, folder+"/") }

func inRoom(s source) []violation {
	for _, room := range []string{"gate", "policy", "integrations"} {
		if within(s.room(), room) {
			return nil
		}
	}
	if below(s.room(), "cmd") || below(s.room(), "examples") {
		return nil
	}
	return []violation{{s.file.Name.Pos(), "package " + s.room() + " lies in none of the rooms"}}
}

// arrows is the rule that packages for which from is true import, of this module, only packages for which may is true.
func arrows(from func(string) bool, may func(from, to string) bool) func(source) []violation {
	return func(s source) (all []violation) {
		if !from(s.room()) {
			return nil
		}
		for _, spec := range s.file.Imports {
			to, ours := strings.CutPrefix(imported(spec)+"/", module+"/")
			to = strings.TrimSuffix(to, "/")
			if ours && !may(s.room(), to) {
				all = append(all, violation{spec.Pos(), s.room() + " must not import " + to})
			}
		}
		return all
	}
}

func imported(spec *ast.ImportSpec) string {
	name, _ := strconv.Unquote(spec.Path.Value) // the parser has unquoted it already
	return name
}

func noSideEffects(s source) (all []violation) {
	for _, spec := range s.file.Imports {
		// A blank import of embed is how the language asks for go:embed. It does nothing by itself.
		if spec.Name != nil && spec.Name.Name == "_" && imported(spec) != "embed" {
			all = append(all, violation{spec.Pos(), "import of " + imported(spec) + " for its side effect"})
		}
	}
	for _, declared := range s.file.Decls {
		if f, ok := declared.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			all = append(all, violation{f.Pos(), "init function"})
		}
	}
	return all
}

// noClock refuses every mention, not only calls: a function value reads the clock as well.
func noClock(s source) (all []violation) {
	name := localName(s.file, "time")
	if below(s.room(), "cmd") || name == "" {
		return nil
	}
	if name == "." {
		return []violation{{s.file.Pos(), "import of time without its name"}}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg, ok := selector.X.(*ast.Ident)
		if ok && pkg.Name == name && readsClock[selector.Sel.Name] {
			all = append(all, violation{n.Pos(), "time." + selector.Sel.Name + " outside cmd"})
		}
		return true
	})
	return all
}

var readsClock = map[string]bool{"Now": true, "Since": true, "Until": true}

// localName is what a file calls a package, "" where it does not import it.
func localName(file *ast.File, pkg string) string {
	for _, spec := range file.Imports {
		switch {
		case imported(spec) != pkg:
		case spec.Name != nil:
			return spec.Name.Name
		default:
			return path.Base(pkg)
		}
	}
	return ""
}

func noLaxJSON(s source) (all []violation) {
	for _, spec := range s.file.Imports {
		if imported(spec) == "encoding/json" {
			all = append(all, violation{spec.Pos(), "encoding/json takes duplicate keys silently"})
		}
	}
	return all
}

func TestModuleKeepsItsRooms(t *testing.T) {
	set, sources := parseModule(t, "..")
	require.NotEmpty(t, sources)
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, s := range sources {
				for _, v := range r.check(s) {
					t.Errorf("%v: %s", set.Position(v.at), v.what)
				}
			}
		})
	}
}

// parseModule parses what `go build ./...` would see in this module, on every system and with every build tag, without the tests.
func parseModule(t *testing.T, root string) (*token.FileSet, []source) {
	set, sources := token.NewFileSet(), []source(nil)
	require.NoError(t, filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if file != root && skipped(file) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, file)
		sources = append(sources, source{filepath.ToSlash(relative), parsed})
		return err
	}))
	return set, sources
}

// skipped are the folders that the go command passes over, and modules of their own.
func skipped(folder string) bool {
	name := filepath.Base(folder)
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err == nil || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

func TestEveryRuleRefuses(t *testing.T) {
	refused := map[string]bool{}
	for _, c := range architectureCases {
		t.Run(fmt.Sprintf("%s/%s", c.path, c.refusedBy), func(t *testing.T) {
			file, err := parser.ParseFile(token.NewFileSet(), c.path, "package p\n"+c.code, parser.SkipObjectResolution)
			require.NoError(t, err)
			var names []string
			for _, r := range rules {
				if len(r.check(source{c.path, file})) > 0 {
					names = append(names, r.name)
				}
			}
			assert.Equal(t, c.refusedBy, strings.Join(names, ", "))
		})
		refused[c.refusedBy] = true
	}
	for _, r := range rules {
		assert.True(t, refused[r.name], "no case shows that %q can fail", r.name)
	}
}
