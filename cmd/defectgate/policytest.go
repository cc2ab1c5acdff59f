package main

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/policy"
)

func policyTest(w world) *cobra.Command {
	var j judging
	o := policy.TestOptions{Coverage: true}
	cmd := &cobra.Command{
		Use:   "test [PATH…]",
		Short: "Run the Rego unit tests of policies, and say what they cover",
		Long: `Run the Rego unit tests of policies, and say what they cover.

Tests are rules whose names begin with test_, in files named *_test.rego and packages whose names end in _test. They see what a check sees: the same
built-in functions, the same types, and the settings of production by default. Exit codes: 0 all passed, 1 some failed, 2 usage or configuration.`,
		Example: `  defectgate policy test policies/
  defectgate policy test --builtin`,
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := config.Load(j.config)
			if err != nil {
				return err
			}
			if o.Sets, err = readPolicies(nil, file, append(j.policies, args...)); err != nil {
				return err
			}
			if len(o.Sets) == 0 && !o.Builtin {
				return gate.WithHint(fmt.Errorf("there is no policy to test"), "name a folder, or test the built-in rules with --builtin")
			}
			report, err := policy.Test(cmd.Context(), o)
			if err != nil {
				return err
			}
			return tellTests(w, &report)
		},
	}
	policyFlags(cmd, &j)
	cmd.Flags().BoolVar(&o.Builtin, "builtin", false, "run the tests of the built-in rules too")
	cmd.Flags().Var((*filled)(&o.Run), "run", "run only the tests whose package.name fits this regular expression")
	return cmd
}

// lineNumbers names lines: "line 3", "lines 3, 5".
func lineNumbers(lines []int) string {
	word, numbers := "lines", make([]string, len(lines))
	if len(lines) == 1 {
		word = "line"
	}
	for i, n := range lines {
		numbers[i] = strconv.Itoa(n)
	}
	return word + " " + strings.Join(numbers, ", ")
}

// tellTests prints what failed and what is not covered. A failed test is exit code 1.
func tellTests(w world, r *policy.TestReport) error {
	out := bufio.NewWriter(w.stdout)
	line := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	for _, t := range r.Tests {
		if t.Outcome == policy.Passed {
			continue
		}
		line("%s %s.%s (%s) %s", t.Outcome, t.Package, t.Name, t.Place, gate.CleanLine(t.Problem, 500))
		for _, printed := range t.Printed {
			line("  printed: %s", gate.CleanLine(printed, 500))
		}
	}
	for _, f := range r.Coverage {
		if len(f.NotCovered) > 0 {
			line("not covered: %s, %s", f.Place, lineNumbers(f.NotCovered))
		}
	}
	line("%d passed, %d failed, %d could not be evaluated, %d skipped; %.1f %% of the lines covered",
		r.Count(policy.Passed), r.Count(policy.Failed), r.Count(policy.Errored), r.Count(policy.Skipped), r.Covered())
	if err := undecidedIf(out.Flush()); err != nil {
		return err
	}
	if !r.OK() {
		return &failure{code: exitFail}
	}
	return nil
}
