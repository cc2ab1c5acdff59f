// Package native reads the formats that belong to the product itself, for all that no scanner prints: penetration tests, threat
// assessments, bug bounties, incidents, spreadsheets. There are three forms of one record: a JSON document, JSON lines, and CSV.
//
// The formats are strict, because they are ours and often written by hand. A member that is not known, a kind, state or time that cannot
// be read, a probability of 7: each is an error that names the record, the member and what to write instead. Only a severity word may be
// one that nobody knows; it counts as critical, as in every format.
//
// JSON lines and CSV end with a required record that holds the count, so that a file cut at a line end is no shorter file.
//
// README.md describes the members, [Schema] is the JSON Schema of the JSON form.
package native

import (
	_ "embed"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// Schema is the JSON Schema (2020-12) of the JSON form.
//
//go:embed schema.json
var Schema []byte

// What is the same in all three forms.
const (
	formatName = "defectgate"

	proof = "`scanned` is above zero"
	notes = `The format is strict: a member that nobody knows, a kind, state or time that cannot be read, is an error that names the record, the
member and what to write. JSON lines and CSV end with a record that holds the count.`
)

// JSON is the form of one document.
var JSON = report.Format{
	Name:   formatName,
	Title:  "defectgate JSON: everything that no scanner prints",
	Detect: func(o *report.Outline) bool { return isObject(o) && !o.Lines },
	Parse:  parseJSON,
	Entry:  "a record",
	Proof:  proof,
	Notes:  notes,
}

// NDJSON is the form of one record a line.
var NDJSON = report.Format{
	Name:   "defectgate-ndjson",
	Title:  "defectgate JSON lines: the same, one record a line",
	Detect: func(o *report.Outline) bool { return isObject(o) && o.Lines },
	Parse:  parseNDJSON,
	Entry:  "a record",
	Proof:  proof,
	Notes:  notes,
	Cut:    "required last record with the count",
}

// CSV is the form that spreadsheets write.
var CSV = report.Format{
	Name:   "defectgate-csv",
	Title:  "defectgate CSV: the same, from a spreadsheet",
	Detect: isSheet,
	Parse:  parseCSV,
	Entry:  "a record",
	Proof:  proof,
	Notes:  notes,
	Cut:    "required last record with the count",
}

// version is the version of all three forms.
const version = 1

func isObject(o *report.Outline) bool { return o.Root == report.Object && o.Has("defectgate") }

// isSheet claims a sheet with any separator between its columns: the parser says which one is wanted.
func isSheet(o *report.Outline) bool {
	return o.Root == report.Text && strings.HasPrefix(strings.TrimPrefix(o.Header, `"`), sheetMark)
}

// parser is what the three forms share: it takes one decoded record after the other.
type parser struct {
	emit    report.Emit
	head    head
	scan    gate.Scan
	finding gate.Finding // the one that is emitted; nobody keeps it
}

// take emits one record. An error of it says what is wrong, but not where.
func (p *parser) take(r *record) error {
	if err := r.fill(&p.finding, p.head.Tool.Name); err != nil {
		return err
	}
	p.scan.Read++
	return nil
}
