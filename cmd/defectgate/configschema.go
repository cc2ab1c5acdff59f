package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
)

func configSchema(w world) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of defectgate.yaml, for editors",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			schema, err := config.Schema()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(w.stdout, "%s\n", schema)
			return undecidedIf(err)
		},
	}
}
