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
	own    bool              // the built-in one; a name would not do: a folder can be called so
}

// Builtin gives the set that is part of the program.
func Builtin() (Set, error) {
	root, err := fs.Sub(builtin, "defectgate")
	if err != nil {
		return Set{}, err
	}
	s, err := readSet(BuiltinName, root)
	s.own = true
	return s, err
}

// Read loads a folder or an OPA bundle.
func Read(name string) (Set, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return Set{}, gate.WithHint(fmt.Errorf("policy %q cannot be read: %w", name, err), "name a folder of .rego files, a file or a bundle")
	case info.IsDir():
		return readSet(name, os.DirFS(name))
	case !info.Mode().IsRegular():
		return Set{}, gate.WithHint(fmt.Errorf("policy %q is no regular file", name), "name a folder of .rego files, a file or a bundle")
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
		if err == nil && entry.Type()&fs.ModeSymlink != 0 {
			return fmt.Errorf("%q is a symbolic link, which is not followed", p)
		}
		if err != nil || entry.IsDir() {
			return err
		}
		if isPolicyFile(p) != isPolicyFile(strings.ToLower(p)) {
			return fmt.Errorf("%q would be left out: write its name in small letters", p)
		}
		if !isPolicyFile(p) {
			return nil
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
	defer func() { _ = file.Close() }() // nothing was written that could be lost
	return unpack(name, file)
}

// FromBundle loads an OPA bundle that was read elsewhere.
func FromBundle(name string, text []byte) (Set, error) { return unpack(name, bytes.NewReader(text)) }

// FromFiles makes a set of files that were read elsewhere, by their slash-separated paths.
func FromFiles(name string, files map[string][]byte) (Set, error) {
	s := Set{Name: name, Files: map[string][]byte{}}
	for p, text := range files {
		switch {
		case isPolicyFile(p) != isPolicyFile(strings.ToLower(p)):
			return Set{}, fmt.Errorf("policy %q: %q would be left out: write its name in small letters", name, p)
		case isPolicyFile(p) && len(text) > maxPolicyFile:
			return Set{}, fmt.Errorf("policy %q: %q is no regular file of at most %d bytes", name, p, maxPolicyFile)
		case isPolicyFile(p):
			s.Files[p] = text
		}
	}
	return s.sealed(), nil
}

func unpack(name string, file io.ReadSeeker) (Set, error) {
	if err := wholeArchive(file); err != nil {
		return Set{}, fmt.Errorf("policy %q: %w", name, err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return Set{}, fmt.Errorf("policy: %w", err)
	}
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
		sum.Write([]byte(hex.EncodeToString(digest[:]) + "  " + p + "\n"))
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
