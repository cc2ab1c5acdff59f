package githubtest

// operation is one thing that the fake can be asked for.
type operation struct {
	id     string // as GitHub's description has it
	method string
	path   string // likewise; a name with dots stands for more than one part of the path
	right  string // any of these; "" for none
	answer func(*call) answer
}

// asUser is the right that no permission gives: the token is that of a person.
const asUser = "a user"

// The rights that more than one operation needs. A comment is one of an issue or of a pull request, and the right to either will do.
const (
	metadata      = "metadata:read"
	readComments  = "pull-requests:read|issues:read"
	writeComments = "pull-requests:write|issues:write"
	readPulls     = "pull-requests:read"
	readContents  = "contents:read"
	writeContents = "contents:write"
	readActions   = "actions:read"
	writeActions  = "actions:write"
	readEvents    = "security-events:read"
	readSecrets   = "secret-scanning-alerts:read"
)

// operations is the table of all that the fake does. The first row that fits a request is taken.
var operations = []operation{
	{"graphql", "POST", "/graphql", "", answerGraphQL},

	{"repos/get", "GET", "/repos/{owner}/{repo}", metadata, getRepository},
	{"users/get-authenticated", "GET", "/user", asUser, getAuthenticated},
	{"users/get-by-username", "GET", "/users/{username}", "", getUser},
	{"repos/get-collaborator-permission-level", "GET", "/repos/{owner}/{repo}/collaborators/{username}/permission", metadata, getPermission},
	{"teams/get-membership-for-user-in-org", "GET", "/orgs/{org}/teams/{team_slug}/memberships/{username}", "members:read", getMembership},

	{"pulls/list", "GET", "/repos/{owner}/{repo}/pulls", readPulls, listPulls},
	{"pulls/get", "GET", "/repos/{owner}/{repo}/pulls/{pull_number}", readPulls, getPull},
	{"pulls/list-commits", "GET", "/repos/{owner}/{repo}/pulls/{pull_number}/commits", readPulls, listPullCommits},
	{"pulls/list-files", "GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files", readPulls, listPullFiles},

	{"issues/list-comments-for-repo", "GET", "/repos/{owner}/{repo}/issues/comments", readComments, listAllComments},
	{"issues/get-comment", "GET", "/repos/{owner}/{repo}/issues/comments/{comment_id}", readComments, getComment},
	{"issues/update-comment", "PATCH", "/repos/{owner}/{repo}/issues/comments/{comment_id}", writeComments, updateComment},
	{"issues/list-comments", "GET", "/repos/{owner}/{repo}/issues/{issue_number}/comments", readComments, listComments},
	{"issues/create-comment", "POST", "/repos/{owner}/{repo}/issues/{issue_number}/comments", writeComments, createComment},
	{"reactions/list-for-issue-comment", "GET", "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", readComments, listReactions},
	{"reactions/create-for-issue-comment", "POST", "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", writeComments, createReaction},

	{"actions/list-workflow-runs-for-repo", "GET", "/repos/{owner}/{repo}/actions/runs", readActions, listRuns},
	{"actions/list-workflow-runs", "GET", "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs", readActions, listWorkflowRuns},
	{"actions/get-workflow-run", "GET", "/repos/{owner}/{repo}/actions/runs/{run_id}", readActions, getRun},
	{"actions/list-workflow-run-artifacts", "GET", "/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts", readActions, listArtifacts},
	{"actions/list-artifacts-for-repo", "GET", "/repos/{owner}/{repo}/actions/artifacts", readActions, listAllArtifacts},
	{"actions/download-artifact", "GET", "/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}", readActions, downloadArtifact},
	{"actions/list-jobs-for-workflow-run", "GET", "/repos/{owner}/{repo}/actions/runs/{run_id}/jobs", readActions, listJobs},
	{"actions/re-run-workflow-failed-jobs", "POST", "/repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs", writeActions, rerunFailedJobs},
	{"actions/re-run-job-for-workflow-run", "POST", "/repos/{owner}/{repo}/actions/jobs/{job_id}/rerun", writeActions, rerunJob},

	{"code-scanning/list-alerts-for-repo", "GET", "/repos/{owner}/{repo}/code-scanning/alerts", readEvents, listCodeAlerts},
	{"code-scanning/list-recent-analyses", "GET", "/repos/{owner}/{repo}/code-scanning/analyses", readEvents, listAnalyses},
	{"dependabot/list-alerts-for-repo", "GET", "/repos/{owner}/{repo}/dependabot/alerts", "vulnerability-alerts:read", listDependabotAlerts},
	{"repos/check-vulnerability-alerts", "GET", "/repos/{owner}/{repo}/vulnerability-alerts", "administration:read", hasDependabotAlerts},
	{"secret-scanning/list-alerts-for-repo", "GET", "/repos/{owner}/{repo}/secret-scanning/alerts", readSecrets, listSecretAlerts},
	{"secret-scanning/list-locations-for-alert", "GET", "/repos/{owner}/{repo}/secret-scanning/alerts/{alert_number}/locations", readSecrets,
		listLocations},

	{"git/get-ref", "GET", "/repos/{owner}/{repo}/git/ref/{ref...}", readContents, getRef},
	{"git/create-ref", "POST", "/repos/{owner}/{repo}/git/refs", writeContents, createRef},
	{"git/update-ref", "PATCH", "/repos/{owner}/{repo}/git/refs/{ref...}", writeContents, updateRef},
	{"git/create-blob", "POST", "/repos/{owner}/{repo}/git/blobs", writeContents, createBlob},
	{"git/get-blob", "GET", "/repos/{owner}/{repo}/git/blobs/{file_sha}", readContents, getBlob},
	{"git/create-tree", "POST", "/repos/{owner}/{repo}/git/trees", writeContents, createTree},
	{"git/get-tree", "GET", "/repos/{owner}/{repo}/git/trees/{tree_sha...}", readContents, getTree},
	{"git/create-commit", "POST", "/repos/{owner}/{repo}/git/commits", writeContents, createCommit},
	{"git/get-commit", "GET", "/repos/{owner}/{repo}/git/commits/{commit_sha}", readContents, getGitCommit},
	{"repos/download-tarball-archive", "GET", "/repos/{owner}/{repo}/tarball/{ref...}", readContents, getArchive},
	{"repos/get-content", "GET", "/repos/{owner}/{repo}/contents/{path...}", readContents, getContent},
	{"repos/compare-commits-with-basehead", "GET", "/repos/{owner}/{repo}/compare/{basehead...}", readContents, compareCommits},

	{"checks/create", "POST", "/repos/{owner}/{repo}/check-runs", "checks:write", createCheckRun},
	{"checks/update", "PATCH", "/repos/{owner}/{repo}/check-runs/{check_run_id}", "checks:write", updateCheckRun},
	{"checks/list-for-ref", "GET", "/repos/{owner}/{repo}/commits/{ref...}/check-runs", "checks:read", listCheckRuns},
	{"repos/create-commit-status", "POST", "/repos/{owner}/{repo}/statuses/{sha}", "statuses:write", createStatus},
}

// Operations are the ids of what the fake does of REST, for whoever cuts GitHub's description.
func Operations() (ids []string) {
	for _, o := range operations {
		if o.id != "graphql" {
			ids = append(ids, o.id)
		}
	}
	return ids
}
