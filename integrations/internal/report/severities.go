package report

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
	"sync"

	"github.com/defectgate/defectgate/gate"
)

// severities is the one table of the words by which formats rate, and of what they mean on the scale.
//
//go:embed severities.csv
var severities string

// Severity is one row of the table.
type Severity struct {
	Format string
	Word   string // in lower case
	Means  gate.Severity
	Why    string
}

// Severities are the words of every format that the scale does not know by itself, ordered by format and word.
var Severities = sync.OnceValue(func() []Severity {
	rows, err := csv.NewReader(strings.NewReader(severities)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("severities.csv: %v", err)) // a test reads it
	}
	table := make([]Severity, len(rows)-1)
	for i, row := range rows[1:] {
		table[i] = Severity{Format: row[0], Word: row[1], Why: row[3]}
		if err := table[i].Means.UnmarshalText([]byte(row[2])); err != nil {
			panic(fmt.Sprintf("severities.csv: %v", err))
		}
	}
	return table
})

var words = sync.OnceValue(func() map[string]gate.Words {
	byFormat := map[string]gate.Words{}
	for _, s := range Severities() {
		if byFormat[s.Format] == nil {
			byFormat[s.Format] = gate.Words{}
		}
		byFormat[s.Format][s.Word] = s.Means
	}
	return byFormat
})

// Words gives the words of one format, by its name in the table of formats.
func Words(format string) gate.Words { return words()[format] }

// RateAlways is [Rate] for a tool that rates all that it reports: where there is no rating at all, it is called otherwise, and cannot be read.
func RateAlways(format string, o gate.Opinion) gate.Rating {
	if o.Label == nil && o.Vector == "" && o.Score == nil {
		o.Label = new(string)
	}
	return Rate(format, o)
}
