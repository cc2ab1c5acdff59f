package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/output"
	"github.com/defectgate/defectgate/policy"
)

func policyCheck(w world) *cobra.Command {
	j := judging{environment: policy.Environments[0]} // the settings of every environment are checked in any
	cmd := &cobra.Command{
		Use:   "check [PATH…]",
		Short: "Compile and type-check policies with the settings of every environment; each fault is named with file and line",
		RunE: func(cmd *cobra.Command, args []string) error {
			j.policies = append(j.policies, args...)
			engine, err := j.loadEngine(cmd)
			if err != nil {
				return err
			}
			var v gate.Evaluator
			engine.Describe(&v)
			for _, p := range v.Policies {
				if _, err := fmt.Fprintf(w.stdout, "sha256:%s  %s\n", p.Digest, p.Name); err != nil {
					return undecidedIf(err)
				}
			}
			_, err = fmt.Fprintln(w.stdout, output.Plural(len(engine.Rules()), "rule compiles", "rules compile"))
			return undecidedIf(err)
		},
	}
	policyFlags(cmd, &j)
	return cmd
}
