package policy

import (
	"errors"
	"fmt"
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
	if !ruleName.MatchString(category) || !ruleName.MatchString(name) {
		return nil, gate.WithHint(fmt.Errorf("%s/%s is no name for a rule", category, name), "use lower-case letters, digits and underscores")
	}
	folder := filepath.Join(dir, category, name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	var written []string
	for _, file := range []struct{ name, template string }{{name + ".rego", ruleTemplate}, {name + "_test.rego", testTemplate}} {
		path := filepath.Join(folder, file.name)
		text := strings.NewReplacer("CATEGORY", category, "NAME", name).Replace(file.template)
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return written, err
		}
		_, err = f.WriteString(text)
		if err = errors.Join(err, f.Close()); err != nil {
			return written, err
		}
		written = append(written, path)
	}
	return written, nil
}
