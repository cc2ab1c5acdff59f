package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate/signoff"
)

func syncCommand(w world) *cobra.Command {
	var r reception
	var change int64
	since := 7 * 24 * time.Hour
	cmd := &cobra.Command{
		Use:   "sync [flags]",
		Short: "Take the comments that no run took: repair after an outage",
		Long: `Take the comments that no run took: repair after an outage.

Lists the comments of the last days, takes each that is a command and has no answer yet as "defectgate comment" would, in the order in which they were
written, and leaves the others alone. What is recorded already is not recorded again.

Exit codes: 0 all handled, 2 usage or configuration, 3 one of them could not be decided.`,
		Example: `  defectgate sync --since 48h --ledger branch:defectgate --key env:DEFECTGATE_KEY
  defectgate sync --change 7 --key key.pem`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := r.open(w); err != nil {
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
	events, err := r.forge.Commands(ctx, change, since)
	if err != nil {
		return undecided(err)
	}
	var faults error
	for _, event := range events {
		faults = errors.Join(faults, r.untaken(ctx, event))
	}
	return faults
}

// untaken takes a comment that has no answer.
func (r *reception) untaken(ctx context.Context, event signoff.Event) error {
	told, err := r.forge.Told(ctx, event.Change, event.Comment)
	if err != nil {
		return undecided(err)
	}
	if told {
		return nil
	}
	return r.take(ctx, event)
}
