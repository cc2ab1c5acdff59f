package githubtest

import (
	_ "embed"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

//go:embed testdata/events.json
var eventExamples []byte

// Events are the names that [Event] knows: those of webhooks, with the action where there are several.
func Events() []string { return slices.Sorted(maps.Keys(examples())) }

// examples reads the examples of events anew each time, as whoever asks changes what he gets.
func examples() map[string]map[string]any {
	var all map[string]map[string]any
	if err := json.Unmarshal(eventExamples, &all); err != nil {
		panic(err) // it is embedded
	}
	all["schedule"] = map[string]any{"schedule": "17 3 * * *"} // of which GitHub publishes no example
	return all
}

// Event is an example of the event that starts a run, for a test to adjust. All but that of a schedule are GitHub's own.
func Event(t testing.TB, name string) map[string]any {
	t.Helper()
	event := examples()[name]
	if event == nil {
		t.Fatalf("there is no event %q; there are %q", name, Events())
	}
	return event
}

// Set changes what is at a path of an event, as comment.body; what lies on the way is made where it is not there.
func Set(event map[string]any, path string, value any) {
	parts := strings.Split(path, ".")
	for _, part := range parts[:len(parts)-1] {
		below, isObject := event[part].(map[string]any)
		if !isObject {
			below = map[string]any{}
			event[part] = below
		}
		event = below
	}
	event[parts[len(parts)-1]] = value
}

// WriteEvent writes an event into a file, and gives its path, as in GITHUB_EVENT_PATH.
func WriteEvent(t testing.TB, event map[string]any) string {
	t.Helper()
	text, err := json.Marshal(event, json.Deterministic(true))
	if err != nil {
		t.Fatalf("the event: %v", err)
	}
	path := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatalf("the event: %v", err)
	}
	return path
}

// Event is an example of an event that is of this repository, and of what is given: a [Comment], a [Pull] or a [Run].
func (r *Repository) Event(t testing.TB, name string, of ...any) map[string]any {
	t.Helper()
	event := Event(t, name)
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	event["repository"] = r.whole()
	if _, has := event["organization"]; has {
		Set(event, "organization.login", r.Owner.Login)
		Set(event, "organization.id", r.Owner.ID)
	}
	for _, about := range of {
		switch v := about.(type) {
		case *Comment:
			r.ofComment(event, v)
		case *Pull:
			event["number"], event["pull_request"], event["sender"] = v.Number, v.whole(), r.server.brief(v.User)
		case *Run:
			event["workflow_run"], event["sender"] = v.shape(), r.server.brief(v.Actor)
			Set(event, "workflow.id", r.workflow(v.Path))
			Set(event, "workflow.path", v.Path)
			Set(event, "workflow.name", v.Name)
		default:
			t.Fatalf("an event is not of a %T", about)
		}
	}
	return event
}

// ofComment has an event be of a comment. What it is at is told to be a pull request only where it is one.
func (r *Repository) ofComment(event map[string]any, c *Comment) {
	event["comment"], event["sender"] = c.shape(), r.server.briefOrNull(c.User)
	Set(event, "issue.number", c.Number)
	Set(event, "issue.url", r.at("/issues/%d", c.Number))
	p := r.pull(int64(c.Number))
	if p == nil {
		return
	}
	at, page := r.at("/pulls/%d", c.Number), r.page("/pull/%d", c.Number)
	for path, value := range map[string]any{
		"issue.title": p.Title, "issue.body": orNull(p.Body), "issue.user": r.server.brief(p.User), "issue.state": p.State, "issue.locked": p.Locked,
		"issue.html_url": page, "issue.draft": p.Draft, "issue.comments": len(r.commentsOf(c.Number)),
		"issue.pull_request": object{"url": at, "html_url": page, "diff_url": fmt.Sprint(page, ".diff"), "patch_url": fmt.Sprint(page, ".patch"),
			"merged_at": stampOrNull(p.Merged)},
	} {
		Set(event, path, value)
	}
}
