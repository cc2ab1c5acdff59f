package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/output"
	"github.com/defectgate/defectgate/integrations/scanner"
)

func initCommand(w world) *cobra.Command {
	path := config.DefaultPath
	var force bool
	cmd := &cobra.Command{
		Use:   "init [flags] [REPORT…]",
		Short: "Look at the reports and write a commented defectgate.yaml",
		Example: `  defectgate init reports/*.json
  defectgate init -c - trivy.json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			lines, err := describeReports(cmd.Context(), w, args)
			if err != nil {
				return err
			}
			text := configTemplate(lines)
			if _, err := config.Parse(path, []byte(text)); err != nil {
				return undecided(err)
			}
			if path == "-" {
				_, err := fmt.Fprint(w.stdout, text)
				return undecidedIf(err)
			}
			return writeNew(w, path, text, force)
		},
	}
	cmd.Flags().VarP((*filled)(&path), "config", "c", "file to write; - for standard output")
	cmd.Flags().BoolVar(&force, "force", false, "replace a file that is there")
	return cmd
}

// writeNew writes a file that must not be there yet.
func writeNew(w world, path, text string, force bool) error {
	flags := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if !force {
		flags |= os.O_EXCL
	}
	file, err := os.OpenFile(path, flags, 0o644)
	if errors.Is(err, os.ErrExist) {
		return gate.WithHint(fmt.Errorf("%q is there already", path), "use --force to replace it")
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return undecided(err)
	}
	_, err = fmt.Fprintf(w.stdout, "wrote %s\n", path)
	return undecidedIf(err)
}

// describeReports reads each report and gives the lines of a source for it.
func describeReports(ctx context.Context, w world, args []string) (lines []string, err error) {
	reports, err := openReports(w, scanner.DefaultLimits)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, reports.Close()) }()
	sources, err := reports.named(args)
	if err != nil {
		return nil, err
	}
	for _, s := range sources {
		if err := config.Inside(s.Name()); err != nil {
			return nil, gate.WithHint(fmt.Errorf("a configuration cannot name this report: %w", err),
				"let the scanner write a file in the working directory, and name that")
		}
		e := s.Load(ctx, func(*gate.Finding) error { return nil })
		if err := unread(e); err != nil {
			return nil, err
		}
		lines = append(lines, sourceLines(e)...)
	}
	return lines, nil
}

func sourceLines(e gate.Evidence) []string {
	said := []string{output.Plural(e.Scan.Read, "finding", "findings")}
	if tool := e.Scan.Tool.String(); tool != "" {
		said = append(said, "by "+tool)
	}
	if at := e.Scan.Time(); !at.IsZero() {
		said = append(said, "of "+at.Format("2006-01-02"))
	}
	return []string{
		fmt.Sprintf("  - report: %q # %s", e.Source, gate.CleanLine(strings.Join(said, ", "), 100)),
		"    format: " + e.Format,
	}
}

// configTemplate is what a newcomer reads first: everything that has a good default stands there as a comment.
func configTemplate(sources []string) string {
	if len(sources) == 0 {
		sources = []string{"  # - report: reports/*.json"}
	}
	head := []string{
		"# What is expected of a build, and how it is judged. All keys: defectgate config schema. All values: defectgate config show.",
		"",
		"# Every source is required: a report that is missing, cut off, too old or about something else makes the verdict an error.",
		"sources:",
	}
	tail := []string{
		"    # required: true          # false: its absence is a warning",
		"    # empty: proven           # allowed: a report without findings needs no proof of a scan",
		"    # max_age: 24h            # in production by default",
		"    # suppressions: honour    # ignore: what the report itself silences counts all the same",
		"",
		"# rules:                      # every rule and its settings: defectgate policy list, defectgate policy show RULE",
		"#   severity:",
		"#     threshold: {deny: high}",
		"#   sla:",
		"#     overdue: {days: {critical: 7}}",
		"",
		"# exceptions: [exceptions.yaml]",
		"# policies: [{path: policies/}]",
		"# outputs: [{format: json, path: decision.json}]",
		"",
	}
	if strings.HasPrefix(sources[0], "  #") {
		head[len(head)-1] = "sources: []"
	}
	return strings.Join(slices.Concat(head, sources, tail), "\n")
}
