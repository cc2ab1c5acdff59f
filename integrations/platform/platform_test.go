package platform_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform"
)

func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestGitHubIsKnownByNumericIDAndAttempt(t *testing.T) {
	a, run := platform.Detect(environment(map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY_ID": "4711", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_SERVER_URL": "https://github.com",
		"GITHUB_SHA": "0123456789abcdef0123456789abcdef01234567", "GITHUB_REF_NAME": "main",
		"GITHUB_RUN_ID": "99", "GITHUB_RUN_ATTEMPT": "2", "GITHUB_JOB": "gate",
	}))
	require.Equal(t, gate.Artifact{Project: "4711", Ref: "main", Subject: gate.Subject{
		Repository: "https://github.com/acme/shop", Commit: "0123456789abcdef0123456789abcdef01234567"}}, a)
	require.Equal(t, gate.Run{Key: "github/4711/99/2/gate", Platform: "github"}, run)
}

func TestGitLabIsKnownByNumericIDAndJob(t *testing.T) {
	a, run := platform.Detect(environment(map[string]string{
		"GITLAB_CI": "true", "CI_PROJECT_ID": "17", "CI_PROJECT_URL": "https://gitlab.example/acme/shop", "CI_COMMIT_SHA": "abc",
		"CI_COMMIT_REF_NAME": "v1.2.3", "CI_PIPELINE_ID": "5", "CI_JOB_ID": "6",
	}))
	require.Equal(t, gate.Artifact{Project: "17", Ref: "v1.2.3", Subject: gate.Subject{
		Repository: "https://gitlab.example/acme/shop", Commit: "abc"}}, a)
	require.Equal(t, gate.Run{Key: "gitlab/17/5/6", Platform: "gitlab"}, run)
}

func TestElsewhereNothingIsKnown(t *testing.T) {
	a, run := platform.Detect(environment(map[string]string{"CI": "true", "GITHUB_SHA": "not ours"}))
	require.Equal(t, gate.Artifact{}, a)
	require.Equal(t, gate.Run{}, run)
}
