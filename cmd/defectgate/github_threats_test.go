package main

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// recordsOf are the entries that stand in the branch of the ledger.
func (w *town) entries() (n int) {
	for path := range w.repo.Files("defectgate") {
		if strings.HasPrefix(path, "entries/") {
			n++
		}
	}
	return n
}

// refused takes a comment that must be refused with a code: nothing is recorded, and nothing runs again.
func (w *town) refused(c *githubtest.Comment, code string) result {
	w.t.Helper()
	before := w.entries()
	r := w.takes(c)
	require.Contains(w.t, r.stdout+r.stderr, code)
	require.Equal(w.t, before, w.entries())
	require.Zero(w.t, w.server.Calls("actions/re-run-workflow-failed-jobs"))
	return r
}

// wrote puts a comment at the pull request, which nobody has taken yet.
func (w *town) wrote(login, body string) *githubtest.Comment {
	return w.repo.AddComment(githubtest.Comment{Number: w.pull.Number, User: w.server.User(login), Body: body})
}

// failed is a town whose gate has failed, with the line that signs off.
func failedTown(t *testing.T) (*town, string) {
	w := newTown(t)
	r := w.gate()
	require.Equal(t, 1, r.code, r.stdout+r.stderr)
	return w, r.line(t, "not reachable from outside")
}

func TestT01AnEditedCommentOnGitHub(t *testing.T) {
	w, line := failedTown(t)
	c := w.wrote("alice", "looks good to me")
	c.Edit(w.server.User("dana"), line)
	require.Zero(t, w.refused(c, "E_EDITED").code)
	c = w.wrote("alice", line)
	c.Edit(w.server.User("alice"), line)
	require.Zero(t, w.refused(c, "E_EDITED").code)
}

// T02: our own sign at a comment moves the time of its update, and nothing else.
func TestT02OurOwnReactionOnGitHub(t *testing.T) {
	w, line := failedTown(t)
	c := w.wrote("alice", line)
	w.server.Do(func() { c.Updated = c.Created.AddDate(0, 0, 1) })
	r := w.takes(c)
	require.Contains(t, r.stdout, "recorded as", r.stderr)
}

func TestT03TheHeadMovesOnGitHub(t *testing.T) {
	w, line := failedTown(t)
	c := w.wrote("alice", line)
	w.server.Fault(githubtest.Fault{Operation: "pulls/get", After: 1, Before: func() {
		w.repo.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"evil.go": "package main\n"}, Author: w.server.User("dana")})
	}})
	w.refused(c, "E_HEAD_MOVED")
}

// T06: configuration, exceptions and keys are those of the base, whatever the change says.
func TestT06TheBaseCountsOnGitHub(t *testing.T) {
	w := newTown(t)
	head := map[string]string{"defectgate.yaml": "rules: {severity: {threshold: {deny: critical}}}\n"}
	w.repo.Commit(githubtest.Commit{Branch: "feature", Files: head})
	r := w.step(job{files: head, name: "pull_request", event: w.repo.Event(t, "pull_request.synchronize", w.pull), ref: "refs/pull/1/merge",
		permissions: githubtest.Permissions{"contents": "read"}}, "check", "--output", "bundle=b.json", "other.json")
	require.Equal(t, 3, r.code, "the base wants report.json, and what is named here is not there")
	require.Contains(t, strings.Join(strings.Fields(r.stdout), " "), `this change alters it; until it is merged, that of the branch "main" counts`)
	r = w.gate()
	require.Equal(t, 1, r.code)
	require.Contains(t, r.stdout, "1 defect must not ship")
}

// T07, T08: what somebody may do is asked for by the map of rights, and what GitHub calls his association is not read.
func TestT08TheFiveRolesAndOwnOnesOnGitHub(t *testing.T) {
	for role, may := range map[string]bool{"admin": true, "maintain": true, "write": false, "triage": false, "read": false,
		"security/maintain": true, "security/write": false} {
		t.Run(strings.ReplaceAll(role, "/", " like "), func(t *testing.T) {
			w, line := failedTown(t)
			eve := w.server.User("eve")
			if name, base, own := strings.Cut(role, "/"); own {
				w.server.Do(func() { w.repo.Roles[eve] = githubtest.Role{Name: name, Base: base} })
			} else {
				w.repo.SetRole(eve, role)
			}
			c := w.repo.AddComment(githubtest.Comment{Number: w.pull.Number, User: eve, Body: line, Association: "OWNER"})
			switch asks := role == "triage" || strings.HasSuffix(role, "write"); {
			case may:
				require.Contains(t, w.takes(c).stdout, "accept recorded as")
				require.Zero(t, w.gate().code)
			case asks:
				require.Contains(t, w.takes(c).stdout, "accept asked for as")
				require.Contains(t, strings.ReplaceAll(w.replies()[0], `\`, ""), "whoever has the role maintain, or the role admin")
				require.Equal(t, 1, w.gate().code, "nobody has approved it")
			default:
				w.refused(c, "E_AUTH")
			}
		})
	}
}

func TestT07AStrangerOnGitHub(t *testing.T) {
	w, line := failedTown(t)
	c := w.repo.AddComment(githubtest.Comment{Number: w.pull.Number, User: w.server.User("stranger"), Body: line, Association: "OWNER"})
	require.Zero(t, w.refused(c, "E_AUTH").code)
	require.Len(t, w.replies(), 1)
	again := w.repo.AddComment(githubtest.Comment{Number: w.pull.Number, User: w.server.User("stranger"), Body: line})
	w.refused(again, "E_AUTH")
	require.Len(t, w.replies(), 1, "a sign is enough from then on")
}

// T09: a team counts where an app may see it, and where somebody is an active member of it.
func TestT09TeamsOnGitHub(t *testing.T) {
	for name, c := range map[string]struct {
		state string // of the membership
		app   githubtest.Permissions
		says  string
	}{
		"active":                   {"active", githubtest.Permissions{"members": "read"}, "recorded as"},
		"pending":                  {"pending", githubtest.Permissions{"members": "read"}, "E_AUTH"},
		"not a member":             {"", githubtest.Permissions{"members": "read"}, "E_AUTH"},
		"an app without the right": {"active", githubtest.Permissions{}, "E_UPSTREAM"},
		"no app":                   {"active", nil, "E_AUTH"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			w.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"defectgate.yaml": townConfig +
				"  exception: {terms: {teams: [acme/security], roles: [], severities: {}}}\n"}})
			r := w.gate()
			require.Equal(t, 1, r.code, r.stderr+r.stdout)
			tim := w.server.User("tim")
			w.repo.SetRole(tim, "read")
			team := w.server.AddTeam("acme", "security")
			if c.state != "" {
				team.SetMember(tim, c.state)
			}
			variables := map[string]string{}
			if c.app != nil {
				variables["DEFECTGATE_SIGNOFF_TOKEN"] = w.server.AddToken(githubtest.Token{App: w.server.App("approvals"), Permissions: c.app})
			}
			comment := w.wrote("tim", r.line(t, "not reachable from outside"))
			taken := w.step(job{name: "issue_comment", event: w.repo.Event(t, "issue_comment.created", comment, w.pull), ref: "refs/heads/main",
				permissions: handlesComments, variables: variables}, "comment", "--key", w.key, "--log-key", w.log)
			require.Contains(t, taken.stdout, c.says, taken.stderr)
		})
	}
}

// T11: a login that belongs to somebody else by now.
func TestT11ALoginThatWasTakenOverOnGitHub(t *testing.T) {
	w, line := failedTown(t)
	w.server.Fault(githubtest.Fault{Operation: "repos/get-collaborator-permission-level", Times: -1, Edit: func(answer any) any {
		answer.(map[string]any)["user"].(map[string]any)["id"] = float64(4711)
		return answer
	}})
	w.refused(w.wrote("alice", line), "E_")
}

func TestT14BotsAndAppsOnGitHub(t *testing.T) {
	w, line := failedTown(t)
	bot := w.repo.AddComment(githubtest.Comment{Number: w.pull.Number, User: w.server.App("helper").Bot, Body: line})
	w.refused(bot, "E_BOT")
	through := w.repo.AddComment(githubtest.Comment{Number: w.pull.Number, User: w.server.User("alice"), App: w.server.App("helper"), Body: line})
	w.refused(through, "E_BOT")
	require.Empty(t, w.replies(), "there is nobody to talk to")
}

func TestT16ARedeliveryOnGitHub(t *testing.T) {
	w, line := failedTown(t)
	c, first := w.says("alice", line)
	require.Contains(t, first.stdout, "recorded as", first.stderr)
	entries := w.entries()
	second := w.takes(c)
	require.Zero(t, second.code)
	require.Contains(t, second.stdout, "E_DUP")
	require.Equal(t, entries, w.entries())
	require.Len(t, w.replies(), 1)
	require.Equal(t, 1, w.server.Calls("actions/re-run-workflow-failed-jobs"))
}

func TestT18ACommentOfAnotherPullRequest(t *testing.T) {
	w, line := failedTown(t)
	w.repo.Commit(githubtest.Commit{Branch: "other", Files: map[string]string{"b.go": "package main\n"}, Author: w.server.User("dana")})
	other := w.repo.AddPull(githubtest.Pull{HeadRef: "other", User: w.server.User("dana")})
	c := w.repo.AddComment(githubtest.Comment{Number: other.Number, User: w.server.User("alice"), Body: line})
	event := w.repo.Event(t, "issue_comment.created", c, other)
	githubtest.Set(event, "issue.number", w.pull.Number)
	r := w.step(job{name: "issue_comment", event: event, ref: "refs/heads/main", permissions: handlesComments}, "comment", "--key", w.key)
	require.Contains(t, r.stdout, "E_SCOPE", r.stderr)
	require.Equal(t, 3, r.code)
	require.Empty(t, w.replies())
}

// T19: the name of the repository belongs to another one by now.
func TestT19ARepositoryThatWasRenamed(t *testing.T) {
	w, line := failedTown(t)
	c := w.wrote("alice", line)
	event := w.repo.Event(t, "issue_comment.created", c, w.pull)
	githubtest.Set(event, "repository.id", 4711)
	r := w.step(job{name: "issue_comment", event: event, ref: "refs/heads/main", permissions: handlesComments,
		variables: map[string]string{"GITHUB_REPOSITORY_ID": "4711"}}, "comment", "--key", w.key)
	require.Equal(t, 3, r.code, r.stdout)
	require.Contains(t, r.stderr, "the repository is another one than that of this run")
	require.Zero(t, w.entries())
}

func TestT20WhoHasAPartInTheChangeOnGitHub(t *testing.T) {
	w, line := failedTown(t)
	w.refused(w.wrote("dana", line), "E_SELF")
	w.repo.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"c.go": "package main\n"}, Author: w.server.User("alice")})
	r := w.gate()
	w.refused(w.wrote("alice", r.line(t, "not reachable from outside")), "E_SELF")
}

func TestT38WhatIsNoOpenPullRequest(t *testing.T) {
	w, line := failedTown(t)
	issue := w.repo.AddIssue(w.server.User("dana"))
	c := w.repo.AddComment(githubtest.Comment{Number: issue.Number, User: w.server.User("alice"), Body: line})
	event := w.repo.Event(t, "issue_comment.created", c)
	githubtest.Set(event, "issue.number", issue.Number)
	r := w.step(job{name: "issue_comment", event: event, ref: "refs/heads/main", permissions: handlesComments}, "comment", "--key", w.key)
	require.Zero(t, r.code, r.stderr)
	require.Contains(t, r.stdout, "is an issue, and no pull request")
	r = w.step(job{name: "push", event: w.repo.Event(t, "push"), ref: "refs/heads/main", permissions: handlesComments}, "comment", "--key", w.key,
		"--change", strconv.Itoa(issue.Number), "--comment-id", strconv.FormatInt(c.ID, 10))
	require.Zero(t, r.code, r.stderr)
	require.Contains(t, r.stdout, "E_NOT_PR, it is at no pull request")
	w.pull.Merge()
	w.refused(w.wrote("alice", line), "E_CLOSED")
	require.Empty(t, w.replies())
}

// T36: whatever is asked, and does not answer wholly, ends in exit code 3, and nothing is recorded.
func TestT36EveryCallThatFailsOnGitHub(t *testing.T) {
	w, line := failedTown(t)
	c := w.wrote("alice", line)
	r := w.takes(c)
	require.Contains(t, r.stdout, "recorded as", r.stderr)
	asked := map[string]bool{}
	for _, request := range w.server.Requests() {
		asked[request.Operation] = true
	}
	require.Greater(t, len(asked), 12)
	for _, operation := range []string{"issues/get-comment", "graphql", "pulls/get", "pulls/list-commits", "repos/get-collaborator-permission-level", "repos/get",
		"actions/list-workflow-runs-for-repo", "actions/list-workflow-run-artifacts", "actions/download-artifact", "storage", "git/get-ref", "repos/get-content",
		"git/create-blob", "git/create-tree", "git/create-commit"} {
		require.True(t, asked[operation], "%s is not asked for any more: %v", operation, asked)
		for _, status := range []int{403, 502} {
			t.Run(fmt.Sprintf("%s %d", strings.ReplaceAll(operation, "/", " "), status), func(t *testing.T) {
				w, line := failedTown(t)
				c := w.wrote("alice", line)
				w.server.Fault(githubtest.Fault{Operation: operation, Times: -1, Status: status, Body: "<html>"})
				before := w.entries()
				r := w.takes(c)
				require.Equal(t, 3, r.code, r.stdout+r.stderr)
				require.Equal(t, before, w.entries())
			})
		}
	}
}
