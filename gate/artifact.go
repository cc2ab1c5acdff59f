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
	Ref         string  `json:"ref,omitempty"`       // branch or tag, without refs/heads/ or refs/tags/
}

// Subject names a thing by what cannot change under it. A report has one too: what it scanned.
type Subject struct {
	Name       string   `json:"name,omitempty"`       // for people: an image with its tag, a file
	PURL       string   `json:"purl,omitempty"`       //
	Digests    []string `json:"digests,omitempty"`    // algorithm:hexadecimal
	Repository string   `json:"repository,omitempty"` // host/owner/name or its address
	Commit     string   `json:"commit,omitempty"`     // full hexadecimal id
}

// repositoryKey spells the address of a repository in one way: no scheme, user or ".git", lower case. What is no host with a path (a
// short name, a folder) is compared with nothing.
func repositoryKey(address string) string {
	key := strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(address, "/"), ".git"))
	if _, rest, ok := strings.Cut(key, "://"); ok {
		key = rest
	}
	if _, rest, ok := strings.Cut(key, "@"); ok {
		key = strings.Replace(rest, ":", "/", 1)
	}
	host, _, ok := strings.Cut(key, "/")
	if !ok || !strings.Contains(host, ".") || strings.HasPrefix(host, ".") {
		return ""
	}
	return key
}
