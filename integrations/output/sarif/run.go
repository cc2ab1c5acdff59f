package sarif

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// automation names the series of runs (§3.17). Code scanning takes what stands before the last slash for its category: the results of one replace
// those that it had before, and no others.
type automation struct {
	ID string `json:"id"`
}

func (c *choice) category() string {
	parts := []string{"defectgate"}
	for _, part := range phrase.NonEmpty(c.d.Artifact.Environment, c.d.Artifact.Component) {
		parts = append(parts, clean(part))
	}
	return strings.Join(parts, "/") + "/"
}

// invocation is the run of the gate (§3.20). It was a success if it could decide, whatever the verdict is.
type invocation struct {
	Successful    bool           `json:"executionSuccessful"`
	ExitCode      int            `json:"exitCode"`
	Exit          string         `json:"exitCodeDescription"`
	End           string         `json:"endTimeUtc"`
	Notifications []notification `json:"toolExecutionNotifications,omitempty"`
}

type notification struct {
	Level   string  `json:"level"`
	Message message `json:"message"`
}

func (c *choice) invocation() invocation {
	v := invocation{Successful: c.d.Verdict == gate.Pass || c.d.Verdict == gate.Fail, ExitCode: c.d.ExitCode, Exit: phrase.Verdict(c.d),
		End: c.d.Clock.Now.UTC().Format(time.RFC3339)}
	for _, problem := range c.d.Problems {
		v.Notifications = append(v.Notifications, notification{"error", message{Text: sentence(problem)}})
	}
	for _, warning := range c.d.Warnings {
		v.Notifications = append(v.Notifications, notification{"warning", message{Text: sentence(warning)}})
	}
	if c.left > 0 {
		text := fmt.Sprintf("%s left out, the least bad: code scanning takes %d of a run", phrase.Plural(c.left, "result is", "results are"), maxResults)
		v.Notifications = append(v.Notifications, notification{"warning", message{Text: text}})
	}
	return v
}

// provenance is the repository (§3.14.14).
type provenance struct {
	Repository string `json:"repositoryUri"`
	Revision   string `json:"revisionId,omitempty"`
	Branch     string `json:"branch,omitempty"`
}

func (c *choice) provenance() []provenance {
	address := repositoryURI(c.d.Artifact.Subject.Repository)
	if address == "" {
		return nil
	}
	p := provenance{Repository: address, Revision: clean(c.d.Artifact.Subject.Commit)}
	if !strings.HasPrefix(c.d.Artifact.Ref, "tags/") && c.d.Artifact.Change == nil {
		p.Branch = clean(c.d.Artifact.Ref)
	}
	return []provenance{p}
}

// repositoryURI is the address of a repository as people open it, without what may be a credential: "host/owner/name" and what git writes have no
// scheme.
func repositoryURI(address string) string {
	if user, place, ok := strings.Cut(address, "@"); ok && !strings.Contains(user, "/") && !strings.Contains(place, "://") {
		address = strings.Replace(place, ":", "/", 1)
	}
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || !strings.Contains(u.Hostname(), ".") || strings.Trim(u.Path, "/") == "" {
		return ""
	}
	scheme := "https"
	if u.Scheme == "http" {
		scheme = u.Scheme
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		u.Host = u.Hostname() // the port is that of another protocol
	}
	return (&url.URL{Scheme: scheme, Host: u.Host, Path: strings.TrimSuffix(u.Path, ".git")}).String()
}
