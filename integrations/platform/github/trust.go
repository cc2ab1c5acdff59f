package github

import (
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// Appends reports whether a run may add to what others believe: only the default branch, tags and comments start one that does. Anybody who may ask
// for a change starts the others, with code of his own.
func Appends(getenv func(string) string, main string) bool {
	e, ref := readEvent(getenv("GITHUB_EVENT_PATH")), getenv("GITHUB_REF")
	switch name := getenv("GITHUB_EVENT_NAME"); name {
	case "issue_comment": // GitHub takes the workflow from the default branch
		return main != "" && ref == "refs/heads/"+main
	case ofAnother:
		r := &e.WorkflowRun
		ofIt := main != "" && r.HeadBranch == main && r.HeadRepo.ID != 0 && r.HeadRepo.ID == e.Repository.ID
		return ofIt && !strings.HasPrefix(r.Event, "pull_request") && r.Event != "merge_group"
	default:
		return slices.Contains(ownEvents, name) && (main != "" && ref == "refs/heads/"+main || strings.HasPrefix(ref, "refs/tags/"))
	}
}

// ownEvents start runs with the workflows of the commit that is built.
var ownEvents = []string{"push", "schedule", "workflow_dispatch", "repository_dispatch", "release"}

// trusted reports whether a run of the default branch, which such an event started, had workflows that are merged.
func trusted(event string) bool {
	return slices.Contains(ownEvents, event) || event == "issue_comment" || event == ofAnother
}

// RanFor is the commit for which another workflow ran, whose run this one follows; "" elsewhere. What its branch is called may be the name of a tag.
func RanFor(getenv func(string) string) string {
	if getenv("GITHUB_EVENT_NAME") != ofAnother {
		return ""
	}
	return readEvent(getenv("GITHUB_EVENT_PATH")).WorkflowRun.HeadSHA
}

// Readers says who can read what a run tells: of a public repository anybody. Where the event does not say which one it is, it counts as public.
func Readers(getenv func(string) string) gate.Disclosure {
	r := readEvent(getenv("GITHUB_EVENT_PATH")).Repository
	if r.Private || r.Visibility == "private" || r.Visibility == "internal" {
		return gate.Internal
	}
	return gate.Public
}

// TellsReaders reports whether the event says which repository it is about. That of an older server does not on a schedule.
func TellsReaders(getenv func(string) string) bool {
	return readEvent(getenv("GITHUB_EVENT_PATH")).Repository.ID != 0
}

// DefaultBranch is that of the repository, as the event says; "" where it does not.
func DefaultBranch(getenv func(string) string) string {
	return readEvent(getenv("GITHUB_EVENT_PATH")).Repository.DefaultBranch
}
