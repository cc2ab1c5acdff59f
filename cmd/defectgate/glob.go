package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// maxMatches bounds the files of one glob or folder.
const maxMatches = 10_000

// pathsOf lists the files that a name stands for: itself, those of a folder, those that fit a pattern.
func pathsOf(name string) ([]string, error) {
	if name == "-" {
		return []string{name}, nil
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return within(name, "**")
	case err == nil, !strings.ContainsAny(name, "*?[{"):
		return []string{name}, nil
	}
	if !doublestar.ValidatePattern(filepath.ToSlash(name)) {
		return nil, gate.WithHint(errNoPattern, "close every [ and {, or write \\ before a character that stands for itself")
	}
	base, pattern := doublestar.SplitPattern(filepath.ToSlash(name))
	return within(filepath.FromSlash(base), pattern)
}

var (
	errNoPattern = errors.New("this is no pattern of file names")
	errTooMany   = fmt.Errorf("it stands for more than %d files", maxMatches)
)

// within lists the regular files of a folder that fit a pattern, hidden ones and receipts left out. Links to folders are not followed.
func within(dir, pattern string) ([]string, error) {
	var paths []string
	err := doublestar.GlobWalk(os.DirFS(dir), pattern, func(path string, entry fs.DirEntry) error {
		if entry.IsDir() || hidden(path) || strings.HasSuffix(path, scanner.ReceiptSuffix) {
			return nil
		}
		if paths = append(paths, filepath.Join(dir, path)); len(paths) > maxMatches {
			return errTooMany
		}
		return nil
	}, doublestar.WithNoFollow(), doublestar.WithFailOnIOErrors())
	switch {
	case errors.Is(err, errTooMany):
		return nil, err
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("look for reports in %q: %w", dir, err)
	}
	slices.Sort(paths)
	return paths, nil
}

func hidden(path string) bool {
	return slices.ContainsFunc(strings.Split(filepath.ToSlash(path), "/"), func(part string) bool { return strings.HasPrefix(part, ".") })
}
