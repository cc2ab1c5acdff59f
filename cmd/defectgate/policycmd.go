package main

import (
	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/policy"
)

func policyCommand(w world) *cobra.Command {
	cmd := &cobra.Command{Use: "policy", Short: "List, explain, check, test and write rules", Args: cobra.NoArgs,
		RunE: unspecified}
	cmd.AddCommand(policyList(w), policyShow(w), policyCheck(w), policyTest(w), policyInit(w))
	return cmd
}

// policyFlags are those that say which rules are meant.
func policyFlags(cmd *cobra.Command, j *judging) {
	configFlag(cmd, &j.config)
	cmd.Flags().StringArrayVarP(&j.policies, "policy", "p", nil, "folder of .rego files or OPA bundle (.tar.gz); repeatable")
}

// settingsFlag is the flag of the commands that show settings.
func settingsFlag(cmd *cobra.Command, environment *string) {
	cmd.Flags().StringVarP(environment, "environment", "e", policy.Environments[0], "environment whose settings are shown")
}

func (j *judging) loadEngine(cmd *cobra.Command) (*policy.Engine, error) {
	file, err := config.Load(j.config)
	if err != nil {
		return nil, err
	}
	return j.engine(cmd.Context(), file)
}
