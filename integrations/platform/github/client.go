package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-github/v62/github"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/httpapi"
)

// Access says where a repository is asked for, and with whose rights.
type Access struct {
	API        string // https://api.github.com, or https://HOST/api/v3 on a server of one's own
	GraphQL    string // https://api.github.com/graphql, or https://HOST/api/graphql
	Server     string // https://github.com
	Repository string // OWNER/NAME
	ID         int64  // of the repository, as the event says; 0 where it is not known
	Token      string
	Self       int64 // id of the user as whom the token writes; 0 to ask, see [Client.Self]
	Now        func() time.Time
	Budget     time.Duration     // for waiting altogether; 0 is that of [httpapi.Transport]
	Pause      time.Duration     // likewise
	Under      http.RoundTripper // nil for the usual one
}

// AccessFrom reads where a job of GitHub Actions finds its repository. The token is not among the variables that the runner sets by itself.
func AccessFrom(getenv func(string) string, now func() time.Time) Access {
	return Access{API: getenv("GITHUB_API_URL"), GraphQL: getenv("GITHUB_GRAPHQL_URL"), Server: getenv("GITHUB_SERVER_URL"),
		Repository: getenv("GITHUB_REPOSITORY"), ID: repositoryID(getenv), Token: getenv("GITHUB_TOKEN"), Now: now}
}

// repositoryID is what the runner says, else the event.
func repositoryID(getenv func(string) string) int64 {
	if id, err := strconv.ParseInt(getenv("GITHUB_REPOSITORY_ID"), 10, 64); err == nil {
		return id
	}
	return readEvent(getenv("GITHUB_EVENT_PATH")).Repository.ID
}

// Client asks GitHub about one repository.
type Client struct {
	api         *github.Client
	stored      *httpapi.Client // for what lies in other stores, which are not told the token
	graph       string
	server      string
	owner, name string
	id          int64
	self        int64 // 0 where it was not said
	now         func() time.Time
}

// slug is OWNER/NAME as GitHub allows it; nothing else becomes a part of an address.
var slug = regexp.MustCompile(`^([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))/([A-Za-z0-9._-]{1,100})$`)

// ErrNoAccess is the error of a job that was not told enough to ask.
var ErrNoAccess = errors.New("GitHub cannot be asked")

// Dial makes a client. Nothing is asked yet.
func Dial(a Access) (*Client, error) {
	parts := slug.FindStringSubmatch(a.Repository)
	if parts == nil || parts[2] == "." || parts[2] == ".." {
		return nil, gate.WithHint(fmt.Errorf("%w: %q is no OWNER/NAME", ErrNoAccess, gate.CleanLine(a.Repository, 80)),
			"run it in a job of GitHub Actions; elsewhere set GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_GRAPHQL_URL and GITHUB_TOKEN")
	}
	if a.Token == "" {
		return nil, gate.WithHint(fmt.Errorf("%w: there is no token", ErrNoAccess), "give the step one as GITHUB_TOKEN: ${{ github.token }}")
	}
	if gate.CleanLine(a.Token, 0) != a.Token || strings.Contains(a.Token, " ") {
		return nil, gate.WithHint(fmt.Errorf("%w: the token has a blank or a line end", ErrNoAccess),
			"see how GITHUB_TOKEN is set: a file that is read ends with a line end")
	}
	base, err := baseOf("GITHUB_API_URL", a.API)
	if err != nil {
		return nil, err
	}
	graph, err := baseOf("GITHUB_GRAPHQL_URL", a.GraphQL)
	if err != nil {
		return nil, err
	}
	if graph.Host != base.Host {
		return nil, gate.WithHint(fmt.Errorf("%w: GITHUB_GRAPHQL_URL is at %s, and GITHUB_API_URL at %s", ErrNoAccess, graph.Host, base.Host),
			"set both to those of one server")
	}
	transport := &httpapi.Transport{Host: base.Host, Token: a.Token, Now: a.Now, Budget: a.Budget, Pause: a.Pause, Under: a.Under}
	api := github.NewClient(&http.Client{Transport: &answers{transport, base, graph}, CheckRedirect: sameMethod})
	api.BaseURL = base.JoinPath("/")
	stored := &httpapi.Client{HTTP: &http.Client{Transport: a.Under, CheckRedirect: httpapi.OnlyHTTPS}, Pause: a.Pause}
	return &Client{api: api, stored: stored, graph: graph.String(), server: strings.TrimSuffix(a.Server, "/"), owner: parts[1], name: parts[2],
		id: a.ID, self: a.Self, now: a.Now}, nil
}

// baseOf reads an address. On a server of one's own the usual ones would be those of somebody else: they must be given.
func baseOf(variable, address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" {
		return nil, gate.WithHint(fmt.Errorf("%w: %s is %q, no address", ErrNoAccess, variable, gate.CleanLine(httpapi.Shown(address), 200)),
			"it is set by the runner; elsewhere set it to that of your server, as https://api.github.com")
	}
	return u, nil
}

// Repository is what the gate wants to know of one.
type Repository struct {
	ID            int64
	Private       bool
	DefaultBranch string
}

// ErrMoved is the error of a name that belongs to another repository now.
var ErrMoved = errors.New("the repository is another one than that of this run")

// Repository asks what the repository is. Whoever takes over its name does not become it.
func (c *Client) Repository(ctx context.Context) (Repository, error) {
	r, _, err := c.api.Repositories.Get(ctx, c.owner, c.name)
	if err != nil {
		return Repository{}, c.problem("read the repository", metadata, err)
	}
	if c.id != 0 && r.GetID() != c.id {
		return Repository{}, fmt.Errorf("%w: %s/%s has the id %d, and the run is of %d", ErrMoved, c.owner, c.name, r.GetID(), c.id)
	}
	return Repository{ID: r.GetID(), Private: r.GetPrivate() || r.GetVisibility() == "internal", DefaultBranch: r.GetDefaultBranch()}, nil
}

// perPage is the most that GitHub gives at a time, and mostPages how many of them are asked for.
const (
	perPage   = 100
	mostPages = 200
)

// pages gets one page after the other until there is no next one.
func pages(what string, page func(number int) (next int, err error)) error {
	number := 1
	for range mostPages {
		next, err := page(number)
		if err != nil || next == 0 {
			return err
		}
		if next <= number {
			return fmt.Errorf("%s: page %d follows on page %d", what, next, number)
		}
		number = next
	}
	return fmt.Errorf("%s: there are more than %d", what, mostPages*perPage)
}
