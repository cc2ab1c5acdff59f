package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/policy"
)

func policyShow(w world) *cobra.Command {
	var j judging
	cmd := &cobra.Command{
		Use:   "show [RULE]",
		Short: "Explain one rule; without one, print the schema of the input that rules read",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				_, err := w.stdout.Write(policy.InputSchema())
				return undecidedIf(err)
			}
			engine, err := j.loadEngine(cmd)
			if err != nil {
				return err
			}
			for _, r := range engine.Rules() {
				if r.ID() == args[0] {
					_, err := fmt.Fprint(w.stdout, engine.Explain(r))
					return undecidedIf(err)
				}
			}
			return gate.WithHint(fmt.Errorf("there is no rule %q", args[0]), "list them with: defectgate policy list")
		},
	}
	policyFlags(cmd, &j)
	settingsFlag(cmd, &j.environment)
	return cmd
}
