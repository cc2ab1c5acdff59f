package githubtest

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// User is an account: of a person, an organisation or an app.
type User struct {
	ID      int64
	Login   string
	Type    string // User, Bot or Organization
	Name    string
	Email   string // commits with this address are told to be theirs; it is not shown
	Created time.Time
}

// Team is a team of an organisation.
type Team struct {
	Organization *User
	Slug         string
	Members      map[*User]string // active, or pending as long as an invitation was not accepted

	server *Server
}

// App is an app, which acts as its bot.
type App struct {
	ID    int64
	Slug  string
	Name  string
	Owner *User
	Bot   *User
}

// User gives the person with a login, who is made up where there is none.
func (s *Server) User(login string) *User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.account(login, "User")
}

// Organization gives the organisation with a name, which is made up where there is none.
func (s *Server) Organization(login string) *User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.account(login, "Organization")
}

// account finds or makes an account. The lock is held.
func (s *Server) account(login, kind string) *User {
	if u := s.userNamed(login); u != nil {
		return u
	}
	// Ids of accounts are told by GraphQL in 32 bits, as those of comments cannot be.
	u := &User{ID: s.id() - firstID + 1_000_000, Login: login, Type: kind, Name: login, Email: login + "@users.example", Created: s.clock()}
	s.users = append(s.users, u)
	return u
}

func (s *Server) userNamed(login string) *User {
	for _, u := range s.users {
		if strings.EqualFold(u.Login, login) {
			return u
		}
	}
	return nil
}

// AddTeam makes a team without members.
func (s *Server) AddTeam(organization, slug string) *Team {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &Team{Organization: s.account(organization, "Organization"), Slug: slug, Members: map[*User]string{}, server: s}
	s.teams = append(s.teams, t)
	return t
}

// SetMember makes somebody a member of a team: active, or pending. With "" he is none any more.
func (t *Team) SetMember(u *User, state string) {
	t.server.mu.Lock()
	defer t.server.mu.Unlock()
	t.Members[u] = state
}

// App gives the app with a name, which is made up where there is none.
func (s *Server) App(slug string) *App {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.app(slug)
}

func (s *Server) app(slug string) *App {
	for _, a := range s.apps {
		if a.Slug == slug {
			return a
		}
	}
	a := &App{ID: s.id() - firstID + 100_000, Slug: slug, Name: slug, Owner: s.account("owner-of-"+slug, "Organization"),
		Bot: s.account(slug+"[bot]", "Bot")}
	s.apps = append(s.apps, a)
	return a
}

// actions is the app whose token a workflow has, with the ids that it has on GitHub. The lock is held.
func (s *Server) actions() *App {
	a := s.app("github-actions")
	a.ID, a.Name, a.Bot.ID = 15368, "GitHub Actions", 41898282
	return a
}

// brief is a user as a part of other things.
func (s *Server) brief(u *User) object {
	at := "/users/" + url.PathEscape(u.Login)
	html := s.page("/%s", u.Login)
	if slug, isBot := strings.CutSuffix(u.Login, "[bot]"); isBot {
		html = s.page("/apps/%s", slug)
	}
	all := object{
		"login": u.Login, "id": u.ID, "node_id": nodeID("U", u.ID), "avatar_url": s.page("/avatars/u/%d", u.ID), "gravatar_id": "",
		"url": s.link("%s", at), "html_url": html, "type": u.Type, "user_view_type": "public", "site_admin": false,
		"following_url": s.link("%s/following{/other_user}", at), "gists_url": s.link("%s/gists{/gist_id}", at),
		"starred_url": s.link("%s/starred{/owner}{/repo}", at), "events_url": s.link("%s/events{/privacy}", at),
	}
	for name, rest := range map[string]string{"followers_url": "followers", "subscriptions_url": "subscriptions", "organizations_url": "orgs",
		"repos_url": "repos", "received_events_url": "received_events"} {
		all[name] = s.link("%s/%s", at, rest)
	}
	return all
}

// briefOrNull is a user who may not be there: GitHub has a ghost for those who have gone.
func (s *Server) briefOrNull(u *User) any {
	if u == nil {
		return nil
	}
	return s.brief(u)
}

func (s *Server) whole(u *User) object {
	all := s.brief(u)
	maps.Copy(all, object{"name": orNull(u.Name), "company": nil, "blog": "", "location": nil, "email": nil, "hireable": nil, "bio": nil,
		"public_repos": 0, "public_gists": 0, "followers": 0, "following": 0, "created_at": stamp(u.Created), "updated_at": stamp(u.Created)})
	return all
}

func getUser(c *call) answer {
	if u := c.userNamed(c.parameters["username"]); u != nil {
		return ok(c.whole(u))
	}
	return notFound()
}

func getAuthenticated(c *call) answer { return ok(c.whole(c.token.User)) }

func getMembership(c *call) answer {
	member := c.userNamed(c.parameters["username"])
	for _, t := range c.teams {
		if state := t.Members[member]; state != "" && strings.EqualFold(t.Organization.Login, c.parameters["org"]) && t.Slug == c.parameters["team_slug"] {
			return answer{status: http.StatusOK, body: object{"state": state, "role": "member",
				"url": c.link("/organizations/%d/team/%s/memberships/%s", t.Organization.ID, t.Slug, member.Login)}}
		}
	}
	return notFound()
}

// integration is an app as a part of other things; null for none.
func (s *Server) integration(a *App) any {
	if a == nil {
		return nil
	}
	return object{
		"id": a.ID, "slug": a.Slug, "node_id": nodeID("A", a.ID), "owner": s.brief(a.Owner), "name": a.Name, "description": nil,
		"external_url": s.page("/apps/%s/about", a.Slug), "html_url": s.page("/apps/%s", a.Slug), "created_at": stamp(a.Bot.Created),
		"updated_at": stamp(a.Bot.Created), "permissions": object{"metadata": "read"}, "events": []any{},
	}
}
