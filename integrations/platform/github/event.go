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
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
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
		Number      int64     `json:"number"`
		PullRequest *struct{} `json:"pull_request"` // nil where it is an issue alone
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
		Ref  string `json:"ref"`
		Repo struct {
			ID int64 `json:"id"`
		} `json:"repo"`
	} `json:"base"`
}

// maxEvent bounds what is read of an event, in bytes: GitHub's are at most 25 MB.
const maxEvent = 25 << 20

// readEvent reads the event of the run. One that is not there, or is no JSON, says nothing, see [EventFault].
func readEvent(path string) event {
	e, err := loadEvent(path)
	if err != nil || e == nil {
		return event{}
	}
	return *e
}

func loadEvent(path string) (e *event, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	if err := json.UnmarshalRead(io.LimitReader(file, maxEvent), &e); err != nil {
		return nil, fmt.Errorf("%q is no event: %w", path, err)
	}
	if e == nil {
		return nil, fmt.Errorf("%q is no event: it is null", path)
	}
	return e, nil
}

// EventFault is why nobody can say what a run of GitHub Actions is about: its event cannot be read, or is about several things. It is nil elsewhere.
func EventFault(getenv func(string) string) error {
	name, path := getenv("GITHUB_EVENT_NAME"), getenv("GITHUB_EVENT_PATH")
	if getenv("GITHUB_ACTIONS") != "true" || path == "" && name != ofAnother && !changes.MatchString(getenv("GITHUB_REF")) {
		return nil
	}
	e, err := loadEvent(path)
	if path == "" && name != ofAnother { // of a change, variables say enough
		e, err = &event{}, nil
	}
	switch {
	case err != nil:
		return gate.WithHint(fmt.Errorf("read the event of this run (GITHUB_EVENT_PATH): %w", err),
			"the runner writes it: let the step see that file, in a container as well, and leave the variable as it is")
	case name == ofAnother:
		return e.oneBase()
	case changes.MatchString(getenv("GITHUB_REF")) && e.change(name, getenv("GITHUB_REF"), getenv("GITHUB_BASE_REF")) == nil:
		return gate.WithHint(errors.New("this run is of a pull request, and nothing says into which branch it is to be merged"),
			"give the step the variables GITHUB_BASE_REF, GITHUB_EVENT_NAME and GITHUB_EVENT_PATH as the runner sets them")
	}
	return nil
}

// changes are the references of pull requests.
var changes = regexp.MustCompile(`^refs/pull/`)

// ofAnother is the event that another workflow has run.
const ofAnother = "workflow_run"

// change is what the event asks to merge; nil where it asks for nothing.
func (e *event) change(name, ref, base string) *gate.Change {
	switch {
	case name == "merge_group":
		return e.queued(ref)
	case name == ofAnother:
		return e.workflowRun()
	case cmp.Or(base, e.PullRequest.Base.Ref) != "":
		c := e.PullRequest.change()
		c.ID, c.Base = cmp.Or(number(ref), c.ID), cmp.Or(base, c.Base)
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
// Several into different branches [EventFault] refuses.
func (e *event) workflowRun() *gate.Change {
	if !e.ranForChange() {
		return nil
	}
	c := &gate.Change{Base: e.Repository.DefaultBranch}
	if asked := e.ranFor(); len(asked) > 0 {
		c = oldestOfEquals(asked).change()
	}
	c.Head = e.WorkflowRun.HeadSHA
	return c
}

func (e *event) ranForChange() bool { return strings.HasPrefix(e.WorkflowRun.Event, "pull_request") }

// ranFor are the pull requests of this repository that another workflow ran for: the same branch may be asked to be merged elsewhere as well.
func (e *event) ranFor() []pullRequest {
	return slices.DeleteFunc(slices.Clone(e.WorkflowRun.PullRequests), func(p pullRequest) bool {
		return p.Base.Repo.ID != 0 && p.Base.Repo.ID != e.Repository.ID
	})
}

// oldestOfEquals takes one of several pull requests that ask for the same: one commit into one branch is one judgement, whichever has it told.
func oldestOfEquals(list []pullRequest) *pullRequest {
	return &slices.SortedFunc(slices.Values(list), func(a, b pullRequest) int { return cmp.Compare(a.Number, b.Number) })[0]
}

// oneBase refuses a run for pull requests into different branches: each branch has rules of its own, and the run has one verdict.
func (e *event) oneBase() error {
	asked := e.ranFor()
	if !e.ranForChange() || !slices.ContainsFunc(asked, func(p pullRequest) bool { return p.Base.Ref != asked[0].Base.Ref }) {
		return nil
	}
	var all []string
	for _, p := range asked {
		all = append(all, fmt.Sprintf("%d into %q", p.Number, p.Base.Ref))
	}
	return gate.WithHint(
		fmt.Errorf("the workflow ran for several pull requests, and each branch has rules of its own: %s", strings.Join(shortened(all), ", ")),
		"run the gate on pull_request, which is one run for each of them, or leave one of them open and run that workflow again")
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
