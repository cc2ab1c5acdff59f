package github

import (
	"context"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/workflow"
)

// Place is where a result is shown.
type Place string

// The places. A check run becomes a commit status where the token may not make check runs; InStatus is for who wants only that. Annotations belong
// to the check run; where there is none, they are written into the log.
const (
	InCheck       Place = "check"
	InStatus      Place = "status"
	InAnnotations Place = "annotations"
	InComment     Place = "comment"
	InSummary     Place = "summary"
	InOutputs     Place = "outputs"
)

// Places are all of them, in the order in which [Publish] serves them.
func Places() []Place {
	return []Place{InCheck, InStatus, InAnnotations, InComment, InSummary, InOutputs}
}

// Result is what [Publish] shows. Texts are finished: what must not be told in public is not in them, and what others wrote is escaped.
type Result struct {
	Verdict     gate.Verdict
	Mode        gate.Mode
	DecisionID  string
	Head        string // full id of the commit that was judged
	Change      int64  // number of the pull request; 0 where the run is of none
	Name        string // of the check run or the commit status; comments of different names are different comments
	RunURL      string // see [RunURL]; "" for none
	Title       string // one line
	CheckText   string // Markdown, likewise the next two
	CommentText string
	SummaryText string
	Annotations workflow.Annotations
	Outputs     map[string]string // besides verdict, exit-code and decision-id
	Log         io.Writer         // of the step, for annotations that no check run has; nil for none
	Want        map[Place]bool
	Unasked     error // why there is no client, where there is none
}

// Publish shows a result where it is wanted. It changes no verdict: whatever fails is told in a notice, one cleaned line each, and the rest is done
// all the same. What the token may not do is one notice, as in every run for a fork. The client may be nil, for there is no token: then what needs
// none is done. A run that is of no pull request has no comment. In a pull request only annotations of lines that it changes are shown.
func Publish(ctx context.Context, getenv func(string) string, c *Client, r Result) (notices []string) {
	if r.Verdict != gate.Pass && r.Verdict != gate.Fail {
		r.Verdict = gate.Error // what is no verdict is none to pass with
	}
	p := publisher{c: c, r: r}
	p.annotations(ctx)
	p.checkRun(ctx)
	p.logged()
	p.comment(ctx)
	if r.Want[InSummary] {
		p.failed("summary", Summary(getenv, r.SummaryText))
	}
	if r.Want[InOutputs] {
		p.failed("outputs", Outputs(getenv, r.outputs()))
	}
	for _, place := range slices.Sorted(maps.Keys(r.Want)) {
		if !slices.Contains(Places(), place) {
			p.notice("%q is no place to show a result in", string(place))
		}
	}
	return p.told()
}

// outputs are the values of the step.
func (r *Result) outputs() map[string]string {
	values := maps.Clone(r.Outputs)
	if values == nil {
		values = map[string]string{}
	}
	values["verdict"], values["decision-id"] = string(r.Verdict), r.DecisionID
	values["exit-code"] = strconv.Itoa(r.Verdict.ExitCode(r.Mode))
	return values
}

var digits = regexp.MustCompile(`^[0-9]{1,20}$`)

// RunURL is the page of the run, on the server that the runner names; "" where there is none, or none to link to.
func RunURL(getenv func(string) string) string {
	server, repository, run := strings.TrimSuffix(getenv("GITHUB_SERVER_URL"), "/"), getenv("GITHUB_REPOSITORY"), getenv("GITHUB_RUN_ID")
	if secure(server) == nil || !slug.MatchString(repository) || !digits.MatchString(run) {
		return ""
	}
	return server + "/" + repository + "/actions/runs/" + run
}
