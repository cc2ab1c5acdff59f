package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
)

// keepsInputs refuses an output that would take the place of another, or of what the decision is made from, signed with or recorded in.
func (j *judging) keepsInputs(s *session, outputs []outputFile) error {
	inputs := j.inputs(s)
	for i, o := range outputs {
		if slices.ContainsFunc(outputs[:i], func(before outputFile) bool { return isOneOutput(before.path, o.path) }) {
			return gate.WithHint(fmt.Errorf("two outputs are to be written to %q", o.path), "give each a file of its own")
		}
		if slices.ContainsFunc(inputs, func(input string) bool { return isSame(o.path, input) }) {
			return gate.WithHint(fmt.Errorf("output %q would replace an input", o.path), "write it to another file")
		}
		if slices.ContainsFunc(j.policyPaths(s.config), func(policy string) bool {
			return isSame(o.path, policy) || filepath.Ext(o.path) == ".rego" && isWithin(o.path, policy)
		}) {
			return gate.WithHint(fmt.Errorf("output %q would be one of the policies", o.path), "write it to another folder")
		}
	}
	return nil
}

// inputs are the files that a decision needs. Some are no files; then no output is one either.
func (j *judging) inputs(s *session) []string {
	inputs := slices.Concat(s.config.Exceptions, j.exceptions, []string{cmp.Or(j.config, config.DefaultPath), j.key, j.logKey, j.older, j.baseline,
		cmp.Or(j.keySet, s.config.Keys)})
	for _, named := range slices.Concat(j.statements, j.signals, j.feeds) {
		inputs = append(inputs, named[strings.Index(named, "=")+1:])
	}
	for _, f := range s.config.Feeds {
		inputs = append(inputs, f.From)
	}
	for _, source := range s.gate.Sources {
		inputs = append(inputs, source.Name())
	}
	for _, source := range s.gate.Signals {
		inputs = append(inputs, source.Name())
	}
	for _, source := range s.gate.Statements {
		inputs = append(inputs, source.Name())
	}
	return append(inputs, filesOf(s.ledger.address)...)
}

// filesOf are those of a ledger.
func filesOf(address string) []string {
	path, isFile := strings.CutPrefix(address, "sqlite:")
	if !isFile {
		return nil
	}
	return []string{path, path + "-wal", path + "-shm", path + "-journal"}
}

// isOneOutput reports whether what is written to two paths would be mixed up. Two streams may lead to one terminal.
func isOneOutput(a, b string) bool {
	if there, err := os.Stat(a); err == nil && !there.Mode().IsRegular() {
		return filepath.Clean(a) == filepath.Clean(b)
	}
	return isSame(a, b)
}

// isSame reports whether two paths lead to one file, or would.
func isSame(a, b string) bool {
	if b == "" {
		return false
	}
	there, errA := os.Stat(a)
	other, errB := os.Stat(b)
	if errA != nil || errB != nil {
		return leadsTo(a) == leadsTo(b)
	}
	return os.SameFile(there, other)
}

// leadsTo follows the links in a path whose end may not be there yet.
func leadsTo(path string) string {
	whole := absolute(path)
	for at := whole; ; at = filepath.Dir(at) {
		if there, err := filepath.EvalSymlinks(at); err == nil {
			return filepath.Join(there, strings.TrimPrefix(whole, at))
		}
		if at == filepath.Dir(at) {
			return whole
		}
	}
}

func absolute(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return filepath.Clean(path)
}

// isWithin reports whether a path is that of a folder, or lies below it.
func isWithin(path, folder string) bool {
	for at := absolute(path); ; at = filepath.Dir(at) {
		if isSame(at, folder) {
			return true
		}
		if at == filepath.Dir(at) {
			return false
		}
	}
}
