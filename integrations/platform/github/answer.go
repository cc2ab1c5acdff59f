package github

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/httpapi"
)

// answers lets nobody read an answer that is not one of GitHub's: a page to sign in at, nothing at all, or JSON without what the question is about
// would else be read as none, zero and empty. It is an [http.RoundTripper], whose errors are those of answers that say no as well.
type answers struct {
	asks  *httpapi.Transport
	api   *url.URL
	graph *url.URL
}

// answerError is why there is no answer. It names the question, and never what may be a secret in it.
type answerError struct {
	question string // method and address
	status   int    // of the answer; 0 where there was none
	says     string // why, in the words of GitHub; "" where nobody knows who answered
	err      error
}

// Error says what is wrong.
func (e *answerError) Error() string { return e.question + ": " + e.err.Error() }

// Unwrap gives the cause.
func (e *answerError) Unwrap() error { return e.err }

// RoundTrip asks, see [http.RoundTripper].
func (a *answers) RoundTrip(request *http.Request) (*http.Response, error) {
	e := &answerError{question: questionOf(request)}
	s := a.shapeOf(request)
	if s == nil && strings.EqualFold(request.URL.Host, a.api.Host) { // elsewhere the transport does not ask
		e.err = errors.New("it leads to something that the gate does not ask for")
		return nil, e
	}
	response, err := a.asks.RoundTrip(request)
	if err != nil {
		e.err = err
		return nil, e
	}
	text, err := io.ReadAll(response.Body)
	err = cmp.Or(err, response.Body.Close())
	if response.Body = io.NopCloser(bytes.NewReader(text)); err == nil && leadsOn(response, s) {
		return response, nil
	}
	var why error
	switch e.status = response.StatusCode; {
	case err != nil:
		why = fmt.Errorf("which breaks off: %w", err)
	case !s.wants(e.status):
		e.says = reasonOf(text)
	default:
		if why = s.fits(request, text); why == nil {
			return response, nil
		}
	}
	e.err = a.told(e, response, text, why)
	return nil, e
}

// questionOf is a request as it may be told.
func questionOf(request *http.Request) string {
	return request.Method + " " + httpapi.Shown(request.URL.String())
}

// leadsOn reports whether an answer sends to another address, at which the client asks.
func leadsOn(response *http.Response, s *shape) bool {
	switch response.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return response.Header.Get("Location") != "" && (s.status == 0 || s.status == response.StatusCode)
	}
	return false
}

// told says what was answered: the status, what is wrong with it, and how it begins. A server that repeats the token is not repeated.
func (a *answers) told(e *answerError, response *http.Response, text []byte, why error) error {
	err := fmt.Errorf("the answer is %d %s", e.status, http.StatusText(e.status))
	if to, unsaid := response.Location(); unsaid == nil && e.status >= http.StatusMultipleChoices {
		err = fmt.Errorf("%w to %q", err, gate.CleanLine(httpapi.Shown(to.String()), 200))
	}
	if why != nil {
		err = fmt.Errorf("%w, %w", err, why)
	}
	if e.says != "" {
		e.says = httpapi.Cleaned([]byte(e.says), 300, a.asks.Token)
		return fmt.Errorf("%w; GitHub says: %s", err, e.says)
	}
	return fmt.Errorf("%w%s", err, httpapi.Begin(text, a.asks.Token, response.Request.URL.RawQuery))
}

// reasonOf is what GitHub says in an answer that refuses something; "" where it is no answer of GitHub's.
func reasonOf(text []byte) string {
	var said struct {
		Message string         `json:"message"`
		Errors  jsontext.Value `json:"errors"`
	}
	if json.Unmarshal(text, &said) != nil || said.Message == "" {
		return ""
	}
	return strings.TrimSpace(said.Message + " " + string(said.Errors))
}

// sameMethod follows redirects, but none on which a change would become a question, whose answer looks as if the change were made.
func sameMethod(request *http.Request, via []*http.Request) error {
	last := via[len(via)-1]
	switch {
	case request.Method != last.Method:
		return &answerError{question: questionOf(last), err: fmt.Errorf("it leads to %s", questionOf(request))}
	case len(via) > mostRedirects:
		return &answerError{question: questionOf(last), err: fmt.Errorf("it leads on more than %d times", mostRedirects)}
	}
	return nil
}

const mostRedirects = 5
