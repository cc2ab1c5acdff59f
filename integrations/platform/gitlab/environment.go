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
	key := []string{"gitlab", getenv("CI_PROJECT_ID"), getenv("CI_PIPELINE_ID"), getenv("CI_JOB_ID")}
	return a, gate.Run{Key: strings.Join(key, "/"), Platform: "gitlab"}, true
}
