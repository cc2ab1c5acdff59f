package gate

// Evaluator is what decided.
type Evaluator struct {
	Name         string         `json:"name"`
	Version      string         `json:"version"`
	Commit       string         `json:"commit,omitempty"`
	Binary       string         `json:"binary,omitempty"` // SHA-256 of the program, hexadecimal
	Go           string         `json:"go"`               // version of the runtime
	System       string         `json:"system"`           // operating system and architecture, as linux/amd64
	OPA          string         `json:"opa"`              // version of the policy engine
	Rego         string         `json:"rego"`             // version of the language
	Capabilities string         `json:"capabilities"`     // SHA-256 of what a policy may call (name and types, a line each), hexadecimal
	Strict       []string       `json:"strict"`           // what the engine refuses
	Seed         string         `json:"seed"`             // "none": no policy can call chance
	Entries      []string       `json:"entry_points"`     // what is asked, beside the report of each rule
	Policies     []PolicySource `json:"policies"`
	Severity     string         `json:"severity"`           // which ratings decide, in words
	Settings     any            `json:"settings,omitempty"` // of every rule, for the environment of this decision
	Rules        []RuleInfo     `json:"rules"`              // those that were evaluated, ordered by id
	Limits       Limits         `json:"limits"`
}

// RuleInfo is what a rule says of itself.
type RuleInfo struct {
	ID     string `json:"id"` // category/name
	Title  string `json:"title"`
	Remedy string `json:"remedy,omitempty"` // what to do about its violations, where they do not say it themselves
}

// PolicySource is one set of policy files.
type PolicySource struct {
	Name   string       `json:"name"`             // "builtin", or where it was read
	Commit string       `json:"commit,omitempty"` // of the repository in which it lies
	Digest string       `json:"digest"`           // SHA-256 over the sorted list of (path, SHA-256), hexadecimal
	Files  []PolicyFile `json:"files"`            // ordered by path
}

// PolicyFile is one file of a set: a policy, or a document of data.
type PolicyFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// Limits bound an evaluation.
type Limits struct {
	DeadlineSeconds int    `json:"deadline_seconds"`     // for one query
	HeapBytes       uint64 `json:"heap_bytes"`           // over the start
	InputBytes      int64  `json:"input_bytes,omitzero"` // of one report, expanded
}
