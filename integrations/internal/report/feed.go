package report

import (
	"time"

	"github.com/defectgate/defectgate/gate"
)

// FeedFormat is one feed of threat intelligence.
type FeedFormat struct {
	Name   string // as written in defectgate.yaml
	Title  string // for people
	Parse  func(Document, func(gate.Threat) error) (gate.Scan, error)
	MaxAge time.Duration // how old the feed's own date may be, where nobody says otherwise
	Date   string        // what its date is
	Notes  string        // how it is understood, for people, in full sentences
}
