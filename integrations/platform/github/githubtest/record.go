package githubtest

import (
	"net/http"
	"slices"

	"github.com/go-json-experiment/json"
)

// Request is one that the fake was asked.
type Request struct {
	Operation string // id; "" where the fake does not know it
	Method    string
	Path      string // as it was sent, without the query
	Query     string // as it was sent
	Header    http.Header
	Body      string
	Login     string // of the account that the token acts as; "" without a token that is known
	Status    int    // of the answer; 0 as long as there is none, and where the connection was ended
}

// Requests are all requests so far, in their order. Those for the storage of artifacts are among them, as "storage".
func (s *Server) Requests() (all []Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.requests {
		all = append(all, *r)
	}
	return all
}

// Calls is how often an operation was asked for.
func (s *Server) Calls(operation string) (n int) {
	for _, r := range s.Requests() {
		if r.Operation == operation {
			n++
		}
	}
	return n
}

// Writes are the requests so far that ask for a change.
func (s *Server) Writes() []Request {
	return slices.DeleteFunc(s.Requests(), func(r Request) bool { return r.Method == http.MethodGet || r.Operation == "graphql" })
}

// received writes a request down, and gives the fault that it is hit by.
func (s *Server) received(c *call) *Fault {
	token := s.tokenOf(c.request)
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &Request{Method: c.request.Method, Path: c.request.URL.EscapedPath(), Query: c.request.URL.RawQuery,
		Header: c.request.Header.Clone(), Body: string(c.body)}
	if c.operation != nil {
		r.Operation = c.operation.id
	}
	if token != nil {
		r.Login = token.who().Login
	}
	s.requests = append(s.requests, r)
	c.record = r
	return s.next(r.Operation, r.Path)
}

// plain is an answer as whoever reads it has it.
func plain(body any) (value any) {
	text, err := json.Marshal(body)
	if err == nil {
		err = json.Unmarshal(text, &value)
	}
	if err != nil {
		return nil
	}
	return value
}

// emptied is a page with nothing on it.
func emptied(page any) any {
	counted, ok := page.(object)
	if !ok {
		return []any{}
	}
	for name, member := range counted {
		if _, isList := member.([]any); isList {
			counted[name] = []any{}
		}
	}
	return counted
}
