// Package github connects the gate with GitHub.
package github

import (
	"io"
	"os"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/defectgate/defectgate/gate"
)

// Environment reads what GitHub Actions sets for every step.
// https://docs.github.com/en/actions/reference/workflows-and-actions/variables
func Environment(getenv func(string) string) (gate.Artifact, gate.Run, bool) {
	if getenv("GITHUB_ACTIONS") != "true" {
		return gate.Artifact{}, gate.Run{}, false
	}
	a := gate.Artifact{
		Project: getenv("GITHUB_REPOSITORY_ID"),
		Ref:     getenv("GITHUB_REF_NAME"),
		Subject: gate.Subject{
			Repository: strings.TrimSuffix(getenv("GITHUB_SERVER_URL"), "/") + "/" + getenv("GITHUB_REPOSITORY"),
			Commit:     getenv("GITHUB_SHA"),
		},
	}
	if getenv("GITHUB_REF_TYPE") == "tag" {
		a.Ref = "tags/" + a.Ref
	}
	if base := getenv("GITHUB_BASE_REF"); base != "" {
		a.Change = &gate.Change{ID: number(getenv("GITHUB_REF")), Base: base}
	} else if base, id, ok := queued(getenv("GITHUB_REF")); ok && getenv("GITHUB_EVENT_NAME") == "merge_group" {
		a.Change = &gate.Change{ID: id, Base: base}
	}
	if getenv("GITHUB_BASE_REF") != "" {
		a.Change.Head = headOf(getenv("GITHUB_EVENT_PATH"))
	}
	if a.Change != nil && a.Change.ID == "" { // as of pull_request_target, whose ref is that of the base
		a.Ref = getenv("GITHUB_HEAD_REF")
	}
	key := []string{"github", getenv("GITHUB_REPOSITORY_ID"), getenv("GITHUB_RUN_ID"), getenv("GITHUB_RUN_ATTEMPT"), getenv("GITHUB_JOB")}
	return a, gate.Run{
		Key: strings.Join(key, "/"), Platform: "github", Workflow: getenv("GITHUB_WORKFLOW_REF"), WorkflowAt: getenv("GITHUB_WORKFLOW_SHA"),
		ID: getenv("GITHUB_RUN_ID"), Attempt: getenv("GITHUB_RUN_ATTEMPT"), Job: getenv("GITHUB_JOB"),
		Actor: strings.TrimSpace(getenv("GITHUB_ACTOR_ID") + " " + getenv("GITHUB_ACTOR")), Event: getenv("GITHUB_EVENT_NAME"),
		Runner: getenv("RUNNER_NAME"),
	}, true
}

// maxEvent bounds what is read of an event, in bytes: GitHub's are at most 25 MB.
const maxEvent = 25 << 20

// headOf reads from the event the newest commit of a pull request: what is built is a trial merge. It is "" where the event does not say.
func headOf(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }() // it was only read
	var event struct {
		PullRequest struct {
			Head struct {
				SHA string `json:"sha"`
			} `json:"head"`
		} `json:"pull_request"`
	}
	if json.UnmarshalRead(io.LimitReader(file, maxEvent), &event) != nil {
		return ""
	}
	return event.PullRequest.Head.SHA
}

// queued reads the branch of a merge queue: refs/heads/gh-readonly-queue/BASE/pr-NUMBER-COMMIT.
func queued(ref string) (base, id string, ok bool) {
	rest, ok := strings.CutPrefix(ref, "refs/heads/gh-readonly-queue/")
	at := strings.LastIndex(rest, "/pr-")
	if !ok || at <= 0 {
		return "", "", false
	}
	id, _, ok = strings.Cut(rest[at+len("/pr-"):], "-")
	return rest[:at], id, ok
}

// number is that of a pull request, from refs/pull/NUMBER/merge.
func number(ref string) string {
	rest, ok := strings.CutPrefix(ref, "refs/pull/")
	if !ok {
		return ""
	}
	id, _, _ := strings.Cut(rest, "/")
	return id
}
