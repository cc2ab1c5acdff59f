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
	paths, err := pathsOf(name)
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
