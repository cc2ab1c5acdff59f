package gate

import (
	"strings"
	"time"
)

// Scan is what a report says of its own making, and what was read of it.
type Scan struct {
	Tool       Tool           `json:"tool,omitzero"`
	Database   Database       `json:"database,omitzero"`
	Started    time.Time      `json:"started,omitzero"`
	Ended      time.Time      `json:"ended,omitzero"` // the report's time, where it has one only
	Subject    Subject        `json:"subject,omitzero"`
	Proof      string         `json:"proof,omitempty"`    // what shows that something was scanned, in words: "3 targets"; empty is no proof
	Unproven   string         `json:"unproven,omitempty"` // why no receipt can make up for a missing proof, in words: "it counts 0 files"
	Failed     string         `json:"failed,omitempty"`   // what the report says went wrong with the scan; then it is partial
	Warnings   []string       `json:"warnings,omitempty"` // what the report says went wrong, and did not fail the scan
	Read       int            `json:"read"`               // raw entries
	Suppressed int            `json:"suppressed,omitzero"`
	Dropped    map[string]int `json:"dropped,omitempty"` // entries that are no defects, by reason: "passed check" …
}

// ScanReceipt is what is known of the run that wrote a report, where it was run by `defectgate run`.
type ScanReceipt struct {
	Program  string   `json:"program"`
	ExitCode int      `json:"exit_code"`
	Command  []string `json:"command,omitempty"`
	Binary   string   `json:"binary,omitempty"` // SHA-256 of the executable, hexadecimal
}

// Tool is the program that wrote a report.
type Tool struct {
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"`
}

// String gives name and version.
func (t Tool) String() string { return strings.TrimSpace(t.Name + " " + t.Version) }

// Database is the vulnerability database that a scanner used.
type Database struct {
	Version string    `json:"version,omitempty"`
	Built   time.Time `json:"built,omitzero"`
}

// Time is when the scan was made: its end, else its start, else zero.
func (s *Scan) Time() time.Time {
	if !s.Ended.IsZero() {
		return s.Ended
	}
	return s.Started
}

// Drop counts an entry that is no defect.
func (s *Scan) Drop(reason string) {
	if s.Dropped == nil {
		s.Dropped = map[string]int{}
	}
	s.Dropped[reason]++
}
