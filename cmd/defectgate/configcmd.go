package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
)

func configCommand(w world) *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Show the effective configuration, or its schema", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(configShow(w), configSchema(w))
	return cmd
}

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

func configShow(w world) *cobra.Command {
	var j judging
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Print every effective value with its origin",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			file, err := config.Load(j.config)
			if err != nil {
				return err
			}
			engine, err := j.engine(cmd.Context(), file)
			if err != nil {
				return err
			}
			values, err := file.Effective(j.environment, engine.AllSettings())
			if err != nil {
				return err
			}
			for _, v := range append(flagValues(cmd), values...) {
				if _, err := fmt.Fprintf(w.stdout, "%-52s %-28s # %s\n", v.Path, v.Value, v.Origin); err != nil {
					return undecidedIf(err)
				}
			}
			return nil
		},
	}
	j.flags(cmd)
	return cmd
}

// flagValues gives the flags of the command itself.
func flagValues(cmd *cobra.Command) []config.Value {
	var values []config.Value
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		origin := "default"
		if f.Changed {
			origin = "--" + f.Name
		}
		if f.Name != "help" {
			values = append(values, config.Value{Path: "--" + f.Name, Value: f.Value.String(), Origin: origin})
		}
	})
	return values
}
