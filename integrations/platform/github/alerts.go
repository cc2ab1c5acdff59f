package github

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// AlertKind is one of the lists of alerts that GitHub keeps of a repository.
type AlertKind string

// The kinds of alerts.
const (
	CodeScanning   AlertKind = "code-scanning"
	Dependabot     AlertKind = "dependabot"
	SecretScanning AlertKind = "secret-scanning"
)

// AlertKinds lists them all.
func AlertKinds() []AlertKind { return []AlertKind{CodeScanning, Dependabot, SecretScanning} }

// Format is the report format in which a list of these alerts is read.
func (k AlertKind) Format() string { return "github-" + string(k) }

// title is how people call the alerts.
func (k AlertKind) title() string {
	switch k {
	case CodeScanning:
		return "code scanning alerts"
	case Dependabot:
		return "Dependabot alerts"
	}
	return "secret scanning alerts"
}

// right is what a job has to be allowed, as a workflow says it.
func (k AlertKind) right() string {
	if k == Dependabot {
		return "vulnerability-alerts: read"
	}
	return "security-events: read"
}

// Listing is one list of alerts, whole: open ones, and those that somebody has closed by hand. A dismissal takes a defect out of what is judged, so
// that it must be told with who and why; it was made by a person, which bounds their number. What an analysis found fixed is not in the list: of that
// there is ever more, and it says nothing about what is judged.
type Listing struct {
	Format     string // that reads the body
	Body       []byte // the pages, each an array of alerts with all their members, in one array
	Pages      int
	Alerts     int
	Repository string      // address of the one that was asked for
	Commit     string      // that was analysed; "" where GitHub does not say
	Ref        string      // likewise
	Made       time.Time   // when the newest analysis was made, else when the list was asked for
	Tools      []gate.Tool // that analysed
	Proof      string      // what shows that something was looked at, in words; "" is no proof
	Unproven   string      // why not, where that is known
	Warnings   []string    // what the list could not see
}

// AlertsError is why a list is not there, or not whole. With [gate.Partial] the listing holds what came before.
type AlertsError struct {
	Status gate.Status // Missing, WrongSubject, Unavailable, Partial or TooLarge
	Err    error
}

// Error says what is wrong.
func (e *AlertsError) Error() string { return e.Err.Error() }

// Unwrap gives the cause, with its hint.
func (e *AlertsError) Unwrap() error { return e.Err }

// Alerts lists the alerts of one kind that are about an artifact. Its errors are of type [AlertsError]: of what GitHub does not tell, nobody says
// that it is nothing.
func (c *Client) Alerts(ctx context.Context, kind AlertKind, a *gate.Artifact) (Listing, error) {
	l := &listing{client: c, kind: kind, said: Listing{Format: kind.Format(), Made: c.now()}}
	if c.server != "" {
		l.said.Repository = fmt.Sprintf("%s/%s/%s", c.server, c.owner, c.name)
	}
	repository, err := c.Repository(ctx)
	if err != nil {
		return l.said, &AlertsError{gate.Unavailable, err}
	}
	switch kind {
	case CodeScanning:
		err = l.codeScanning(ctx, a)
	case Dependabot:
		err = l.dependabot(ctx, a, repository.DefaultBranch)
	case SecretScanning:
		err = l.secretScanning(ctx)
	default:
		err = &AlertsError{gate.Unavailable, fmt.Errorf("%q is none of the kinds of alerts", kind)}
	}
	l.said.Body = l.body()
	return l.said, err
}

// warn adds to what the list could not see.
func (l *listing) warn(format string, args ...any) {
	l.said.Warnings = append(l.said.Warnings, fmt.Sprintf(format, args...))
}

// refsOf are the references under which GitHub files analyses of an artifact: of a change its trial merge and its head, see
// https://docs.github.com/rest/code-scanning/code-scanning#upload-an-analysis-as-sarif-data
func refsOf(a *gate.Artifact) []string {
	switch {
	case a.Change != nil && isNumber(a.Change.ID) && !strings.HasPrefix(a.Ref, queue):
		return []string{"refs/pull/" + a.Change.ID + "/merge", "refs/pull/" + a.Change.ID + "/head"}
	case strings.HasPrefix(a.Ref, "tags/"):
		return []string{"refs/" + a.Ref}
	case a.Ref != "":
		return []string{"refs/heads/" + a.Ref}
	}
	return nil
}

// queue begins the names of branches that a merge queue tries.
const queue = "gh-readonly-queue/"

func isNumber(id string) bool { return id != "" && strings.Trim(id, "0123456789") == "" }
