package githubtest

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// route is an operation with its path as an expression. Parameters of paths may hold slashes, which no router over the description allows for.
type route struct {
	*operation
	path  *regexp.Regexp
	names []string
}

var routes = sync.OnceValue(func() (all []route) {
	for i := range operations {
		all = append(all, routeOf(&operations[i]))
	}
	return all
})

var parameter = regexp.MustCompile(`/\{(\w+)(\.\.\.)?\}`)

func routeOf(o *operation) route {
	r := route{operation: o}
	expression := parameter.ReplaceAllStringFunc(o.path, func(found string) string {
		parts := parameter.FindStringSubmatch(found)
		r.names = append(r.names, parts[1])
		switch {
		case parts[2] == "":
			return `/([^/]+)`
		case strings.HasSuffix(o.path, found):
			return `(?:/(.*))?` // the root of the contents has no name
		}
		return `/(.+)`
	})
	r.path = regexp.MustCompile("^" + expression + "$")
	return r
}

// find gives the operation that a request asks for, with the parameters of its path.
func find(method, escaped string) (*operation, map[string]string) {
	for _, r := range routes() {
		found := r.path.FindStringSubmatch(escaped)
		if r.method != method || found == nil {
			continue
		}
		values := map[string]string{}
		for i, name := range r.names {
			value, err := url.PathUnescape(found[i+1])
			if err != nil {
				return nil, nil
			}
			values[name] = value
		}
		return r.operation, values
	}
	return nil, nil
}

// byID is how GitHub itself writes the address of a repository where it leads to one, or to the next page. Its description does not have it.
var byID = regexp.MustCompile(`^/repositories/(\d+)((?:/.*)?)$`)

// named is the escaped path of a request with the name of the repository that it has by its id.
func (s *Server) named(r *http.Request) string {
	path := r.URL.EscapedPath()
	parts := byID.FindStringSubmatch(path)
	if parts == nil {
		return path
	}
	id, _ := strconv.ParseInt(parts[1], 10, 64) // too long a number is nobody's
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, repository := range s.repositories {
		if repository.ID == id {
			return "/repos/" + repository.FullName() + parts[2]
		}
	}
	return path
}
