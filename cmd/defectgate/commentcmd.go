package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/integrations/platform"
	"github.com/defectgate/defectgate/integrations/platform/github"
)

func commentCommand(w world) *cobra.Command {
	var r reception
	var change, comment int64
	cmd := &cobra.Command{
		Use:   "comment [flags]",
		Short: "Take a comment at a pull request: judge it, record it, answer",
		Long: `Take a comment at a pull request: judge it, record it, answer.

Runs in a workflow of GitHub on issue_comment. The comment is asked for by its id; what the event says of it is not believed. Who may sign off what is
said by the configuration and the policies of the default branch, whatever branch the change is to be merged into: that one, its author may have
made. A comment that is no command costs nothing.

Exit codes: 0 handled, also when it was refused; 2 usage or configuration; 3 could not decide.`,
		Example: `  defectgate comment --ledger branch:defectgate --key env:DEFECTGATE_KEY
  defectgate comment --change 7 --comment-id 4711 --key key.pem`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			event, err := commentEvent(w, change, comment)
			if errors.Is(err, github.ErrIssue) {
				return undecidedIf(line(w, fmt.Sprintf("comment %d: %d is an issue, and no pull request", event.Comment, event.Change)))
			}
			if err != nil {
				return err
			}
			if event.Body != nil && !signoff.IsCommand(*event.Body) {
				return undecidedIf(line(w, "no command"))
			}
			if err := r.open(cmd.Context(), w); err != nil {
				return err
			}
			ctx, cancel := inTime(cmd.Context(), r.timeout)
			defer cancel()
			_, err = r.take(ctx, event)
			return errors.Join(err, undecidedIf(r.Close()))
		},
	}
	r.flags(cmd)
	cmd.Flags().Int64Var(&change, "change", 0, "number of the pull request (default that of the event)")
	cmd.Flags().Int64Var(&comment, "comment-id", 0, "id of the comment (default that of the event)")
	return cmd
}

// commentEvent is the comment that is named, or that started the run.
func commentEvent(w world, change, comment int64) (e signoff.Event, err error) {
	if err := platform.Fault(w.getenv); err != nil {
		return e, undecided(err)
	}
	switch {
	case change > 0 && comment > 0:
		return signoff.Event{Change: change, Comment: comment, Repository: github.AccessFrom(w.getenv, w.now).ID}, nil
	case change != 0 || comment != 0:
		return e, gate.WithHint(errors.New("--change and --comment-id name one comment together, by numbers above zero"),
			"name both: --change NUMBER --comment-id ID")
	}
	e, err = github.CommentEvent(w.getenv)
	if errors.Is(err, github.ErrNoComment) {
		err = gate.WithHint(fmt.Errorf("there is no comment to take: %w", err),
			"run it on a comment — on: { issue_comment: { types: [created] } } — or name one: --change NUMBER --comment-id ID")
	}
	return e, err
}

// take handles one comment.
func (r *reception) take(ctx context.Context, event signoff.Event) (*signoff.Outcome, error) {
	desk, err := r.opened(ctx)
	if err != nil {
		return nil, err
	}
	outcome := desk.Handle(ctx, event)
	if err := line(r.world, outcomeLine(outcome)); err != nil {
		return outcome, undecided(err)
	}
	if code := outcome.ExitCode(); code != exitPass {
		return outcome, &failure{code, causeOf(outcome)}
	}
	return outcome, nil
}

// outcomeLine says in a line what became of a comment. What others wrote is not repeated.
func outcomeLine(o *signoff.Outcome) string {
	text := fmt.Sprintf("comment %d: ", o.Event.Comment)
	switch {
	case !o.IsCommand():
		return text + "no command"
	case o.Refusal != nil && o.Refusal.Code == signoff.NotChange:
		return text + string(o.Refusal.Code) + ", it is at no pull request"
	case o.Refusal != nil:
		return text + string(o.Refusal.Code)
	case o.Recorded == nil:
		return text + "answered"
	}
	done := "recorded"
	if o.Recorded.Asks {
		done = "asked for"
	}
	text += fmt.Sprintf("%s %s as %s, entry %d of the ledger, at %s", o.Recorded.Kind, done, o.Recorded.ID, o.Recorded.Index,
		o.Recorded.RecordedAt.Format(time.RFC3339))
	if o.Rerun {
		text += "; the gate runs again"
	}
	return text
}

// causeOf is why a comment could not be handled to its end.
func causeOf(o *signoff.Outcome) error {
	var err error
	if o.Refusal != nil {
		err = errors.Join(o.Refusal, o.Refusal.Err)
	}
	if o.Told != nil {
		err = errors.Join(err, fmt.Errorf("the answer could not be given: %w", o.Told))
	}
	return err
}
