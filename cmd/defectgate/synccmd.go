package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/integrations/output"
	"github.com/defectgate/defectgate/integrations/platform"
	"github.com/defectgate/defectgate/integrations/platform/github"
)

func syncCommand(w world) *cobra.Command {
	var r reception
	var change int64
	since := 7 * 24 * time.Hour
	cmd := &cobra.Command{
		Use:   "sync [flags]",
		Short: "Take the comments that no run took: repair after an outage",
		Long: `Take the comments that no run took: repair after an outage.

Lists the comments of the last days, takes each that is a command and has no answer yet as "defectgate comment" would, and leaves the others
alone: first those of people of the repository, in the order in which they were written. What is recorded already is not recorded
again. Of anybody else, no more is looked at than ten comments that were refused, and how many are left is said.

Exit codes: 0 all handled, 2 usage or configuration, 3 one of them could not be decided.`,
		Example: `  defectgate sync --since 48h --ledger branch:defectgate --key env:DEFECTGATE_KEY
  defectgate sync --change 7 --key key.pem`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := platform.Fault(w.getenv); err != nil {
				return undecided(err)
			}
			if change < 0 {
				return gate.WithHint(fmt.Errorf("there is no pull request %d", change), "name one by its number with --change, or leave it out for all")
			}
			if err := r.open(cmd.Context(), w); err != nil {
				return err
			}
			ctx, cancel := inTime(cmd.Context(), r.timeout)
			defer cancel()
			return errors.Join(r.sync(ctx, change, w.now().Add(-since)), undecidedIf(r.Close()))
		},
	}
	r.flags(cmd)
	cmd.Flags().Int64Var(&change, "change", 0, "number of one pull request (default all)")
	cmd.Flags().Var((*budget)(&since), "since", "how far back, above zero (default 168h, a week)")
	return cmd
}

func (r *reception) sync(ctx context.Context, change int64, since time.Time) error {
	if _, err := r.opened(ctx); err != nil { // what is wrong with it must not wait for the first comment
		return err
	}
	commands, err := r.forge.Commands(ctx, change, since)
	if err != nil {
		return undecided(err)
	}
	var faults error
	noise, left := map[int64]int{}, 0
	for _, c := range commands {
		if !c.Belongs && noise[c.By] == mostNoise {
			left++
			continue
		}
		heard, err := r.untaken(ctx, c)
		if faults = errors.Join(faults, err); !heard {
			noise[c.By]++
		}
	}
	text := output.Plural(len(commands), "command", "commands") + " since " + since.UTC().Format(time.RFC3339)
	if left > 0 {
		text += fmt.Sprintf("; not looked at: %d more of people whose last %d were refused", left, mostNoise)
	}
	return errors.Join(faults, undecidedIf(line(r.world, text)))
}

// mostNoise bounds how many comments of one person outside of the repository are refused, or looked at for that they were.
const mostNoise = 10

// untaken takes a command that has no answer. It is not heard where whoever wrote it may not sign off, now or before.
func (r *reception) untaken(ctx context.Context, c github.Command) (heard bool, err error) {
	told, err := r.forge.Told(ctx, c.Change, c.Comment)
	if told || err != nil {
		return true, undecidedIf(err)
	}
	refused, err := r.forge.Refused(ctx, c)
	if refused || err != nil {
		return false, undecidedIf(err)
	}
	outcome, err := r.take(ctx, c.Event)
	return outcome == nil || outcome.Refusal == nil || outcome.Refusal.Code != signoff.Auth, err
}
