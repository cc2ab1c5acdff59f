package githubtest

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// graph asks a question, and gives the data and the errors of the answer.
func (w *world) graph(t *testing.T, query string, variables object) (object, []any) {
	t.Helper()
	body, err := json.Marshal(object{"query": query, "variables": variables})
	require.NoError(t, err)
	answer := w.ask(t, "POST", "/graphql", string(body)).(object)
	require.Equal(t, 200, w.status)
	data, _ := answer["data"].(object)
	problems, _ := answer["errors"].([]any)
	return data, problems
}

const aboutComment = `query($id: ID!) { node(id: $id) { __typename id ...facts } }
	fragment facts on IssueComment {
		fullDatabaseId databaseId body createdAt lastEditedAt includesCreatedEdit createdViaEmail isMinimized minimizedReason
		author { __typename login ... on User { databaseId } ... on Bot { databaseId } } editor { login }
		pullRequest { number headRefOid repository { nameWithOwner databaseId } } url
	}`

func TestAnEditShows(t *testing.T) {
	w := newWorld(t)
	data, problems := w.graph(t, aboutComment, object{"id": w.comment.nodeID()})
	assert.Empty(t, problems)
	got := data["node"].(object)
	assert.Equal(t, "IssueComment", got["__typename"])
	assert.Equal(t, strconv.FormatInt(w.comment.ID, 10), got["fullDatabaseId"])
	assert.Nil(t, got["databaseId"], "32 bits do not hold it")
	assert.Nil(t, got["lastEditedAt"])
	assert.Nil(t, got["editor"])
	assert.Equal(t, object{"__typename": "User", "login": "dana", "databaseId": float64(w.dana.ID)}, got["author"])
	assert.Equal(t, object{"number": 1.0, "headRefOid": w.pull.HeadSHA, "repository": object{"nameWithOwner": "acme/shop",
		"databaseId": float64(w.repo.ID)}}, got["pullRequest"])

	w.comment.Edit(w.User("mallory"), "other")
	w.Do(func() { w.comment.Minimized, w.comment.ByEmail = "OUTDATED", true })
	data, _ = w.graph(t, aboutComment, object{"id": w.comment.nodeID()})
	got = data["node"].(object)
	assert.Equal(t, stamp(Start), got["lastEditedAt"])
	assert.Equal(t, object{"login": "mallory"}, got["editor"])
	assert.Equal(t, []any{true, true, "OUTDATED", true}, []any{got["includesCreatedEdit"], got["isMinimized"], got["minimizedReason"], got["createdViaEmail"]})
}

func TestNodesKeepTheirPlaces(t *testing.T) {
	w := newWorld(t)
	bot := w.repo.AddComment(Comment{Number: 1, User: w.App("gate").Bot})
	data, problems := w.graph(t, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Node { id } ... on Comment { author { __typename login } }
		... on PullRequest { number state } } }`, object{"ids": []any{bot.nodeID(), "none", nodeID("PR", w.pull.ID)}})
	all := data["nodes"].([]any)
	assert.Equal(t, object{"__typename": "Bot", "login": "gate"}, all[0].(object)["author"])
	assert.Nil(t, all[1])
	assert.Equal(t, "OPEN", all[2].(object)["state"])
	require.Len(t, problems, 1)
	assert.Equal(t, "NOT_FOUND", problems[0].(object)["type"])
	assert.Equal(t, []any{"nodes", 1.0}, problems[0].(object)["path"])
}

const aboutPull = `query($first: Int, $after: String, $last: Int, $before: String) { viewer { login }
	repository(owner: "acme", name: "shop") { pullRequest(number: 1) { merged author { login }
		comments(first: $first, after: $after, last: $last, before: $before) {
			totalCount nodes { body } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } }`

func TestCommentsComeByCursor(t *testing.T) {
	w := newWorld(t)
	for i := range 6 {
		w.repo.AddComment(Comment{Number: 1, Body: fmt.Sprint(i)})
	}
	part := func(variables object) (bodies []string, info object) {
		data, problems := w.graph(t, aboutPull, variables)
		require.Empty(t, problems)
		assert.Equal(t, object{"login": "gate[bot]"}, data["viewer"])
		of := data["repository"].(object)["pullRequest"].(object)["comments"].(object)
		assert.Equal(t, 7.0, of["totalCount"])
		for _, one := range of["nodes"].([]any) {
			bodies = append(bodies, one.(object)["body"].(string))
		}
		assert.Len(t, of["edges"], len(bodies))
		return bodies, of["pageInfo"].(object)
	}
	var all []string
	after := any(nil)
	for more := true; more; {
		some, info := part(object{"first": 3, "after": after})
		all = append(all, some...)
		more, after = info["hasNextPage"].(bool), info["endCursor"]
	}
	assert.Equal(t, []string{w.comment.Body, "0", "1", "2", "3", "4", "5"}, all)
	some, info := part(object{"last": 2})
	assert.Equal(t, []string{"4", "5"}, some)
	some, _ = part(object{"last": 2, "before": info["startCursor"]})
	assert.Equal(t, []string{"2", "3"}, some)
}

func TestTheNewestEditComesFirst(t *testing.T) {
	w := newWorld(t)
	w.repo.AddComment(Comment{Number: 1, Body: "late", Created: Start.Add(time.Hour)})
	data, _ := w.graph(t, `{ repository(owner: "acme", name: "shop") { pullRequest(number: 1) {
		comments(first: 1, orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { body } } } } }`, nil)
	assert.Contains(t, fmt.Sprint(data), "late")
}

func TestAJobIsTheBotOfActions(t *testing.T) {
	w := newWorld(t)
	w.token = w.AddToken(Token{})
	data, _ := w.graph(t, `{ viewer { __typename login databaseId } }`, nil)
	assert.Equal(t, object{"__typename": "User", "login": "github-actions[bot]", "databaseId": 41898282.0}, data["viewer"])
}

// GitHub refuses with the status 200 here.
func TestGraphQLRefusesWithStatus200(t *testing.T) {
	w := newWorld(t)
	w.token = w.AddToken(Token{Permissions: Permissions{"contents": "read"}})
	data, problems := w.graph(t, aboutComment, object{"id": w.comment.nodeID()})
	assert.Equal(t, object{"node": nil}, data)
	assert.Equal(t, "FORBIDDEN", problems[0].(object)["type"])
	data, problems = w.graph(t, aboutPull, object{"first": 1})
	assert.Equal(t, object{"pullRequest": nil}, data["repository"])
	assert.Equal(t, []any{"repository", "pullRequest"}, problems[0].(object)["path"])
	w.token = "none"
	w.ask(t, "POST", "/graphql", `{"query":"{viewer{login}}"}`)
	assert.Equal(t, 401, w.status)
}

func TestWhatGraphQLDoesNotFind(t *testing.T) {
	w := newWorld(t)
	data, problems := w.graph(t, `{ repository(owner: "acme", name: "none") { id } }`, nil)
	assert.Nil(t, data["repository"])
	assert.Len(t, problems, 1)
	data, problems = w.graph(t, `{ repository(owner: "acme", name: "shop") { pullRequest(number: 9) { id } } }`, nil)
	assert.Nil(t, data["repository"].(object)["pullRequest"])
	assert.Len(t, problems, 1)
	w.repo.Rename("acme/store")
	data, _ = w.graph(t, `{ repository(owner: "acme", name: "shop") { nameWithOwner visibility } }`, nil)
	assert.Equal(t, object{"nameWithOwner": "acme/store", "visibility": "PUBLIC"}, data["repository"])
}

func TestWhatIsNoQuery(t *testing.T) {
	pull := func(inner string) string {
		return `{"query":"{repository(owner:\"acme\",name:\"shop\"){pullRequest(number:1){` + inner + `}}}"}`
	}
	for body, says := range map[string]string{
		`{"query":"{viewer{lgoin}}"}`:                                  `lgoin`,
		`{"query":"{viewer{login}"}`:                                   `Expected Name`,
		`{"query":"{viewer{login}}","vars":{}}`:                        `vars`,
		`{"query":"{viewer{login}}","variables":{"x":1}}`:              `no variable "x"`,
		`{"query":"{viewer{login}}","operationName":"other"}`:          `no query "other"`,
		`{"query":"query($id:ID!){node(id:$id){id}}"}`:                 `must be defined`,
		pull(`comments(first:101){totalCount}`):                        `101 comments at a time`,
		pull(`comments{totalCount}`):                                   `how many comments`,
		pull(`bodyHTML`):                                               `does not do PullRequest.bodyHTML`,
		`{"query":"mutation{addComment(input:{}){clientMutationId}}"}`: "",
	} {
		objections, w := watched(t)
		w.ask(t, "POST", "/graphql", body)
		assert.Equal(t, 200, w.status)
		said := objections.objections()
		assert.NotEmpty(t, said, body)
		assert.Contains(t, said, says)
	}
}

func TestDirectivesLeaveOut(t *testing.T) {
	w := newWorld(t)
	data, _ := w.graph(t, `query($no: Boolean!) { viewer { login id @include(if: $no) url @skip(if: true) ... @include(if: $no) { name } } }`, object{"no": false})
	assert.Equal(t, object{"login": "gate[bot]"}, data["viewer"])
	assert.True(t, strings.HasSuffix(w.GraphQLURL(), "/graphql"))
}
