package key

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// Where gives access to the places of private keys that are no files. Each is needed by its own form of [Read] only.
type Where struct {
	Stdin  io.Reader                // for -
	Getenv func(name string) string // for env:NAME
}

// maxKey is the size limit of a key file in bytes. A key has less than one KiB; the rest is room for remarks.
const maxKey = 64 << 10

// Read takes a private key from where a flag says: a file, env:NAME for an environment variable, or - for standard input.
// The error says what is wrong with the place or with the key in it, and holds nothing of the key.
func Read(from string, w Where) (*Private, error) {
	if strings.Contains(from, begin) {
		return nil, gate.WithHint(errors.New("read private key: this is the key itself, where its place is wanted"),
			"everybody on the machine can see arguments: put it into a variable and write env:NAME; it may have been seen, so make a new one")
	}
	text, err := fetch(from, w)
	if err != nil {
		return nil, fmt.Errorf("read private key from %q: %w", from, err)
	}
	k, err := ParsePrivate(text)
	if err != nil {
		return nil, fmt.Errorf("read private key from %q: %w", from, err)
	}
	return k, nil
}

func fetch(from string, w Where) ([]byte, error) {
	name, variable := strings.CutPrefix(from, "env:")
	switch {
	case variable:
		return readVariable(name, w.Getenv)
	case from == "-":
		return readAll(w.Stdin, maxKey)
	}
	return readKeyFile(from)
}

// readVariable accepts line ends that are written as \n: CI systems keep variables of one line. No key holds a backslash.
func readVariable(name string, getenv func(string) string) ([]byte, error) {
	text := getenv(name)
	if strings.TrimSpace(text) == "" {
		return nil, gate.WithHint(fmt.Errorf("the environment variable %s is not set, or empty", name),
			"a CI system may withhold secrets from forks and from branches that are not protected")
	}
	text = strings.NewReplacer(`\r`, "", `\n`, "\n").Replace(text)
	return readAll(strings.NewReader(text), maxKey)
}

// readKeyFile looks at the file twice: by its name, because to open a pipe can wait for ever, and when it is open, because only that one is read.
func readKeyFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, gate.WithHint(errors.New("it is no regular file"), "name the file of the key, or write - and pass the key to standard input")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	text, err := readClosed(path, f)
	return text, errors.Join(err, f.Close())
}

func readClosed(path string, f *os.File) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if err := closed(path, info.Mode()); err != nil {
		return nil, err
	}
	return readAll(f, maxKey)
}

// closed refuses a key file that all may read, or that others than its owner may replace. The group may read: that is how services and
// containers are given secrets. Windows has no such modes.
func closed(path string, mode fs.FileMode) error {
	const readByAll, writeByOthers = 0o004, 0o022
	if runtime.GOOS == "windows" || mode&(readByAll|writeByOthers) == 0 {
		return nil
	}
	return gate.WithHint(fmt.Errorf("others may read or write the file, its mode is %04o", mode.Perm()), "chmod 600 %s", path)
}

// readAll refuses what is longer than max bytes.
func readAll(r io.Reader, max int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, max+1))
	if err != nil {
		return nil, err
	}
	if int64(len(text)) > max {
		return nil, fmt.Errorf("it is longer than %d KiB", max>>10)
	}
	return text, nil
}

// Write makes a file that only its owner may read and write, mode 0600. It never replaces one: a key that is overwritten is lost.
// After an error there is no file that was not there before.
func Write(path string, pem []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return gate.WithHint(fmt.Errorf("write key: %q is there already", path), "a key file is never replaced: choose another name")
	}
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	_, err = f.Write(pem)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write key: %w", errors.Join(err, os.Remove(path)))
	}
	return nil
}
