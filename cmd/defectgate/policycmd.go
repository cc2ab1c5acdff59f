package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/policy"
)

func policyCommand(w world) *cobra.Command {
	cmd := &cobra.Command{Use: "policy", Short: "List, explain, check, test and write rules", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(policyList(w), policyShow(w), policyCheck(w), policyTest(w), policyInit(w))
	return cmd
}

// policyFlags are those that say which rules are meant.
func policyFlags(cmd *cobra.Command, j *judging) {
	configFlag(cmd, &j.config)
	cmd.Flags().StringVarP(&j.environment, "environment", "e", "production", "environment whose settings are shown")
	cmd.Flags().StringArrayVarP(&j.policies, "policy", "p", nil, "folder of .rego files or OPA bundle (.tar.gz); repeatable")
}

func (j *judging) loadEngine(cmd *cobra.Command) (*policy.Engine, error) {
	file, err := config.Load(j.config)
	if err != nil {
		return nil, err
	}
	return j.engine(cmd.Context(), file)
}

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
	return cmd
}

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
	return cmd
}

func policyCheck(w world) *cobra.Command {
	var j judging
	cmd := &cobra.Command{
		Use:   "check [PATH…]",
		Short: "Compile and type-check policies; every fault is named with file and line",
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
			_, err = fmt.Fprintf(w.stdout, "%d rules compile\n", len(engine.Rules()))
			return undecidedIf(err)
		},
	}
	policyFlags(cmd, &j)
	return cmd
}

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
