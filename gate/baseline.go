package gate

import (
	"context"
	"time"
)

// Age says of a defect whether it was there before. It is empty where nothing was compared.
type Age string

// The ages.
const (
	New         Age = "new"
	Preexisting Age = "preexisting"
)

// Baseline is with what the defects of a decision are compared, so that a change answers for what it brings.
type Baseline struct {
	From        string                   `json:"from"`               // "ledger", or "report"
	Name        string                   `json:"name"`               // id of the decision, or path and commit of the report
	Digest      string                   `json:"digest,omitempty"`   // SHA-256 of the decision's record or of the report, hexadecimal
	At          time.Time                `json:"at,omitzero"`        // its clock, or when the scan was made
	Unproven    string                   `json:"unproven,omitempty"` // why it cannot be used, a sentence: then everything is new
	New         int                      `json:"new"`                // defects of this decision that it does not have
	Preexisting int                      `json:"preexisting"`        // defects that it has
	Known       map[Fingerprint]struct{} `json:"-"`
}

// BaselineSource finds the baseline of an artifact. An error means that it cannot be asked; what was found and cannot be used says so itself.
type BaselineSource interface {
	Baseline(ctx context.Context, a Artifact) (*Baseline, error)
}

// compare marks each defect.
func (b *Baseline) compare(defects []*Defect) {
	for _, d := range defects {
		d.Age = New
		if b.Unproven == "" && b.knows(d) {
			d.Age = Preexisting
			b.Preexisting++
		} else {
			b.New++
		}
	}
}

func (b *Baseline) knows(d *Defect) bool {
	for _, print := range d.Fingerprints {
		if _, known := b.Known[print]; known {
			return true
		}
	}
	return false
}
