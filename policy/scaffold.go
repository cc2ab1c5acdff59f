package policy

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

const ruleTemplate = `# METADATA
# title: CATEGORY NAME
# description: Says in a sentence what must not ship, and why.
# custom:
#   remedy: say what to do about it
#   settings:
#     level: deny
#     severity: critical
package custom.rules.CATEGORY.NAME

settings := data.defectgate.settings.CATEGORY.NAME

report contains {"message": sprintf("%s defect in %s", [input.defect.severity, input.defect.component.name])} if {
	input.defect.severity == settings.severity
}
`

const testTemplate = `package custom.rules.CATEGORY.NAME_test

import data.custom.rules.CATEGORY.NAME

test_reports_a_defect_of_the_severity if {
	count(NAME.report) == 1 with input as {"defect": {"severity": "critical", "component": {"name": "left-pad"}}}
}

test_is_silent_otherwise if {
	count(NAME.report) == 0 with input as {"defect": {"severity": "low", "component": {"name": "left-pad"}}}
}
`

var ruleName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Scaffold writes a rule that compiles and a test that passes, and gives the paths.
func Scaffold(dir, category, name string) ([]string, error) {
	if !ruleName.MatchString(category) || !ruleName.MatchString(name) || name == "input" || name == "data" {
		return nil, gate.WithHint(fmt.Errorf("%s/%s is no name for a rule", category, name),
			"use lower-case letters, digits and underscores, and no word of Rego")
	}
	words := strings.NewReplacer("CATEGORY", category, "NAME", name)
	set := Set{Name: filepath.ToSlash(filepath.Join(dir, category, name)), Files: map[string][]byte{
		name + ".rego":      []byte(words.Replace(ruleTemplate)),
		name + "_test.rego": []byte(words.Replace(testTemplate)),
	}}
	if err := set.compiles(); err != nil {
		return nil, gate.WithHint(fmt.Errorf("%s/%s is no name for a rule: %w", category, name, err), "choose another name")
	}
	return set.write()
}

// compiles finds what a pattern cannot: words of Rego, and names that a built-in rule has.
func (s Set) compiles() error {
	l, err := loadWithBuiltin([]Set{s}, true)
	if err != nil {
		return err
	}
	_, err = l.engine(context.Background(), Options{Environment: Environments[0]})
	return err
}

func (s Set) write() (written []string, err error) {
	if err := os.MkdirAll(s.Name, 0o755); err != nil {
		return nil, err
	}
	for _, name := range s.paths() {
		path := filepath.Join(s.Name, name)
		if err := create(path, s.Files[name]); err != nil {
			return written, err
		}
		written = append(written, path)
	}
	return written, nil
}

// create never replaces a file: it may hold somebody's work.
func create(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return gate.WithHint(fmt.Errorf("%q is there already", path), "choose another name or another --dir, or remove the file")
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
