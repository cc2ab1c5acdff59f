package gate

import "time"

// Finding is one raw entry of one report, as a parser emits it. Parsers copy facts and normalise nothing but the rating;
// [Fingerprinter] and [Merger] do the rest.
type Finding struct {
	Tool    string // the program that found it
	Kind    Kind
	ID      string   // what the tool calls it: CVE, GHSA, advisory or rule id
	Aliases []string // ids that the source calls aliases
	Related []string // advisories that speak of it
	Title   string
	Remedy  string // what the tool advises, where it does
	URL     string

	Rating  Rating   // the rating that the scanner chose
	Ratings []Rating // what other parties think
	CWEs    []int

	Component Component
	Location  Location
	Anchor    Anchor
	Secret    string    // the secret itself, where the report has it; only a keyed digest of it leaves this package
	Certainty Certainty // how sure the tool is; used for secrets

	State State
	Word  *Word // who put it into its state, where the report says

	FirstSeen      time.Time
	Published      time.Time
	FixedSince     time.Time // a fix is available since
	ExploitedSince time.Time
	EPSS           *float64 // probability of exploitation within 30 days, in [0,1]
	KEV            *KEV
	Exploited      bool // seen in our own production
}

// Component is what a dependency defect belongs to.
type Component struct {
	PURL    string   `json:"purl,omitempty"` // package URL
	Name    string   `json:"name,omitempty"`
	Version string   `json:"version,omitempty"` // of a merged defect: empty where it stands at several versions
	Fixed   []string `json:"fixed,omitempty"`   // versions that have the fix
}

// Location is the place of one finding.
type Location struct {
	Path    string `json:"path,omitempty"`    // slash-separated; repository-relative for code
	Line    int    `json:"line,omitzero"`     // from 1; 0 is the whole file
	Layer   string `json:"layer,omitempty"`   // digest of an image layer
	Logical string `json:"logical,omitempty"` // function, resource or object, where there is no file
}

// Anchor is what holds a code finding to its place when lines move. The first that is there is used.
type Anchor struct {
	Hash    string // the scanner's own line-independent hash
	Snippet string // the source text; white space does not count
}

// Certainty is how sure a tool is of a finding.
type Certainty string

// The certainties. Empty is "the tool does not say".
const (
	Verified      Certainty = "verified" // tried, and it works
	HighCertainty Certainty = "high"
	MidCertainty  Certainty = "medium"
	LowCertainty  Certainty = "low"
)

func (c Certainty) rank() int {
	return map[Certainty]int{LowCertainty: 1, MidCertainty: 2, HighCertainty: 3, Verified: 4}[c]
}

// KEV is an entry of CISA's catalogue of known exploited vulnerabilities.
type KEV struct {
	Added      time.Time `json:"added,omitzero"`
	Due        time.Time `json:"due,omitzero"` // the day that CISA gives to federal agencies
	Ransomware bool      `json:"ransomware,omitzero"`
}
