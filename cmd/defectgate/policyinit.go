package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/policy"
)

func policyInit(w world) *cobra.Command {
	dir := "policies"
	cmd := &cobra.Command{
		Use:   "init CATEGORY/NAME",
		Short: "Write a new rule with its test",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			category, name, ok := strings.Cut(args[0], "/")
			if !ok {
				return gate.WithHint(fmt.Errorf("%q is no CATEGORY/NAME", args[0]), "for example: defectgate policy init team/no_root")
			}
			written, err := policy.Scaffold(dir, category, name)
			if err != nil {
				return err
			}
			for _, path := range written {
				if _, err := fmt.Fprintf(w.stdout, "wrote %s\n", path); err != nil {
					return undecidedIf(err)
				}
			}
			_, err = fmt.Fprintf(w.stdout, "test it with: defectgate policy test %s\n", dir)
			return undecidedIf(err)
		},
	}
	cmd.Flags().Var((*filled)(&dir), "dir", "folder to write to")
	return cmd
}
