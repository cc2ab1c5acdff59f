package gate

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/package-url/packageurl-go"
)

// Exception is a risk accepted by an approver, for a scope, until a day, for a reason. It names its defect by an id, a fingerprint, a
// package URL, or several of these, which must then all fit.
type Exception struct {
	ID          string       `json:"id"`
	Defect      string       `json:"defect,omitempty"` // id or alias
	Fingerprint *Fingerprint `json:"fingerprint,omitzero"`
	Package     string       `json:"package,omitempty"` // package URL; with a version it covers that version only
	Scope       Scope        `json:"scope,omitzero"`
	Reason      string       `json:"reason"`
	Approver    string       `json:"approver"`
	Granted     time.Time    `json:"granted"`               // in force from this instant
	Until       time.Time    `json:"until"`                 // and until before this one
	Controls    []string     `json:"controls,omitempty"`    // compensating controls
	Origin      string       `json:"origin"`                // where it was read: file and line
	File        string       `json:"file_sha256,omitempty"` // of that file, hexadecimal
}

// Scope narrows an exception. An empty member does not.
type Scope struct {
	Repository  string `json:"repository,omitempty"`
	Artifact    string `json:"artifact,omitempty"` // digest, package URL or name
	Branch      string `json:"branch,omitempty"`
	Environment string `json:"environment,omitempty"`
	Component   string `json:"component,omitempty"` // of a monorepo
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
	differ("branch", s.Branch, a.Ref, s.Branch == a.Ref)
	differ("environment", s.Environment, a.Environment, s.Environment == a.Environment)
	differ("component", s.Component, a.Component, s.Component == a.Component)
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
