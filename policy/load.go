package policy

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"

	"github.com/defectgate/defectgate/gate"
)

//go:embed all:defectgate
var builtin embed.FS

//go:embed schema.json
var inputSchema []byte

//go:embed defectgate/config/schema.json
var settingsSchema []byte

// BuiltinName is what the built-in policies are called in a decision.
const BuiltinName = "builtin"

// Set is one set of policy files: the built-in one, a folder, or an OPA bundle (.tar.gz).
type Set struct {
	Name   string
	Digest string            // SHA-256 over the sorted lines "sha256  path", hexadecimal
	Files  map[string][]byte // by slash-separated path
}

// Builtin gives the set that is part of the program.
func Builtin() (Set, error) {
	root, err := fs.Sub(builtin, "defectgate")
	if err != nil {
		return Set{}, err
	}
	return readSet(BuiltinName, root)
}

// Read loads a folder or an OPA bundle.
func Read(name string) (Set, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return Set{}, fmt.Errorf("policy: %w", err)
	case info.IsDir():
		return readSet(name, os.DirFS(name))
	case strings.HasSuffix(name, ".tar.gz"):
		return readBundle(name)
	case strings.HasSuffix(name, ".rego"):
		dir, file := filepath.Split(name)
		return readSet(name, only{os.DirFS(filepath.Clean(dir + ".")), file})
	}
	return Set{}, gate.WithHint(fmt.Errorf("policy %q is no folder, no .rego file and no .tar.gz bundle", name), "name a folder of .rego files")
}

// only shows one file of a folder.
type only struct {
	fs.FS
	file string
}

func (o only) ReadDir(string) ([]fs.DirEntry, error) {
	info, err := fs.Stat(o.FS, o.file)
	if err != nil {
		return nil, err
	}
	return []fs.DirEntry{fs.FileInfoToDirEntry(info)}, nil
}

// maxPolicyFile bounds one policy file, in bytes.
const maxPolicyFile = 4 << 20

func readSet(name string, root fs.FS) (Set, error) {
	s := Set{Name: name, Files: map[string][]byte{}}
	err := fs.WalkDir(root, ".", func(p string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isPolicyFile(p) {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() || info.Size() > maxPolicyFile {
			return fmt.Errorf("%q is no regular file of at most %d bytes", p, maxPolicyFile)
		}
		s.Files[p], err = fs.ReadFile(root, p)
		return err
	})
	if err != nil {
		return Set{}, fmt.Errorf("policy %q: %w", name, err)
	}
	return s.sealed(), nil
}

// isPolicyFile tells policies and their data documents from what else lies in a folder.
func isPolicyFile(p string) bool {
	base := path.Base(p)
	return strings.HasSuffix(base, ".rego") || base == "data.json" || base == "data.yaml" || base == "data.yml"
}

func readBundle(name string) (Set, error) {
	file, err := os.Open(name)
	if err != nil {
		return Set{}, fmt.Errorf("policy: %w", err)
	}
	defer file.Close()
	s := Set{Name: name, Files: map[string][]byte{}}
	loader := bundle.NewTarballLoaderWithBaseURL(file, "").WithSizeLimitBytes(maxPolicyFile)
	for {
		d, err := loader.NextFile()
		if errors.Is(err, io.EOF) {
			return s.sealed(), nil
		}
		if err != nil {
			return Set{}, fmt.Errorf("policy %q: %w", name, err)
		}
		p := strings.TrimPrefix(path.Clean("/"+filepath.ToSlash(d.Path())), "/")
		if !isPolicyFile(p) {
			continue
		}
		var text bytes.Buffer
		if _, err := d.Read(&text, maxPolicyFile); err != nil && !errors.Is(err, io.EOF) {
			return Set{}, fmt.Errorf("policy %q: %q: %w", name, p, err)
		}
		s.Files[p] = text.Bytes()
	}
}

// sealed computes the digest.
func (s Set) sealed() Set {
	sum := sha256.New()
	for _, p := range s.paths() {
		digest := sha256.Sum256(s.Files[p])
		fmt.Fprintf(sum, "%s  %s\n", hex.EncodeToString(digest[:]), p)
	}
	s.Digest = hex.EncodeToString(sum.Sum(nil))
	return s
}

func (s Set) paths() []string {
	paths := make([]string, 0, len(s.Files))
	for p := range s.Files {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	return paths
}

// modules parses the Rego files; tests only where they are asked for. All faults are reported at once.
func (s Set) modules(tests bool) (map[string]*ast.Module, error) {
	modules := map[string]*ast.Module{}
	var faults []error
	for _, p := range s.paths() {
		if !strings.HasSuffix(p, ".rego") || !tests && strings.HasSuffix(p, "_test.rego") {
			continue
		}
		m, err := s.parse(p)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		modules[s.place(p)] = m
	}
	return modules, errors.Join(faults...)
}

// place names a file as a user finds it.
func (s Set) place(p string) string {
	if s.Name == BuiltinName || strings.HasSuffix(s.Name, ".tar.gz") {
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
	return nil, err
}

// allowed keeps users' files out of the built-in packages: a file there could change what a rule says.
func (s Set) allowed(m *ast.Module, place string) error {
	if s.Name == BuiltinName {
		return nil
	}
	pkg := strings.TrimPrefix(m.Package.Path.String(), "data.")
	root, _, _ := strings.Cut(pkg, ".")
	if root == "custom" || pkg == "main" || pkg == "main_test" {
		return nil
	}
	return gate.WithHint(fmt.Errorf("%s:%d: package %s is not for users' policies", place, m.Package.Location.Row, pkg),
		"use custom.rules.<category>.<name> for a rule, custom.<name> for what rules share, or main for Conftest style")
}
