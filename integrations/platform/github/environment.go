// Package github connects the gate with GitHub.
package github

import (
	"strings"

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
	key := []string{"github", getenv("GITHUB_REPOSITORY_ID"), getenv("GITHUB_RUN_ID"), getenv("GITHUB_RUN_ATTEMPT"), getenv("GITHUB_JOB")}
	return a, gate.Run{Key: strings.Join(key, "/"), Platform: "github"}, true
}
