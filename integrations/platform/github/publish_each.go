package github

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/workflow"
)

// publisher shows one result, and gathers what went wrong.
type publisher struct {
	c       *Client
	r       Result
	shown   bool     // annotations are in a check run
	absent  []string // what needs a client
	refused []string // what the token may not do
	reasons []error  // of the same
	notices []string
}

// maxAnnotations is how many are shown at a check run: each fifty are a request, of which a job has a thousand an hour.
const maxAnnotations = 1000

// annotations chooses those that are shown.
func (p *publisher) annotations(ctx context.Context) {
	switch {
	case !p.r.Want[InAnnotations]:
		p.r.Annotations = workflow.Annotations{}
	case p.r.Change > 0 && len(p.r.Annotations.All) > 0 && p.c != nil:
		p.onChangedLines(ctx)
	}
}

// onChangedLines drops annotations of lines that the pull request does not change. Where those are not known, all stay.
func (p *publisher) onChangedLines(ctx context.Context) {
	changed, err := p.c.ChangedLines(ctx, p.r.Change)
	if err != nil {
		p.failed("choice of annotations by changed lines", err)
		return
	}
	p.r.Annotations.Only(func(a workflow.Annotation) bool { return changed.overlaps(a.Path, a.Line, a.EndLine) })
}

// checkRun shows the verdict at the commit.
func (p *publisher) checkRun(ctx context.Context) {
	switch {
	case !p.r.Want[InCheck] && !p.r.Want[InStatus]:
	case p.c == nil && p.r.Want[InCheck]:
		p.absent = append(p.absent, "check run")
	case p.c == nil:
		p.absent = append(p.absent, "commit status")
	case !p.r.Want[InCheck]:
		p.failed("commit status", p.c.Status(ctx, p.r.check()))
	default:
		p.checkOrStatus(ctx)
	}
}

func (p *publisher) checkOrStatus(ctx context.Context) {
	check := p.r.check()
	all := len(check.Annotations)
	check.Annotations = check.Annotations[:min(all, maxAnnotations)]
	err := p.c.CheckRun(ctx, check)
	p.shown = err == nil
	if p.shown && all > maxAnnotations {
		p.notice("annotations of the check run: %s", workflow.More(p.r.Annotations.Left(maxAnnotations)))
	}
	if !mayNot(err) || errors.Is(err, errPartly) {
		p.failed("check run", err)
		return
	}
	instead := p.c.Status(ctx, check)
	if instead == nil {
		p.failed("check run (a commit status has the verdict)", err)
		return
	}
	p.failed("check run", err)
	p.failed("commit status", instead)
}

func (r *Result) check() Check {
	return Check{Name: r.Name, Head: r.Head, DecisionID: r.DecisionID, Verdict: r.Verdict, Mode: r.Mode, Title: r.Title, Summary: r.CheckText,
		Link: r.RunURL, Annotations: workflow.Placed(r.Annotations.All)}
}

// logged writes annotations into the log that are nowhere else.
func (p *publisher) logged() {
	if p.r.Want[InAnnotations] && !p.shown && p.r.Log != nil {
		p.failed("annotations", p.r.Annotations.Write(p.r.Log))
	}
}

// comment shows the result at the pull request, if the run is of one.
func (p *publisher) comment(ctx context.Context) {
	switch {
	case !p.r.Want[InComment] || p.r.Change <= 0:
	case p.c == nil:
		p.absent = append(p.absent, "comment")
	case p.isOld(ctx):
		p.notice("the comment is left as it is: the pull request has a newer commit than the one that was judged")
	default:
		p.failed("comment", p.c.Comment(ctx, p.r.Change, resultMarker(p.r.Name), p.r.CommentText))
	}
}

// isOld reports whether the change has moved on: a run that is run again late must not speak for the newest commit. Where nobody can tell, it is not.
func (p *publisher) isOld(ctx context.Context) bool {
	change, _, err := p.c.api.PullRequests.Get(ctx, p.c.owner, p.c.name, int(p.r.Change))
	return err == nil && change.GetHead().GetSHA() != "" && p.r.Head != "" && change.GetHead().GetSHA() != p.r.Head
}

// maxMarked bounds the name in a marker: the text above it leaves some room, and no more.
const maxMarked = 100

// resultMarker finds the comment again. It differs from those of replies, and no name gets out of it. Of a long one there is the digest.
func resultMarker(name string) string {
	escaped := strings.ReplaceAll(url.PathEscape(name), "-", "%2D")
	if len(escaped) > maxMarked {
		escaped = fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(name)))
	}
	return "<!-- defectgate:v1:result name=" + escaped + " -->"
}

// maxNotice bounds a notice, in characters.
const maxNotice = 600

func (p *publisher) notice(format string, args ...any) {
	p.notices = append(p.notices, gate.CleanLine(fmt.Sprintf(format, args...), maxNotice))
}

// failed tells what is not there, and why. What the token may not do is gathered, to be told at once.
func (p *publisher) failed(what string, err error) {
	switch {
	case err == nil:
	case errors.Is(err, errPartly):
		p.notice("%v%s", err, inBrackets(gate.HintOf(err)))
	case errors.Is(err, ErrForbidden):
		p.refused, p.reasons = append(p.refused, what), append(p.reasons, err)
	default:
		p.notice("no %s: %v%s", what, err, inBrackets(gate.HintOf(err)))
	}
}

func inBrackets(hint string) string {
	if hint == "" {
		return ""
	}
	return " (" + hint + ")"
}

// told are all notices.
func (p *publisher) told() []string {
	if len(p.absent) > 0 {
		why := cmp.Or(p.r.Unasked, ErrNoAccess)
		p.notice("no %s: %v%s", strings.Join(p.absent, ", "), why, inBrackets(gate.HintOf(why)))
	}
	if len(p.refused) == 0 {
		return p.notices
	}
	var hints []string
	for _, err := range p.reasons {
		if hint := gate.HintOf(err); hint != "" && !slices.Contains(hints, hint) {
			hints = append(hints, hint)
		}
	}
	why := ErrForbidden
	if len(p.reasons) == 1 {
		why = p.reasons[0]
	}
	hints = append(hints, "the token of a run for a fork may only read")
	p.notice("no %s: %v%s", strings.Join(p.refused, ", "), why, inBrackets(strings.Join(hints, "; ")))
	return p.notices
}
