package githubtest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-github/v62/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPull(t *testing.T) {
	w := newWorld(t)
	p, _, err := w.client.PullRequests.Get(t.Context(), "acme", "shop", 1)
	require.NoError(t, err)
	assert.Equal(t, w.repo.Ref("feature"), p.GetHead().GetSHA())
	assert.Equal(t, w.repo.Ref("main"), p.GetBase().GetSHA())
	assert.Equal(t, "main", p.GetBase().GetRef())
	assert.Equal(t, w.repo.ID, p.GetBase().GetRepo().GetID())
	assert.Equal(t, w.dana.ID, p.GetUser().GetID())
	assert.Equal(t, "open", p.GetState())
	assert.Equal(t, 1, p.GetCommits())
	assert.Equal(t, 1, p.GetComments())
	assert.Equal(t, []int{2, 2, 0}, []int{p.GetChangedFiles(), p.GetAdditions(), p.GetDeletions()})
	_, _, err = w.client.PullRequests.Get(t.Context(), "acme", "shop", 2)
	assert.Equal(t, 404, statusOf(t, err))
}

func TestAPushMovesThePull(t *testing.T) {
	w := newWorld(t)
	sha := w.repo.Commit(Commit{Branch: "feature", Files: map[string]string{"more.go": "package main\n"}})
	p, _, err := w.client.PullRequests.Get(t.Context(), "acme", "shop", 1)
	require.NoError(t, err)
	assert.Equal(t, sha, p.GetHead().GetSHA())
	merge, _, err := w.client.Git.GetRef(t.Context(), "acme", "shop", "refs/pull/1/merge")
	require.NoError(t, err)
	assert.Equal(t, p.GetMergeCommitSHA(), merge.GetObject().GetSHA())
	text, has := w.repo.File("refs/pull/1/merge", "more.go")
	assert.True(t, has)
	assert.Equal(t, "package main\n", text)
}

// What both sides have changed is in the trial merge, where they have not changed the same.
func TestTheTrialMergeHasBothSides(t *testing.T) {
	w := newWorld(t)
	w.repo.Commit(Commit{Branch: "main", Files: map[string]string{"README.md": "other\n"}})
	w.repo.Commit(Commit{Branch: "feature", Remove: []string{"docs"}})
	assert.Equal(t, map[string]string{"README.md": "other\n", "main.go": "package main\n"}, w.repo.Files("refs/pull/1/merge"))
}

func TestCommitsOfAPullAreInTheirOrder(t *testing.T) {
	w := newWorld(t)
	for i := range 34 {
		w.repo.Commit(Commit{Branch: "feature", Message: fmt.Sprint(i), Files: map[string]string{"n": fmt.Sprint(i)}})
	}
	var messages []string
	for page := 1; page != 0; {
		some, response, err := w.client.PullRequests.ListCommits(t.Context(), "acme", "shop", 1, &github.ListOptions{Page: page, PerPage: 10})
		require.NoError(t, err)
		for _, c := range some {
			messages = append(messages, c.GetCommit().GetMessage())
		}
		page = response.NextPage
	}
	assert.Len(t, messages, 35)
	assert.Equal(t, "33", messages[34])
	assert.Equal(t, 4, w.Calls("pulls/list-commits"))
}

// An address of a commit belongs to an account, or to none.
func TestAuthorsOfCommits(t *testing.T) {
	w := newWorld(t)
	w.repo.Commit(Commit{Branch: "feature", Files: map[string]string{"x": "y"}})
	commits, _, err := w.client.PullRequests.ListCommits(t.Context(), "acme", "shop", 1, nil)
	require.NoError(t, err)
	assert.Equal(t, w.dana.ID, commits[0].GetAuthor().GetID())
	assert.Nil(t, commits[1].Author)
	assert.Equal(t, "somebody@elsewhere.example", commits[1].GetCommit().GetAuthor().GetEmail())
}

func TestFilesOfAPull(t *testing.T) {
	w := newWorld(t)
	w.repo.Commit(Commit{Branch: "main", Files: map[string]string{"old.txt": "one\ntwo\nthree\n", "gone.txt": "x\n", "same.txt": "moved\n"}})
	w.repo.Commit(Commit{Branch: "next", Files: map[string]string{"old.txt": "one\n2\nthree", "moved.txt": "moved\n", "b": "\x00\x01"},
		Remove: []string{"gone.txt", "same.txt"}})
	p := w.repo.AddPull(Pull{HeadRef: "next"})
	files, _, err := w.client.PullRequests.ListFiles(t.Context(), "acme", "shop", p.Number, nil)
	require.NoError(t, err)
	var got []string
	for _, f := range files {
		got = append(got, fmt.Sprintf("%s %s +%d -%d %q", f.GetStatus(), f.GetFilename(), f.GetAdditions(), f.GetDeletions(), f.GetPatch()))
	}
	assert.Equal(t, []string{
		`added b +0 -0 ""`,
		`removed gone.txt +0 -1 "@@ -1,1 +0,0 @@\n-x"`,
		`renamed moved.txt +0 -0 ""`,
		`modified old.txt +2 -2 "@@ -1,3 +1,3 @@\n one\n-two\n-three\n+2\n+three\n\\ No newline at end of file"`,
	}, got)
	assert.Equal(t, "same.txt", files[2].GetPreviousFilename())
}

func TestALargePatchIsLeftOut(t *testing.T) {
	w := newWorld(t)
	w.repo.Commit(Commit{Branch: "large", Files: map[string]string{"large": strings.Repeat("line\n", 300_000)}})
	p := w.repo.AddPull(Pull{HeadRef: "large"})
	files, _, err := w.client.PullRequests.ListFiles(t.Context(), "acme", "shop", p.Number, nil)
	require.NoError(t, err)
	assert.Nil(t, files[0].Patch)
	assert.Equal(t, 300_000, files[0].GetAdditions())
}

func TestPullsAreListed(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		w.repo.Commit(Commit{Branch: fmt.Sprint("b", i), Files: map[string]string{"n": fmt.Sprint(i)}})
		w.repo.AddPull(Pull{HeadRef: fmt.Sprint("b", i)})
	}
	w.pull.Merge()
	numbers := func(o github.PullRequestListOptions) (all []int) {
		some, _, err := w.client.PullRequests.List(t.Context(), "acme", "shop", &o)
		require.NoError(t, err)
		for _, p := range some {
			all = append(all, p.GetNumber())
		}
		return all
	}
	assert.Equal(t, []int{6, 5, 4, 3, 2}, numbers(github.PullRequestListOptions{}))
	assert.Equal(t, []int{1}, numbers(github.PullRequestListOptions{State: "closed"}))
	assert.Equal(t, []int{1, 2, 3, 4, 5, 6}, numbers(github.PullRequestListOptions{State: "all", Direction: "asc"}))
	assert.Equal(t, []int{3}, numbers(github.PullRequestListOptions{Head: "acme:b1"}))
	assert.Empty(t, numbers(github.PullRequestListOptions{Base: "other"}))
	assert.Equal(t, []int{4, 3}, numbers(github.PullRequestListOptions{ListOptions: github.ListOptions{Page: 2, PerPage: 2}}))
}

func TestAMergedPull(t *testing.T) {
	w := newWorld(t)
	w.pull.Merge()
	assert.Equal(t, w.pull.MergeSHA, w.repo.Ref("main"))
	got, _, err := w.client.PullRequests.Get(t.Context(), "acme", "shop", 1)
	require.NoError(t, err)
	assert.True(t, got.GetMerged())
	assert.Equal(t, "closed", got.GetState())
}

func TestPermissionLevels(t *testing.T) {
	w := newWorld(t)
	for role, want := range map[string][2]string{"admin": {"admin", "admin"}, "maintain": {"write", "maintain"}, "write": {"write", "write"},
		"triage": {"read", "triage"}, "read": {"read", "read"}} {
		u := w.User("a-" + role)
		w.repo.SetRole(u, role)
		level, _, err := w.client.Repositories.GetPermissionLevel(t.Context(), "acme", "shop", u.Login)
		require.NoError(t, err)
		assert.Equal(t, want, [2]string{level.GetPermission(), level.GetUser().GetRoleName()})
		assert.Equal(t, role == "admin" || role == "maintain", level.GetUser().GetPermissions()["maintain"], role)
	}
	captain := w.User("captain")
	w.Do(func() { w.repo.Roles[captain] = Role{Name: "release-captain", Base: "maintain"} })
	level, _, err := w.client.Repositories.GetPermissionLevel(t.Context(), "acme", "shop", "captain")
	require.NoError(t, err)
	assert.Equal(t, "release-captain", level.GetUser().GetRoleName())
	assert.Equal(t, "write", level.GetPermission())
	assert.True(t, level.GetUser().GetPermissions()["maintain"])

	body := w.ask(t, "GET", "/repos/acme/shop/collaborators/captain/permission", "").(object)
	assert.Equal(t, "release-captain", body["role_name"])
	w.User("stranger")
	for private, want := range map[bool]string{false: "read", true: "none"} {
		w.Do(func() { w.repo.Private = private })
		level, _, err := w.client.Repositories.GetPermissionLevel(t.Context(), "acme", "shop", "stranger")
		require.NoError(t, err)
		assert.Equal(t, want, level.GetPermission())
	}
	_, _, err = w.client.Repositories.GetPermissionLevel(t.Context(), "acme", "shop", "nobody")
	assert.Equal(t, 404, statusOf(t, err))
}

func TestMembersOfTeams(t *testing.T) {
	w := newWorld(t)
	w.AddTeam("acme", "security").SetMember(w.User("pending"), "pending")
	m, _, err := w.client.Teams.GetTeamMembershipBySlug(t.Context(), "acme", "security", "pending")
	require.NoError(t, err)
	assert.Equal(t, "pending", m.GetState())
	_, _, err = w.client.Teams.GetTeamMembershipBySlug(t.Context(), "acme", "security", "dana")
	assert.Equal(t, 404, statusOf(t, err))
	job := clientOf(t, w.Server, w.AddToken(Token{Permissions: Permissions{"pull-requests": "write"}}))
	_, _, err = job.Teams.GetTeamMembershipBySlug(t.Context(), "acme", "release", "dana")
	assert.Equal(t, 403, statusOf(t, err))
}

// A client follows to the new name; only the id tells whose answer it is.
func TestARepositoryMoves(t *testing.T) {
	w := newWorld(t)
	w.repo.Rename("acme/store")
	response := w.send(t, "GET", "/repos/acme/shop/pulls/1?", "")
	require.NoError(t, response.Body.Close())
	assert.Equal(t, 301, response.StatusCode)
	assert.Equal(t, fmt.Sprintf("%s/repositories/%d/pulls/1", w.URL(), w.repo.ID), response.Header.Get("Location"))
	r, _, err := w.client.Repositories.Get(t.Context(), "acme", "shop")
	require.NoError(t, err)
	assert.Equal(t, "acme/store", r.GetFullName())
	w.ask(t, "POST", "/repos/acme/shop/issues/1/comments", `{"body":"text"}`)
	assert.Equal(t, 307, w.status)

	other := w.Repository("acme/shop")
	r, _, err = w.client.Repositories.Get(t.Context(), "acme", "shop")
	require.NoError(t, err)
	assert.Equal(t, other.ID, r.GetID())
	assert.NotEqual(t, w.repo.ID, r.GetID())
}

func TestARepositoryIsShown(t *testing.T) {
	w := newWorld(t)
	w.Do(func() { w.repo.Visibility = "internal" })
	r, _, err := w.client.Repositories.Get(t.Context(), "acme", "shop")
	require.NoError(t, err)
	assert.Equal(t, "internal", r.GetVisibility())
	assert.Equal(t, "main", r.GetDefaultBranch())
	assert.Equal(t, "acme", r.GetOwner().GetLogin())
	u, _, err := w.client.Users.Get(t.Context(), "dana")
	require.NoError(t, err)
	assert.Equal(t, w.dana.ID, u.GetID())
	_, _, err = w.client.Users.Get(t.Context(), "nobody")
	assert.Equal(t, 404, statusOf(t, err))
	_, _, err = w.client.Users.Get(t.Context(), "")
	assert.Equal(t, 403, statusOf(t, err), "an installation is nobody")
}

// A login that was given up can be taken by somebody else, who is another person.
func TestALoginIsTakenOver(t *testing.T) {
	w := newWorld(t)
	w.Do(func() { w.dana.Login = "dana-of-old" })
	assert.NotEqual(t, w.dana.ID, w.User("dana").ID)
	assert.Same(t, w.dana, w.User("DANA-of-old"))
}
