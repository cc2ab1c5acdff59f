package report

import "github.com/defectgate/defectgate/gate"

// StatementFormat is one format of VEX documents.
type StatementFormat struct {
	Name   string // as written in FORMAT=PATH and in defectgate.yaml
	Title  string // for people
	Detect func(*Outline) bool
	Parse  func(Document, Speak) (gate.Scan, error)
	Notes  string // how it is understood, for people, in full sentences
}

// Speak takes one statement. It does not keep the pointer. An error ends the parsing and must be returned as it is. Whether the author's
// statements count is not the format's to say.
type Speak func(*gate.Statement) error
