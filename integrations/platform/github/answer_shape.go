package github

import (
	"crypto/sha1" //nolint:gosec // git names what it keeps by it
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
)

// shape is what an answer must be to be one.
type shape struct {
	method string
	path   string // below that of the repository, or from the top with a slash; * is a part of it, and ... all that follows
	has    string // members with their paths, [] for each of a list; | parts alternatives; "" for any body, or none
	status int    // 0 for 200 and 201
	is     func(request *http.Request, text []byte) error
}

// shapes are all that is asked for. Of a member that may be null in GitHub's description nothing is said here.
var shapes = []shape{
	{method: "GET", path: "", has: "id private default_branch"},
	{method: "GET", path: "contents/...", has: "type sha size | []"},
	{method: "GET", path: "compare/...", has: "status"},
	{method: "GET", path: "tarball/...", status: http.StatusFound},
	{method: "GET", path: "git/ref/...", has: "ref object.sha"},
	{method: "POST", path: "git/refs", has: "ref object.sha"},
	{method: "PATCH", path: "git/refs/...", has: "ref object.sha"},
	{method: "GET", path: "git/commits/*", has: "sha tree.sha parents.[].sha"},
	{method: "POST", path: "git/commits", has: "sha"},
	{method: "GET", path: "git/trees/*", has: "sha truncated tree.[].path tree.[].type tree.[].sha"},
	{method: "POST", path: "git/trees", has: "sha"},
	{method: "GET", path: "git/blobs/*", is: isBlob},
	{method: "POST", path: "git/blobs", has: "sha"},

	{method: "GET", path: "pulls/*", has: "number state commits head.sha base.ref base.repo.id"},
	{method: "GET", path: "pulls/*/commits", has: "[].sha"},
	{method: "GET", path: "pulls/*/files", has: "[].filename"},
	{method: "GET", path: "issues/comments", has: "[].id [].issue_url"},
	{method: "GET", path: "issues/comments/*", has: "id node_id body issue_url created_at"},
	{method: "PATCH", path: "issues/comments/*", has: "id"},
	{method: "GET", path: "issues/*/comments", has: "[].id [].issue_url"},
	{method: "POST", path: "issues/*/comments", has: "id"},
	{method: "GET", path: "issues/comments/*/reactions", has: "[].id [].content"},
	{method: "POST", path: "issues/comments/*/reactions", has: "id"},
	{method: "GET", path: "collaborators/*/permission", has: "user.id user.permissions"},
	{method: "GET", path: "/orgs/*/teams/*/memberships/*", has: "state"},
	{method: "GET", path: "/users/*", has: "id"},

	{method: "GET", path: "actions/runs", has: "workflow_runs.[].id workflow_runs.[].head_sha"},
	{method: "GET", path: "actions/runs/*", has: "id head_sha status"},
	{method: "GET", path: "actions/runs/*/artifacts", has: "artifacts.[].id artifacts.[].name"},
	{method: "POST", path: "actions/runs/*/rerun-failed-jobs", status: http.StatusCreated},
	{method: "GET", path: "actions/artifacts", has: "artifacts.[].id artifacts.[].name"},
	{method: "GET", path: "actions/artifacts/*/zip", status: http.StatusFound},

	{method: "GET", path: "commits/*/check-runs", has: "check_runs.[].id"},
	{method: "POST", path: "check-runs", has: "id"},
	{method: "PATCH", path: "check-runs/*", has: "id"},
	{method: "POST", path: "statuses/*", has: "id"},

	{method: "GET", path: "code-scanning/analyses", has: "[].id [].ref [].commit_sha [].created_at [].tool.name"},
	{method: "GET", path: "code-scanning/alerts", has: "[].number"},
	{method: "GET", path: "dependabot/alerts", has: "[].number"},
	{method: "GET", path: "vulnerability-alerts", status: http.StatusNoContent},
	{method: "GET", path: "secret-scanning/alerts", has: "[].number"},
	{method: "GET", path: "secret-scanning/alerts/*/locations", has: "[].details"},
}

// graphShape is that of an answer of GraphQL, which says with 200 as well that something went wrong.
var graphShape = shape{method: "POST", has: "data | errors.[].message"}

// ofRepository is how a path begins that is about a repository. GitHub itself leads to one by its id.
const ofRepository = `^/(?:repos/[^/]+/[^/]+|repositories/[0-9]+)`

// expressions are the paths of the shapes.
var expressions = sync.OnceValue(func() (all []*regexp.Regexp) {
	wild := strings.NewReplacer("*", "[^/]+", "...", ".+")
	for _, s := range shapes {
		switch expression := wild.Replace(s.path); {
		case expression == "":
			all = append(all, regexp.MustCompile(ofRepository+"$"))
		case expression[0] == '/':
			all = append(all, regexp.MustCompile("^"+expression+"$"))
		default:
			all = append(all, regexp.MustCompile(ofRepository+"/"+expression+"$"))
		}
	}
	return all
})

// shapeOf is what the answer to a request must be; nil where that is not asked for.
func (a *answers) shapeOf(request *http.Request) *shape {
	if request.URL.Path == a.graph.Path && request.Method == graphShape.method {
		return &graphShape
	}
	below := "/" + strings.TrimPrefix(strings.TrimPrefix(request.URL.Path, strings.TrimSuffix(a.api.Path, "/")), "/")
	for i := range shapes {
		if s := &shapes[i]; s.method == request.Method && expressions()[i].MatchString(below) {
			return s
		}
	}
	return nil
}

// wants reports whether a status is that of an answer.
func (s *shape) wants(status int) bool {
	if s.status != 0 {
		return status == s.status
	}
	return status == http.StatusOK || status == http.StatusCreated
}

// fits says what is wrong with an answer.
func (s *shape) fits(request *http.Request, text []byte) error {
	if s.is != nil {
		return s.is(request, text)
	}
	if s.has == "" {
		return nil
	}
	var value any
	if json.Unmarshal(text, &value) != nil {
		return errors.New("which is no JSON")
	}
	var missing string
	for alternative := range strings.SplitSeq(s.has, "|") {
		if missing = lacking(value, alternative); missing == "" {
			return nil
		}
	}
	return fmt.Errorf("in which %q is missing", missing)
}

// lacking is the first of the members that a value does not have; "" for none.
func lacking(value any, members string) string {
	for member := range strings.FieldsSeq(members) {
		if !holds(value, strings.Split(member, ".")) {
			return member
		}
	}
	return ""
}

func holds(value any, at []string) bool {
	if len(at) == 0 {
		return value != nil
	}
	if at[0] == "[]" {
		list, is := value.([]any)
		return is && !slices.ContainsFunc(list, func(one any) bool { return !holds(one, at[1:]) })
	}
	object, is := value.(map[string]any)
	return is && holds(object[at[0]], at[1:])
}

// isBlob sees to it that bytes are those by whose name git was asked for them.
func isBlob(request *http.Request, text []byte) error {
	if !slices.Contains(blobIDs(text), path.Base(request.URL.Path)) {
		return errors.New("which is something else than was asked for")
	}
	return nil
}

// blobIDs are the names that git has for a content, in a repository of either format.
func blobIDs(text []byte) []string {
	named := append(fmt.Appendf(nil, "blob %d\x00", len(text)), text...)
	sum1, sum256 := sha1.Sum(named), sha256.Sum256(named) //nolint:gosec // see above
	return []string{hex.EncodeToString(sum1[:]), hex.EncodeToString(sum256[:])}
}
