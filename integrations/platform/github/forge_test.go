package github_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// asking is a client of a repository on a fake GitHub, with a token that may do everything.
func asking(t *testing.T) (*githubtest.Server, *githubtest.Repository, *github.Client) {
	t.Helper()
	s := githubtest.New(t, githubtest.Options{})
	r := s.Repository("acme/shop")
	c, err := github.Dial(accessTo(s, r, githubtest.Permissions{"contents": "write", "pull-requests": "write", "actions": "write"}))
	require.NoError(t, err)
	return s, r, c
}

func accessTo(s *githubtest.Server, r *githubtest.Repository, may githubtest.Permissions) github.Access {
	return github.Access{API: s.URL(), GraphQL: s.GraphQLURL(), Server: s.ServerURL(), Repository: r.FullName(), ID: r.ID,
		Token: s.AddToken(githubtest.Token{Permissions: may}), Now: func() time.Time { return githubtest.Start }, Pause: time.Millisecond}
}

// T39: what somebody may be called, and what a file or branch may, is looked at before it becomes a part of an address.
func TestT39NamesThatWouldLeadElsewhere(t *testing.T) {
	s, _, c := asking(t)
	forge := &github.Forge{Client: c}
	for _, login := range []string{"../../../orgs/acme", "a/b", "a?b", "a#b", "helper[bot]", "", "-a", strings.Repeat("a", 40), "ka\u212Ae", "a b"} {
		m, err := forge.Member(t.Context(), gate.Person{ID: "1", Login: login})
		require.NoError(t, err)
		require.False(t, m.Active, login)
	}
	for _, name := range []string{"a?b", "a#b", "../x", "/etc/passwd", "..", ".", "a/../../b", `..\x`, "a\x00b"} {
		_, err := c.File(t.Context(), strings.Repeat("a", 40), name)
		require.ErrorContains(t, err, "is no file of the repository", name)
	}
	for _, name := range []string{"", "Main", "a..b", "a b", "a?b", "../x", "a/", "x.lock", "/x", "a#b", "refs\\heads", "refs/heads/x", "refs/x", "a//b", "a/.b",
		".a", "a.lock/b", "a.", strings.Repeat("a", 40), "-a", "a@{1}", "a~1", "a^", "a:b", "a*", "a[", "@"} {
		_, err := c.Branch(name)
		require.ErrorContains(t, err, "is no name for the branch of a ledger", name)
	}
	_, err := forge.Decision(t.Context(), "main?x=y")
	require.ErrorContains(t, err, "is no commit")
	for _, repository := range []string{"acme", "acme/..", "acme/shop/x", "../x/y", "acme/a?b", "acme/a#b", "-a/b", ""} {
		_, err := github.Dial(github.Access{Repository: repository, Token: "t", API: s.URL(), GraphQL: s.GraphQLURL()})
		require.ErrorIs(t, err, github.ErrNoAccess, repository)
	}
	require.Empty(t, s.Requests(), "nobody was asked")
}

// On a server of one's own the usual addresses would be those of somebody else.
func TestWithoutAnAddressNobodyIsAsked(t *testing.T) {
	s, r, _ := asking(t)
	for name, change := range map[string]func(*github.Access){
		"no API":        func(a *github.Access) { a.API = "" },
		"no GraphQL":    func(a *github.Access) { a.GraphQL = "" },
		"no token":      func(a *github.Access) { a.Token = "" },
		"a line end":    func(a *github.Access) { a.Token = "s3cret\n" },
		"a blank":       func(a *github.Access) { a.Token = "s3cret x" },
		"elsewhere":     func(a *github.Access) { a.GraphQL = "https://api.github.com/graphql" },
		"with a user":   func(a *github.Access) { a.API = "https://user:s3cret@api.github.com" },
		"no address":    func(a *github.Access) { a.API = "::" },
		"with a query":  func(a *github.Access) { a.API = s.URL() + "?x=y" },
		"no repository": func(a *github.Access) { a.Repository = "" },
	} {
		a := accessTo(s, r, nil)
		change(&a)
		_, err := github.Dial(a)
		require.ErrorIs(t, err, github.ErrNoAccess, name)
		require.NotContains(t, err.Error(), "s3cret", "what stands in an address may be a secret")
	}
	require.Empty(t, s.Requests())
}

func TestPlainHTTPIsForThisMachineAlone(t *testing.T) {
	s, r, _ := asking(t)
	a := accessTo(s, r, nil)
	a.API, a.GraphQL = "http://github.example/api/v3", "http://github.example/api/graphql"
	c, err := github.Dial(a)
	require.NoError(t, err)
	_, err = c.Repository(t.Context())
	require.ErrorContains(t, err, "is no HTTPS")
}

// T19: a name that leads elsewhere. The id says whose it is, and no other server is told the token.
func TestT19ANameThatLeadsElsewhere(t *testing.T) {
	s, r, c := asking(t)
	r.Rename("acme/new")
	got, err := c.Repository(t.Context())
	require.NoError(t, err, "it was only renamed")
	require.Equal(t, r.ID, got.ID)
	s.Repository("acme/shop")
	_, err = c.Repository(t.Context())
	require.ErrorIs(t, err, github.ErrMoved)
	s.Fault(githubtest.Fault{Operation: "repos/get", Redirect: "https://evil.example/repos/acme/shop"})
	_, err = c.Repository(t.Context())
	require.ErrorContains(t, err, "to evil.example")
}

// T01: an answer of GraphQL with errors, or about something else, says nothing of a comment.
func TestT01WhetherACommentWasEditedMustBeSaid(t *testing.T) {
	s, r, c := asking(t)
	p := r.AddIssue(s.User("dana"))
	written := r.AddComment(githubtest.Comment{Number: p.Number, User: s.User("alice"), Body: "/defectgate status"})
	forge := &github.Forge{Client: c}
	post, err := forge.Post(t.Context(), written.ID)
	require.NoError(t, err)
	require.Equal(t, signoff.Unedited, post.Edit)
	require.Equal(t, int64(p.Number), post.Change)
	for name, edit := range map[string]func(any) any{
		"errors":  githubtest.Errors("timeout"),
		"no node": func(any) any { return map[string]any{"data": map[string]any{"node": nil}} },
		"another one": func(any) any {
			return map[string]any{"data": map[string]any{"node": map[string]any{"fullDatabaseId": "1", "lastEditedAt": nil}}}
		},
		"no id": func(any) any {
			return map[string]any{"data": map[string]any{"node": map[string]any{"lastEditedAt": nil}}}
		},
		"nothing at all": func(any) any { return map[string]any{} },
	} {
		s.Fault(githubtest.Fault{Operation: "graphql", Edit: edit})
		_, err := forge.Post(t.Context(), written.ID)
		require.ErrorContains(t, err, "whether the comment was edited", name)
	}
	s.Fault(githubtest.Fault{Operation: "issues/get-comment", Edit: func(answer any) any {
		answer.(map[string]any)["id"] = float64(1)
		return answer
	}})
	_, err = forge.Post(t.Context(), written.ID)
	require.ErrorContains(t, err, "GitHub answered with 1")
	written.Delete()
	_, err = forge.Post(t.Context(), written.ID)
	require.ErrorIs(t, err, signoff.ErrGone)
}

// T14: whatever is no person by its account is a bot, however it is called.
func TestT14WhatIsNoPersonIsABot(t *testing.T) {
	s, r, c := asking(t)
	issue := r.AddIssue(s.User("dana"))
	forge := &github.Forge{Client: c}
	for kind, bot := range map[string]bool{"User": false, "Bot": true, "Organization": true, "Mannequin": true} {
		by := s.User("some-" + strings.ToLower(kind))
		s.Do(func() { by.Type = kind })
		written := r.AddComment(githubtest.Comment{Number: issue.Number, User: by, Body: "/defectgate status"})
		post, err := forge.Post(t.Context(), written.ID)
		require.NoError(t, err)
		require.Equal(t, bot, post.Bot, kind)
	}
}

// T20: who has a part in a change is not known where GitHub does not list all of its commits, or does not know who made one.
func TestT20CommitsOfNobody(t *testing.T) {
	s, r, c := asking(t)
	forge := &github.Forge{Client: c}
	r.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"a": "a"}, Author: s.User("bob")})
	p := r.AddPull(githubtest.Pull{HeadRef: "feature", User: s.User("dana")})
	change, id, err := forge.Change(t.Context(), int64(p.Number))
	require.NoError(t, err)
	require.Equal(t, r.ID, id)
	require.False(t, change.Unmapped)
	require.Equal(t, "bob", change.Committers[0].Login)
	s.Fault(githubtest.Fault{Operation: "pulls/list-commits", DropItems: true})
	change, _, err = forge.Change(t.Context(), int64(p.Number))
	require.NoError(t, err)
	require.True(t, change.Unmapped, "there is a commit that was not listed")
	r.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"b": "b"}})
	change, _, err = forge.Change(t.Context(), int64(p.Number))
	require.NoError(t, err)
	require.True(t, change.Unmapped, "a commit of nobody")
	for _, number := range []int64{0, -1} {
		_, _, err := forge.Change(t.Context(), number)
		require.Error(t, err)
		_, err = forge.Told(t.Context(), number, 1)
		require.Error(t, err)
	}
}

// A reply is ours by who wrote it and by its marker: the marker alone, anybody can write.
func TestAStrangersMarkerIsNoReplyOfOurs(t *testing.T) {
	s, r, c := asking(t)
	issue := r.AddIssue(s.User("dana"))
	asked := r.AddComment(githubtest.Comment{Number: issue.Number, User: s.User("alice"), Body: "/defectgate status"})
	text := fmt.Sprintf("**defectgate: refused** (E_AUTH)\n\n<!-- defectgate:v1:reply comment=%d -->\n", asked.ID)
	forged := r.AddComment(githubtest.Comment{Number: issue.Number, User: s.User("eve"), Body: text})
	forge, change := &github.Forge{Client: c}, int64(issue.Number)
	told, err := forge.Told(t.Context(), change, asked.ID)
	require.NoError(t, err)
	require.False(t, told)
	alice := gate.Person{ID: strconv.FormatInt(s.User("alice").ID, 10), Login: "alice"}
	answered, err := forge.Answered(t.Context(), change, alice)
	require.NoError(t, err)
	require.False(t, answered)
	require.NoError(t, forge.Reply(t.Context(), change, asked.ID, text))
	require.NoError(t, forge.Reply(t.Context(), change, asked.ID, text), "the same once more")
	require.NoError(t, forge.Reply(t.Context(), change, asked.ID, "better: "+text))
	require.Equal(t, 1, s.Calls("issues/create-comment"))
	require.Equal(t, 1, s.Calls("issues/update-comment"))
	require.Equal(t, text, forged.Body)
	answered, err = forge.Answered(t.Context(), change, alice)
	require.NoError(t, err)
	require.True(t, answered)
	require.Error(t, forge.Reply(t.Context(), change, asked.ID, "without a marker"))
	require.Error(t, forge.Reply(t.Context(), change, asked.ID, "/approve\n"+text), "other bots read it too")
}

// A file of the base is what it is, however large; that there is none is told from a commit that is not shown.
func TestFilesOfTheBase(t *testing.T) {
	s, r, c := asking(t)
	large := strings.Repeat("a: b\n", 300_000)
	r.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"defectgate.yaml": "rules: {}\n", "empty.yaml": "", "large.yaml": large,
		"policies/a/b.rego": "package a\n", "policies/c.rego": "package c\n", "policiesnot/d.rego": "package d\n"}})
	head, err := c.Tip(t.Context(), "main")
	require.NoError(t, err)
	for name, want := range map[string]string{"defectgate.yaml": "rules: {}\n", "./defectgate.yaml": "rules: {}\n", "empty.yaml": "", "large.yaml": large} {
		text, err := c.File(t.Context(), head, name)
		require.NoError(t, err)
		require.NotNil(t, text, name)
		require.Equal(t, len(want), len(text), name)
		require.True(t, want == string(text), name)
	}
	text, err := c.File(t.Context(), head, "none.yaml")
	require.NoError(t, err)
	require.Nil(t, text)
	_, err = c.File(t.Context(), strings.Repeat("b", 40), "none.yaml")
	require.ErrorIs(t, err, github.ErrNotThere)
	_, err = c.File(t.Context(), head, "policies")
	require.Error(t, err, "a folder is no file")
	files, err := c.Tree(t.Context(), head, "policies", 1<<20)
	require.NoError(t, err)
	require.Equal(t, map[string][]byte{"a/b.rego": []byte("package a\n"), "c.rego": []byte("package c\n")}, files)
	_, err = c.Tree(t.Context(), head, "policies", 10)
	require.ErrorContains(t, err, "too large")
	_, err = c.Tip(t.Context(), "nowhere")
	require.ErrorIs(t, err, github.ErrNotThere)
	s.Fault(githubtest.Fault{Operation: "repos/get-content", Status: 403})
	_, err = c.File(t.Context(), head, "defectgate.yaml")
	require.ErrorIs(t, err, github.ErrForbidden)
}
