package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/output"
)

// outputFile is one file to write.
type outputFile struct {
	output.Format
	path   string
	create func(path string) (*os.File, error)
	try    func(path string) error // says why that would fail
	kept   bool                    // it is for those who look for the checkpoint of a branch
}

// namedOutputs are those of the command line. They may lie anywhere.
func namedOutputs(list []string) ([]outputFile, error) {
	var files []outputFile
	for _, text := range list {
		name, path, ok := strings.Cut(text, "=")
		if !ok || path == "" {
			return nil, gate.WithHint(fmt.Errorf("output %q names no file", text), "write it as FORMAT=PATH")
		}
		format, err := output.Lookup(name)
		if err != nil {
			return nil, err
		}
		if path == "-" {
			return nil, gate.WithHint(fmt.Errorf("output %q names no file", text), "what is printed is chosen with --format %s", name)
		}
		files = append(files, outputFile{Format: format, path: path, create: createAnywhere, try: writable})
	}
	return files, nil
}

// configuredOutputs are those of defectgate.yaml. They lie in the working directory.
func configuredOutputs(list []config.Output) ([]outputFile, error) {
	var files []outputFile
	for _, o := range list {
		format, err := output.Lookup(o.Format)
		if err != nil {
			return nil, err
		}
		files = append(files, outputFile{Format: format, path: o.Path, create: createInside, try: writableInside})
	}
	return files, nil
}

// createAnywhere makes a file and the folders above it.
func createAnywhere(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return os.Create(path)
}

// createInside does the same in the working directory, out of which no link leads it, and not among the files of git, which are run.
func createInside(path string) (file *os.File, err error) {
	parts := strings.Split(filepath.ToSlash(path), "/")
	if slices.ContainsFunc(parts, func(part string) bool { return strings.EqualFold(part, ".git") }) {
		return nil, fmt.Errorf("%q belongs to git", path)
	}
	root, err := os.OpenRoot(".")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	if err := root.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return root.Create(path)
}

// write shows the report in the file, which is made when there is something to write: what fails before leaves what was there.
func (f outputFile) write(report *gate.Report) error {
	to := &lateFile{create: func() (*os.File, error) { return f.create(f.path) }}
	err := f.Write(to, report, output.Options{Verbose: true})
	return errors.Join(err, to.Close())
}

// lateFile is a file that is made with the first byte.
type lateFile struct {
	create func() (*os.File, error)
	file   *os.File
}

// Write adds to the file.
func (l *lateFile) Write(text []byte) (n int, err error) {
	if l.file == nil {
		if l.file, err = l.create(); err != nil {
			return 0, err
		}
	}
	return l.file.Write(text)
}

// Close closes the file, if there is one.
func (l *lateFile) Close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}
