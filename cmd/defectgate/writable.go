package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/defectgate/defectgate/gate"
)

// unwritable are the faults of files that could not be written: whoever names one is to know before anything is decided and recorded.
func unwritable(files []outputFile) error {
	var faults error
	for _, f := range files {
		if err := f.try(f.path); err != nil {
			faults = errors.Join(faults, fmt.Errorf("output %s: %w", f.Name, err))
		}
	}
	if faults == nil {
		return nil
	}
	return gate.WithHint(faults, "name a file that can be written")
}

// writable tries it, and leaves everything as it is. What is no plain file is not opened: a pipe would wait for its reader.
func writable(path string) error {
	switch at, err := os.Stat(path); {
	case err == nil && at.IsDir():
		return fmt.Errorf("%s is a folder", path)
	case err == nil && at.Mode().IsRegular():
		return openable(os.OpenFile(path, os.O_WRONLY, 0))
	case err == nil:
		return nil
	}
	return fillable(filepath.Dir(path))
}

// fillable reports why no file can be made in a folder, or in the first of those above it that is there.
func fillable(folder string) error {
	at, err := os.Stat(folder)
	if above := filepath.Dir(folder); errors.Is(err, os.ErrNotExist) && above != folder {
		return fillable(above)
	}
	if err != nil {
		return err
	}
	if !at.IsDir() {
		return fmt.Errorf("%s is no folder", folder)
	}
	file, err := os.CreateTemp(folder, ".defectgate-*")
	var said *os.PathError
	if errors.As(err, &said) {
		err = fmt.Errorf("%s takes no file: %w", folder, said.Err)
	}
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// writableInside tries a file in the working directory, as far as that can be told without making one.
func writableInside(path string) (err error) {
	root, err := os.OpenRoot(".")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	at, err := root.Stat(path)
	switch {
	case err == nil && at.IsDir():
		return fmt.Errorf("%s is a folder", path)
	case err == nil && at.Mode().IsRegular():
		return openable(root.OpenFile(path, os.O_WRONLY, 0))
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return err
	}
	return nil
}

// openable is why a file could not be opened.
func openable(file *os.File, err error) error {
	if err != nil {
		return err
	}
	return file.Close()
}
