package githubtest

import (
	"io"
	"net/http"
	"strings"
)

// mostBody bounds what is read of a request, in bytes.
const mostBody = 128 << 20

// ServeHTTP answers one request, see [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, mostBody))
	if err != nil {
		return // the other side has gone
	}
	c := &call{Server: s, request: r, path: s.named(r), query: r.URL.Query(), body: body}
	c.operation, c.parameters = find(r.Method, c.path)
	f := s.received(c)
	c.wrong = c.objection() != nil
	f.prepare(r.Context())
	var a answer
	if !f.replaces() {
		a = s.answerTo(c)
	}
	if f.acts() {
		f.answer(w, c, a)
		return
	}
	c.send(w, a)
}

// objection is what is wrong with a request, whatever it is to be answered. The test is told.
func (c *call) objection() error {
	if c.operation == nil {
		c.t.Errorf("the fake GitHub has no %s %s", c.request.Method, c.request.URL.EscapedPath())
		return nil // it is answered as such
	}
	var err error
	if c.operation.id == "graphql" {
		_, err = c.graphOf()
	} else {
		d, _ := described() // New has seen to it
		err = d.wrongRequest(c)
	}
	if err != nil {
		c.t.Errorf("GitHub's description does not know this request for %s, %s %s: %v", c.operation.id, c.request.Method, c.request.URL, err)
	}
	return err
}

// answerTo has a request carried out, and its answer checked.
func (s *Server) answerTo(c *call) answer {
	if c.operation == nil {
		return notFound()
	}
	c.token = s.tokenOf(c.request)
	a := s.carryOut(c)
	if c.later != nil {
		c.later()
	}
	if c.operation.id == "graphql" {
		return a
	}
	d, _ := described()
	if err := d.wrongAnswer(c, a); err != nil {
		s.t.Errorf("GitHub's description does not know this answer %d of the fake to %s: %v", a.status, c.operation.id, err)
	}
	c.unread(a)
	return a
}

func (s *Server) carryOut(c *call) answer {
	if c.token == nil {
		return refused(http.StatusUnauthorized, "Bad credentials")
	}
	if c.wrong && c.operation.id != "graphql" { // which says for itself what is wrong
		return unprocessable("Invalid request")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if a, stop := c.enter(); stop {
		return a
	}
	return c.operation.answer(c)
}

// enter finds the repository of a request, and sees whether the token may do there what it asks for.
func (c *call) enter() (answer, bool) {
	owner, name := c.parameters["owner"], c.parameters["repo"]
	if owner != "" {
		repository, current := c.repositoryNamed(owner + "/" + name)
		if repository == nil || !c.token.sees(repository) {
			return notFound(), true
		}
		if !current {
			return moved(c.request.Method, c.elsewhere(repository)), true
		}
		c.repository = repository
	}
	if !c.token.may(c.operation.right) || !c.token.belongs(c) {
		return forbidden(), true
	}
	return answer{}, false
}

// elsewhere is the address of a request at a repository that has another name now.
func (c *call) elsewhere(r *Repository) string {
	to := c.link("/repositories/%d%s", r.ID, c.below())
	if c.request.URL.RawQuery != "" {
		to += "?" + c.request.URL.RawQuery
	}
	return to
}

// below is the part of a path that comes behind the repository's name.
func (c *call) below() string {
	parts := strings.SplitN(c.path, "/", 5) // "", repos, owner, name, the rest
	if len(parts) < 5 {
		return ""
	}
	return "/" + parts[4]
}
