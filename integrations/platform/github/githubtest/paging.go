package githubtest

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// mostPerPage is what GitHub gives at a time; fewPerPage is what it gives unasked.
const (
	mostPerPage = 100
	fewPerPage  = 30
)

// size is how many things a page has.
func (c *call) size() int {
	if n, err := strconv.Atoi(c.value("per_page")); err == nil {
		return n
	}
	return fewPerPage
}

// paged is the part of a list that a request asks for by the number of a page, with the header that leads to the other pages.
func paged[T any](c *call, all []T) ([]T, http.Header) {
	size, number := c.size(), 1
	if n, err := strconv.Atoi(c.value("page")); err == nil {
		number = n
	}
	last := max((len(all)+size-1)/size, 1)
	var links []string
	add := func(relation string, to int) {
		links = append(links, c.linkTo(relation, url.Values{"page": {strconv.Itoa(to)}}))
	}
	if number > 1 {
		add("prev", min(number-1, last))
	}
	if number < last {
		add("next", number+1)
		add("last", last)
	}
	if number > 1 {
		add("first", 1)
	}
	from := min((number-1)*size, len(all))
	return all[from:min(from+size, len(all))], linkHeader(links)
}

// afterCursor is the part of a list that a request asks for by a cursor, which only the fake can read.
func afterCursor[T any](c *call, all []T) ([]T, http.Header) {
	size, from := c.size(), 0
	if at, ok := position(c.value("after")); ok {
		from = min(at, len(all))
	}
	to := min(from+size, len(all))
	if at, ok := position(c.value("before")); ok {
		to = min(at, len(all))
		from = max(to-size, 0)
	}
	var links []string
	if to < len(all) {
		links = append(links, c.linkTo("next", url.Values{"after": {cursor(to)}}))
	}
	if from > 0 {
		links = append(links, c.linkTo("prev", url.Values{"before": {cursor(from)}}))
	}
	return all[from:to], linkHeader(links)
}

func cursor(at int) string {
	return base64.URLEncoding.EncodeToString([]byte("cursor:" + strconv.Itoa(at)))
}

func position(cursor string) (int, bool) {
	text, err := base64.URLEncoding.DecodeString(cursor)
	number, found := strings.CutPrefix(string(text), "cursor:")
	at, bad := strconv.Atoi(number)
	return at, err == nil && found && bad == nil
}

// linkTo is one entry of the header. GitHub leads to repositories by their ids.
func (c *call) linkTo(relation string, change url.Values) string {
	query := url.Values{}
	for name, values := range c.query {
		if name != "page" && name != "after" && name != "before" {
			query[name] = values
		}
	}
	for name, values := range change {
		query[name] = values
	}
	path := c.path
	if c.repository != nil {
		path = fmt.Sprintf("/repositories/%d%s", c.repository.ID, c.below())
	}
	return fmt.Sprintf(`<%s%s?%s>; rel=%q`, c.URL(), path, query.Encode(), relation)
}

func linkHeader(links []string) http.Header {
	if links == nil {
		return nil
	}
	return http.Header{"Link": {strings.Join(links, ", ")}}
}

// list answers with one page of a list.
func list[T any](c *call, all []T, render func(T) object) answer {
	some, header := paged(c, all)
	return answer{status: http.StatusOK, header: header, body: rendered(some, render)}
}

// counted answers with one page of a list that says how long it is.
func counted[T any](c *call, name string, all []T, render func(T) object) answer {
	some, header := paged(c, all)
	return answer{status: http.StatusOK, header: header, body: object{"total_count": len(all), name: rendered(some, render)}}
}

// rendered is never nil, which would be no list in JSON.
func rendered[T any](some []T, render func(T) object) []any {
	all := make([]any, 0, len(some))
	for _, one := range some {
		all = append(all, render(one))
	}
	return all
}
