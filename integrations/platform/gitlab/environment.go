// Package gitlab connects the gate with GitLab.
package gitlab

import (
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// Environment reads what GitLab CI sets for every job. A job id is new for each retry.
// https://docs.gitlab.com/ci/variables/predefined_variables/
func Environment(getenv func(string) string) (gate.Artifact, gate.Run, bool) {
	if getenv("GITLAB_CI") != "true" {
		return gate.Artifact{}, gate.Run{}, false
	}
	a := gate.Artifact{
		Project: getenv("CI_PROJECT_ID"),
		Ref:     getenv("CI_COMMIT_REF_NAME"),
		Subject: gate.Subject{Repository: getenv("CI_PROJECT_URL"), Commit: getenv("CI_COMMIT_SHA")},
	}
	if tag := getenv("CI_COMMIT_TAG"); tag != "" {
		a.Ref = "tags/" + tag
	}
	if base := getenv("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"); base != "" {
		a.Ref = strings.TrimPrefix(getenv("CI_MERGE_REQUEST_REF_PATH"), "refs/") // that of its branch may be the name of ours
		a.Change = &gate.Change{ID: getenv("CI_MERGE_REQUEST_IID"), Base: base, From: getenv("CI_MERGE_REQUEST_DIFF_BASE_SHA"),
			Head: getenv("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")} // of merged results; otherwise what is built is the head
	}
	key := []string{"gitlab", getenv("CI_PROJECT_ID"), getenv("CI_PIPELINE_ID"), getenv("CI_JOB_ID")}
	return a, gate.Run{
		Key: strings.Join(key, "/"), Platform: "gitlab", Workflow: getenv("CI_CONFIG_PATH"), WorkflowAt: getenv("CI_COMMIT_SHA"),
		ID: getenv("CI_PIPELINE_ID"), Job: getenv("CI_JOB_NAME"), Actor: strings.TrimSpace(getenv("GITLAB_USER_ID") + " " + getenv("GITLAB_USER_LOGIN")),
		Event: getenv("CI_PIPELINE_SOURCE"), Runner: getenv("CI_RUNNER_ID"),
	}, true
}

// Readers says who can read what a job tells: of a public project anybody.
func Readers(getenv func(string) string) gate.Disclosure {
	if getenv("CI_PROJECT_VISIBILITY") == "public" {
		return gate.Public
	}
	return gate.Internal
}
