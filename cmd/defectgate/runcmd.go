package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/scanner"
)

func runCommand(w world) *cobra.Command {
	r := scan{w: w}
	cmd := &cobra.Command{
		Use:   "run --report FILE [flags] -- SCANNER [ARGUMENT…]",
		Short: "Run a scanner and write a receipt beside its report, which proves that it ran",
		Long: `Run a scanner and write a receipt beside its report: FILE` + scanner.ReceiptSuffix + `.
It tells check how the scan ended, when it was made, of which commit, by which version of the scanner, and which bytes it left, so that a report
without findings is no longer one that nobody scanned for, and one that was cut or changed is noticed.

An old report is removed first, and the scanner is asked for its version. Its exit code is held against those that it documents for a scan that
ran to its end: it may have found something. Then the exit code is 0; else, or where it was ended, it is 3, and the receipt says so to check. Of
the command line the receipt holds commands, the names of flags and of files that are there; all else may be a secret, and is left out.`,
		Example: `  defectgate run --report gitleaks.json -- gitleaks dir --exit-code 0 --report-path gitleaks.json .
  defectgate run --report npm.json --stdout -- npm audit --json
  defectgate run --report zap.json --scanner zap-baseline --finished 0,1,2 -- docker run … zap-baseline.py -J zap.json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return r.run(cmd.Context(), args) },
	}
	f := cmd.Flags()
	f.VarP((*filled)(&r.report), "report", "r", "file that the scanner writes; required")
	f.VarP((*filled)(&r.format), "format", "f", "format of the report (default recognised, or that of the scanner's name)")
	f.Var((*filled)(&r.scanner), "scanner", "name of the scanner, where the command is a wrapper: see scanner programs (default the command's name)")
	f.StringSliceVar(&r.finished, "finished", nil, "exit codes of a scan that ran to its end (default those that the scanner documents, else 0)")
	f.BoolVar(&r.stdout, "stdout", false, "the scanner prints its report: write that to FILE")
	return cmd
}

// scan is one run of a scanner.
type scan struct {
	w                       world
	report, format, scanner string
	finished                []string
	stdout                  bool
}

func (s *scan) run(ctx context.Context, command []string) error {
	if s.report == "" {
		return gate.WithHint(errors.New("--report is missing"), "name the file that the scanner writes")
	}
	if err := s.clear(); err != nil {
		return err
	}
	program, err := s.program(command[0])
	if err != nil {
		return err
	}
	path, err := located(command[0])
	if err != nil {
		return err
	}
	receipt, err := s.begin(ctx, path, program, withoutSecrets(command))
	if err != nil {
		return undecided(err)
	}
	code, err := s.execute(ctx, path, command)
	if err != nil {
		return undecided(fmt.Errorf("run %s: %w", program.Name, err))
	}
	receipt.ExitCode, receipt.Ended = &code, s.w.now().UTC()
	return s.settle(receipt)
}

// begin makes the receipt of a scan that begins, and writes it down: in case that nobody comes to say more, it is one of a scan that has not ended.
// The scanner is asked for its version after that. What it writes then is no report.
func (s *scan) begin(ctx context.Context, path string, program scanner.Program, command []string) (*scanner.Receipt, error) {
	r := &scanner.Receipt{Report: filepath.Base(s.report), Program: program.Name, Finished: program.Finished, Format: s.format, Subject: s.subject(ctx)}
	r.Started, r.Command = s.w.now().UTC(), command
	var err error
	if r.Binary, err = hexOfFile(path); err != nil {
		return nil, fmt.Errorf("read the scanner: %w", err)
	}
	if err := s.write(r); err != nil {
		return nil, err
	}
	r.Tool = gate.Tool{Name: program.Name, Version: s.version(ctx, path, program)}
	r.Started = s.w.now().UTC()
	if err := s.clear(); err != nil {
		return nil, err
	}
	return r, s.write(r)
}

// program finds the scanner in the table. The name of a wrapper says nothing of the exit codes of what it wraps.
func (s *scan) program(command string) (scanner.Program, error) {
	if s.format != "" {
		if _, err := scanner.Lookup(s.format); err != nil {
			return scanner.Program{}, fmt.Errorf("--format: %w", err)
		}
	}
	name := s.scanner
	if name == "" {
		name = strings.TrimSuffix(filepath.Base(command), ".exe")
	}
	p, known := scanner.ProgramNamed(name)
	codes, err := scanner.ExitCodes(s.finished)
	if err != nil {
		return p, fmt.Errorf("--finished: %w", err)
	}
	switch {
	case len(codes) > 0:
		p.Finished = codes
	case !known:
		p.Finished = []int{0}
		fmt.Fprintf(s.w.stderr, "defectgate: note: the exit codes of %s are not known: only 0 counts as a whole scan; say otherwise with --finished\n",
			gate.CleanLine(name, 100))
	}
	return p, nil
}

// clear removes an old report and its receipt, or links in their place: they would be taken for those of this run.
func (s *scan) clear() error {
	if err := os.MkdirAll(filepath.Dir(s.report), 0o755); err != nil {
		return fmt.Errorf("report %q: %w", s.report, err)
	}
	for _, path := range []string{s.report, s.report + scanner.ReceiptSuffix} {
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err == nil && !info.Mode().IsRegular() && info.Mode().Type() != fs.ModeSymlink:
			return gate.WithHint(fmt.Errorf("report %q is no file", path), "name the file that the scanner writes, or take away what is there")
		case err == nil:
			err = os.Remove(path)
		}
		if err != nil {
			return fmt.Errorf("remove the old report: %w", err)
		}
	}
	return nil
}

// settle writes the receipt, and says whether the scan can be relied on.
func (s *scan) settle(r *scanner.Receipt) error {
	if err := s.weigh(r); err != nil {
		return undecided(gate.WithHint(fmt.Errorf("%s ended with exit code %d and left no report: %w", r.Program, *r.ExitCode, err),
			"see that it writes to %s; if it prints its report, add --stdout", s.report))
	}
	if err := s.write(r); err != nil {
		return undecided(err)
	}
	if r.Size == 0 && !scanner.MayBeEmpty(cmp.Or(r.Format, r.Program)) {
		return undecided(gate.WithHint(fmt.Errorf("%s ended with exit code %d and left a report without bytes", r.Program, *r.ExitCode),
			"see what it printed; if it prints its report, add --stdout"))
	}
	if problem := r.Problem(); problem != "" {
		return undecided(gate.WithHint(errors.New(problem), "%s", s.explain(r.Program)))
	}
	fmt.Fprintf(s.w.stderr, "defectgate: %s ended with exit code %d; receipt in %s\n", r.Program, *r.ExitCode, s.report+scanner.ReceiptSuffix)
	return nil
}

// weigh notes which bytes the scanner left.
func (s *scan) weigh(r *scanner.Receipt) (err error) {
	info, err := os.Lstat(s.report)
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%q is no file", s.report)
	}
	r.Size = info.Size()
	r.SHA256, err = hexOfFile(s.report)
	return err
}

// explain says where the exit codes of a scanner are documented, and what is to be known of them.
func (s *scan) explain(program string) string {
	const effect = "the receipt makes the report count as partial; see what the scanner printed"
	if p, known := scanner.ProgramNamed(program); known {
		return effect + "\nits exit codes: " + p.Source
	}
	return effect + ", and name with --finished the exit codes of a scan that ran to its end"
}

func (s *scan) write(r *scanner.Receipt) error {
	if err := s.place(r); err != nil {
		return fmt.Errorf("write the receipt: %w", err)
	}
	return nil
}

// place writes the receipt beside its place and moves it there when it is whole.
func (s *scan) place(r *scanner.Receipt) error {
	path := s.report + scanner.ReceiptSuffix
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	err = errors.Join(r.Write(file), file.Chmod(0o644), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}
