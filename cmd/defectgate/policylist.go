package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func policyList(w world) *cobra.Command {
	var j judging
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the rules with their level",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			engine, err := j.loadEngine(cmd)
			if err != nil {
				return err
			}
			for _, r := range engine.Rules() {
				if _, err := fmt.Fprintf(w.stdout, "%-22s %-7v %s\n", r.ID(), engine.Settings(r)["level"], r.Title); err != nil {
					return undecidedIf(err)
				}
			}
			return nil
		},
	}
	policyFlags(cmd, &j)
	settingsFlag(cmd, &j.environment)
	return cmd
}
