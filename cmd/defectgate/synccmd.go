package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

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
alone: first those of people of the repository, in the order in which they were written. What is recorded already is not recorded again.

Exit codes: 0 all handled, 2 usage or configuration, 3 one of them could not be decided.`,
		Example: `  defectgate sync --since 48h --ledger branch:defectgate --key env:DEFECTGATE_KEY
  defectgate sync --change 7 --key key.pem`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := platform.Fault(w.getenv); err != nil {
				return undecided(err)
			}
			if err := r.open(cmd.Context(), w); err != nil {
				return err
			}
			ctx, cancel := r.within(cmd.Context())
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
	commands, err := r.forge.Commands(ctx, change, since)
	if err != nil {
		return undecided(err)
	}
	var faults error
	taken, left := map[int64]int{}, 0
	for _, c := range commands {
		if !c.Belongs && taken[c.By] == mostOfOne {
			left++
			continue
		}
		is, err := r.untaken(ctx, c)
		if faults = errors.Join(faults, err); is {
			taken[c.By]++
		}
	}
	if left > 0 {
		_, err := fmt.Fprintf(r.stdout, "left for later: comments of people outside of the repository, %d\n", left)
		faults = errors.Join(faults, err)
	}
	return faults
}

// mostOfOne bounds how many comments of one person outside of the repository are taken: all of them may be nothing but noise.
const mostOfOne = 10

// untaken takes a command that has no answer; false where it has one.
func (r *reception) untaken(ctx context.Context, c github.Command) (bool, error) {
	settled, err := r.forge.Settled(ctx, c)
	if settled || err != nil {
		return false, undecidedIf(err)
	}
	return true, r.take(ctx, c.Event)
}
