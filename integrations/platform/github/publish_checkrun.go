package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/go-github/v62/github"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/workflow"
)

// Check is a verdict at a commit, as a check run or as a commit status.
type Check struct {
	Name        string // of the check run, the context of the status
	Head        string // full id of the commit, hexadecimal
	DecisionID  string
	Verdict     gate.Verdict
	Mode        gate.Mode
	Title       string // one line
	Summary     string // Markdown; what is beyond 65,535 bytes is cut
	Link        string // where there is more; another than https is left out
	Annotations []workflow.Annotation
}

// Bounds of GitHub on a text of a check run: its title in characters, its summary in bytes.
const (
	maxTitle     = 255
	maxCheckText = 65_535
)

// perRequest is how many annotations GitHub takes at a time.
const perRequest = 50

// CheckRun shows a verdict as a check run. A run that shows the same decision already is written once more instead of a second one, and gets only
// the annotations that it does not have: GitHub adds those of every request. What cannot be decided is a failure: whoever looks at a check run sees
// red, and what is wrong its title says. Not being allowed to is [ErrForbidden]; a token of a person never is.
func (c *Client) CheckRun(ctx context.Context, check Check) error {
	if err := check.valid(); err != nil {
		return fmt.Errorf("create the check run: %w", err)
	}
	all := workflow.Placed(check.Annotations)
	found, err := c.findCheckRun(ctx, check)
	if err != nil {
		return err
	}
	if found != nil {
		has := min(found.GetOutput().GetAnnotationsCount(), len(all))
		if err := c.updateCheckRun(ctx, found.GetID(), check, batches(all[has:])); !mayNot(err) {
			return err
		}
		// Only the App that made a check run may change it: this one is that of another, whatever it says of itself.
	}
	return c.createCheckRun(ctx, check, batches(all))
}

// batches are the annotations of one request each; of the first one, none may be.
func batches(all []workflow.Annotation) [][]workflow.Annotation {
	if len(all) == 0 {
		return [][]workflow.Annotation{nil}
	}
	return slices.Collect(slices.Chunk(all, perRequest))
}

// fullCommit is the full id of one, of SHA-1 or SHA-256. It becomes a part of an address.
var fullCommit = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

// maxCheckName bounds the name of a check, in characters.
const maxCheckName = 100

func (c *Check) valid() error {
	switch {
	case c.Name == "" || gate.CleanLine(c.Name, maxCheckName) != c.Name:
		return fmt.Errorf("%q is no name of one", gate.CleanLine(c.Name, maxCheckName))
	case !fullCommit.MatchString(c.Head):
		return fmt.Errorf("%q is no full id of a commit", gate.CleanLine(c.Head, 80))
	case c.DecisionID == "": // every check run without an id would be ours
		return errors.New("the decision has no id")
	}
	return nil
}

// conclusion is green only for a pass. A failure that is only observed does not block, and is not green either.
func (c *Check) conclusion() string {
	switch {
	case c.Verdict == gate.Pass:
		return "success"
	case c.Verdict == gate.Fail && c.Mode == gate.Observe:
		return "neutral"
	}
	return "failure"
}

// findCheckRun gives the run that shows the decision; nil where there is none.
func (c *Client) findCheckRun(ctx context.Context, check Check) (found *github.CheckRun, err error) {
	const what = "list the check runs of the commit"
	err = pages(what, func(number int) (int, error) {
		runs, response, err := c.api.Checks.ListCheckRunsForRef(ctx, c.owner, c.name, check.Head, &github.ListCheckRunsOptions{
			CheckName: &check.Name, Filter: github.String("all"), ListOptions: github.ListOptions{Page: number, PerPage: perPage}})
		if err != nil {
			return 0, c.problem(what, "checks: write", err)
		}
		if runs == nil || runs.Total == nil {
			return 0, unproven(what, response, "does not say how many there are")
		}
		for _, run := range runs.CheckRuns {
			if run.GetExternalID() == check.DecisionID {
				found = run
				return 0, nil
			}
		}
		return response.NextPage, nil
	})
	return found, err
}

// createCheckRun says the verdict with the first request: should a later one fail, annotations are missing and nothing else.
func (c *Client) createCheckRun(ctx context.Context, check Check, batches [][]workflow.Annotation) error {
	const what = "create the check run"
	run, response, err := c.api.Checks.CreateCheckRun(ctx, c.owner, c.name, github.CreateCheckRunOptions{
		Name: check.Name, HeadSHA: check.Head, ExternalID: &check.DecisionID, DetailsURL: secure(check.Link),
		Status: github.String("completed"), Conclusion: github.String(check.conclusion()), Output: check.output(batches[0])})
	if err != nil {
		return c.problem(what, "checks: write", err)
	}
	if run.GetID() <= 0 {
		return unproven(what, response, "names no check run")
	}
	if err := c.updateCheckRun(ctx, run.GetID(), check, batches[1:]); err != nil {
		return fmt.Errorf("%w: %w", errPartly, err)
	}
	return nil
}

// errPartly is the error of a check run that is there, and not whole.
var errPartly = errors.New("the check run has the verdict, and lacks annotations")

func (c *Client) updateCheckRun(ctx context.Context, id int64, check Check, batches [][]workflow.Annotation) error {
	const what = "update the check run"
	for _, some := range batches {
		run, response, err := c.api.Checks.UpdateCheckRun(ctx, c.owner, c.name, id, github.UpdateCheckRunOptions{
			Name: check.Name, ExternalID: &check.DecisionID, DetailsURL: secure(check.Link),
			Status: github.String("completed"), Conclusion: github.String(check.conclusion()), Output: check.output(some)})
		if err != nil {
			return c.problem(what, "checks: write", err)
		}
		if run.GetID() != id {
			return unproven(what, response, fmt.Sprintf("is about the check run %d, and not %d", run.GetID(), id))
		}
	}
	return nil
}

// unproven is the error of an answer that says that all went well, and does not show what was made.
func unproven(what string, response *github.Response, lack string) error {
	return fmt.Errorf("%s: GitHub answers %d, and the answer %s", what, response.StatusCode, lack)
}

func (c *Check) output(annotations []workflow.Annotation) *github.CheckRunOutput {
	title := cmp.Or(gate.CleanLine(c.Title, maxTitle), c.Name)
	summary := cmp.Or(cutText(c.Summary, maxCheckText), title)
	output := &github.CheckRunOutput{Title: &title, Summary: &summary}
	for _, a := range annotations {
		level := a.Level
		if level == workflow.Error {
			level = "failure"
		}
		first, last := max(a.Line, 1), max(a.EndLine, 1) // a file as a whole has none
		output.Annotations = append(output.Annotations, &github.CheckRunAnnotation{
			Path: &a.Path, StartLine: &first, EndLine: &last, AnnotationLevel: &level, Title: &a.Title, Message: &a.Message})
	}
	return output
}

// cutText shortens a text to so many bytes, between characters, the last of them an ellipsis.
func cutText(text string, most int) string {
	const ellipsis = "…"
	if text = strings.ToValidUTF8(text, ""); len(text) <= most {
		return text
	}
	end := most - len(ellipsis)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}

// secure is an address that may be shown as a link; nil for every other.
func secure(address string) *string {
	if !strings.HasPrefix(address, "https://") || strings.ContainsFunc(address, hidden) {
		return nil
	}
	return &address
}
