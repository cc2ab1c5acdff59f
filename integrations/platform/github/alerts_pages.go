package github

import (
	"bytes"
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

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-github/v62/github"

	"github.com/defectgate/defectgate/gate"
)

// listing is a list of alerts that is being read.
type listing struct {
	client *Client
	kind   AlertKind
	said   Listing
	text   bytes.Buffer  // the arrays, with what stands between them
	round  int           // of questions: an alert comes up once in each
	seen   map[int64]int // the last round in which an alert came up, by its number

	places   int // that were asked for, of secrets
	unplaced int // secrets of which it is not known where they are
}

// mostBytes bounds what is kept of a list.
const mostBytes = 128 << 20

var errTooMuch = fmt.Errorf("the list is larger than %d bytes", mostBytes)

// body is what came, whether it is all or not.
func (l *listing) body() []byte {
	if l.said.Pages == 0 {
		return nil
	}
	l.text.WriteByte(']')
	return l.text.Bytes()
}

// ask lists what a query is about, to the end. The states of one reference are one round: an alert has one state.
func (l *listing) ask(ctx context.Context, query url.Values) error {
	q := &question{listing: l, query: query}
	q.query.Set("per_page", strconv.Itoa(perPage))
	err := pages(q.what(), func(number int) (int, error) { return q.page(ctx, number) })
	if err == nil {
		err = q.doubts(ctx)
	}
	return l.failure(err)
}

// failure says what an error means for the list: without its first page there is none.
func (l *listing) failure(err error) error {
	if err == nil {
		return nil
	}
	status := gate.Unavailable
	if l.said.Pages > 0 {
		status = gate.Partial
	}
	if errors.Is(err, errTooMuch) {
		status = gate.TooLarge
	}
	if gate.HintOf(err) == "" {
		err = gate.WithHint(err, "run the check again; what GitHub does not list to the end is not judged")
	}
	return &AlertsError{status, err}
}

// question is one list that is asked for, page by page.
type question struct {
	*listing
	query    url.Values
	asked    time.Time // when, by the clock of GitHub
	number   int       // of the last page
	last     int       // number of the last one, as another page said it
	numbered bool      // there are several, and they are known by their numbers
	full     bool      // the last page
}

func (q *question) what() string { return "list " + q.kind.title() }

// page reads one page and says which is the next.
func (q *question) page(ctx context.Context, number int) (next int, err error) {
	text, answer, err := q.get(ctx, q.query)
	if err != nil {
		return 0, err
	}
	alerts, err := q.take(ctx, text)
	if err != nil {
		return 0, fmt.Errorf("%s: page %d: %w", q.what(), number, err)
	}
	if q.number, q.full = number, alerts >= perPage; number == 1 {
		q.asked = clockOf(answer, q.said.Made)
	}
	q.last = max(q.last, answer.LastPage)
	next, err = follow(q.query, answer, number)
	q.numbered = q.numbered || q.query.Has("page")
	return next, err
}

// get asks for one page of alerts.
func (l *listing) get(ctx context.Context, query url.Values) ([]byte, *github.Response, error) {
	text, answer, err := l.client.read(ctx, string(l.kind)+"/alerts", query)
	if err != nil {
		return nil, nil, l.refused("list "+l.kind.title(), err)
	}
	return text, answer, nil
}

// read gets something of the repository as it is.
func (c *Client) read(ctx context.Context, path string, query url.Values) ([]byte, *github.Response, error) {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	request, err := c.api.NewRequest(http.MethodGet, fmt.Sprintf("repos/%s/%s/%s", c.owner, c.name, path), nil)
	if err != nil {
		return nil, nil, err
	}
	var text bytes.Buffer
	answer, err := c.api.Do(ctx, request, &text)
	return text.Bytes(), answer, err
}

// follow changes a query into that for the next page, and gives the page's number; 0 is none. A cursor has no number: pages are counted then.
func follow(query url.Values, answer *github.Response, number int) (int, error) {
	switch {
	case answer.After != "":
		query.Del("page")
		query.Set("after", answer.After)
		return number + 1, nil
	case answer.NextPage > 0:
		query.Del("after")
		query.Set("page", strconv.Itoa(answer.NextPage))
		return answer.NextPage, nil
	case strings.Contains(answer.Header.Get("Link"), `rel="next"`):
		return 0, fmt.Errorf("page %d leads to another one that cannot be understood", number)
	}
	return 0, nil
}

// clockOf is when an answer was made, as GitHub says it.
func clockOf(answer *github.Response, otherwise time.Time) time.Time {
	at, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return otherwise
	}
	return at
}

// take keeps the alerts of one page, and counts what it has. One that came in an earlier round is known.
func (l *listing) take(ctx context.Context, text []byte) (count int, err error) {
	var alerts []jsontext.Value
	if err := json.Unmarshal(text, &alerts); err != nil || alerts == nil {
		return 0, fmt.Errorf("it is no list of alerts: %w", cmp.Or(err, io.ErrUnexpectedEOF))
	}
	kept := alerts[:0]
	for _, alert := range alerts {
		known, err := l.know(alert)
		if err != nil {
			return 0, err
		}
		if known {
			continue
		}
		if l.kind == SecretScanning {
			if alert, err = l.withPlaceOnly(ctx, alert); err != nil {
				return 0, err
			}
		}
		kept = append(kept, alert)
	}
	return len(alerts), l.keep(kept)
}

// know remembers an alert by its number. One that comes up twice in a round shows that the list changed meanwhile, so that others may not have come.
func (l *listing) know(alert jsontext.Value) (known bool, err error) {
	var a struct {
		Number int64 `json:"number"`
	}
	if err := json.Unmarshal(alert, &a); err != nil {
		return false, fmt.Errorf("it has something that is no alert: %w", err)
	}
	round, known := l.seen[a.Number]
	switch {
	case a.Number <= 0:
		return false, errors.New("it has an alert without a number")
	case known && round == l.round:
		return false, fmt.Errorf("alert %d comes up twice: the list changed while it was read", a.Number)
	}
	if l.seen == nil {
		l.seen = map[int64]int{}
	}
	l.seen[a.Number] = l.round
	return known, nil
}

func (l *listing) keep(alerts []jsontext.Value) error {
	text, err := json.Marshal(alerts)
	if err != nil {
		return err
	}
	between := byte('[')
	if l.said.Pages > 0 {
		between = ','
	}
	l.text.WriteByte(between)
	l.text.Write(text)
	l.said.Pages++
	l.said.Alerts += len(alerts)
	if l.text.Len() > mostBytes {
		return errTooMuch
	}
	return nil
}
