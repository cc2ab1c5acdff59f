package githubtest

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// fields are what gives those of a node.
type fields = map[string]func(*graph, object) any

// values are fields without arguments.
func values(all object) fields {
	given := fields{}
	for name, value := range all {
		given[name] = constant(value)
	}
	return given
}

// root is where every query begins.
func (c *call) root() *node {
	return &node{"Query", fields{
		"repository": func(g *graph, asked object) any { return g.repositoryOf(asked) },
		"viewer":     func(g *graph, _ object) any { return c.viewer(g.token.who()) },
		"node":       func(g *graph, asked object) any { return g.find(fmt.Sprint(asked["id"])) },
		"nodes": func(g *graph, asked object) any {
			all := []*node{}
			for i, id := range several(asked["ids"]) {
				g.path = append(g.path, i)
				all = append(all, g.find(fmt.Sprint(id)))
				g.path = g.path[:len(g.path)-1]
			}
			return all
		},
	}}
}

func several(value any) []any {
	all, isList := value.([]any)
	if !isList {
		return []any{value}
	}
	return all
}

func (g *graph) repositoryOf(asked object) *node {
	name := fmt.Sprintf("%s/%s", asked["owner"], asked["name"])
	r, _ := g.repositoryNamed(name) // GraphQL follows to the new name by itself
	if r == nil || !g.token.sees(r) {
		g.problem("NOT_FOUND", "Could not resolve to a Repository with the name '%s'.", name)
		return nil
	}
	return g.about(r)
}

// find finds a comment or pull request by its global id.
func (g *graph) find(id string) *node {
	if !g.mayReadComments() {
		return nil
	}
	for _, r := range g.repositories {
		if !g.token.sees(r) {
			continue
		}
		for _, one := range r.Comments {
			if one.nodeID() == id {
				return g.ofComment(one)
			}
		}
		for _, p := range r.Pulls {
			if nodeID("PR", p.ID) == id {
				return g.ofPull(p)
			}
		}
	}
	g.problem("NOT_FOUND", "Could not resolve to a node with the global id of '%s'", id)
	return nil
}

func (g *graph) about(r *Repository) *node {
	all := values(object{"id": nodeID("R", r.ID), "databaseId": number32(r.ID), "name": r.Name, "nameWithOwner": r.FullName(), "isPrivate": r.Private,
		"isFork": r.Parent != nil, "isArchived": false, "visibility": strings.ToUpper(r.visibility()), "url": r.page("")})
	all["pullRequest"] = func(g *graph, asked object) any {
		if !g.mayReadComments() {
			return nil
		}
		if p := r.pull(int64(whole(asked["number"]))); p != nil {
			return g.ofPull(p)
		}
		return g.problem("NOT_FOUND", "Could not resolve to a PullRequest with the number of %v.", asked["number"])
	}
	return &node{"Repository", all}
}

// number32 is an id as an Int of GraphQL, which has 32 bits: a larger one, as that of a comment, is not told. There is fullDatabaseId for these.
func number32(id int64) any {
	if id > math.MaxInt32 {
		return nil
	}
	return id
}

// whole is an Int of GraphQL, which a variable may hold in another form than the query.
func whole(value any) int {
	n, _ := strconv.ParseFloat(fmt.Sprint(value), 64) // the schema has seen to it that it is a number, or nothing
	return int(n)
}

// person is an account; nil for one that has gone.
func (c *call) person(u *User) *node {
	if u == nil {
		return nil
	}
	path := "/" + u.Login
	if u.Type == "Bot" {
		path = "/apps/" + strings.TrimSuffix(u.Login, "[bot]")
	}
	all := values(object{"id": nodeID("U", u.ID), "databaseId": number32(u.ID), "login": strings.TrimSuffix(u.Login, "[bot]"), "name": orNull(u.Name),
		"resourcePath": path, "url": c.page("%s", path), "createdAt": stamp(u.Created), "updatedAt": stamp(u.Created)})
	all["avatarUrl"] = constant(c.page("/avatars/u/%d", u.ID))
	return &node{u.Type, all}
}

// viewer is the account that asks. It is told as a person whatever it is, and a bot by its whole login, which it has nowhere else in GraphQL.
func (c *call) viewer(u *User) *node {
	of := c.person(u)
	of.kind, of.fields["login"] = "User", constant(u.Login)
	return of
}

func (g *graph) ofPull(p *Pull) *node {
	state := strings.ToUpper(p.State)
	if !p.Merged.IsZero() {
		state = "MERGED"
	}
	r := p.repository
	all := values(object{
		"id": nodeID("PR", p.ID), "databaseId": number32(p.ID), "fullDatabaseId": strconv.FormatInt(p.ID, 10), "number": p.Number, "title": p.Title,
		"body": p.Body, "state": state, "closed": p.State == "closed", "merged": !p.Merged.IsZero(), "isDraft": p.Draft, "locked": p.Locked,
		"isCrossRepository": p.HeadRepo != r, "authorAssociation": r.association(p.User, p.Association), "baseRefName": p.BaseRef,
		"baseRefOid": p.BaseSHA, "headRefName": p.HeadRef, "headRefOid": p.HeadSHA, "createdAt": stamp(p.Created), "updatedAt": stamp(p.Updated),
		"url": r.page("/pull/%d", p.Number), "lastEditedAt": nil, "editor": nil,
	})
	all["author"] = constant(g.person(p.User))
	all["repository"] = func(g *graph, _ object) any { return g.about(r) }
	all["baseRepository"] = all["repository"]
	all["headRepository"] = func(g *graph, _ object) any {
		if p.HeadRepo == nil {
			return nil
		}
		return g.about(p.HeadRepo)
	}
	all["comments"] = func(g *graph, asked object) any { return g.connection(r.commentsOf(p.Number), asked) }
	return &node{"PullRequest", all}
}

func (g *graph) ofComment(c *Comment) *node {
	page := c.page()
	path := page
	if u, err := url.Parse(page); err == nil {
		path = u.Path + "#" + u.Fragment
	}
	all := values(object{
		"id": c.nodeID(), "databaseId": number32(c.ID), "fullDatabaseId": strconv.FormatInt(c.ID, 10), "body": c.Body, "bodyText": c.Body,
		"createdAt": stamp(c.Created), "publishedAt": stamp(c.Created), "updatedAt": stamp(c.Updated), "lastEditedAt": stampOrNull(c.Edited),
		"includesCreatedEdit": !c.Edited.IsZero(), "createdViaEmail": c.ByEmail, "isMinimized": c.Minimized != "", "minimizedReason": orNull(c.Minimized),
		"authorAssociation": c.repository.association(c.User, c.Association), "viewerDidAuthor": c.User == g.token.who(),
		"url": page, "resourcePath": path,
	})
	all["author"], all["editor"] = constant(g.person(c.User)), constant(g.person(c.Editor))
	all["repository"] = func(g *graph, _ object) any { return g.about(c.repository) }
	all["pullRequest"] = func(g *graph, _ object) any {
		if p := c.repository.pull(int64(c.Number)); p != nil {
			return g.ofPull(p)
		}
		return nil
	}
	return &node{"IssueComment", all}
}

// connection is the part of a list of comments that is asked for.
func (g *graph) connection(all []*Comment, asked object) *node {
	if by, isObject := asked["orderBy"].(object); isObject {
		slices.SortStableFunc(all, func(a, b *Comment) int { return a.Updated.Compare(b.Updated) })
		if by["direction"] == "DESC" {
			slices.Reverse(all)
		}
	}
	first, last := whole(asked["first"]), whole(asked["last"])
	switch size := cmp.Or(first, last); {
	case size < 1:
		g.t.Errorf("a query of GraphQL does not say how many comments it wants at a time")
		g.problem("MISSING_PAGINATION_BOUNDARIES", "You must provide a `first` or `last` value to properly paginate the `comments` connection.")
		return nil
	case size > mostPerPage:
		g.t.Errorf("a query of GraphQL asks for %d comments at a time", size)
		g.problem("EXCESSIVE_PAGINATION", "Requesting %d records on the `comments` connection exceeds the limit of %d records.", size, mostPerPage)
		return nil
	}
	from, to := 0, len(all)
	if at, ok := position(fmt.Sprint(asked["after"])); ok {
		from = min(at, len(all))
	}
	if at, ok := position(fmt.Sprint(asked["before"])); ok {
		to = min(max(at-1, from), len(all))
	}
	if first > 0 {
		to = min(to, from+first)
	} else {
		from = max(from, to-last)
	}
	return g.part(all, from, to)
}

// part is a piece of a list. The cursor of an element says how many there are up to it.
func (g *graph) part(all []*Comment, from, to int) *node {
	nodes, edges := []*node{}, []*node{}
	for i := from; i < to; i++ {
		one := g.ofComment(all[i])
		nodes = append(nodes, one)
		edges = append(edges, &node{"IssueCommentEdge", fields{"cursor": constant(cursor(i + 1)), "node": constant(one)}})
	}
	info := object{"hasNextPage": to < len(all), "hasPreviousPage": from > 0, "startCursor": nil, "endCursor": nil}
	if from < to {
		info["startCursor"], info["endCursor"] = cursor(from+1), cursor(to)
	}
	return &node{"IssueCommentConnection", fields{"totalCount": constant(len(all)), "nodes": constant(nodes), "edges": constant(edges),
		"pageInfo": constant(&node{"PageInfo", values(info)})}}
}
