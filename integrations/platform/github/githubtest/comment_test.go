package githubtest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-github/v62/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCommentsAreListed(t *testing.T) {
	w := newWorld(t)
	for i := range 44 {
		w.repo.AddComment(Comment{Number: 1, Body: fmt.Sprint(i)})
	}
	var ids []int64
	for page := 1; page != 0; {
		some, response, err := w.client.Issues.ListComments(t.Context(), "acme", "shop", 1,
			&github.IssueListCommentsOptions{ListOptions: github.ListOptions{Page: page, PerPage: 20}})
		require.NoError(t, err)
		for _, c := range some {
			ids = append(ids, c.GetID())
		}
		assert.Equal(t, 3, max(response.LastPage, page))
		page = response.NextPage
	}
	assert.Len(t, ids, 45)
	assert.IsIncreasing(t, ids)
	assert.Greater(t, ids[0], int64(1)<<31)
	_, _, err := w.client.Issues.ListComments(t.Context(), "acme", "shop", 7, nil)
	assert.Equal(t, 404, statusOf(t, err))
}

// The client asks for the whole repository where the number is zero, and is answered.
func TestCommentsOfTheWholeRepository(t *testing.T) {
	w := newWorld(t)
	issue := w.repo.AddIssue(w.dana)
	late := w.repo.AddComment(Comment{Number: issue.Number, Body: "late", Created: Start.Add(time.Hour)})
	first := w.repo.AddComment(Comment{Number: issue.Number, Body: "first", Created: Start.Add(-time.Hour)})
	bodies := func(o *github.IssueListCommentsOptions) (all []string) {
		some, _, err := w.client.Issues.ListComments(t.Context(), "acme", "shop", 0, o)
		require.NoError(t, err)
		for _, c := range some {
			all = append(all, c.GetBody())
		}
		return all
	}
	text := func(s string) *string { return &s }
	assert.Equal(t, []string{w.comment.Body, late.Body, first.Body}, bodies(nil))
	assert.Equal(t, []string{first.Body, w.comment.Body, late.Body}, bodies(&github.IssueListCommentsOptions{Sort: text("created")}))
	assert.Equal(t, []string{late.Body, w.comment.Body, first.Body},
		bodies(&github.IssueListCommentsOptions{Sort: text("updated"), Direction: text("desc")}))
	since := Start.Add(time.Minute)
	assert.Equal(t, []string{late.Body}, bodies(&github.IssueListCommentsOptions{Since: &since}))
}

func TestCommentsAreWritten(t *testing.T) {
	w := newWorld(t)
	made, response, err := w.client.Issues.CreateComment(t.Context(), "acme", "shop", 1, &github.IssueComment{Body: github.String("hello")})
	require.NoError(t, err)
	assert.Equal(t, 201, response.StatusCode)
	assert.Equal(t, made.GetURL(), response.Header.Get("Location"))
	assert.True(t, strings.HasSuffix(made.GetIssueURL(), "/issues/1"))
	assert.Equal(t, "gate[bot]", made.GetUser().GetLogin())

	edited, _, err := w.client.Issues.EditComment(t.Context(), "acme", "shop", made.GetID(), &github.IssueComment{Body: github.String("other")})
	require.NoError(t, err)
	assert.Equal(t, "other", edited.GetBody())
	got, _, err := w.client.Issues.GetComment(t.Context(), "acme", "shop", made.GetID())
	require.NoError(t, err)
	assert.Equal(t, "other", got.GetBody())

	w.comment.Delete()
	_, _, err = w.client.Issues.GetComment(t.Context(), "acme", "shop", w.comment.ID)
	assert.Equal(t, 404, statusOf(t, err))
	writes := w.Writes()
	require.Len(t, writes, 2)
	assert.Equal(t, Request{Operation: "issues/create-comment", Method: "POST", Path: "/repos/acme/shop/issues/1/comments",
		Header: writes[0].Header, Body: "{\"body\":\"hello\"}\n", Login: "gate[bot]", Status: 201}, writes[0])
}

func TestCommentsThatCannotBeWritten(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		number int
		body   string
		status int
	}{{1, "", 422}, {1, strings.Repeat("x", mostText+1), 422}, {9, "text", 404}} {
		_, _, err := w.client.Issues.CreateComment(t.Context(), "acme", "shop", c.number, &github.IssueComment{Body: &c.body})
		assert.Equal(t, c.status, statusOf(t, err))
	}
	w.Do(func() { w.pull.Locked = true })
	w.token = w.AddToken(Token{User: w.User("stranger"), Permissions: Permissions{"issues": "write"}})
	w.ask(t, "POST", "/repos/acme/shop/issues/1/comments", `{"body":"text"}`)
	assert.Equal(t, 403, w.status)
	w.Repository("acme/other")
	_, _, err := w.client.Issues.GetComment(t.Context(), "acme", "other", w.comment.ID)
	assert.Equal(t, 404, statusOf(t, err), "a comment belongs to its repository")
}

func TestAReactionIsMadeOnce(t *testing.T) {
	w := newWorld(t)
	for _, status := range []int{201, 200} {
		made, response, err := w.client.Reactions.CreateIssueCommentReaction(t.Context(), "acme", "shop", w.comment.ID, "eyes")
		require.NoError(t, err)
		assert.Equal(t, status, response.StatusCode)
		assert.Equal(t, "eyes", made.GetContent())
	}
	_, _, err := w.client.Reactions.CreateIssueCommentReaction(t.Context(), "acme", "shop", w.comment.ID, "+1")
	require.NoError(t, err)
	all, _, err := w.client.Reactions.ListIssueCommentReactions(t.Context(), "acme", "shop", w.comment.ID, nil)
	require.NoError(t, err)
	assert.Len(t, all, 2)
	got, _, err := w.client.Issues.GetComment(t.Context(), "acme", "shop", w.comment.ID)
	require.NoError(t, err)
	assert.Equal(t, 1, got.GetReactions().GetPlusOne())
	some := w.ask(t, "GET", fmt.Sprintf("/repos/acme/shop/issues/comments/%d/reactions?content=eyes", w.comment.ID), "")
	assert.Len(t, some, 1)
}
