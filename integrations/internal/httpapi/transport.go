package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// Transport asks one server with a token, which no other server is ever told. It waits where the server asks for patience, as long as its budget
// lasts, asks again where an answer was lost and nothing can happen twice, and bounds answers. It is an [http.RoundTripper].
type Transport struct {
	Host   string            // to which the token may go, with its port
	Token  string            // "" for none
	Now    func() time.Time  //
	Budget time.Duration     // for all waiting together; 0 is two minutes
	Pause  time.Duration     // before the first repetition of what was lost; 0 is one second, and it doubles
	Most   int64             // bytes of an answer; 0 is 64 MiB
	Under  http.RoundTripper // nil for the usual one

	waits sync.Mutex
	spent time.Duration
}

// ErrLimited is the error of a server that does not want to be asked any more for longer than there is time.
var ErrLimited = errors.New("the server limits how often it is asked")

const (
	defaultBudget = 2 * time.Minute
	defaultMost   = 64 << 20
	unsaid        = time.Minute // what a limit means that does not say how long it lasts
)

// RoundTrip asks, see [http.RoundTripper].
func (t *Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := t.mayAsk(request.URL); err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		response, err := t.once(request)
		pause, why := t.patience(request, response, err, try)
		if why == nil {
			return t.bounded(response), err
		}
		if response != nil {
			_ = response.Body.Close() // nothing of it is wanted
		}
		if err := t.wait(request.Context(), pause, why); err != nil {
			return nil, err
		}
	}
}

// mayAsk refuses other servers than the one that the token is for, and plain HTTP but on this machine.
func (t *Transport) mayAsk(u *url.URL) error {
	if !strings.EqualFold(u.Host, t.Host) {
		return fmt.Errorf("%w: to %s, and only %s is asked here", errRedirect, u.Host, t.Host)
	}
	return Secure(u)
}

// Secure refuses plain HTTP but on this machine.
func Secure(u *url.URL) error {
	if u.Scheme != "https" && !isLoopback(u.Hostname()) {
		return gate.WithHint(fmt.Errorf("%s://%s is no HTTPS", u.Scheme, u.Host), "name the address of the API with https")
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (t *Transport) once(request *http.Request) (*http.Response, error) {
	again := request.Clone(request.Context())
	if request.GetBody != nil {
		body, err := request.GetBody()
		if err != nil {
			return nil, err
		}
		again.Body = body
	}
	if t.Token != "" {
		again.Header.Set("Authorization", "Bearer "+t.Token)
	}
	again.Header.Set("User-Agent", "defectgate")
	under := t.Under
	if under == nil {
		under = http.DefaultTransport
	}
	return under.RoundTrip(again)
}

// patience says whether to ask again, after which pause, and why; no reason is an answer that stands.
func (t *Transport) patience(request *http.Request, response *http.Response, lost error, try int) (time.Duration, error) {
	if request.Context().Err() != nil || request.Body != nil && request.GetBody == nil {
		return 0, nil
	}
	first := t.Pause
	if first == 0 {
		first = time.Second
	}
	if lost == nil && isLimited(response) {
		return max(t.asked(response), first), fmt.Errorf("%w: %s", ErrLimited, response.Status)
	}
	if !isQuestion(request) || try >= tries || lost == nil && response.StatusCode < http.StatusInternalServerError {
		return 0, nil
	}
	if lost == nil {
		lost = fmt.Errorf("the answer is %s", response.Status)
	}
	return first << (try - 1), lost
}

// isQuestion reports whether a request changes nothing. All that is ever sent to GraphQL are queries.
func isQuestion(request *http.Request) bool {
	return request.Method == http.MethodGet || request.Method == http.MethodHead || strings.HasSuffix(request.URL.Path, "/graphql")
}

// isLimited recognises every form of a limit: 429, and 403 with a pause or with nothing left.
func isLimited(response *http.Response) bool {
	switch response.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusForbidden:
		return response.Header.Get("Retry-After") != "" || response.Header.Get("X-Ratelimit-Remaining") == "0"
	}
	return false
}

// asked is the pause that a limit asks for: in seconds, or until an instant.
func (t *Transport) asked(response *http.Response) time.Duration {
	if seconds, err := strconv.ParseInt(response.Header.Get("Retry-After"), 10, 32); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := strconv.ParseInt(response.Header.Get("X-Ratelimit-Reset"), 10, 64); err == nil {
		return max(time.Unix(at, 0).Sub(t.Now()), 0) + time.Second
	}
	return unsaid
}

// wait pauses within the budget, which all requests share.
func (t *Transport) wait(ctx context.Context, pause time.Duration, why error) error {
	budget := t.Budget
	if budget == 0 {
		budget = defaultBudget
	}
	t.waits.Lock()
	t.spent += pause
	over := t.spent > budget
	t.waits.Unlock()
	if over {
		return gate.WithHint(fmt.Errorf("%w; with %s more, it would be waited for longer than %s", why, pause, budget), "try again later")
	}
	if deadline, has := ctx.Deadline(); has && t.Now().Add(pause).After(deadline) {
		return gate.WithHint(fmt.Errorf("%w; waiting %s more would take longer than there is time", why, pause),
			"try again later, or give it more time with --timeout")
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// bounded gives an answer of which no more is read than is allowed. The client above must not count limits for itself: it would refuse to ask.
func (t *Transport) bounded(response *http.Response) *http.Response {
	if response == nil {
		return nil
	}
	for _, name := range []string{"X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "X-Ratelimit-Used", "X-Ratelimit-Resource"} {
		response.Header.Del(name)
	}
	most := t.Most
	if most == 0 {
		most = defaultMost
	}
	response.Body = &boundedBody{ReadCloser: response.Body, left: most, most: most}
	return response
}

// boundedBody fails behind its bound: what was cut must not look whole.
type boundedBody struct {
	io.ReadCloser
	left, most int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fmt.Errorf("the answer is larger than %d bytes", b.most)
	}
	return n, err
}
