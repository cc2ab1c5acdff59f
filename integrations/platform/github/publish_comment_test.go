package github_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

const marker = "<!-- defectgate:v1:test -->"

func (s *shown) comment(c *github.Client, text string) error {
	return c.Comment(s.Context(), int64(s.pull.Number), marker, text)
}

func (s *shown) says(by *githubtest.User, body string) *githubtest.Comment {
	return s.repo.AddComment(githubtest.Comment{Number: s.pull.Number, User: by, Body: body})
}

func (s *shown) bot() *githubtest.User {
	s.fake.AddToken(githubtest.Token{}) // the bot gets its id with the first token of a job
	return s.fake.App("github-actions").Bot
}

func TestOneCommentIsWrittenAndEditedInPlace(t *testing.T) {
	s := newShown(t)
	c := s.job(mayShow)
	require.NoError(t, s.comment(c, "first"))
	require.NoError(t, s.comment(c, "second\n"))
	require.NoError(t, s.comment(s.job(mayShow), "third"), "another run")
	assert.Equal(t, []string{"third\n\n" + marker + "\n"}, s.comments())
	assert.Equal(t, 1, s.fake.Calls("issues/create-comment"))
	assert.Equal(t, 2, s.fake.Calls("issues/update-comment"))
}

func TestATextThatStandsThereIsNotWrittenAgain(t *testing.T) {
	s := newShown(t)
	c := s.job(mayShow)
	require.NoError(t, s.comment(c, "text\nof lines"))
	writes := len(s.fake.Writes())
	require.NoError(t, s.comment(c, "text\nof lines"))
	require.NoError(t, s.comment(c, "\ntext\nof lines\n\n"+marker), "with the marker already")
	s.repo.Comments[0].Edit(s.bot(), "text\r\nof lines\r\n\r\n"+marker)
	require.NoError(t, s.comment(c, "text\nof lines"), "as a web form ends lines")
	assert.Len(t, s.fake.Writes(), writes)
}

func TestCommentsOfOthersAreNotOurs(t *testing.T) {
	s := newShown(t)
	stranger := s.says(s.fake.User("mallory"), "**passed**\n\n"+marker)
	other := s.says(s.bot(), "another workflow of ours")
	inside := s.says(s.bot(), "it said "+marker+" and went on\n"+marker+" in a line")
	require.NoError(t, s.comment(s.job(mayShow), "text"))
	require.NoError(t, s.comment(s.job(mayShow), "new text"))
	assert.Equal(t, []string{stranger.Body, other.Body, inside.Body, "new text\n\n" + marker + "\n"}, s.comments())
	for _, c := range []*githubtest.Comment{stranger, other, inside} {
		assert.Zero(t, c.Edited, "%q", c.Body)
	}
}

func TestOfSeveralOfOursTheOldestHasTheTextAndTheOthersPointToIt(t *testing.T) {
	s := newShown(t)
	for i := range 3 {
		s.says(s.bot(), fmt.Sprintf("run %d\n\n%s", i, marker))
	}
	require.NoError(t, s.comment(s.job(mayShow), "text"))
	pointer := "**defectgate:** the first comment of this kind has the result.\n\n" + marker + "\n"
	assert.Equal(t, []string{"text\n\n" + marker + "\n", pointer, pointer}, s.comments())
	writes := len(s.fake.Writes())
	require.NoError(t, s.comment(s.job(mayShow), "text"))
	assert.Len(t, s.fake.Writes(), writes)
}

func TestTheOldestIsThatWithTheSmallestID(t *testing.T) {
	s := newShown(t)
	first, second := s.says(s.bot(), "run 1\n\n"+marker), s.says(s.bot(), "run 2\n\n"+marker)
	s.fake.Fault(githubtest.Fault{Operation: "issues/list-comments", Edit: func(page any) any {
		comments := page.([]any)
		slices.Reverse(comments)
		return comments
	}})
	require.NoError(t, s.comment(s.job(mayShow), "text"))
	assert.Contains(t, first.Body, "text")
	assert.Contains(t, second.Body, "the first comment")
}

func TestTenThousandComments(t *testing.T) {
	for _, c := range []struct {
		name  string
		ours  int // index, or -1
		write string
	}{
		{"ours is the last one", 9_999, "issues/update-comment"},
		{"none is ours", -1, "issues/create-comment"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShown(t)
			bot, commenter := s.bot(), s.fake.User("commenter")
			for i := range 10_000 {
				if i == c.ours {
					s.says(bot, "old\n\n"+marker)
					continue
				}
				s.says(commenter, "hello\n\n"+marker)
			}
			job := s.job(mayShow)
			before := len(s.fake.Requests())
			require.NoError(t, s.comment(job, "text"))
			asked := s.asked(before)
			assert.Equal(t, "graphql", asked[0])
			assert.Equal(t, slices.Repeat([]string{"issues/list-comments"}, 100), asked[1:101])
			assert.Equal(t, []string{c.write}, asked[101:])
		})
	}
}

func TestNothingIsWrittenUnlessAllCommentsWereRead(t *testing.T) {
	for name, fault := range map[string]githubtest.Fault{
		"the server fails":        {After: 1, Times: -1, Status: http.StatusBadGateway, Body: "{}"},
		"the connection ends":     {After: 1, Times: -1, Hangup: true},
		"the limit is reached":    {After: 1, Times: -1, Status: http.StatusTooManyRequests, Header: map[string]string{"Retry-After": "3600"}},
		"the page is cut":         {After: 1, Times: -1, Body: `[{"id": 1, "user"`},
		"the page is no list":     {After: 1, Times: -1, Body: `{"message": "hello"}`},
		"it leads back":           {After: 1, Times: -1, Body: `[]`, Header: map[string]string{"Link": `<https://x/?page=1>; rel="next"`}},
		"the first page fails":    {Times: -1, Status: http.StatusInternalServerError, Body: "{}"},
		"it is forbidden":         {After: 1, Times: -1, Status: http.StatusForbidden, Body: "{}"},
		"it is gone":              {After: 1, Times: -1, Status: http.StatusNotFound, Body: "{}"},
		"it leads somewhere else": {After: 1, Times: -1, Redirect: "https://evil.example/"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShown(t)
			for range 150 {
				s.says(nil, "hello")
			}
			s.says(s.bot(), "old\n\n"+marker)
			fault.Operation = "issues/list-comments"
			s.fake.Fault(fault)
			require.Error(t, s.comment(s.job(mayShow), "text"))
			assert.Empty(t, s.fake.Writes())
		})
	}
}

func TestT18ACommentWithoutAPullRequestIsRefusedUnasked(t *testing.T) {
	s := newShown(t)
	c := s.job(mayShow)
	for _, change := range []int64{0, -1, 1 << 32, 1<<32 + 1} {
		require.ErrorContains(t, c.Comment(t.Context(), change, marker, "text"), "is the number of no pull request")
		_, err := c.ChangedLines(t.Context(), change)
		require.ErrorContains(t, err, "is the number of no pull request")
	}
	assert.Empty(t, s.fake.Requests())
}

func TestCommentsThatCannotBe(t *testing.T) {
	s := newShown(t)
	c := s.job(mayShow)
	most := 65_536 - len("\n\n"+marker+"\n")
	for name, err := range map[string]error{
		"it has 65537 characters":        s.comment(c, strings.Repeat("é", most+1)),
		"there is no text":               s.comment(c, " \n"),
		"a marker alone":                 s.comment(c, marker),
		"no marker":                      c.Comment(t.Context(), 1, "", "text"),
		"a marker that shows":            c.Comment(t.Context(), 1, "defectgate", "text"),
		"a marker without its beginning": c.Comment(t.Context(), 1, "defectgate -->", "text"),
		"a marker without its end":       c.Comment(t.Context(), 1, "<!-- defectgate", "text"),
		"a marker of several lines":      c.Comment(t.Context(), 1, "<!-- a\nb -->", "text"),
	} {
		require.Error(t, err, name)
	}
	assert.Empty(t, s.fake.Requests())
	require.NoError(t, s.comment(c, strings.Repeat("é", most)))
	assert.Len(t, []rune(s.comments()[0]), 65_536)
}

func TestCommentingIsForbidden(t *testing.T) {
	s := newShown(t)
	err := s.comment(s.job(mayRead), "text")
	require.ErrorIs(t, err, github.ErrForbidden)
	assert.Contains(t, gate.HintOf(err), "pull-requests: write")
	err = s.job(mayShow).Comment(t.Context(), 99, marker, "text")
	require.ErrorIs(t, err, github.ErrNotThere)
	assert.Empty(t, s.comments())
}

func TestSelf(t *testing.T) {
	s := newShown(t)
	dana := s.fake.User("dana")
	for name, c := range map[string]struct {
		client *github.Client
		want   int64
	}{
		"the token of a job":    {s.job(mayRead), 41898282},
		"that of a person":      {s.token(githubtest.Token{User: dana, Permissions: mayShow}), dana.ID},
		"that of another app":   {s.token(githubtest.Token{App: s.fake.App("acme-gate"), Permissions: mayShow}), s.fake.App("acme-gate").Bot.ID},
		"it is said beforehand": {s.tokenAs(githubtest.Token{}, 77), 77},
	} {
		self, err := c.client.Self(t.Context())
		require.NoError(t, err, name)
		assert.Equal(t, c.want, self, name)
	}
	assert.Equal(t, 3, s.fake.Calls("graphql"), "what was said is not asked for")
}

func TestSelfWhereGraphQLRefuses(t *testing.T) {
	for name, fault := range map[string]githubtest.Fault{
		"forbidden": {Status: http.StatusForbidden, Body: `{"message": "Resource not accessible by integration"}`},
		"errors":    {Body: `{"data": null, "errors": [{"type": "FORBIDDEN", "message": "Resource not accessible by integration"}]}`},
		"not there": {Status: http.StatusNotFound, Body: `{"message": "Not Found"}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShown(t)
			fault.Operation = "graphql"
			s.fake.Fault(fault)
			self, err := s.job(mayRead).Self(t.Context())
			require.NoError(t, err)
			assert.EqualValues(t, 41898282, self)
			assert.Equal(t, []string{"graphql", "users/get-by-username"}, s.asked(0))
		})
	}
}

func TestSelfIsNotGuessed(t *testing.T) {
	for name, fault := range map[string]githubtest.Fault{
		"GraphQL fails":          {Operation: "graphql", Times: -1, Status: http.StatusBadGateway, Body: "{}"},
		"GraphQL says nothing":   {Operation: "graphql", Times: -1, Body: "{}"},
		"GraphQL says 0":         {Operation: "graphql", Times: -1, Body: `{"data": {"viewer": {"databaseId": 0}}}`},
		"GraphQL says a text":    {Operation: "graphql", Times: -1, Body: `{"data": {"viewer": {"databaseId": "1"}}}`},
		"GraphQL is not there":   {Times: -1, Status: http.StatusNotFound, Body: "{}"},
		"nobody may do anything": {Times: -1, Status: http.StatusForbidden, Body: "{}"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShown(t)
			s.fake.Fault(fault)
			require.Error(t, s.comment(s.job(mayShow), "text"))
			assert.Empty(t, s.fake.Writes())
		})
	}
}

// TestACommentThatTheNextRunWouldNotFindIsTold sees to it that a wrong id is not one more comment with every run that nobody hears of.
func TestACommentThatTheNextRunWouldNotFindIsTold(t *testing.T) {
	s := newShown(t)
	err := s.comment(s.tokenAs(githubtest.Token{Permissions: mayShow}, 77), "text")
	require.ErrorContains(t, err, "it was written by the user 41898282, and the next run looks for one of 77")
	assert.NotEmpty(t, gate.HintOf(err))
}
