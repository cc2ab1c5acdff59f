package httpapi_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/httpapi"
)

// serve answers with one status after the other, the last one for ever.
func serve(t *testing.T, statuses ...int) (server *httptest.Server, asked *int) {
	asked = new(int)
	server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := statuses[min(*asked, len(statuses)-1)]
		*asked++
		if status == http.StatusFound {
			w.Header().Set("Location", strings.Replace(r.URL.Query().Get("to"), "here", r.URL.String(), 1))
		}
		w.Header().Set("Retry-After", r.URL.Query().Get("pause"))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "body")
	}))
	t.Cleanup(server.Close)
	return server, asked
}

func client(server *httptest.Server) *httpapi.Client {
	plain := server.Client()
	plain.CheckRedirect = httpapi.OnlyHTTPS
	return &httpapi.Client{HTTP: plain, Pause: time.Millisecond}
}

func TestWhatIsAskedAgain(t *testing.T) {
	for _, c := range []struct {
		statuses []int
		query    string
		asked    int
		problem  string
	}{
		{[]int{200}, "", 1, ""},
		{[]int{503, 429, 500, 200}, "", 4, ""},
		{[]int{503}, "", 4, "the answer is 503"},
		{[]int{404, 200}, "", 1, `the answer is 404 Not Found; it begins with "body"`},
		{[]int{403, 200}, "", 1, "the answer is 403"},
		{[]int{204}, "", 1, "the answer is 204"},
		{[]int{304}, "", 1, "the answer is 304"},
		{[]int{429, 200}, "?pause=3600", 1, "asks for a pause of 1h0m0s"},
		{[]int{302}, "?to=http://127.0.0.1/", 1, "no HTTPS"},
		{[]int{302}, "?to=here", 6, "more than five times"},
	} {
		server, asked := serve(t, c.statuses...)
		response, err := client(server).Get(context.Background(), server.URL+c.query, nil)
		if c.problem != "" {
			require.ErrorContains(t, err, c.problem)
			require.ErrorContains(t, err, "GET "+server.URL)
			require.NotEmpty(t, gate.HintOf(err))
		} else {
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
		}
		require.LessOrEqual(t, *asked, c.asked, "%v", c)
		if c.problem == "" || c.query == "" {
			require.Equal(t, c.asked, *asked, "%v", c)
		}
	}
}

func TestTheEndOfTheContextEndsTheQuestion(t *testing.T) {
	server, _ := serve(t, 503)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	slow := client(server)
	slow.Pause = time.Hour
	_, err := slow.Get(ctx, server.URL, nil) //nolint:bodyclose // there is none
	require.Error(t, err)
}

func TestHintOfARefusal(t *testing.T) {
	server, _ := serve(t, 401)
	_, err := client(server).Get(context.Background(), server.URL, nil) //nolint:bodyclose // there is none
	require.Contains(t, gate.HintOf(err), "sign-in")
}

func TestCopyIsBounded(t *testing.T) {
	var b strings.Builder
	require.NoError(t, httpapi.Copy(&b, strings.NewReader("12345"), 5))
	require.EqualError(t, httpapi.Copy(&b, strings.NewReader("123456"), 5), "over the bound: the answer is larger than 5 bytes (limit raw)")
}
