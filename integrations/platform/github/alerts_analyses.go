package github

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/defectgate/defectgate/gate"
)

// analysis is one upload of results to code scanning.
// https://docs.github.com/rest/code-scanning/code-scanning#list-code-scanning-analyses-for-a-repository
type analysis struct {
	ID          int64     `json:"id"`
	Ref         string    `json:"ref"`
	Commit      string    `json:"commit_sha"`
	Job         string    `json:"analysis_key"` // WORKFLOW:JOB
	Environment string    `json:"environment"`  // of a matrix
	Category    string    `json:"category"`
	Error       string    `json:"error"`
	Warning     string    `json:"warning"`
	Created     time.Time `json:"created_at"`
	Rules       int       `json:"rules_count"`
	Results     int       `json:"results_count"`
	Tool        struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"tool"`
}

// configuration is what GitHub tells analyses of one commit apart by: the tool and the category. Each replaces the results of its own only.
func (a *analysis) configuration() string { return a.Tool.Name + a.category() }

// name is the configuration with the version of the tool.
func (a *analysis) name() string {
	return strings.TrimSpace(a.Tool.Name+" "+a.Tool.Version) + a.category()
}

func (a *analysis) category() string {
	if category := cmp.Or(a.Category, a.Job+strings.TrimSuffix(a.Environment, "{}")); category != "" {
		return " (" + category + ")"
	}
	return ""
}

// analyses lists those of a reference, newest first, until all of the commits have been there; without a reference, the newest hundred of the
// repository.
func (l *listing) analyses(ctx context.Context, ref string, commits []string) (list []analysis, err error) {
	const what = "list the analyses of code scanning"
	query := url.Values{"per_page": {strconv.Itoa(perPage)}}
	if ref != "" {
		query.Set("ref", ref)
	}
	err = pages(what, func(number int) (int, error) {
		text, answer, err := l.client.read(ctx, "code-scanning/analyses", query)
		if err != nil {
			return 0, err
		}
		var page []analysis
		if err := json.Unmarshal(text, &page); err != nil {
			return 0, fmt.Errorf("it is no list of analyses: %w", err)
		}
		list = append(list, page...)
		if ref == "" || !slices.ContainsFunc(page, func(a analysis) bool { return slices.Contains(commits, a.Commit) }) {
			return 0, nil
		}
		return follow(query, answer, number)
	})
	if foundNothing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, l.failure(l.refused(what, err))
	}
	list = slices.DeleteFunc(list, func(a analysis) bool { return ref != "" && a.Ref != ref })
	slices.SortStableFunc(list, func(a, b analysis) int { return b.Created.Compare(a.Created) })
	return list, nil
}

// trialMerge gives the newest analysed trial merge of a change, if it is one of the head of the change: a run that another workflow started, or the
// base branch, is not told which commit was tried.
func (l *listing) trialMerge(ctx context.Context, a *gate.Artifact, history []analysis) (commits []string, err error) {
	i := slices.IndexFunc(history, func(a analysis) bool {
		return strings.HasPrefix(a.Ref, "refs/pull/") && strings.HasSuffix(a.Ref, "/merge")
	})
	if a.Change == nil || a.Change.Head == "" || i < 0 || !fullCommit.MatchString(history[i].Commit) {
		return nil, nil
	}
	tried, _, err := l.client.api.Git.GetCommit(ctx, l.client.owner, l.client.name, history[i].Commit)
	if err != nil {
		if status := statusOf(err); status == http.StatusNotFound || status == http.StatusForbidden {
			return nil, nil // nobody can say that it is one
		}
		return nil, l.failure(l.client.problem("read the commit that was analysed", readContents, err))
	}
	for _, parent := range tried.Parents {
		if parent.GetSHA() == a.Change.Head {
			commits = append(commits, history[i].Commit)
		}
	}
	return commits, nil
}
