package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/scanner"
)

func scannerCommand(w world) *cobra.Command {
	cmd := &cobra.Command{Use: "scanner", Short: "What is known of the reports of scanners", Args: cobra.NoArgs, RunE: unspecified}
	cmd.AddCommand(
		&cobra.Command{
			Use: "list", Short: "List the report formats", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return undecidedIf(listFormats(w.stdout)) },
		},
		&cobra.Command{
			Use: "show FORMAT", Short: "Print how one report format is read: its severities, its proof of a scan, what becomes what", Args: cobra.ExactArgs(1),
			Example: "  defectgate scanner show gitlab",
			RunE: func(_ *cobra.Command, args []string) error {
				f, err := scanner.Lookup(args[0])
				if err != nil {
					return err
				}
				return undecidedIf(showFormat(w.stdout, f))
			},
		},
		&cobra.Command{
			Use: "programs", Short: "List the scanners that run knows, with the exit codes of a whole scan", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return undecidedIf(listPrograms(w.stdout)) },
		})
	return cmd
}

func listFormats(out io.Writer) error {
	for _, f := range scanner.Formats() {
		if _, err := fmt.Fprintf(out, "%-26s %s\n", f.Name, f.Title); err != nil {
			return err
		}
	}
	return nil
}

func showFormat(out io.Writer, f scanner.Format) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", f.Name, f.Title)
	for _, line := range []struct{ what, text string }{
		{"an entry is", f.Entry},
		{"left out, and counted", cmp.Or(f.LeftOut, "nothing")},
		{"proof of an empty scan", cmp.Or(f.Proof, "none: a receipt of defectgate run, or empty: allowed")},
		{"how a cut is noticed", cmp.Or(f.Cut, "the document does not end")},
	} {
		fmt.Fprintf(&b, "%-24s%s\n", line.what, strings.ReplaceAll(line.text, "`", ""))
	}
	b.WriteString("\nseverity words, in any case:\n")
	for _, s := range gate.Severities() {
		fmt.Fprintf(&b, "  %-18s = %-9s of the scale\n", s, s)
	}
	for _, s := range scanner.Severities(f.Name) {
		fmt.Fprintf(&b, "  %-18s = %-9s %s\n", s.Word, s.Means, s.Why)
	}
	fmt.Fprintf(&b, "  %-18s = %-9s nobody knows what it means\n", "any other, or empty", gate.Critical)
	b.WriteString("a CVSS vector or score counts by its band (0 none, below 4 low, 7 medium, 9 high); the worse of word, vector and score wins\n")
	if f.Notes != "" {
		fmt.Fprintf(&b, "\n%s\n", f.Notes)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func listPrograms(out io.Writer) error {
	for _, p := range scanner.Programs() {
		codes := strings.Trim(fmt.Sprint(p.Finished), "[]")
		if _, err := fmt.Fprintf(out, "%-22s %-12s %s\n", p.Name, codes, gate.CleanLine(p.Source, 200)); err != nil {
			return err
		}
	}
	return nil
}
