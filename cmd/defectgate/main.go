// Command defectgate decides whether software may ship with the security defects that are known in it.
//
// This package is wiring: one file for each command, flags and configuration, and the one place where errors are printed. README.md beside it
// is the reference of commands, flags and configuration.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
)

// The stamps of a build.
var (
	version = "dev"
	commit  = ""
)

// The exit codes. Only 0 is green.
const (
	exitPass   = 0
	exitFail   = 1
	exitMisuse = 2 // usage or configuration
	exitError  = 3 // could not decide
)

// world is everything outside that a command touches.
type world struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	lookupenv      func(string) (value string, set bool)
	now            func() time.Time
}

// getenv gives a variable; one that is not set is empty.
func (w world) getenv(name string) string {
	value, _ := w.lookupenv(name)
	return value
}

// inCI reports whether a CI run started the program: the platforms set CI to true or 1. A job may have unset it, and its platform's own name still
// says so.
func (w world) inCI() bool {
	return slices.ContainsFunc([]string{"CI", "GITHUB_ACTIONS", "GITLAB_CI"}, func(name string) bool {
		value := strings.ToLower(w.getenv(name))
		return value != "" && value != "0" && value != "false"
	})
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)   // a second signal ends the program at once
	signal.Ignore(syscall.SIGPIPE) // what cannot be printed is an error, with its exit code
	saveMemory()
	code := run(ctx, world{os.Stdin, os.Stdout, os.Stderr, os.LookupEnv, time.Now}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run executes one command and gives its exit code. A panic is "could not decide": Go's own exit code for it means misuse here.
func run(ctx context.Context, w world, args []string) (code int) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(w.stderr, "defectgate: error: the program failed: %v\n", p)
			code = exitError
		}
	}()
	if err := withoutPasswords(args); err != nil {
		return report(w, err)
	}
	root := newRoot(w)
	root.SetArgs(args)
	return report(w, root.ExecuteContext(ctx))
}

func newRoot(w world) *cobra.Command {
	root := &cobra.Command{
		Use:           "defectgate",
		Short:         "Decide whether software may ship with the security defects that are known in it",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       versionText(),
		Args:          cobra.NoArgs,
		RunE:          unspecified,
	}
	root.SetFlagErrorFunc(misused)
	root.SetIn(w.stdin)
	root.SetOut(w.stdout)
	root.SetErr(w.stderr)
	root.AddCommand(checkCommand(w), defectsCommand(w), explainCommand(w), runCommand(w), scannerCommand(w), initCommand(w), configCommand(w),
		policyCommand(w), exceptionCommand(w), commentCommand(w), syncCommand(w), decisionCommand(w), ledgerCommand(w), keyCommand(w), versionCommand(w))
	hinted(root)
	return root
}

// hinted makes every command say where its arguments are explained.
func hinted(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error { return misused(cmd, check(cmd, args)) }
	}
	for _, sub := range cmd.Commands() {
		hinted(sub)
	}
}

// failure is an error that asks for an exit code of its own. Every other error is misuse.
type failure struct {
	code int
	err  error // nil: everything was said already
}

// Error is what the cause says.
func (f *failure) Error() string { return fmt.Sprint(f.err) }

// Unwrap gives the cause.
func (f *failure) Unwrap() error { return f.err }

// undecided is an error of something that could not be done, rather than of how it was asked for.
func undecided(err error) error { return &failure{exitError, err} }

// report prints an error, with its hint, and gives the exit code that is owed.
func report(w world, err error) int {
	if err == nil {
		return exitPass
	}
	code := exitMisuse
	var f *failure
	if errors.As(err, &f) {
		code = f.code
		if f.err == nil {
			return code
		}
	}
	if errors.Is(err, syscall.EPIPE) {
		return code // whoever read has read enough
	}
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(w.stderr, "defectgate: error: %s\n", gate.CleanLine(line, 2000))
	}
	for line := range strings.Lines(gate.HintOf(err)) {
		fmt.Fprintf(w.stderr, "defectgate: hint: %s\n", indented(line))
	}
	return code
}

// indented cleans a line and keeps its indentation: some hints are there to be pasted.
func indented(line string) string {
	text := strings.TrimLeft(line, " ")
	return line[:len(line)-len(text)] + gate.CleanLine(text, 2000)
}
