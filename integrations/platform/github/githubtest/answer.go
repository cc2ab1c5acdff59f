package githubtest

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
)

// answer is what a request gets.
type answer struct {
	status int
	header http.Header
	body   any    // JSON; nil for none
	raw    []byte // instead of body, not checked
	media  string // type of raw
}

func ok(body any) answer { return answer{status: http.StatusOK, body: body} }

func created(body any) answer {
	a := answer{status: http.StatusCreated, body: body}
	if made, ok := body.(object); ok && made["url"] != nil {
		a.header = http.Header{"Location": {fmt.Sprint(made["url"])}}
	}
	return a
}

// documentation is where an error sends people. The fake has one address for all.
const documentation = "https://docs.github.com/rest"

// refused is an error as most operations have it.
func refused(status int, format string, values ...any) answer {
	message := fmt.Sprintf(format, values...)
	if status == http.StatusUnprocessableEntity { // the description has no status there
		return answer{status: status, body: object{"message": message, "documentation_url": documentation}}
	}
	return answer{status: status, body: object{"message": message, "documentation_url": documentation, "status": strconv.Itoa(status)}}
}

func notFound() answer { return refused(http.StatusNotFound, "Not Found") }

func conflict(message string) answer { return refused(http.StatusConflict, "%s", message) }

func unprocessable(format string, values ...any) answer {
	return refused(http.StatusUnprocessableEntity, format, values...)
}

// invalid is the error of one member of a request.
func invalid(resource, field, message string) answer {
	return answer{status: http.StatusUnprocessableEntity, body: object{
		"message": "Validation Failed", "documentation_url": documentation,
		"errors": []any{object{"resource": resource, "field": field, "code": "custom", "message": message}},
	}}
}

// moved leads to another address. Only a question may become another question on the way.
func moved(method, to string) answer {
	status := http.StatusMovedPermanently
	if method != http.MethodGet {
		status = http.StatusTemporaryRedirect
	}
	return answer{status: status, header: http.Header{"Location": {to}},
		body: object{"message": http.StatusText(status), "url": to, "documentation_url": documentation}}
}

// stamp is an instant as GitHub writes it.
func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// stampOrNull is an instant that may not have come.
func stampOrNull(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return stamp(at)
}

// orNull is a text that may not be there.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// link is an address of the API. Parts of the path are escaped by the caller where they may hold anything.
func (s *Server) link(format string, values ...any) string {
	return s.URL() + fmt.Sprintf(format, values...)
}

// page is the address of a page for people.
func (s *Server) page(format string, values ...any) string {
	return s.website + fmt.Sprintf(format, values...)
}

func escaped(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// send writes an answer. Headers that are set already stay.
func (c *call) send(w http.ResponseWriter, a answer) {
	text, media := a.raw, a.media
	if a.body != nil {
		var err error
		if text, err = json.Marshal(a.body, json.Deterministic(true)); err != nil {
			c.t.Errorf("the answer to %s: %v", c.operation.id, err)
		}
		media = "application/json; charset=utf-8"
	}
	header := http.Header{}
	c.limits(header)
	maps.Copy(header, a.header)
	if media != "" {
		header.Set("Content-Type", media)
	}
	for name, values := range header {
		if w.Header().Get(name) == "" {
			w.Header()[name] = values
		}
	}
	c.done(a.status)
	w.WriteHeader(a.status)
	_, _ = w.Write(text) // whoever has gone has no need of it
}

// limits are the headers that tell how often one may still ask. The fake never has enough of it.
func (c *call) limits(header http.Header) {
	header.Set("X-RateLimit-Limit", "5000")
	header.Set("X-RateLimit-Remaining", "4999")
	header.Set("X-RateLimit-Used", "1")
	header.Set("X-RateLimit-Resource", "core")
	header.Set("X-RateLimit-Reset", strconv.FormatInt(c.clock().Add(time.Hour).Unix(), 10))
}

// done writes the status of the answer down.
func (c *call) done(status int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.record.Status = status
}
