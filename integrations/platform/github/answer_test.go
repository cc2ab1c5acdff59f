package github_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// gone is a GitHub that answers so many requests as it is, and every later one as something else does.
type gone struct {
	after   int
	instead func(request *http.Request, usual *http.Response) (*http.Response, error) // nil: all is well
	asked   int
	hit     []string // the questions that were not answered well
	usual   []byte   // answer to the first of them
	status  int      // likewise
}

func (g *gone) RoundTrip(request *http.Request) (*http.Response, error) {
	usual, err := http.DefaultTransport.RoundTrip(request)
	if g.asked++; err != nil || g.instead == nil || g.asked <= g.after {
		return usual, err
	}
	text, err := io.ReadAll(usual.Body)
	if err != nil {
		return nil, err
	}
	if err := usual.Body.Close(); err != nil {
		return nil, err
	}
	usual.Body = io.NopCloser(bytes.NewReader(text))
	other, err := g.instead(request, usual)
	if len(g.hit) == 0 {
		g.usual, g.status = text, usual.StatusCode
	}
	g.hit = append(g.hit, request.Method+" "+request.URL.Scheme+"://"+request.URL.Host+request.URL.Path)
	return other, err
}

// answered is an answer made up.
func answered(request *http.Request, status int, media, text string) *http.Response {
	return &http.Response{StatusCode: status, Status: strconv.Itoa(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: request,
		Header: http.Header{"Content-Type": {media}}, Body: io.NopCloser(strings.NewReader(text)), ContentLength: -1}
}

const signIn = "<!doctype html>\n<title>Sign in</title>"

// nonsense is what answers where GitHub should, and what an error must say of it.
var nonsense = map[string]struct {
	instead func(request *http.Request, usual *http.Response) (*http.Response, error)
	says    string
	hint    string
}{
	"a page":         {says: `Sign in`, instead: says(200, signIn)},
	"a list":         {says: "", instead: says(200, "[]")},
	"an object":      {says: `"{}"`, instead: says(200, "{}")},
	"null":           {says: `"null"`, instead: says(200, "null")},
	"nothing":        {says: "it is empty", instead: says(200, "")},
	"no content":     {says: "204 No Content", instead: says(204, "")},
	"401":            {says: "Bad credentials", hint: "GITHUB_TOKEN", instead: says(401, `{"message":"Bad credentials"}`)},
	"401, a page":    {says: "Sign in", hint: "GITHUB_TOKEN", instead: says(401, signIn)},
	"403, a page":    {says: "Sign in", instead: says(403, signIn)},
	"404, a page":    {says: "Sign in", instead: says(404, signIn)},
	"404, an object": {says: `"{}"`, instead: says(404, "{}")},
	"502":            {says: "502 Bad Gateway", instead: says(502, signIn)},
	"cut off": {says: "unexpected EOF", instead: func(request *http.Request, usual *http.Response) (*http.Response, error) {
		text, _ := io.ReadAll(usual.Body)
		usual.Body = io.NopCloser(io.MultiReader(bytes.NewReader(text[:len(text)/2]), interrupted{}))
		return usual, nil
	}},
	"refused": {says: "connection refused", instead: func(*http.Request, *http.Response) (*http.Response, error) {
		return nil, errors.New("dial tcp: connection refused")
	}},
	"to a sign-in": {says: "login.example", instead: leads("https://login.example/?to=s3cret")},
	"to one here":  {says: "/login", instead: leads("/login?to=s3cret")},
	"an echo": {says: "…", instead: func(request *http.Request, _ *http.Response) (*http.Response, error) {
		return answered(request, 200, "text/plain", request.URL.String()+" "+request.Header.Get("Authorization")), nil
	}},
}

func says(status int, text string) func(*http.Request, *http.Response) (*http.Response, error) {
	return func(request *http.Request, _ *http.Response) (*http.Response, error) {
		return answered(request, status, "application/json", text), nil
	}
}

func leads(to string) func(*http.Request, *http.Response) (*http.Response, error) {
	return func(request *http.Request, _ *http.Response) (*http.Response, error) {
		answer := answered(request, http.StatusMovedPermanently, "text/html", "")
		answer.Header.Set("Location", to)
		return answer, nil
	}
}

type interrupted struct{}

func (interrupted) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// What answers in the place of GitHub says nothing, and nothing is not none. Whoever reads the error knows which question it was, and what to do.
func TestWhatIsNoAnswerIsAnError(t *testing.T) {
	place := regexp.MustCompile(`(GET|POST|PATCH) https?://[^ ]+`)
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			whole := &gone{}
			require.NoError(t, call(t.Context(), newAsked(t, whole)), "it works where nothing is wrong")
			require.NotZero(t, whole.asked)
			for after := range whole.asked {
				for kind, n := range nonsense {
					from := &gone{after: after, instead: n.instead}
					a := newAsked(t, from)
					err := call(t.Context(), a)
					if kind == "a list" && bytes.HasPrefix(from.usual, []byte("[")) || kind == "no content" && from.status == http.StatusNoContent {
						continue // it is an answer
					}
					what := kind + " instead of the answer to " + from.hit[0]
					require.Error(t, err, what)
					text := err.Error() + "\n" + gate.HintOf(err)
					require.Regexp(t, place, err.Error(), what)
					require.NotContains(t, text, a.token, what)
					require.NotContains(t, text, "s3cret", what)
					require.NotRegexp(t, `http[^ ]*\?[^…]`, text, what)
					require.Contains(t, err.Error(), n.says, what)
					require.NotEmpty(t, gate.HintOf(err), what)
					if strings.Contains(from.hit[0], a.server.URL()) { // the storage of artifacts is another one
						require.Contains(t, gate.HintOf(err), n.hint, what)
					}
					require.Less(t, len(err.Error()), 2000, what)
				}
			}
		})
	}
}

// A change that is led on as a question gets an answer, and is not made.
func TestAChangeThatBecomesAQuestionIsNotMade(t *testing.T) {
	a := newAsked(t, &gone{})
	require.NoError(t, calls["Reply"](t.Context(), a))
	var reply int64
	a.server.Do(func() { reply = a.repo.Comments[len(a.repo.Comments)-1].ID })
	to := a.server.URL() + "/repos/acme/shop/issues/comments/" + strconv.FormatInt(reply, 10)
	a.server.Fault(githubtest.Fault{Operation: "issues/update-comment", Status: http.StatusMovedPermanently, Redirect: to})
	text := "**yes**\n\n<!-- defectgate:v1:reply comment=" + strconv.FormatInt(a.comment.ID, 10) + " -->\n"
	err := a.forge.Reply(t.Context(), int64(a.pull.Number), a.comment.ID, text)
	require.ErrorContains(t, err, "PATCH "+to+": it leads to GET "+to)
}

// enterprise is a server of one's own, whose API lies below a path.
type enterprise struct{}

func (enterprise) RoundTrip(request *http.Request) (*http.Response, error) {
	below := request.Clone(request.Context())
	path, isAPI := strings.CutPrefix(request.URL.Path, "/api")
	if !isAPI {
		return answered(request, http.StatusNotFound, "text/html", signIn), nil
	}
	below.URL.Path = strings.TrimPrefix(path, "/v3")
	return http.DefaultTransport.RoundTrip(below)
}

func TestTheAPIBelowAPath(t *testing.T) {
	s, r, _ := asking(t)
	access := accessTo(s, r, nil)
	access.API, access.GraphQL, access.Under = s.URL()+"/api/v3/", s.URL()+"/api/graphql", enterprise{}
	c, err := github.Dial(access)
	require.NoError(t, err)
	_, err = c.Repository(t.Context())
	require.NoError(t, err)
	_, err = c.Self(t.Context())
	require.NoError(t, err)
	access.API = s.URL()
	c, err = github.Dial(access)
	require.NoError(t, err)
	_, err = c.Repository(t.Context())
	require.NotErrorIs(t, err, github.ErrNotThere, "a page says of nothing that it is not there")
	require.Contains(t, gate.HintOf(err), "/api/v3")
}
