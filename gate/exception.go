package gate

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/package-url/packageurl-go"
)

// Exception is a risk accepted by an approver, for a scope, until a day, for a reason. It names its defect by an id, a fingerprint, a
// package URL, or several of these, which must then all fit. One that was signed off is bound to defects as they were then; an override names none,
// and is for every defect of its build.
type Exception struct {
	ID          string       `json:"id"`
	Kind        SignOffKind  `json:"kind"`             // accept, false-positive or override
	Defect      string       `json:"defect,omitempty"` // id or alias
	Fingerprint *Fingerprint `json:"fingerprint,omitzero"`
	Package     string       `json:"package,omitempty"`         // package URL; with a version it covers that version only
	Severity    *Severity    `json:"severity_ceiling,omitzero"` // it is for at most this; nil where it does not say so
	Bindings    []Binding    `json:"defects,omitempty"`         // of a sign-off, each with a ceiling of its own
	Scope       Scope        `json:"scope,omitzero"`
	Wide        bool         `json:"wide,omitzero"` // of a sign-off: it holds beyond the component and environment where it was asked for
	Reason      string       `json:"reason"`
	Approver    string       `json:"approver"` // all of them, for people
	Approvals   []Approval   `json:"approvals"`
	Barred      []Party      `json:"barred,omitempty"`       // who had a part in it
	Granted     time.Time    `json:"granted"`                // in force from this instant
	Until       time.Time    `json:"until"`                  // and until before this one
	Revoked     *Revocation  `json:"revoked,omitzero"`       // nil: it was not
	Renewals    int          `json:"renewals,omitzero"`      // how many records it renews, one through the other
	Controls    []string     `json:"controls,omitempty"`     // compensating controls
	Ticket      string       `json:"ticket,omitempty"`       //
	Origin      string       `json:"origin"`                 // where it was read: file and line, or the entry of the ledger
	File        string       `json:"file_sha256,omitempty"`  // of that file, hexadecimal
	Leaf        string       `json:"leaf,omitempty"`         // hash of the entry, base64
	Head        string       `json:"head_sha,omitempty"`     // of the change where it was signed off
	Evidence    string       `json:"evidence,omitempty"`     // address of the comment
	Gone        bool         `json:"evidence_gone,omitzero"` // the comment is not there any more; what was recorded of it is
	Fault       string       `json:"fault,omitempty"`        // why its signature does not count
}

// Approval is one person's word on an exception.
type Approval struct {
	Actor
	At     time.Time `json:"at"`
	Record string    `json:"record,omitempty"` // id of the sign-off that says so
	Fault  string    `json:"fault,omitempty"`  // why its signature does not count
}

// Party is somebody with an interest in an exception, who must not approve it.
type Party struct {
	Person
	As string `json:"as"` // author, committer or requester
}

// Revocation is the end of an exception before its time.
type Revocation struct {
	At     time.Time `json:"at"`
	By     Person    `json:"by"`
	Reason string    `json:"reason"`
	Record string    `json:"record"` // id of the sign-off that says so
}

// Scope narrows an exception. An empty member does not.
type Scope struct {
	Repository  string `json:"repository,omitempty"`
	Artifact    string `json:"artifact,omitempty"` // digest, package URL or name
	Branch      string `json:"branch,omitempty"`
	Environment string `json:"environment,omitempty"`
	Component   string `json:"component,omitempty"` // of a monorepo
	Commit      string `json:"commit,omitempty"`    // the one that is built, or the head of its change
}

// Register gives the exceptions that may concern an artifact. An error means that they are not known: the decision cannot be made.
type Register interface {
	Exceptions(ctx context.Context, a Artifact) ([]Exception, error)
}

// Mismatch is one respect in which an exception does not fit.
type Mismatch struct {
	What string `json:"what"` // "environment", "version" …
	Want string `json:"want"` // what the exception says
	Have string `json:"have"` // what the defect or the artifact is
}

// outside lists in what the artifact lies outside the scope.
func (s Scope) outside(a Artifact) []Mismatch {
	var out []Mismatch
	differ := func(what, want, have string, same bool) {
		if want != "" && !same {
			out = append(out, Mismatch{What: what, Want: want, Have: have})
		}
	}
	differ("repository", s.Repository, a.Subject.Repository, sameRepository(s.Repository, a.Subject.Repository))
	differ("artifact", s.Artifact, a.Subject.String(), a.Subject.Is(s.Artifact))
	differ("branch", s.Branch, a.branch(), s.Branch == a.branch())
	differ("environment", s.Environment, a.Environment, s.Environment == a.Environment)
	differ("component", s.Component, a.Component, s.Component == a.Component)
	differ("commit", s.Commit, a.Head(), s.Commit == a.Head())
	return out
}

// sameRepository takes owner/name for any host: the forge is known from where the gate runs.
func sameRepository(want, have string) bool {
	if key := repositoryKey(have); key != "" {
		have = key
	}
	if key := repositoryKey(want); key != "" {
		want = key
	}
	want, have = strings.ToLower(want), strings.ToLower(have)
	_, path, _ := strings.Cut(have, "/")
	return want == have || strings.Contains(want, "/") && want == path
}

// Is reports whether a text names the subject: one of its digests, its package URL or its name.
func (s Subject) Is(text string) bool {
	if text == "" {
		return false
	}
	_, digest, hasDigest := strings.Cut(text, "@sha256:")
	for _, d := range s.Digests {
		if d == text || hasDigest && d == "sha256:"+digest {
			return true
		}
	}
	return text == s.PURL || text == s.Name
}

// String gives the first that is known of name, package URL, digests and commit.
func (s Subject) String() string {
	for _, text := range slices.Concat([]string{s.Name, s.PURL}, s.Digests, []string{s.Commit}) {
		if text != "" {
			return text
		}
	}
	return ""
}

// versionOf gives the version of a package URL, or "".
func versionOf(purl string) string {
	p, err := packageurl.FromString(purl)
	if err != nil {
		return ""
	}
	return p.Version
}
