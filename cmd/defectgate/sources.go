package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// reports turns what was named into sources, one for each file.
type reports struct {
	root   *os.Root // the working directory
	stdin  spool
	limits scanner.Limits
	roots  []string // of the repository, as scanners may have seen it
}

func openReports(w world, limits scanner.Limits) (*reports, error) {
	root, err := os.OpenRoot(".")
	if err != nil {
		return nil, err
	}
	return &reports{root: root, stdin: spool{in: w.stdin, most: limits.Raw}, limits: limits, roots: rootsOf(w)}, nil
}

// rootsOf are the folders in which this job may have checked the repository out: the working directory, and what the platform says.
func rootsOf(w world) (roots []string) {
	here, err := os.Getwd()
	if err == nil {
		roots = append(roots, here)
	}
	for _, name := range []string{"GITHUB_WORKSPACE", "CI_PROJECT_DIR"} {
		if root := w.getenv(name); root != "" {
			roots = append(roots, root)
		}
	}
	return roots
}

// Close lets the working directory go.
func (r *reports) Close() error {
	if r == nil {
		return nil
	}
	return r.root.Close()
}

// noFile stands for the files of a folder or glob that has none: a source that vanished must not go unnoticed.
func noFile(string) (io.ReadCloser, error) {
	return nil, fmt.Errorf("no report fits: %w", fs.ErrNotExist)
}

// named are the reports of the command line: PATH, FORMAT=PATH, a glob, a folder, or - for standard input. They may lie anywhere; their age has no
// bound, and all of them are required.
func (r *reports) named(args []string) ([]gate.Source, error) {
	var sources []gate.Source
	for _, arg := range args {
		format, path, err := splitFormat(arg)
		if err != nil {
			return nil, err
		}
		more, err := r.expand(relative(path), format, gate.Expectation{Required: true, Suppressions: true}, r.openNamed)
		if err != nil {
			return nil, fmt.Errorf("argument %q: %w", arg, err)
		}
		sources = append(sources, more...)
	}
	return sources, nil
}

// configured are the reports of defectgate.yaml. They lie in the working directory.
func (r *reports) configured(file config.File, environment string) ([]gate.Source, error) {
	var sources []gate.Source
	for i, s := range file.Sources {
		if s.Alerts != "" {
			continue
		}
		more, err := r.expand(s.Report, s.Format, s.Expectation(environment), r.openInside)
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", file.At("sources[%d].report", i), s.Report, err)
		}
		sources = append(sources, more...)
	}
	return sources, nil
}

// splitFormat parts FORMAT=PATH. A path may hold "=": only the name of a format counts as one.
func splitFormat(arg string) (format, path string, err error) {
	name, rest, ok := strings.Cut(arg, "=")
	if !ok {
		return "", arg, named(arg, arg)
	}
	if _, err := scanner.Lookup(name); err == nil {
		return name, rest, named(arg, rest)
	}
	if _, err := os.Lstat(arg); err == nil || strings.ContainsAny(name, `/\.`) {
		return "", arg, nil
	}
	_, err = scanner.Lookup(name)
	return "", "", err
}

// named refuses an argument without a path, as an unset variable leaves it.
func named(arg, path string) error {
	if path != "" {
		return nil
	}
	return gate.WithHint(fmt.Errorf("report %q names no file", arg), "write it as PATH or FORMAT=PATH")
}

// expand gives one source for each file that a name stands for; where there is none, one that will be missing. Its errors are misuse.
func (r *reports) expand(name, format string, x gate.Expectation, open func(string) (io.ReadCloser, error)) ([]gate.Source, error) {
	paths, err := pathsOf(name)
	switch {
	case errors.Is(err, errNoPattern):
		return nil, err
	case err != nil:
		return []gate.Source{&unlisted{filepath.ToSlash(name), x, err}}, nil
	case len(paths) == 0:
		paths, open = []string{name}, noFile
	}
	sources := make([]gate.Source, len(paths))
	for i, path := range paths {
		sources[i] = &scanner.File{Path: filepath.ToSlash(filepath.Clean(path)), Format: format, Expectation: x, Limits: r.limits, Roots: r.roots,
			Open: func() (io.ReadCloser, error) { return open(path) }, OpenReceipt: receiptOf(path, open)}
	}
	return sources, nil
}

// receiptOf gives what opens the receipt beside a report. Standard input has none.
func receiptOf(path string, open func(string) (io.ReadCloser, error)) func() (io.ReadCloser, error) {
	if path == "-" {
		return nil
	}
	return func() (io.ReadCloser, error) { return open(path + scanner.ReceiptSuffix) }
}

// openNamed opens a report of the command line. Inside the working directory a link must not lead out of it.
func (r *reports) openNamed(path string) (io.ReadCloser, error) {
	if path == "-" {
		return r.stdin.open()
	}
	if filepath.IsLocal(path) {
		return r.openInside(path)
	}
	return piped(config.OpenRegular(path))
}

// relative writes a path as a configuration may name it, if it lies in the working directory: as one relative to it.
func relative(path string) string {
	here, err := os.Getwd()
	if err != nil || filepath.IsLocal(path) {
		return path
	}
	absolute := path
	if !filepath.IsAbs(path) {
		absolute = filepath.Join(here, path)
	}
	if inside, err := filepath.Rel(here, absolute); err == nil && filepath.IsLocal(inside) {
		return inside
	}
	return path
}

func (r *reports) openInside(path string) (io.ReadCloser, error) {
	file, err := r.root.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, gate.WithHint(err, "a report must lie in the working directory, and be readable: copy what a link leads to")
	}
	return piped(config.Regular(file, err))
}

// piped names the way for what is no file.
func piped(file *os.File, err error) (io.ReadCloser, error) {
	switch {
	case gate.HintOf(err) != "":
		return nil, gate.WithHint(err, "pipe the report to standard input and name it -")
	case err != nil:
		return nil, err
	}
	return file, nil
}
