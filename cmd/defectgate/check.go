package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/output"
)

func checkCommand(w world) *cobra.Command {
	var j judging
	var format string
	var files []string
	var keep keptCheckpoint
	cmd := &cobra.Command{
		Use:   "check [flags] [REPORT…]",
		Short: "Judge the open defects of an artifact, and pass or fail",
		Long: `Judge the open defects of an artifact, and pass or fail.

A REPORT is a file, a glob, a folder, or - for standard input; its format is recognised by what is in it, or named: FORMAT=PATH.
It may be of any age. Reports of defectgate.yaml are read as well: they must be there, and not too old, unless it says otherwise.
Works without a configuration file.

Exit codes: 0 pass, 1 fail, 2 usage or configuration, 3 could not decide. Only 0 is green.`,
		Example: `  defectgate check trivy.json
  defectgate check --artifact registry.example/app@sha256:… --exceptions exceptions.yaml trivy.json sarif=codeql.json
  trivy image --format json app | defectgate check -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			outputs, err := writableOutputs(files, keep)
			if err != nil {
				return err
			}
			main, err := output.Lookup(format)
			if err != nil {
				return err
			}
			j.files, j.foresees = holdsRecord(outputs, main), main.Human && !j.quiet || j.shown(outputs)
			if _, err := j.wanted(w); err != nil {
				return err
			}
			s, err := j.open(cmd.Context(), w, args)
			if err != nil {
				return err
			}
			outputs = s.ledger.possible(append(outputs, s.outputs...))
			if err := errors.Join(s.ledger.provable(append(outputs, outputFile{Format: main})), j.keepsInputs(s, outputs), unwritable(s.outputs)); err != nil {
				return errors.Join(err, s.close())
			}
			return s.check(cmd.Context(), j.timeout, func(report *gate.Report) (err error) {
				if err = s.offer(cmd.Context(), w, report, j.waysFor(main, outputs)); err != nil {
					return err
				}
				told := j.tell(w, report, main, outputs)
				if err := j.publish(cmd.Context(), w, asTold(report, told), j.timeout); err != nil {
					return undecided(errors.Join(fmt.Errorf("publish: %w", err), told))
				}
				return told
			})
		},
	}
	j.flags(cmd)
	cmd.Flags().StringVarP(&format, "format", "f", "text", "what is printed: "+outputNames())
	cmd.Flags().StringArrayVarP(&files, "output", "o", nil, "write the file FORMAT=PATH as well, wherever it lies; repeatable")
	keep.flag(cmd)
	j.publishing.flags(cmd)
	cmd.Flags().BoolVarP(&j.quiet, "quiet", "q", false, "print the verdict only")
	cmd.Flags().BoolVarP(&j.verbose, "verbose", "v", false, "list every violation, not ten of each rule")
	return cmd
}

// writableOutputs are those of the command line, each of which can be written, and the checkpoint for the runs after this one.
func writableOutputs(files []string, keep keptCheckpoint) ([]outputFile, error) {
	outputs, err := namedOutputs(files)
	if err == nil && keep != "" {
		format, ofKept := output.Lookup("checkpoint")
		outputs, err = append(outputs, outputFile{Format: format, path: string(keep), create: createAnywhere, try: writable, kept: true}), ofKept
	}
	if err == nil {
		err = unwritable(outputs)
	}
	return outputs, err
}

func outputNames() string {
	var names []string
	for _, f := range output.Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, " or ")
}

// tell writes the files, then prints. A decision that could not be told is not green.
func (j *judging) tell(w world, report *gate.Report, main output.Format, files []outputFile) error {
	var faults error
	for _, f := range files {
		if f.Record && isUnrecorded(report) { // the decision says why
			_, err := fmt.Fprintf(w.stderr, "defectgate: note: %s is not written: it is made from the record\n", f.Name)
			faults = errors.Join(faults, err)
			continue
		}
		if err := f.write(report); err != nil {
			faults = errors.Join(faults, fmt.Errorf("write output %s: %w", f.Name, err))
		}
	}
	if err := main.Write(w.stdout, report, j.reading(w)); err != nil {
		return undecided(errors.Join(faults, fmt.Errorf("print: %w", err)))
	}
	if faults != nil {
		var unwritten *os.PathError
		if errors.As(faults, &unwritten) {
			faults = gate.WithHint(faults, "name a file that can be written")
		}
		return undecided(faults)
	}
	if code := report.Decision.ExitCode; code != exitPass {
		return &failure{code: code}
	}
	return nil
}

// isUnrecorded reports whether a decision is an error because of that, or besides.
func isUnrecorded(r *gate.Report) bool { return r.Decision.Verdict == gate.Error && r.Bundle == nil }

// asTold is a report that was told, or not wholly: then nobody is to see elsewhere that it is a pass.
func asTold(report *gate.Report, told error) *gate.Report {
	var f *failure
	if !errors.As(told, &f) || f.err == nil {
		return report
	}
	half := *report
	half.Decision.Verdict, half.Decision.ExitCode = gate.Error, exitError
	half.Decision.Problems = append(slices.Clone(half.Decision.Problems), "the result could not be told: "+f.Error())
	return &half
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
