// Package npmaudit reads the JSON of `npm audit --json`, and of programs that print the same.
//
// npm 6 prints the answer of the registry: one object, in which `advisories` holds the advisories by number, each with the copies of the package
// in `findings`. `pnpm audit --json` prints the like, and so does `yarn npm audit --json` of Yarn 2 and 3. Since npm 7 a report says
// `auditReportVersion`, and `vulnerabilities` holds the packages by name: in `via` of each stand the advisories about it, and the names of
// other packages through which it is vulnerable. Where npm could not ask, it prints an object that says why.
//
// https://docs.npmjs.com/cli/commands/npm-audit and https://github.com/npm/cli (workspaces/arborist/lib/vuln.js)
package npmaudit

import (
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/npm"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const (
	formatName = "npm-audit"
	tool       = "npm"
)

// Format is the JSON of npm audit.
var Format = report.Format{
	Name:    formatName,
	Title:   "npm audit JSON, npm 6 and later, pnpm, Yarn 2 and 3: JavaScript dependencies",
	Detect:  detect,
	Parse:   parse,
	Entry:   "an advisory about a package; of npm 6, pnpm and Yarn, one about a copy of a package",
	LeftOut: "packages that are vulnerable through another one only",
	Proof:   "`metadata` counts dependencies, and vulnerabilities, of which there are none above what is listed",
	Notes: `The id is that of GitHub's advisory; an advisory of older days has its number, as in "npm-146". One CVE is an alias, several are related.
Where no "patched_versions" are given, the end of a vulnerable range ("<4.17.21") is the version with the fix. Since npm 7 the report does not
say which version is installed: the place is the first of "nodes". A package that no advisory of the report explains is a failure of the scan,
and so is "error". npm 6, pnpm and Yarn count the ways by which vulnerable packages came into the tree: where they count more than "paths" lists,
an option left some out, and that is a warning. Later versions of npm count packages, which cannot be held against a part of a list.`,
}

func detect(o *report.Outline) bool {
	switch {
	case o.Root != report.Object || o.Lines:
		return false
	case o.Has("auditReportVersion"):
		return true
	case o.Has("advisories"):
		return !o.HasAny("advisories[]", "abandoned", "ignored-advisories")
	case o.Has("metadata.vulnerabilities.moderate"):
		return o.HasAny("metadata.totalDependencies", "metadata.dependencies.total")
	case o.Has("error"):
		return o.Has("error.summary") && o.Has("error.detail") || strings.HasPrefix(o.Text("error.code"), "ERR_PNPM_")
	}
	return o.Has("message") && o.Has("method") && o.Has("uri") || strings.Contains(o.Text("message"), "/-/npm/v1/security/")
}

type parser struct {
	npm.Answer
	packages map[string]bool   // those that have an entry
	through  map[string]string // those that are named as a cause, with the package that names them
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{packages: map[string]bool{}, through: map[string]string{}, Answer: npm.Answer{
		Printer: npm.Printer{Tool: tool, Format: formatName}, Emit: emit, Scan: gate.Scan{Tool: gate.Tool{Name: tool}}}}
	err := report.Members(d, p.member)
	if err == nil && !p.Listed && p.Scan.Failed == "" {
		err = fmt.Errorf("%w: the report has neither `vulnerabilities` nor `advisories`", report.ErrShape)
	}
	p.explain()
	p.Conclude()
	return p.Scan, err
}

func (p *parser) member(dec *report.Decoder, name string) error {
	switch name {
	case "auditReportVersion":
		return version(dec)
	case "vulnerabilities":
		return p.List(dec, func(name string) error { return p.entry(dec, name) })
	case "error":
		return p.failure(dec)
	case "message":
		return p.message(dec)
	}
	return p.Member(dec, name)
}

// version refuses a version that is not known: its findings may stand where nobody looks.
func version(dec *report.Decoder) error {
	var v report.Number
	if err := report.Value(dec, &v); err != nil {
		return err
	}
	if v.Int() != 2 {
		return fmt.Errorf("%w: this `auditReportVersion` is not known, 2 is", report.ErrShape)
	}
	return nil
}
