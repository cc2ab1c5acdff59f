package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/output"
)

func checkCommand(w world) *cobra.Command {
	var j judging
	var format string
	var files []string
	cmd := &cobra.Command{
		Use:   "check [flags] [REPORT…]",
		Short: "Judge the open defects of an artifact, and pass or fail",
		Long: `Judge the open defects of an artifact, and pass or fail.

A REPORT is a file, a glob, a folder, or - for standard input; its format is recognised by what is in it, or named: FORMAT=PATH.
Reports of defectgate.yaml are read as well. Works without a configuration file.

Exit codes: 0 pass, 1 fail, 2 usage or configuration, 3 could not decide. Only 0 is green.`,
		Example: `  defectgate check trivy.json
  defectgate check --artifact registry.example/app@sha256:… --exceptions exceptions.yaml trivy.json sarif=codeql.json
  trivy image --format json app | defectgate check -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			outputs, err := parseOutputs(files)
			if err != nil {
				return err
			}
			main, err := output.Lookup(format)
			if err != nil {
				return err
			}
			s, err := j.open(cmd.Context(), w, args)
			if err != nil {
				return err
			}
			for _, o := range s.config.Outputs {
				more, err := parseOutputs([]string{o.Format + "=" + o.Path})
				if err != nil {
					return err
				}
				outputs = append(outputs, more...)
			}
			if err := s.keepsInputs(outputs, append(j.exceptions, cmp.Or(j.config, config.DefaultPath))); err != nil {
				return errors.Join(err, s.reports.Close())
			}
			report, err := s.check(cmd.Context(), j.timeout)
			if err != nil {
				return err
			}
			return j.tell(w, &report, main, outputs)
		},
	}
	j.flags(cmd)
	cmd.Flags().StringVarP(&format, "format", "f", "text", "what is printed: "+outputNames())
	cmd.Flags().StringArrayVarP(&files, "output", "o", nil, "write FORMAT=PATH as well; repeatable")
	cmd.Flags().BoolVarP(&j.quiet, "quiet", "q", false, "print the verdict only")
	cmd.Flags().BoolVarP(&j.verbose, "verbose", "v", false, "list every violation, not ten of each rule")
	return cmd
}

func outputNames() string {
	var names []string
	for _, f := range output.Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, " or ")
}

// outputFile is one file to write.
type outputFile struct {
	output.Format
	path string
}

func parseOutputs(list []string) ([]outputFile, error) {
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
		files = append(files, outputFile{format, path})
	}
	return files, nil
}

// keepsInputs refuses an output that would take the place of what the decision is made from.
func (s *session) keepsInputs(outputs []outputFile, inputs []string) error {
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

// tell writes the files, then prints. A decision that could not be told is not green.
func (j *judging) tell(w world, report *gate.Report, main output.Format, files []outputFile) error {
	for _, f := range files {
		if err := f.write(report); err != nil {
			return undecided(gate.WithHint(fmt.Errorf("write output: %w", err), "name a file that can be written"))
		}
	}
	if err := main.Write(w.stdout, report, j.reading(w)); err != nil {
		return undecided(fmt.Errorf("print: %w", err))
	}
	if code := report.Decision.ExitCode; code != exitPass {
		return &failure{code: code}
	}
	return nil
}

func (f outputFile) write(report *gate.Report) error {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o755); err != nil {
		return err
	}
	file, err := os.Create(f.path)
	if err != nil {
		return err
	}
	return errors.Join(f.Write(file, report, output.Options{Verbose: true}), file.Close())
}

// reading says how a person reads what is printed: colours and the width of a terminal.
func (j *judging) reading(w world) output.Options {
	o := output.Options{Verbose: j.verbose, Quiet: j.quiet}
	if fd, ok := terminal(w.stdout); ok {
		o.Colour = w.getenv("NO_COLOR") == "" && w.getenv("TERM") != "dumb"
		if width, _, err := term.GetSize(fd); err == nil {
			o.Width = width
		}
	}
	return o
}

// terminal gives the descriptor of a stream that is a terminal.
func terminal(stream io.Writer) (fd int, ok bool) {
	file, ok := stream.(*os.File)
	if !ok {
		return 0, false
	}
	return int(file.Fd()), term.IsTerminal(int(file.Fd()))
}
