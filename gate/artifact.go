package gate

import (
	"strings"
)

// Artifact is what is being built, and where: what a decision is about.
type Artifact struct {
	Project     string  `json:"project,omitempty"`   // the forge's numeric id, else the configured name, else the root commit
	Component   string  `json:"component,omitempty"` // separates the artifacts of one project
	Environment string  `json:"environment"`         // where it is to run: production …
	Subject     Subject `json:"subject"`             // what it is
	Ref         string  `json:"ref,omitempty"`       // branch, or tags/NAME: who may push a tag must not stand in for a branch
	Change      *Change `json:"change,omitzero"`     // what asks to be merged; nil in builds of a branch or a tag
}

// Change is a change request: a pull request, or a merge request.
type Change struct {
	ID   string `json:"id,omitempty"`   // its number on the forge
	Base string `json:"base,omitempty"` // the branch that it is to be merged into
	From string `json:"from,omitempty"` // commit of that branch, where it is known
	Head string `json:"head,omitempty"` // newest commit of the change, where what is built is another one: a trial merge
}

// branch is the one that an exception must be for: of a change, the one that it is to be merged into. Its own may be called as anybody likes.
func (a *Artifact) branch() string {
	if a.Change != nil {
		return a.Change.Base
	}
	return a.Ref
}

// Head is the newest commit of what is judged, as people see it.
func (a *Artifact) Head() string {
	if a.Change != nil && a.Change.Head != "" {
		return a.Change.Head
	}
	return a.Subject.Commit
}

// Line names the history that a decision about the artifact belongs to: the branch, or the change, which is of no branch, whatever its own is called.
// No name of git has a space, so that no branch is called like a change.
func (a *Artifact) Line() string {
	switch {
	case a.Change == nil:
		return a.Ref
	case a.Change.ID != "":
		return "change " + a.Change.ID
	}
	return a.Ref + " → " + a.Change.Base
}

// Subject names a thing by what cannot change under it. A report has one too: what it scanned.
type Subject struct {
	Name       string   `json:"name,omitempty"`       // for people: an image with its tag, a file
	PURL       string   `json:"purl,omitempty"`       //
	Digests    []string `json:"digests,omitempty"`    // algorithm:hexadecimal
	Repository string   `json:"repository,omitempty"` // host/owner/name or its address
	Commit     string   `json:"commit,omitempty"`     // full hexadecimal id
}

// IsUnknown reports whether there is nothing by which the subject could be held against another.
func (s *Subject) IsUnknown() bool {
	return s.PURL == "" && len(s.Digests) == 0 && s.Repository == "" && s.Commit == ""
}

// repositoryKey spells the address of a repository in one way: no scheme, user, port or ".git", lower case. What is no host with a path (a
// short name, a folder) is compared with nothing.
func repositoryKey(address string) string {
	key := strings.ToLower(strings.TrimSpace(address))
	key = strings.TrimSuffix(strings.TrimRight(key, "/"), ".git")
	_, rest, hasScheme := strings.Cut(key, "://")
	if hasScheme {
		key = rest
	} else if user, place, ok := strings.Cut(key, "@"); ok && !strings.Contains(user, "/") {
		key = strings.Replace(place, ":", "/", 1) // user@host:path, as git and scp write it
	}
	host, path, ok := strings.Cut(key, "/")
	host = host[strings.LastIndex(host, "@")+1:]
	host, _, _ = strings.Cut(host, ":") // one forge listens on several ports
	if path = strings.Trim(path, "/"); !ok || path == "" || !strings.Contains(host, ".") || strings.HasPrefix(host, ".") {
		return ""
	}
	return host + "/" + path
}
