package github

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-github/v62/github"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// Forge is what a sign-off has to know of GitHub, asked anew each time, and how it answers.
type Forge struct {
	*Client
	Teams *Client  // which may see who is in a team, as an app may and the token of a job may not; nil: no team is known
	Asked []string // teams that may approve, as organisation/team

	comments map[int64][]comment // of a change, once they were listed
	run      int64               // of the gate, whose decision was read
}

var _ signoff.Forge = (*Forge)(nil)

// What the workflow that handles comments needs.
const (
	readChanges  = "pull-requests: read"
	writeChanges = "pull-requests: write"
	writeActions = "actions: write"
	readActions  = "actions: read"
)

// comment is one as the API gives it, with what the client's own struct leaves out.
type comment struct {
	ID       int64     `json:"id"`
	NodeID   string    `json:"node_id"`
	URL      string    `json:"html_url"`
	IssueURL string    `json:"issue_url"`
	Body     string    `json:"body"`
	Created  time.Time `json:"created_at"`
	User     *account  `json:"user"`
	As       string    `json:"author_association"`
	App      *struct {
		ID int64 `json:"id"`
	} `json:"performed_via_github_app"`
	Signs struct {
		Confused int `json:"confused"`
	} `json:"reactions"`
}

type account struct {
	ID    int64  `json:"id"`
	Login string `json:"login"`
	Type  string `json:"type"`
}

// person is an account as sign-offs know people: by the numeric id, which stays with one account.
func (a *account) person() gate.Person {
	if a == nil || a.ID <= 0 {
		return gate.Person{}
	}
	return gate.Person{ID: strconv.FormatInt(a.ID, 10), Login: a.Login}
}

func (a *account) isBot() bool {
	return a == nil || a.Type != "User" || strings.HasSuffix(a.Login, "[bot]")
}

// get asks for a path below that of the repository.
func (c *Client) get(ctx context.Context, path string, into any) error {
	request, err := c.api.NewRequest(http.MethodGet, fmt.Sprintf("repos/%s/%s/%s", c.owner, c.name, path), nil)
	if err != nil {
		return err
	}
	_, err = c.api.Do(ctx, request, into)
	return err
}

// Post gives a comment with what REST does not say: whether it was edited.
func (f *Forge) Post(ctx context.Context, id int64) (signoff.Post, error) {
	if id < 1 {
		return signoff.Post{}, signoff.ErrGone
	}
	var c comment
	err := f.get(ctx, fmt.Sprintf("issues/comments/%d", id), &c)
	switch {
	case statusOf(err) == http.StatusNotFound:
		return signoff.Post{}, signoff.ErrGone
	case err != nil:
		return signoff.Post{}, f.problem("read the comment", readChanges, err)
	case c.ID != id:
		return signoff.Post{}, fmt.Errorf("asked for comment %d, GitHub answered with %d", id, c.ID)
	}
	p := signoff.Post{ID: c.ID, URL: c.URL, Body: c.Body, Author: c.User.person(), Bot: c.User.isBot() || c.App != nil, Created: c.Created,
		Change: changeOf(c.IssueURL)}
	p.Edit, err = f.edit(ctx, &c)
	return p, err
}

var issueNumber = regexp.MustCompile(`/issues/([1-9][0-9]{0,17})$`)

// changeOf is the number at the end of the address of an issue; 0 where there is none.
func changeOf(issue string) int64 {
	parts := issueNumber.FindStringSubmatch(issue)
	if parts == nil {
		return 0
	}
	number, _ := strconv.ParseInt(parts[1], 10, 64) // the pattern has digits
	return number
}

// Change gives a pull request, with who has a part in it.
func (f *Forge) Change(ctx context.Context, number int64) (signoff.Change, int64, error) {
	if number < 1 {
		return signoff.Change{}, 0, fmt.Errorf("there is no pull request %d", number)
	}
	pr, _, err := f.api.PullRequests.Get(ctx, f.owner, f.name, int(number))
	if statusOf(err) == http.StatusNotFound { // an issue, where the repository is shown at all
		r, err := f.Repository(ctx)
		return signoff.Change{Number: number}, r.ID, err
	}
	if err != nil {
		return signoff.Change{}, 0, f.problem("read the pull request", readChanges, err)
	}
	c := signoff.Change{Number: number, IsChange: true, Open: pr.GetState() == "open", Head: pr.GetHead().GetSHA(), Base: pr.GetBase().GetRef(),
		Fork: pr.GetHead().GetRepo() == nil || pr.GetHead().GetRepo().GetID() != pr.GetBase().GetRepo().GetID(), Author: personOf(pr.GetUser())}
	return c, pr.GetBase().GetRepo().GetID(), f.committers(ctx, pr, &c)
}

func personOf(u *github.User) gate.Person {
	return (&account{ID: u.GetID(), Login: u.GetLogin()}).person()
}

// webFlow is the account in whose name GitHub itself commits what is merged or edited on its pages.
const webFlow = "web-flow"

// committers gathers who wrote and who committed. GitHub lists 250 commits of a pull request at most: then somebody may be missing.
func (f *Forge) committers(ctx context.Context, pr *github.PullRequest, c *signoff.Change) error {
	listed := 0
	err := pages("commits of the pull request", func(number int) (int, error) {
		list, response, err := f.api.PullRequests.ListCommits(ctx, f.owner, f.name, int(c.Number), &github.ListOptions{Page: number, PerPage: perPage})
		if err != nil {
			return 0, f.problem("list the commits of the pull request", readChanges, err)
		}
		for _, commit := range list {
			listed++
			hasPart(c, commit.Author)
			hasPart(c, commit.Committer)
		}
		return response.NextPage, nil
	})
	c.Unmapped = c.Unmapped || listed < pr.GetCommits()
	return err
}

// hasPart notes somebody who wrote or committed. Whom GitHub does not know could be anybody.
func hasPart(c *signoff.Change, u *github.User) {
	switch p := personOf(u); {
	case u.GetLogin() == webFlow:
	case p.ID == "":
		c.Unmapped = true
	case !slices.Contains(c.Committers, p):
		c.Committers = append(c.Committers, p)
	}
}

// Member says as what somebody belongs to the repository: the highest role of the map of rights, which knows custom roles by what they are made of.
func (f *Forge) Member(ctx context.Context, p gate.Person) (m signoff.Member, err error) {
	if !login.MatchString(p.Login) {
		return m, nil // GitHub has no such person: it would become a part of an address
	}
	var answer struct {
		User struct {
			account
			Permissions map[string]bool `json:"permissions"`
		} `json:"user"`
	}
	err = f.get(ctx, "collaborators/"+p.Login+"/permission", &answer)
	switch {
	case statusOf(err) == http.StatusNotFound:
		return m, nil
	case err != nil:
		return m, f.problem("ask what "+p.Login+" may do", metadata, err)
	}
	m = signoff.Member{Person: answer.User.person(), Role: highest(answer.User.Permissions), Active: true}
	m.Teams, err = f.teamsOf(ctx, p.Login)
	return m, err
}

var login = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$`)

// roles are those of GitHub, the highest first, with what the map of rights calls them.
var roles = [][2]string{{"admin", "admin"}, {"maintain", "maintain"}, {"push", "write"}, {"triage", "triage"}, {"pull", "read"}}

func highest(rights map[string]bool) string {
	for _, r := range roles {
		if rights[r[0]] {
			return r[1]
		}
	}
	return ""
}

// teamsOf gives those of the teams that were asked for in which somebody is an active member. Not to be in one and not to be shown one are the same
// answer: no.
func (f *Forge) teamsOf(ctx context.Context, name string) (list []string, err error) {
	if f.Teams == nil {
		return nil, nil
	}
	for _, team := range f.Asked {
		organisation, slug, ok := strings.Cut(team, "/")
		if !ok || !login.MatchString(organisation) || !teamSlug.MatchString(slug) {
			continue // a path of another forge
		}
		member, _, err := f.Teams.api.Teams.GetTeamMembershipBySlug(ctx, organisation, slug, name)
		switch {
		case statusOf(err) == http.StatusNotFound:
		case err != nil:
			return nil, f.problem("ask who is in team "+team, "members: read, of an app (input signoff-token)", err)
		case member.GetState() == "active":
			list = append(list, team)
		}
	}
	return list, nil
}

var teamSlug = regexp.MustCompile(`^[a-z0-9_-]{1,100}$`)

// oldestFirst orders comments as they were written: ids grow.
func oldestFirst(list []comment) {
	slices.SortFunc(list, func(a, b comment) int { return cmp.Compare(a.ID, b.ID) })
}
