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
		files = append(files, outputFile{format, path, createAnywhere})
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
		files = append(files, outputFile{format, o.Path, createInside})
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

// createInside does the same in the working directory. No link leads it out of there.
func createInside(path string) (file *os.File, err error) {
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

// write shows the report in the file.
func (f outputFile) write(report *gate.Report) error {
	file, err := f.create(f.path)
	if err != nil {
		return err
	}
	return errors.Join(f.Write(file, report, output.Options{Verbose: true}), file.Close())
}

// keepsInputs refuses an output that would take the place of another, or of what the decision is made from.
func (s *session) keepsInputs(outputs []outputFile, inputs []string) error {
	for i, o := range outputs {
		if slices.ContainsFunc(outputs[:i], func(before outputFile) bool { return filepath.Clean(before.path) == filepath.Clean(o.path) }) {
			return gate.WithHint(fmt.Errorf("two outputs are to be written to %q", o.path), "give each a file of its own")
		}
	}
	inputs = append(inputs, s.config.Exceptions...)
	for _, source := range s.gate.Sources {
		inputs = append(inputs, source.Name())
	}
	for _, o := range outputs {
		written, err := os.Stat(o.path)
		if err != nil {
			continue // it is not there yet, or cannot be written; that is told when it is
		}
		for _, input := range inputs {
			if read, err := os.Stat(input); err == nil && os.SameFile(written, read) {
				return gate.WithHint(fmt.Errorf("output %q would replace an input", o.path), "write it to another file")
			}
		}
	}
	return nil
}
