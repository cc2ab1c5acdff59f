package github

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// Environment reads what GitHub Actions sets for every step, and the event that started the run.
// https://docs.github.com/en/actions/reference/workflows-and-actions/variables
func Environment(getenv func(string) string) (gate.Artifact, gate.Run, bool) {
	if getenv("GITHUB_ACTIONS") != "true" {
		return gate.Artifact{}, gate.Run{}, false
	}
	e, name := readEvent(getenv("GITHUB_EVENT_PATH")), getenv("GITHUB_EVENT_NAME")
	a := gate.Artifact{
		Project: project(getenv, &e),
		Ref:     getenv("GITHUB_REF_NAME"),
		Subject: gate.Subject{
			Repository: strings.TrimSuffix(getenv("GITHUB_SERVER_URL"), "/") + "/" + getenv("GITHUB_REPOSITORY"),
			Commit:     getenv("GITHUB_SHA"),
		},
		Change: e.change(name, getenv("GITHUB_REF"), getenv("GITHUB_BASE_REF")),
	}
	switch {
	case name == ofAnother: // what is judged is what the other workflow ran for, and not the default branch
		a.Subject.Commit, a.Ref = cmp.Or(e.WorkflowRun.HeadSHA, a.Subject.Commit), cmp.Or(e.WorkflowRun.HeadBranch, a.Ref)
	case getenv("GITHUB_REF_TYPE") == "tag":
		a.Ref = "tags/" + a.Ref
	case getenv("GITHUB_BASE_REF") != "" && number(getenv("GITHUB_REF")) == "": // pull_request_target, whose ref is that of the base
		a.Ref = getenv("GITHUB_HEAD_REF")
	}
	return a, run(getenv, a.Project), true
}

// project is the numeric id of the repository: the runner says it, and where it does not, the event.
func project(getenv func(string) string, e *event) string {
	if id := getenv("GITHUB_REPOSITORY_ID"); id != "" || e.Repository.ID == 0 {
		return id
	}
	return strconv.FormatInt(e.Repository.ID, 10)
}

func run(getenv func(string) string, project string) gate.Run {
	key := []string{"github", project, getenv("GITHUB_RUN_ID"), getenv("GITHUB_RUN_ATTEMPT"), getenv("GITHUB_JOB")}
	return gate.Run{
		Key: strings.Join(key, "/"), Platform: "github", Workflow: getenv("GITHUB_WORKFLOW_REF"), WorkflowAt: getenv("GITHUB_WORKFLOW_SHA"),
		ID: getenv("GITHUB_RUN_ID"), Attempt: getenv("GITHUB_RUN_ATTEMPT"), Job: getenv("GITHUB_JOB"),
		Actor: strings.TrimSpace(getenv("GITHUB_ACTOR_ID") + " " + getenv("GITHUB_ACTOR")), Event: getenv("GITHUB_EVENT_NAME"),
		Runner: getenv("RUNNER_NAME"),
	}
}
