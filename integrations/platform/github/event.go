// Package github connects the gate with GitHub: what a run is about, what is known of its repository, where its result is shown, and how people
// answer.
//
//	Environment   runner's variables and event → artifact and run        environment.go, event.go
//	Dial          access → client that waits, pages and leaks nothing    client.go
//	File, Tree    what the base branch has, read through the API         base.go
//	Alerts        code scanning, Dependabot, secret scanning → pages     alerts*.go
//	Publish       report → summary, outputs, comment, check run, status  publish*.go
//	Forge         comments: what a sign-off has to know of them          forge*.go
//	Branch        the log of the ledger as commits of an orphan branch   branch*.go
package github

import (
	"cmp"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/defectgate/defectgate/gate"
)

// event is what the gate wants of the webhook that started a run. The runner has it from GitHub itself; ids are numbers as they are.
// https://docs.github.com/en/webhooks/webhook-events-and-payloads
type event struct {
	Action     string `json:"action"`
	Repository struct {
		ID            int64  `json:"id"`
		DefaultBranch string `json:"default_branch"`
		Private       bool   `json:"private"`
		Visibility    string `json:"visibility"`
	} `json:"repository"`
	PullRequest pullRequest `json:"pull_request"`
	MergeGroup  struct {
		HeadSHA string `json:"head_sha"`
		BaseRef string `json:"base_ref"` // refs/heads/main
		BaseSHA string `json:"base_sha"`
	} `json:"merge_group"`
	WorkflowRun struct {
		HeadSHA      string        `json:"head_sha"`
		HeadBranch   string        `json:"head_branch"`
		Event        string        `json:"event"` // that started it
		PullRequests []pullRequest `json:"pull_requests"`
		HeadRepo     struct {
			ID int64 `json:"id"`
		} `json:"head_repository"`
	} `json:"workflow_run"`
	Issue struct {
		Number int64 `json:"number"`
	} `json:"issue"`
	Comment struct {
		ID   int64   `json:"id"`
		Body *string `json:"body"`
	} `json:"comment"`
}

type pullRequest struct {
	Number int64 `json:"number"`
	Head   struct {
		SHA string `json:"sha"`
		Ref string `json:"ref"`
	} `json:"head"`
	Base struct {
		Ref string `json:"ref"`
		SHA string `json:"sha"`
	} `json:"base"`
}

// maxEvent bounds what is read of an event, in bytes: GitHub's are at most 25 MB.
const maxEvent = 25 << 20

// readEvent reads the event of the run. One that is not there, or is no JSON, says nothing.
func readEvent(path string) (e event) {
	file, err := os.Open(path)
	if err != nil {
		return e
	}
	defer func() { _ = file.Close() }() // it was only read
	if json.UnmarshalRead(io.LimitReader(file, maxEvent), &e) != nil {
		return event{}
	}
	return e
}

// change is what the event asks to merge; nil where it asks for nothing.
func (e *event) change(name, ref, base string) *gate.Change {
	switch {
	case name == "merge_group":
		return e.queued(ref)
	case name == "workflow_run":
		return e.workflowRun()
	case base != "":
		c := e.PullRequest.change()
		c.ID, c.Base = cmp.Or(number(ref), c.ID), base
		return c
	}
	return nil
}

func (p *pullRequest) change() *gate.Change {
	c := &gate.Change{Base: p.Base.Ref, Head: p.Head.SHA}
	if p.Number > 0 {
		c.ID = strconv.FormatInt(p.Number, 10)
	}
	return c
}

// queued is what a merge queue tries: refs/heads/gh-readonly-queue/BASE/pr-NUMBER-COMMIT. The branch that it is for, the event says as well.
func (e *event) queued(ref string) *gate.Change {
	rest, ok := strings.CutPrefix(ref, "refs/heads/gh-readonly-queue/")
	at := strings.LastIndex(rest, "/pr-")
	if !ok || at <= 0 {
		return nil
	}
	id, _, _ := strings.Cut(rest[at+len("/pr-"):], "-")
	return &gate.Change{ID: id, Base: cmp.Or(strings.TrimPrefix(e.MergeGroup.BaseRef, "refs/heads/"), rest[:at])}
}

// workflowRun is the change that another workflow ran for. Of a fork, the event does not say which one it is: then it is for the default branch.
func (e *event) workflowRun() *gate.Change {
	r := &e.WorkflowRun
	if !strings.HasPrefix(r.Event, "pull_request") {
		return nil
	}
	c := &gate.Change{Base: e.Repository.DefaultBranch}
	if len(r.PullRequests) > 0 {
		c = r.PullRequests[0].change()
	}
	c.Head = r.HeadSHA
	return c
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
