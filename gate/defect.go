package gate

import (
	"slices"
	"strings"
	"time"
)

// Defect is one security defect of one component or place: what the findings of all sources become after merging.
type Defect struct {
	ID           string        `json:"id"`                  // primary id: the CVE, else the GHSA, else the first in byte order
	Fingerprints []Fingerprint `json:"fingerprints"`        // at least one, ordered
	Aliases      []string      `json:"aliases,omitempty"`   // its other ids
	Related      []string      `json:"related,omitempty"`   // advisories that speak of it
	Kind         Kind          `json:"kind"`                //
	Severity     Severity      `json:"severity"`            // the highest of the ratings that decide
	Ratings      []Rating      `json:"ratings,omitempty"`   // every rating, those that scanners chose marked
	CWEs         []int         `json:"cwes,omitempty"`      // ascending
	Title        string        `json:"title,omitempty"`     //
	Remedy       string        `json:"remedy,omitempty"`    // what a tool advises
	URL          string        `json:"url,omitempty"`       //
	Component    Component     `json:"component,omitzero"`  // of kinds that belong to one
	Occurrences  []*Occurrence `json:"occurrences"`         // at least one, ordered
	Certainty    Certainty     `json:"certainty,omitempty"` // the surest tool's
	Clocks       Clocks        `json:"clocks"`              // when what began
	EPSS         *float64      `json:"epss,omitzero"`       // probability in [0,1], the highest that a source gives
	KEV          *KEV          `json:"kev,omitzero"`        //
	Exploited    bool          `json:"exploited,omitzero"`  // seen in our own production
	Abuse        *Abuse        `json:"abuse,omitzero"`      // what signals say of it
	Age          Age           `json:"age,omitempty"`       // whether the baseline has it
	Returns      int           `json:"returns,omitzero"`    // how often it came back after it was fixed
	Tools        []string      `json:"tools"`               // who found it
	Sources      []string      `json:"sources"`             // where they said so
}

// Occurrence is one version or path at which a defect stands. The state belongs to it. Defects may share one: it must not be changed.
type Occurrence struct {
	Version string `json:"version,omitempty"`
	Location
	State State `json:"state"`
	Word  *Word `json:"word,omitzero"`
}

// State is that of the occurrence which decides: a defect is open while one occurrence is.
func (d *Defect) State() State {
	best := Fixed
	for i := range d.Occurrences {
		best = min(best, d.Occurrences[i].State)
	}
	return best
}

// IsOpen reports whether one occurrence is open.
func (d *Defect) IsOpen() bool { return d.State().IsOpen() }

// OpenVersions lists the versions of the component at which the defect is open.
func (d *Defect) OpenVersions() []string {
	var versions []string
	for i := range d.Occurrences {
		if o := d.Occurrences[i]; o.State.IsOpen() && !slices.Contains(versions, o.Version) {
			versions = append(versions, o.Version)
		}
	}
	return versions
}

// Fixable reports whether somebody can act now: a fixed version exists, or the defect is not another party's component.
func (d *Defect) Fixable() bool { return !d.Kind.OfComponent() || len(d.Component.Fixed) > 0 }

// Names lists the ids by which an exception or a statement may speak of the defect.
func (d *Defect) Names() []string { return append([]string{d.ID}, d.Aliases...) }

// compareDefects is the order of every list of defects: id, then component, then first place, then fingerprint.
func compareDefects(a, b *Defect) int {
	return firstNonZero(
		strings.Compare(a.ID, b.ID),
		strings.Compare(a.Component.PURL, b.Component.PURL),
		strings.Compare(a.Component.Name, b.Component.Name),
		compareOccurrences(a.Occurrences[0], b.Occurrences[0]),
		compareFingerprints(a.Fingerprints[0], b.Fingerprints[0]),
	)
}

func compareOccurrences(a, b *Occurrence) int {
	return firstNonZero(
		strings.Compare(a.Path, b.Path),
		a.Line-b.Line,
		strings.Compare(a.Version, b.Version),
		strings.Compare(a.Layer, b.Layer),
		strings.Compare(a.Logical, b.Logical),
		int(a.State)-int(b.State),
		compareWords(a.Word, b.Word),
	)
}

func compareWords(a, b *Word) int {
	if a == nil || b == nil {
		return boolInt(a != nil) - boolInt(b != nil)
	}
	return firstNonZero(int(a.Said)-int(b.Said), strings.Compare(a.By, b.By), strings.Compare(a.Reason, b.Reason), a.At.Compare(b.At))
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func firstNonZero(results ...int) int {
	for _, r := range results {
		if r != 0 {
			return r
		}
	}
	return 0
}

// earliest gives the first of the instants that are known.
func earliest(times ...time.Time) time.Time {
	var first time.Time
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}
