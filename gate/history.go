package gate

import (
	"context"
	"time"
)

// Ledger remembers. An error of either method means that there is no decision but "error".
type Ledger interface {
	// Recall gives what is remembered of an artifact and of the defects that go by these fingerprints.
	Recall(ctx context.Context, a Artifact, of []Fingerprint) (Memory, error)
	// Record writes the decision durably before it returns. A decision whose id stands there already is written only once.
	Record(ctx context.Context, d *Decision, bytes Attachments) (Recorded, error)
}

// Memory is what a ledger remembers before a decision.
type Memory struct {
	History History
	Defects map[Fingerprint]Past
}

// Past is what is remembered of one defect on the branch that is judged.
type Past struct {
	FirstSeen time.Time // on any branch of the project's component
	Open      bool      // it is there
	Fixed     bool      // it was there, and a complete scan no longer had it
	Returns   int       // how often it came back after it was fixed
	Returned  time.Time // when it last did
}

// History says what the ledger gave and took.
type History struct {
	Record string `json:"record"`          // "none", "ledger", or "file": the bundle is the only record
	Store  string `json:"store,omitempty"` // origin of the log: its name in checkpoints
	Size   int64  `json:"size,omitzero"`   // of the log, before this decision
	Root   string `json:"root,omitempty"`  // of the log then, base64; with the size the checkpoint that was seen
	New    bool   `json:"new,omitzero"`    // the ledger held nothing: every defect counts as first seen now, unless a report says otherwise
}

// Attachments are bytes that a decision names by their SHA-256: policies, the input document and, where they are kept, raw reports.
type Attachments map[string][]byte

// Blob names bytes that are kept beside the decision.
type Blob struct {
	SHA256 string `json:"sha256"` // hexadecimal
	Size   int64  `json:"size"`   // bytes
}

// Recorded is what became of a decision.
type Recorded struct {
	Receipt *Receipt
	Summary []byte    // SLSA Verification Summary, as a Sigstore bundle
	Bundle  []byte    // Sigstore bundle that holds the decision in its envelope
	Proof   []byte    // C2SP tlog-proof; nil where there is no log
	Earlier *Decision // what stood in the ledger under this id; nil where this decision is the first
	Changes *Changes  // since the last decision of the branch; nil where nothing is remembered
}

// Receipt shows that a decision stands in the ledger.
type Receipt struct {
	Index      int64    `json:"index"`             // of the entry, from 0
	Leaf       string   `json:"leaf"`              // RFC 6962 hash of the entry, base64
	Checkpoint string   `json:"checkpoint"`        // C2SP tlog-checkpoint that includes the entry
	Proof      []string `json:"proof"`             // hashes from the leaf's sibling to the root's child, base64 (RFC 6962, section 2.1.1)
	Signed     bool     `json:"checkpoint_signed"` // by the key of the log
}

// Changes are what differs from the last decision of the same branch.
type Changes struct {
	Since    string    `json:"since"`              // id of that decision
	At       time.Time `json:"at"`                 // its clock
	Verdict  Verdict   `json:"verdict"`            // its verdict
	Opened   []string  `json:"opened,omitempty"`   // ids of defects
	Reopened []string  `json:"reopened,omitempty"` //
	Fixed    []string  `json:"fixed,omitempty"`    //
	Others   []string  `json:"others,omitempty"`   // what else, in words
}

// Way is how a defect that is denied can be signed off.
type Way struct {
	Defect      string      `json:"defect"`
	Fingerprint Fingerprint `json:"fingerprint"`
	Line        string      `json:"line"`             // to paste: as a comment at the change, or into a shell
	Fields      []string    `json:"fields,omitempty"` // lines to write right below it
	Comment     bool        `json:"comment"`          // it is one
}

// Report is what outputs are made of. They compute nothing.
type Report struct {
	Decision Decision  `json:"decision"`
	Receipt  *Receipt  `json:"receipt"`
	Changes  *Changes  `json:"changes,omitzero"`
	Ways     []Way     `json:"sign_off,omitempty"` // of each defect that is denied
	MoreWays int       `json:"-"`                  // how many are not among them
	NoWays   string    `json:"-"`                  // what it needs for there to be one, where nobody can sign off what is denied
	Forecast *Forecast `json:"-"`                  // nil where nobody asked for it, or nothing can be said
	Bundle   []byte    `json:"-"`
	Summary  []byte    `json:"-"`
	Proof    []byte    `json:"-"`
}
