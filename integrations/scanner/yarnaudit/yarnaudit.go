// Package yarnaudit reads the lines of JSON that Yarn prints of an audit.
//
// `yarn audit --json` of Yarn 1 prints one object a line, with `type` and `data`: an `auditAdvisory` for each way by which a vulnerable package
// came into the tree, and at the end an `auditSummary` with the counts. Other types are messages.
//
// `yarn npm audit --json` of Yarn 4 prints one object a line with the name of a package in `value` and what is wrong with it in `children`, or
// one message, "No audit suggestions". Nothing stands at the end. Yarn 2 and 3 print the answer of the registry, with that message behind it
// where nothing was found; the answer alone is a document of npm-audit.
//
// https://classic.yarnpkg.com/lang/en/docs/cli/audit/ and https://yarnpkg.com/cli/npm/audit
package yarnaudit

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/npm"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const (
	formatName = "yarn-audit"
	tool       = "yarn"
)

// Format is the JSON lines of a Yarn audit.
var Format = report.Format{
	Name:    formatName,
	Title:   "Yarn audit NDJSON, Yarn 1 and 4: JavaScript dependencies",
	Detect:  detect,
	Parse:   parse,
	Entry:   "an auditAdvisory; of Yarn 4, a version of a package in the tree",
	LeftOut: "packages that are deprecated",
	Proof:   "Yarn 1 to 3: `totalDependencies` is above zero, and no vulnerabilities are counted above what is listed; Yarn 4: nothing",
	Cut:     "Yarn 1: by the missing `auditSummary`; Yarn 4: by a receipt only",
	Notes: `Ids and versions with the fix are as in npm-audit. The place is the way by which the package came into the tree: "resolution.path" of Yarn 1,
the first of "Dependents" of Yarn 4. A message of type "error" fails the scan. Yarn 4 looks at all dependencies of all workspaces only with --all
--recursive; what --level, --severity, --groups, --environment, --exclude and --ignore leave out is not in the report. The one release 4.0.0, which
prints something else, is not read.`,
}

// messages are the types of lines that hold no findings, and may stand before those that do.
var messages = []string{"info", "warning", "error", "verbose", "step", "log", "activityStart", "activityTick", "activityEnd"}

// detect goes by the first line.
func detect(o *report.Outline) bool {
	switch {
	case o.Root != report.Object:
		return false
	case o.Has("children"):
		return o.Has("value") && o.HasAny("children.Severity", "children.Issue", "children.Tree Versions")
	case o.Has("advisories"):
		return o.Lines
	}
	kind := o.Text("type")
	return o.Has("data") && (strings.HasPrefix(kind, "audit") || slices.Contains(messages, kind))
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{Answer: npm.Answer{
		Printer: npm.Printer{Tool: tool, Format: formatName}, Emit: emit, Scan: gate.Scan{Tool: gate.Tool{Name: tool}}}}
	err := report.JSONValues(d, p.value)
	if err == nil {
		err = p.whole()
	}
	p.Conclude()
	return p.Scan, err
}

// whole makes sure that the document did not end too early, where that shows.
func (p *parser) whole() error {
	switch {
	case p.kind == yarn2 && !p.Listed:
		return fmt.Errorf("%w: the answer of the registry has no `advisories`", report.ErrShape)
	case p.kind == yarn4, p.ended:
		return nil
	case p.Scan.Failed != "":
		return fmt.Errorf("%w: Yarn ended without a report: %s", report.ErrShape, p.Scan.Failed)
	}
	return fmt.Errorf("the `auditSummary` is missing, the document is cut: %w", io.ErrUnexpectedEOF)
}
