// Package httpapi is the one HTTP client of the integrations: it asks again where that helps, keeps to bounds, and gives no answer for a whole one
// that is none.
package httpapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// Client fetches over HTTPS. The zero value is ready.
type Client struct {
	HTTP  *http.Client  // nil for one that follows at most five redirects, to HTTPS only
	Pause time.Duration // before the first repetition; 0 is one second, and it grows from there
}

// tries is how often one thing is asked for, and longest the pause that an answer may ask for.
const (
	tries   = 4
	longest = time.Minute
)

// Get asks for an address. Answers of 429 and 5xx, and connections that break, are asked for again, as long as the context lasts. Every other answer
// but 200 and, to a question with a condition, 304 is an error. The body must be closed.
func (c *Client) Get(ctx context.Context, address string, conditions http.Header) (*http.Response, error) {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval = cmp.Or(c.Pause, time.Second)
	response, err := backoff.Retry(ctx, func() (*http.Response, error) { return c.once(ctx, address, conditions) },
		backoff.WithBackOff(pauses), backoff.WithMaxTries(tries), backoff.WithMaxElapsedTime(0))
	if err != nil {
		err = fmt.Errorf("GET %s: %w", Shown(address), err)
		if gate.HintOf(err) == "" {
			err = gate.WithHint(err, "see that the address is right, and can be reached from here; and run it again later")
		}
		return nil, err
	}
	return response, nil
}

func (c *Client) once(ctx context.Context, address string, conditions http.Header) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, backoff.Permanent(cause(err))
	}
	request.Header = conditions.Clone()
	if request.Header == nil {
		request.Header = http.Header{}
	}
	request.Header.Set("User-Agent", "defectgate")
	response, err := c.http().Do(request)
	if err != nil {
		err = cause(err)
		if errors.Is(err, errRedirect) {
			err = backoff.Permanent(err)
		}
		return nil, err
	}
	if code := response.StatusCode; code == http.StatusOK || code == http.StatusNotModified && len(conditions) > 0 {
		return response, nil
	}
	return nil, cmp.Or(refused(response), response.Body.Close())
}

// mostBegin is how much of an answer is looked at for its beginning, in bytes.
const mostBegin = 4 << 10

// Begin says how an answer begins, to be put behind what it is.
func Begin(text []byte, secrets ...string) string {
	if begin := Cleaned(text, 120, secrets...); begin != "" {
		return fmt.Sprintf("; it begins with %q", begin)
	}
	return "; it is empty"
}

// Cleaned is so much of what a server says as may be told: a line without control characters, and without the secrets that it repeats.
func Cleaned(text []byte, most int, secrets ...string) string {
	begin := string(text[:min(len(text), mostBegin)])
	for _, secret := range secrets {
		if secret != "" {
			begin = strings.ReplaceAll(begin, secret, "…")
		}
	}
	return gate.CleanLine(begin, most)
}

// Shown is an address as it may be told: without what may be a secret in it, the user and the query.
func Shown(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	u.User, u.RawQuery, u.ForceQuery, u.Fragment = nil, "", false, ""
	return u.String()
}

// cause leaves out the address, which the client's errors repeat whole.
func cause(err error) error {
	var said *url.Error
	if errors.As(err, &said) {
		return said.Err
	}
	return err
}

// refused says what an answer means, and whether it is worth while to ask again.
func refused(response *http.Response) error {
	begin, _ := io.ReadAll(io.LimitReader(response.Body, mostBegin)) // of what cannot be read, the status tells
	err := fmt.Errorf("the answer is %d %s%s", response.StatusCode, http.StatusText(response.StatusCode), Begin(begin, response.Request.URL.RawQuery))
	switch code := response.StatusCode; {
	case code != http.StatusTooManyRequests && code < http.StatusInternalServerError:
		return backoff.Permanent(gate.WithHint(err, "open the address in a browser: it may have moved, or need a sign-in"))
	default:
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
		if pause := time.Duration(seconds) * time.Second; pause > longest {
			return backoff.Permanent(fmt.Errorf("%w, and asks for a pause of %s", err, pause))
		} else if pause > 0 {
			return errors.Join(err, backoff.RetryAfter(seconds))
		}
	}
	return err
}

var errRedirect = errors.New("it leads elsewhere")

func (c *Client) http() *http.Client {
	if c.HTTP != nil {
		return c.HTTP
	}
	return &http.Client{CheckRedirect: OnlyHTTPS}
}

// OnlyHTTPS follows a redirect to HTTPS, five of them at most.
func OnlyHTTPS(request *http.Request, via []*http.Request) error {
	switch {
	case request.URL.Scheme != "https":
		return fmt.Errorf("%w: to %s, which is no HTTPS", errRedirect, Shown(request.URL.String()))
	case len(via) > 5:
		return fmt.Errorf("%w: more than five times", errRedirect)
	}
	return nil
}

// Copy copies a body up to a bound. One byte more is an error.
func Copy(to io.Writer, body io.Reader, most int64) error {
	n, err := io.Copy(to, io.LimitReader(body, most+1))
	if err == nil && n > most {
		err = fmt.Errorf("%w: the answer is larger than %d bytes (limit raw)", report.ErrTooLarge, most)
	}
	return err
}
