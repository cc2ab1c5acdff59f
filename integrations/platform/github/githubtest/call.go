package githubtest

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
)

// object is any JSON object.
type object = map[string]any

// call is one request on its way to an answer.
type call struct {
	*Server
	operation  *operation
	request    *http.Request
	path       string            // escaped, with the repository's name
	parameters map[string]string // of the path
	query      url.Values
	asked      []string // parameters of the query that were looked at
	body       []byte
	wrong      bool // the description does not know the request
	token      *Token
	repository *Repository // nil where the path names none
	later      func()      // done when the lock is free again
	record     *Request
}

// number is a parameter of the path; the description has seen to it that it is one.
func (c *call) number(name string) int64 {
	n, _ := strconv.ParseInt(c.parameters[name], 10, 64)
	return n
}

// value is a parameter of the query, "" where there is none.
func (c *call) value(name string) string {
	c.asked = append(c.asked, name)
	return c.query.Get(name)
}

// has reports whether the query has a parameter, and be it empty.
func (c *call) has(name string) bool {
	c.asked = append(c.asked, name)
	return c.query.Has(name)
}

// since is a parameter of the query that is an instant; the description has seen to its form.
func (c *call) since() time.Time {
	at, _ := time.Parse(time.RFC3339, c.value("since"))
	return at
}

// accepted are the types of an answer that GitHub has of its own: the second group is the form, as in application/vnd.github.v3.raw+json.
var accepted = regexp.MustCompile(`application/vnd\.github(\.v3)?\.([a-z]+)(\+json)?(,|;|$)`)

// form is how else than as JSON an answer is wanted: raw, diff, sha and so on. Asking for it is all that is needed to have it.
func (c *call) form() string {
	found := accepted.FindStringSubmatch(c.request.Header.Get("Accept"))
	if found == nil {
		return ""
	}
	c.asked = append(c.asked, "Accept")
	return found[2]
}

// decode reads the body of a request that the description allows. A member that the target does not have is one that the fake does nothing with.
func (c *call) decode(to any) {
	if len(c.body) == 0 {
		return
	}
	if err := json.Unmarshal(c.body, to, json.RejectUnknownMembers(true)); err != nil {
		c.t.Errorf("the fake GitHub does not do this of %s: %v", c.operation.id, err)
	}
}

// unread fails the test where the query has a parameter, or the answer was wanted in a form, that was not taken account of.
func (c *call) unread(a answer) {
	if a.status >= http.StatusMultipleChoices {
		return
	}
	if !slices.Contains(c.asked, "Accept") && c.form() != "" {
		c.t.Errorf("the fake GitHub does not do %s as %q", c.operation.id, c.form())
	}
	for name := range c.query {
		if !slices.Contains(c.asked, name) {
			c.t.Errorf("the fake GitHub does not do %q of %s", name, c.operation.id)
		}
	}
}
