package github

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/defectgate/defectgate/gate"
)

// doubts asks once more where an end might be none: behind a full page whatever leads to the next one may be lost, and with pages by their numbers an
// alert that is closed meanwhile moves another one from a page to come to one that was read.
func (q *question) doubts(ctx context.Context) error {
	if q.number < q.last {
		return fmt.Errorf("%s: it ended with page %d of %d", q.what(), q.number, q.last)
	}
	if q.full {
		oldest, err := q.first(ctx, "created", "asc")
		if err != nil {
			return err
		}
		if round, known := q.seen[oldest.Number]; !known || round != q.round { // 0, where there is none any more, is none that came
			return fmt.Errorf("%s: it ended with page %d, and alert %d did not come", q.what(), q.number, oldest.Number)
		}
	}
	if q.numbered {
		newest, err := q.first(ctx, "updated", "desc")
		if err != nil {
			return err
		}
		if !newest.Updated.Before(q.asked) || newest.Updated.IsZero() && q.kind != SecretScanning { // of which null is never
			return fmt.Errorf("%s: alert %d changed while it was read", q.what(), newest.Number)
		}
	}
	return nil
}

// sample is what tells one alert from others, and from itself at another time.
type sample struct {
	Number  int64     `json:"number"`
	Updated time.Time `json:"updated_at"`
}

// first gives the alert that is first in an order; none where there is no alert. By the time of changes it is one of all states.
func (q *question) first(ctx context.Context, sort, direction string) (sample, error) {
	query := maps.Clone(q.query)
	query.Del("page")
	query.Del("after")
	if sort == "updated" {
		query.Del("state")
	}
	maps.Copy(query, url.Values{"sort": {sort}, "direction": {direction}, "per_page": {"1"}})
	text, _, err := q.get(ctx, query)
	if err != nil {
		return sample{}, err
	}
	var some []sample
	if err := json.Unmarshal(text, &some); err != nil {
		return sample{}, fmt.Errorf("%s: it is no list of alerts: %w", q.what(), err)
	}
	return append(some, sample{})[0], nil
}

// refused says what an error of the API means for these alerts: a feature that is off is refused as a right is that is missing.
func (l *listing) refused(what string, err error) error {
	problem := l.client.problem(what, l.kind.right(), err)
	switch statusOf(err) {
	case http.StatusForbidden, http.StatusNotFound:
		return gate.WithHint(problem, "see that %s are switched on for the repository, and %s", l.kind.title(), l.kind.rightHint())
	}
	return problem
}

// rightHint says how a token comes by the right. https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions
func (k AlertKind) rightHint() string {
	if k == SecretScanning {
		return "give the step as GITHUB_TOKEN a token of a GitHub App, or of a person, that may read secret scanning alerts: that of the job never may"
	}
	hint := "give the job the right: permissions: { " + k.right() + " }"
	if k == Dependabot {
		hint += " (GitHub Enterprise Server: the token of an App, or of a person, that may read Dependabot alerts)"
	}
	return hint
}

// foundNothing reports whether GitHub says that the repository has no analysis at all, which it does with the status of what is not there.
func foundNothing(err error) bool {
	var a *answerError
	return statusOf(err) == http.StatusNotFound && errors.As(err, &a) && strings.Contains(strings.ToLower(a.says), "no analysis found")
}
