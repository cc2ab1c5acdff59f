package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
)

func configShow(w world) *cobra.Command {
	var j judging
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Print every effective value with its origin",
		Long: `Print every effective value with its origin: a flag, a line of the configuration, variables of the CI job, git, or the default.

Flags are those of check. Values in parentheses are not known before a check.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			values, err := j.effective(cmd.Context(), w, cmd.LocalNonPersistentFlags())
			if err != nil {
				return err
			}
			for _, v := range values {
				if _, err := fmt.Fprintf(w.stdout, "%-52s %-28s # %s\n", v.Path, gate.CleanLine(v.Value, 1000), v.Origin); err != nil {
					return undecidedIf(err)
				}
			}
			return nil
		},
	}
	j.flags(cmd)
	return cmd
}

// effective gives the flags, then all else by its path.
func (j *judging) effective(ctx context.Context, w world, flags *pflag.FlagSet) ([]config.Value, error) {
	file, err := config.Load(j.config)
	if err != nil {
		return nil, err
	}
	if _, _, err := j.clock(w); err != nil {
		return nil, err
	}
	engine, err := j.engine(ctx, file)
	if err != nil {
		return nil, err
	}
	values, err := file.Effective(j.environment, engine.AllSettings())
	if err != nil {
		return nil, err
	}
	facts, err := j.facts(ctx, w, file)
	if err != nil {
		return nil, err
	}
	values = slices.DeleteFunc(values, func(v config.Value) bool { return facts[v.Path] != config.Value{} })
	values = slices.AppendSeq(values, maps.Values(facts))
	slices.SortFunc(values, func(a, b config.Value) int { return strings.Compare(a.Path, b.Path) })
	return append(flagValues(flags), values...), nil
}

// flagValues gives the flags but those that name what is built and its run: these are told with all that is known of them.
func flagValues(flags *pflag.FlagSet) []config.Value {
	var values []config.Value
	flags.VisitAll(func(f *pflag.Flag) {
		v := config.Value{Path: "--" + f.Name, Value: f.Value.String(), Origin: "default"}
		if f.Changed {
			v.Origin = v.Path
		}
		if _, standard, ok := strings.Cut(f.Usage, " (default "); ok && v.Value == "" {
			v.Value = "(" + standard
		}
		if !slices.Contains([]string{"help", "artifact", "run-id"}, f.Name) {
			values = append(values, v)
		}
	})
	return values
}
