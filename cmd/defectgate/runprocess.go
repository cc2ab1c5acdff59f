package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"regexp"
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
		file, err := os.Create(s.report)
		if err != nil {
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

// subject is the repository and the commit that are scanned, where they are known: the scanner itself need not know.
func (s *scan) subject(ctx context.Context) gate.Subject {
	a, _ := platform.Detect(s.w.getenv)
	subject := gate.Subject{Repository: a.Subject.Repository, Commit: a.Subject.Commit}
	if subject.Commit == "" {
		subject.Commit, _ = repositoryOf(ctx, s.w).commit()
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
	out, err := process.CombinedOutput()
	if err != nil {
		return ""
	}
	return string(versionPattern.Find(bytes.TrimSpace(out)))
}

// hexOfFile gives the SHA-256 of a file.
func hexOfFile(path string) (string, error) {
	digest, err := hashFile(path)
	return strings.TrimPrefix(digest, "sha256:"), err
}

// secretWord fits the names of flags and variables whose value may be a secret.
var secretWord = regexp.MustCompile(`(?i)(token|passw|secret|key|credential|auth|header|cookie|session)`)

const omitted = "(left out)"

// withoutSecrets copies a command without what may be a secret: the values of flags with such a name, and the user of an address.
func withoutSecrets(command []string) []string {
	safe := make([]string, len(command))
	for i, argument := range command {
		name, value, assigned := strings.Cut(argument, "=")
		follows := i > 0 && strings.HasPrefix(command[i-1], "-") && !strings.Contains(command[i-1], "=") && secretWord.MatchString(command[i-1])
		switch {
		case follows && !strings.HasPrefix(argument, "-"):
			safe[i] = omitted
		case assigned && secretWord.MatchString(name):
			safe[i] = name + "=" + omitted
		case assigned:
			safe[i] = name + "=" + withoutUser(value)
		default:
			safe[i] = withoutUser(argument)
		}
	}
	return safe
}

// withoutUser takes user and password out of an address.
func withoutUser(text string) string {
	if address, err := url.Parse(text); err == nil && address.User != nil && address.Host != "" {
		address.User = nil
		return address.String()
	}
	return text
}
