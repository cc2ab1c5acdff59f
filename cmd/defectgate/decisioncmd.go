package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/integrations/output"
)

func decisionCommand(w world) *cobra.Command {
	cmd := &cobra.Command{Use: "decision", Short: "List, show, verify, replay and compare recorded decisions", Args: cobra.NoArgs, RunE: unspecified}
	cmd.AddCommand(decisionList(w), decisionShow(w), decisionVerify(w), decisionReplay(w), decisionDiff(w), decisionExport(w), decisionRequire(w),
		decisionSchema(w))
	return cmd
}

// wanted are the flags of a list.
type wanted struct {
	ledger.Filter
	verdict, since, until string
}

func (f *wanted) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Var((*filled)(&f.Artifact), "artifact", "digest, package URL, name or commit of what was built")
	flags.Var((*filled)(&f.Commit), "commit", "commit, or its beginning")
	flags.Var((*filled)(&f.Defect), "defect", "id or alias of a defect that was open")
	flags.Var((*filled)(&f.Tool), "tool", "scanner, or NAME@VERSION")
	flags.Var((*filled)(&f.verdict), "verdict", "pass, fail or error")
	flags.Var((*filled)(&f.Environment), "environment", "where it was to run")
	flags.Var((*filled)(&f.Project), "project", "id of the project")
	flags.Var((*filled)(&f.Branch), "branch", "branch or tag")
	flags.Var((*filled)(&f.since), "since", "day, or instant in RFC 3339, from which on")
	flags.Var((*filled)(&f.until), "until", "day, or instant in RFC 3339, before which")
}

// filter reads what was asked.
func (f *wanted) filter() (_ ledger.Filter, err error) {
	var of [3]error
	f.Verdict, of[0] = verdictOf(f.verdict)
	f.Since, of[1] = dayOrInstant("--since", f.since)
	f.Until, of[2] = dayOrInstant("--until", f.until)
	return f.Filter, errors.Join(of[:]...)
}

func verdictOf(text string) (v gate.Verdict, err error) {
	switch v = gate.Verdict(text); v {
	case "", gate.Pass, gate.Fail, gate.Error:
		return v, nil
	}
	return v, fmt.Errorf("--verdict: %q is none of pass, fail, error", text)
}

func dayOrInstant(flag, text string) (at time.Time, err error) {
	if text == "" {
		return at, nil
	}
	if at, err = gate.ParseDay(text); err != nil {
		at, err = gate.ParseTime(text)
	}
	if err != nil {
		return at, gate.WithHint(fmt.Errorf("%s: %q is neither a day nor an instant", flag, text), "write it as 2026-01-31 or 2026-01-31T09:30:00Z")
	}
	return at, nil
}

func decisionList(w world) *cobra.Command {
	var f wanted
	var address, format string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the decisions of the ledger, the oldest first",
		Example: `  defectgate decision list --defect CVE-2026-12345 --verdict pass
  defectgate decision list --tool trivy@0.58.1 --since 2026-01-01 --format json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			filter, err := f.filter()
			if err != nil {
				return err
			}
			lines, err := listing(w.stdout, format)
			if err != nil {
				return err
			}
			return readLedger(cmd, w, address, func(s *store.Store) error {
				return undecidedIf(errors.Join(ledger.List(cmd.Context(), s, filter, lines.add), lines.end()))
			})
		},
	}
	f.flags(cmd)
	ledgerFlag(cmd, &address)
	cmd.Flags().StringVarP(&format, "format", "f", "table", "table, or json: one object on each line")
	return cmd
}

// short is the beginning of an id, by which it can be asked for.
func short(id string) string { return gate.CleanLine(id[:min(len(id), 12)], 12) }

// lister writes a list of decisions.
type lister struct {
	add func(ledger.Listed) error
	end func() error
}

func listing(to io.Writer, format string) (lister, error) {
	switch format {
	case "json":
		return lister{func(l ledger.Listed) error {
			if err := json.MarshalWrite(to, &l, gate.Deterministic); err != nil {
				return err
			}
			_, err := io.WriteString(to, "\n")
			return err
		}, func() error { return nil }}, nil
	case "table":
		t := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
		_, err := fmt.Fprintln(t, "ID\tVERDICT\tTIME\tENVIRONMENT\tBRANCH\tARTIFACT")
		return lister{func(l ledger.Listed) error {
			verdict := string(l.Verdict)
			if l.Mode == gate.Observe {
				verdict += " (observed)"
			}
			_, err := fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", short(l.ID), verdict, l.Time.Format(time.RFC3339),
				gate.CleanLine(l.Environment, 20), gate.CleanLine(l.Branch, 30), gate.CleanLine(l.Artifact, 60))
			return err
		}, t.Flush}, err
	}
	return lister{}, fmt.Errorf("--format: %q is neither table nor json", format)
}

func decisionShow(w world) *cobra.Command {
	var address, format string
	var verbose bool
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show a decision as it was made, by its id or the beginning of it; latest is the last one, latest~1 the one before",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := output.Lookup(format)
			if err != nil {
				return err
			}
			return readLedger(cmd, w, address, func(s *store.Store) error {
				report, err := shown(cmd, s, args[0])
				if err != nil {
					return err
				}
				return undecidedIf(form.Write(w.stdout, report, (&judging{verbose: verbose}).reading(w)))
			})
		},
	}
	ledgerFlag(cmd, &address)
	cmd.Flags().StringVarP(&format, "format", "f", "text", "what is printed: "+strings.ReplaceAll(outputNames(), " or ", ", "))
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "list every violation, not ten of each rule")
	return cmd
}

// shown is the report about a decision of the ledger, with a proof for the log as it is now.
func shown(cmd *cobra.Command, s *store.Store, id string) (*gate.Report, error) {
	found, err := ledger.Find(cmd.Context(), s, id)
	if err != nil {
		return nil, undecidedUnlessMisnamed(err)
	}
	l := ledger.Ledger{Store: s}
	report, err := l.Report(cmd.Context(), found)
	return report, undecidedIf(err)
}

func decisionSchema(w world) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of a decision",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := w.stdout.Write(gate.DecisionSchemaJSON())
			return undecidedIf(err)
		},
	}
}
