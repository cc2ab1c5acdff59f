package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/output"
)

func defectsCommand(w world) *cobra.Command {
	var d defects
	cmd := &cobra.Command{
		Use:   "defects [flags] [REPORT…]",
		Short: "Print what the gate sees: the defects of the reports, merged or raw",
		Example: `  defectgate defects trivy.json grype.json
  defectgate defects --raw --format json sarif=codeql.json`,
		RunE: func(cmd *cobra.Command, args []string) error { return d.run(cmd.Context(), w, args) },
	}
	configFlag(cmd, &d.config)
	limitFlag(cmd, &d.limits)
	cmd.Flags().StringVarP(&d.format, "format", "f", "table", "table, or json: one object per line")
	cmd.Flags().BoolVar(&d.raw, "raw", false, "findings before merging, one line each; none is kept")
	return cmd
}

type defects struct {
	config, format string
	limits         []string
	raw            bool
}

func (d *defects) run(ctx context.Context, w world, args []string) error {
	out := bufio.NewWriter(w.stdout)
	show, err := lineWriter(d.format, out)
	if err != nil {
		return err
	}
	file, err := config.Load(d.config)
	if err != nil {
		return err
	}
	s := &session{config: file, limits: d.limits}
	sources, err := s.sources(w, args, "production")
	if err != nil {
		return err
	}
	o := mergeOptions(w, file, projectOf(ctx, w, file))
	if d.raw {
		err = printRaw(ctx, sources, o.SecretKey, show)
	} else {
		err = printMerged(ctx, sources, o, show)
	}
	return errors.Join(err, undecidedIf(out.Flush()), s.close())
}

func undecidedIf(err error) error {
	if err == nil {
		return nil
	}
	return undecided(fmt.Errorf("print: %w", err))
}

// defectLine is one defect, or one finding, as it is printed.
type defectLine struct {
	ID           string             `json:"id"`
	Aliases      []string           `json:"aliases"`
	Kind         gate.Kind          `json:"kind"`
	Severity     gate.Severity      `json:"severity"`
	State        gate.State         `json:"state"`
	Component    gate.Component     `json:"component"`
	Location     gate.Location      `json:"location"`
	Fingerprints []gate.Fingerprint `json:"fingerprints"`
	Sources      []string           `json:"sources"`
	FirstSeen    *time.Time         `json:"first_seen"` // null where no source says
	places       int
}

// lineWriter gives what prints one line in a form.
func lineWriter(format string, out io.Writer) (func(*defectLine) error, error) {
	switch format {
	case "json":
		return func(l *defectLine) error {
			if err := json.MarshalWrite(out, l); err != nil {
				return err
			}
			_, err := io.WriteString(out, "\n")
			return err
		}, nil
	case "table":
		return func(l *defectLine) error { return l.row(out) }, nil
	}
	return nil, gate.WithHint(fmt.Errorf("%q is no form of this list", format), "use table or json")
}

// row prints fixed columns: rows stream, so no column knows its widest value.
func (l *defectLine) row(out io.Writer) error {
	place := l.Location.Path
	if l.Location.Line > 0 {
		place = fmt.Sprintf("%s:%d", place, l.Location.Line)
	}
	if place == "" {
		place = l.Location.Logical
	}
	if l.places > 1 {
		place += fmt.Sprintf(" (+%d)", l.places-1)
	}
	_, err := fmt.Fprintf(out, "%-8s  %-16s  %-24s  %-36s  %s\n", l.Severity, l.Kind, gate.CleanLine(l.ID, 40),
		gate.CleanLine(output.Component(l.Component), 60), gate.CleanLine(place, 120))
	return err
}

// printRaw prints findings as they are read.
func printRaw(ctx context.Context, sources []gate.Source, key []byte, show func(*defectLine) error) error {
	var faults []error
	for _, s := range sources {
		prints := gate.NewFingerprinter(key)
		evidence := s.Load(ctx, func(f *gate.Finding) error {
			id := prints.Identify(f)
			line := &defectLine{ID: id.IDs[0], Aliases: id.IDs[1:], Kind: f.Kind, Severity: f.Rating.Severity, State: f.State, Component: f.Component,
				Location: f.Location, Fingerprints: id.Fingerprints, Sources: []string{s.Name()}}
			if !f.FirstSeen.IsZero() {
				line.FirstSeen = &f.FirstSeen
			}
			return show(line)
		})
		faults = append(faults, unread(evidence))
	}
	return errors.Join(faults...)
}

// printMerged prints defects in their order.
func printMerged(ctx context.Context, sources []gate.Source, o gate.MergeOptions, show func(*defectLine) error) error {
	merger := gate.NewMerger(o)
	faults := make([]error, len(sources))
	var loads sync.WaitGroup
	for i, s := range sources {
		add := merger.From(s.Name())
		loads.Go(func() {
			faults[i] = unread(s.Load(ctx, func(f *gate.Finding) error { add(f); return nil }))
		})
	}
	loads.Wait()
	for _, d := range merger.Defects() {
		line := &defectLine{ID: d.ID, Aliases: d.Aliases, Kind: d.Kind, Severity: d.Severity, State: d.State(), Component: d.Component,
			Location: d.Occurrences[0].Location, Fingerprints: d.Fingerprints, Sources: d.Sources, places: len(d.Occurrences)}
		if !d.Clocks.FirstSeen.IsZero() {
			line.FirstSeen = &d.Clocks.FirstSeen
		}
		if err := show(line); err != nil {
			return undecided(err)
		}
	}
	return errors.Join(faults...)
}

// unread is the error of a source that could not be read to its end.
func unread(e gate.Evidence) error {
	if e.Status == "" {
		return nil
	}
	return undecided(gate.WithHint(fmt.Errorf("%s is %s: %s", e.Source, e.Status, e.Problem), "%s", e.Hint))
}
