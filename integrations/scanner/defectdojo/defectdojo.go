// Package defectdojo reads DefectDojo's Generic Findings Import, the form in which tools without a parser of their own hand findings to
// DefectDojo, in JSON and in CSV.
//
// Both have the same content under other names: the JSON is one object whose `findings` hold it, the CSV a sheet with a header. DefectDojo
// refuses a finding without title, severity and description, and a member that it does not know; here only a finding without any id is refused.
//
// https://docs.defectdojo.com/supported_tools/parsers/file/generic/
package defectdojo

import (
	"encoding/csv"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// The names of the two forms.
const (
	jsonName = "defectdojo-generic"
	csvName  = "defectdojo-generic-csv"
)

// toolName is what found the findings of a document that does not say it.
const toolName = jsonName

const notes = `A finding that has a component and a vulnerability id (a CVE, a GHSA …) is a vulnerability of that component; every other one is
code, whether a static or a dynamic tool found it. The id is the CVE, else the first vulnerability id, else "vuln_id_from_tool", else the title,
else "unique_id_from_tool". Code is held to its place by "unique_id_from_tool", else by path and line, else by title and first endpoint, of which
credentials, query and fragment are dropped. Several CVEs of one finding are no aliases: the first is the id, the others are related. The rating
is the severity with the newest CVSS; a number that is none, as "N/A", is not there, as in DefectDojo. "date" is when the defect was first seen.
"risk_accepted" and "out_of_scope" suppress; "false_p" and "is_mitigated" are VEX statements, which are honoured only where the source says
"statements: trusted"; "active" that is false without any of these suppresses, unless "duplicate" is true: DefectDojo makes every duplicate
inactive, and its original may be in no report, so that a duplicate is open. "under_review" leaves a finding open, an empty cell says nothing.
"fix_version" is the fixed version of a component; where "fix_available" says that there is one, it counts as fixable without a version, too.
Nothing in a document proves a scan.`

// JSON is the form of one object.
var JSON = report.Format{
	Name:   jsonName,
	Title:  "DefectDojo Generic Findings Import, JSON: everything",
	Detect: detectJSON,
	Parse:  parseJSON,
	Entry:  "a finding",
	Notes:  notes,
}

// CSV is the form of a sheet.
var CSV = report.Format{
	Name:   csvName,
	Title:  "DefectDojo Generic Findings Import, CSV: everything",
	Detect: detectCSV,
	Parse:  parseCSV,
	Entry:  "a record",
	Cut:    report.ByReceipt + "; a cut inside a line is an error",
	Notes: `What is said of the JSON form holds for the sheet, whose columns have names of their own. Dates are read as in DefectDojo: the month
stands first, unless it can be none. The last line must have its line break, unless it ends with TRUE or FALSE: without either, nobody can tell
whether its last cell is whole.`,
}

// foreign are the members of documents of other tools that have `findings` as well.
var foreign = []string{
	"meta", "project", "defectgate", "reportSchema", "runs", "results", "scan_result", "scanner", "summary", "schema", "schemaVersion",
	"findings[].component", "findings[].vulnerability", "findings[].id", "findings[].Id", "findings[].rule", "findings[].ruleId",
	"findings[].rule_id", "findings[].RuleID", "findings[].check_id", "findings[].checkId",
}

// detectJSON goes by what DefectDojo requires of a finding. A document without any finding, or with an empty one, has no members but DefectDojo's.
func detectJSON(o *report.Outline) bool {
	switch {
	case o.Root != report.Object || o.Lines || !o.Has("findings") || o.Has("findings[].vulnerability"):
		return false
	case o.Has("findings[].title") && o.Has("findings[].severity"):
		return !o.HasAny("defectgate", "meta.application")
	}
	return !o.Has("findings[].severity") && !o.HasAny(foreign...)
}

// detectCSV goes by the columns that DefectDojo requires.
func detectCSV(o *report.Outline) bool {
	if o.Root != report.Text {
		return false
	}
	first, _, _ := strings.Cut(o.Header, "\r") // of a line end of two bytes the outline may keep only the first
	header, err := csv.NewReader(strings.NewReader(first)).Read()
	if err != nil {
		return false
	}
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	return isHeader(header)
}

func isHeader(cells []string) bool {
	for _, required := range []string{"Date", "Title", "Severity", "Description"} {
		if !slices.Contains(cells, required) {
			return false
		}
	}
	return true
}

// parser is what both forms share: it takes one finding after the other.
type parser struct {
	format string
	emit   report.Emit
	scan   gate.Scan
	dates  report.Dates
}

func (p *parser) take(e *entry) error {
	f, err := e.finding(p)
	if err == nil {
		err = report.Identified(f)
	}
	if err != nil {
		return err
	}
	p.scan.Read++
	return p.emit(f)
}
