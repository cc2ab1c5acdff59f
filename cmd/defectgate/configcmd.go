package main

import "github.com/spf13/cobra"

func configCommand(w world) *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Show the effective configuration, or its schema", Args: cobra.NoArgs,
		RunE: unspecified}
	cmd.AddCommand(configShow(w), configSchema(w))
	return cmd
}
