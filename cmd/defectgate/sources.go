package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// maxMatches bounds the files of one glob or folder.
const maxMatches = 10_000

// reports turns what was named into sources, one for each file.
type reports struct {
	root  *os.Root // the working directory
	stdin spool
}

func openReports(w world) (*reports, error) {
	root, err := os.OpenRoot(".")
	if err != nil {
		return nil, err
	}
	return &reports{root: root, stdin: spool{in: w.stdin}}, nil
}

func (r *reports) Close() error { return r.root.Close() }

// named are the reports of the command line: PATH, FORMAT=PATH, a glob, a folder, or - for standard input. They may lie anywhere; their age has no
// bound, and all of them are required.
func (r *reports) named(args []string) ([]gate.Source, error) {
	var sources []gate.Source
	for _, arg := range args {
		format, path, err := splitFormat(arg)
		if err != nil {
			return nil, err
		}
		more, err := r.expand(path, format, gate.Expectation{Required: true, Suppressions: true}, r.openNamed)
		if err != nil {
			return nil, err
		}
		sources = append(sources, more...)
	}
	return sources, nil
}

// configured are the reports of defectgate.yaml. They must lie in the working directory: the file may come from whoever changes the code.
func (r *reports) configured(list []config.Source, environment string) ([]gate.Source, error) {
	var sources []gate.Source
	for _, s := range list {
		if s.Format != "" {
			if _, err := scanner.Lookup(s.Format); err != nil {
				return nil, err
			}
		}
		if !filepath.IsLocal(s.Report) {
			return nil, gate.WithHint(fmt.Errorf("source %q lies outside of the working directory", s.Report), "name it on the command line instead")
		}
		more, err := r.expand(s.Report, s.Format, s.Expectation(environment), r.openInside)
		if err != nil {
			return nil, err
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

// expand gives one source for each file that a name stands for; where there is none, one that will be missing.
func (r *reports) expand(name, format string, x gate.Expectation, open func(string) (io.ReadCloser, error)) ([]gate.Source, error) {
	paths, err := r.paths(name)
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		paths, open = []string{name}, noFile
	}
	sources := make([]gate.Source, len(paths))
	for i, path := range paths {
		sources[i] = &scanner.File{Path: filepath.ToSlash(path), Format: format, Expectation: x, Limits: scanner.DefaultLimits,
			Open: func() (io.ReadCloser, error) { return open(path) }}
	}
	return sources, nil
}

func (r *reports) paths(name string) ([]string, error) {
	if name == "-" {
		return []string{name}, nil
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return within(name, "**")
	case err == nil, !strings.ContainsAny(name, "*?[{"):
		return []string{name}, nil
	}
	base, pattern := doublestar.SplitPattern(filepath.ToSlash(name))
	return within(filepath.FromSlash(base), pattern)
}

// noFile stands for the files of a folder or glob that has none: a source that vanished must not go unnoticed.
func noFile(string) (io.ReadCloser, error) {
	return nil, fmt.Errorf("no report fits: %w", fs.ErrNotExist)
}

var errTooMany = errors.New("too many files")

// within lists the regular files of a folder that fit a pattern, hidden ones left out. Links to folders are not followed.
func within(dir, pattern string) ([]string, error) {
	var paths []string
	err := doublestar.GlobWalk(os.DirFS(dir), pattern, func(path string, entry fs.DirEntry) error {
		if entry.IsDir() || hidden(path) {
			return nil
		}
		if paths = append(paths, filepath.Join(dir, path)); len(paths) > maxMatches {
			return errTooMany
		}
		return nil
	}, doublestar.WithNoFollow(), doublestar.WithFailOnIOErrors())
	if errors.Is(err, errTooMany) {
		return nil, gate.WithHint(fmt.Errorf("%q stands for more than %d files", filepath.Join(dir, pattern), maxMatches), "name the reports more narrowly")
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("look for reports in %q: %w", dir, err)
	}
	slices.Sort(paths)
	return paths, nil
}

func hidden(path string) bool {
	return slices.ContainsFunc(strings.Split(filepath.ToSlash(path), "/"), func(part string) bool { return strings.HasPrefix(part, ".") })
}

// openNamed opens a report of the command line. Inside the working directory a link must not lead out of it.
func (r *reports) openNamed(path string) (io.ReadCloser, error) {
	if path == "-" {
		return r.stdin.open()
	}
	if inside, ok := r.inside(path); ok {
		return r.openInside(inside)
	}
	return piped(config.OpenRegular(path))
}

// inside gives a path relative to the working directory, if it lies there.
func (r *reports) inside(path string) (string, bool) {
	if filepath.IsLocal(path) {
		return path, true
	}
	here, err := os.Getwd()
	if err != nil {
		return "", false
	}
	relative, err := filepath.Rel(here, path)
	return relative, err == nil && filepath.IsAbs(path) && filepath.IsLocal(relative)
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
