// Command workflowlint refuses workflows and actions by which a stranger could run code, or a failed gate look like a passed one. actionlint
// checks that they mean something; this checks that they are safe. It prints each fault with its place, and ends with 1 where there is one.
//
// Run it at the root of the repository: go run ./.ci/workflowlint action.yml .github/workflows/*.yml
package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"

	"go.yaml.in/yaml/v3"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "workflowlint:", err)
		os.Exit(1)
	}
}

// run checks the files, and fails where there is none: a pattern that matches nothing must not look like files without faults.
func run(paths []string) error {
	if len(paths) == 0 {
		return errors.New("no files are named")
	}
	faulty := false
	for _, path := range paths {
		text, err := os.ReadFile(path) //nolint:gosec // whoever names it may read it
		if err != nil {
			return err
		}
		faults, err := lint(text)
		if err != nil {
			return fmt.Errorf("read %q: %w", path, err)
		}
		for _, f := range faults {
			faulty = true
			fmt.Printf("%s:%d: %s: %s\n", path, f.line, f.rule, f.problem)
		}
	}
	if faulty {
		return errors.New("there are faults")
	}
	return nil
}

// fault is one thing that is not safe.
type fault struct {
	line          int
	rule, problem string
}

// lint checks one workflow, or the metadata of one action, by every rule.
func lint(text []byte) ([]fault, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return nil, errors.New("it is empty")
	}
	f := file{root: document.Content[0]}
	if f.jobs() == nil && child(f.root, "runs") == nil {
		return nil, errors.New("it is neither a workflow nor an action")
	}
	var faults []fault
	for _, rule := range rules {
		rule.check(f, func(at *yaml.Node, problem string) {
			faults = append(faults, fault{at.Line, rule.name, problem})
		})
	}
	slices.SortStableFunc(faults, func(a, b fault) int { return cmp.Compare(a.line, b.line) })
	return faults, nil
}
