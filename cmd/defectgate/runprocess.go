package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// located finds the executable of a command.
func located(command string) (string, error) {
	path, err := exec.LookPath(command)
	if err != nil {
		return "", gate.WithHint(fmt.Errorf("scanner %q: %w", command, err), "install it, or name it with its path")
	}
	return path, nil
}

// farewell is how long a scanner may take to end once the gate was told to.
const farewell = 10 * time.Second

// execute runs the scanner and gives its exit code. One that a signal ended has none.
func (s *scan) execute(ctx context.Context, path string, command []string) (code int, err error) {
	process := exec.CommandContext(ctx, path, command[1:]...) //nolint:gosec // running what the user names is what the command is for
	process.Cancel = func() error { return process.Process.Signal(syscall.SIGTERM) }
	process.WaitDelay = farewell
	process.Stdin, process.Stdout, process.Stderr = s.w.stdin, s.w.stdout, s.w.stderr
	if s.stdout {
		var file *os.File
		if file, err = os.Create(s.report); err != nil {
			return 0, err
		}
		process.Stdout = file
		defer func() { err = errors.Join(err, file.Close()) }()
	}
	err = process.Run()
	if exit, ended := errors.AsType[*exec.ExitError](err); ended && exit.Exited() && ctx.Err() == nil {
		return exit.ExitCode(), nil
	}
	return 0, err
}

// subject is the repository and the commit that are scanned, where they are known: the scanner itself need not know. A receipt without them is
// held against no commit, so that whoever runs the scan is told.
func (s *scan) subject(ctx context.Context) gate.Subject {
	a, _ := platform.Detect(s.w.getenv)
	subject := gate.Subject{Repository: a.Subject.Repository, Commit: a.Subject.Commit}
	if subject.Commit == "" {
		var err error
		if subject.Commit, err = repositoryOf(ctx, s.w).commit(); err != nil {
			fmt.Fprintf(s.w.stderr, "defectgate: note: the receipt names no commit: %s\n", gate.CleanLine(err.Error(), 300))
		}
	}
	return subject
}

// askingTime is how long a scanner may take to print its version.
const askingTime = 10 * time.Second

var versionPattern = regexp.MustCompile(`\d+(?:\.\d+)+[0-9A-Za-z.+-]*`)

// version asks the scanner for its version; "" where it does not say, or where the command is a wrapper.
func (s *scan) version(ctx context.Context, path string, program scanner.Program) string {
	if len(program.Version) == 0 || s.scanner != "" {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, askingTime)
	defer cancel()
	process := exec.CommandContext(ctx, path, program.Version...) //nolint:gosec // the arguments are those of the table
	process.WaitDelay = time.Second
	out := &beginning{most: 64 << 10}
	process.Stdout, process.Stderr = out, out
	if process.Run() != nil {
		return ""
	}
	return string(versionPattern.Find(out.text))
}

// beginning keeps the first bytes of what is written, and takes the rest.
type beginning struct {
	text []byte
	most int
}

func (b *beginning) Write(p []byte) (int, error) {
	b.text = append(b.text, p[:min(len(p), b.most-len(b.text))]...)
	return len(p), nil
}

// hexOfFile gives the SHA-256 of a file.
func hexOfFile(path string) (string, error) {
	digest, err := hashFile(path)
	return strings.TrimPrefix(digest, "sha256:"), err
}

const omitted = "(left out)"

// withoutSecrets copies a command without what may be a secret. Which words are cannot be told by looking at them, so that only those are kept that
// cannot be: the words before the first flag, which are commands, the names of flags, and the names of files that are there.
func withoutSecrets(command []string) []string {
	safe := slices.Clone(command)
	flagged := false
	for i, argument := range command[1:] {
		name, value, assigned := strings.Cut(argument, "=")
		isFlag := strings.HasPrefix(argument, "-")
		switch flagged = flagged || isFlag; {
		case isFlag && !flagWord.MatchString(name):
			safe[i+1] = omitted
		case isFlag && assigned && !isPlace(value):
			safe[i+1] = name + "=" + omitted
		case !isFlag && !isPlace(argument) && (flagged || !commandWord.MatchString(argument)):
			safe[i+1] = omitted
		}
	}
	return safe
}

// What a command, and a flag, may be called. A short flag of several letters may be one with its value behind it.
var (
	commandWord = regexp.MustCompile(`^[a-z][a-z-]{1,19}$`)
	flagWord    = regexp.MustCompile(`^(-[A-Za-z0-9]|--[A-Za-z][A-Za-z0-9-]*)?$`)
)

// isPlace reports whether a text names a file or folder that is there.
func isPlace(text string) bool {
	_, err := os.Lstat(text)
	return err == nil
}
