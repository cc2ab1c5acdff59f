package github

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/defectgate/defectgate/gate"
)

// ErrNotActions is the error of what only a step of GitHub Actions has.
var ErrNotActions = errors.New("this is no step of GitHub Actions")

// Outputs gives values to the steps and jobs behind this one: it appends them to the file that GITHUB_OUTPUT names, in the order of their names.
// Names are words of lower-case letters and digits with hyphens; values are words, numbers, digests and paths: one line, nothing in it that does not
// show. A value that is none is left out and named in the error, the others are written: whoever asks for a value that is not there gets "", which is
// no "pass". Without the variable the error is [ErrNotActions].
func Outputs(getenv func(string) string, values map[string]string) error {
	path := getenv("GITHUB_OUTPUT")
	if path == "" {
		return fmt.Errorf("write the outputs: GITHUB_OUTPUT is not set: %w", ErrNotActions)
	}
	var text strings.Builder
	var refused []error
	for _, name := range slices.Sorted(maps.Keys(values)) {
		written, err := output(name, values[name], delimiter())
		refused = append(refused, err)
		text.WriteString(written)
	}
	if err := appendFile(path, text.String(), 0); err != nil {
		refused = append(refused, fmt.Errorf("write the outputs: %w", err))
	}
	return errors.Join(refused...)
}

// outputName is what scripts can name without quotes.
var outputName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// maxOutput bounds a value, in bytes: no path is longer.
const maxOutput = 4096

// output is one value as the runner reads it: NAME<<END, the value, END. Whoever knows the end could write more than the value. Therefore it is a new
// one each time, and a value that holds it, however unlikely, is refused.
func output(name, value, end string) (string, error) {
	switch {
	case !outputName.MatchString(name):
		return "", fmt.Errorf("write the outputs: %q is no name of one", gate.CleanLine(name, 80))
	case len(value) > maxOutput || !utf8.ValidString(value) || strings.ContainsFunc(value, hidden):
		return "", fmt.Errorf("write the output %q: its value is not one line of at most %d bytes that all show", name, maxOutput)
	case strings.Contains(value, end):
		return "", fmt.Errorf("write the output %q: its value holds what is to end it", name)
	}
	return name + "<<" + end + "\n" + value + "\n" + end + "\n", nil
}

// hidden reports whether a character does not show, as one that ends a line or turns its direction.
func hidden(r rune) bool { return !unicode.IsPrint(r) }

// delimiter is what nobody can know beforehand.
func delimiter() string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // it never fails
	return "end-" + hex.EncodeToString(random[:])
}

// maxSummary is the most that the runner takes of a step, in bytes. Of more it takes nothing.
const maxSummary = 1 << 20

// Summary appends Markdown to the summary of the job: to the file that GITHUB_STEP_SUMMARY names. Where that would become larger than what the runner
// takes, nothing is written, and the error says so: what is there already must not be lost. Without the variable the error is [ErrNotActions].
func Summary(getenv func(string) string, markdown string) error {
	path := getenv("GITHUB_STEP_SUMMARY")
	if path == "" {
		return fmt.Errorf("write the summary: GITHUB_STEP_SUMMARY is not set: %w", ErrNotActions)
	}
	if markdown != "" && !strings.HasSuffix(markdown, "\n") {
		markdown += "\n"
	}
	if err := appendFile(path, markdown, maxSummary); err != nil {
		return fmt.Errorf("write the summary: %w", err)
	}
	return nil
}

// appendFile appends lines to a file that others wrote to as well, in one go or not at all. No limit is 0.
func appendFile(path, text string, limit int64) (err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	size, ended, err := endOf(file)
	if err != nil {
		return err
	}
	if !ended {
		text = "\n" + text // theirs would be the beginning of our first line
	}
	if limit > 0 && size+int64(len(text)) > limit {
		return gate.WithHint(fmt.Errorf("with what is there already it would have %d bytes, and the runner takes none of more than %d",
			size+int64(len(text)), limit), "read the decision in the log, or in a file that --output writes")
	}
	if _, err = file.WriteString(text); err != nil {
		return errors.Join(err, file.Truncate(size)) // half of it would mean something else
	}
	return nil
}

// endOf says how large a file is, and whether its last line has an end.
func endOf(file *os.File) (size int64, ended bool, err error) {
	about, err := file.Stat()
	if err != nil || !about.Mode().IsRegular() || about.Size() == 0 {
		return 0, true, err
	}
	var last [1]byte
	if _, err := file.ReadAt(last[:], about.Size()-1); err != nil && !errors.Is(err, io.EOF) {
		return 0, false, err
	}
	return about.Size(), last[0] == '\n', nil
}
