package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

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
		err = printRaw(ctx, sources, identifier(o.SecretKey, d.format), show)
	} else {
		err = printMerged(ctx, sources, o, show)
	}
	return errors.Join(err, undecidedIf(out.Flush()), s.close())
}

func undecidedIf(err error) error {
	if err == nil {
		return nil
	}
	return undecided(err)
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
		var row []byte
		return func(l *defectLine) error {
			row = l.appendRow(row[:0])
			_, err := out.Write(row)
			return err
		}, nil
	}
	return nil, gate.WithHint(fmt.Errorf("%q is no form of this list", format), "use table or json")
}

// appendRow writes fixed columns: rows stream, so no column knows its widest value.
func (l *defectLine) appendRow(row []byte) []byte {
	place := l.Location.Path
	if l.Location.Line > 0 {
		place += ":" + strconv.Itoa(l.Location.Line)
	}
	if place == "" {
		place = l.Location.Logical
	}
	if l.places > 1 {
		place += fmt.Sprintf(" (+%d)", l.places-1)
	}
	component := l.Component
	if component.Name != "" {
		component.PURL = "" // only a component without a name is named after it, and to parse it takes long
	}
	row = appendColumn(row, l.Severity.String(), 8)
	row = appendColumn(row, string(l.Kind), 16)
	row = appendColumn(row, cleanLine(l.ID, 40), 24)
	row = appendColumn(row, cleanLine(output.Component(component), 60), 36)
	row = append(row, cleanLine(place, 120)...)
	if l.State != gate.Open {
		row = append(append(append(row, " ("...), spoken(l.State)...), ')')
	}
	return append(row, '\n')
}

// appendColumn pads a text to a width in characters, and parts it from the next column.
func appendColumn(row []byte, text string, width int) []byte {
	row = append(row, text...)
	row = append(row, padding[:max(0, width-utf8.RuneCountInString(text))]...)
	return append(row, "  "...)
}

const padding = "                                        " // more than the widest column

// cleanLine is [gate.CleanLine]. Nearly all texts are clean, and to see that is much cheaper than to clean them.
func cleanLine(text string, most int) string {
	if len(text) > most {
		return gate.CleanLine(text, most)
	}
	for i := range len(text) {
		if b := text[i]; b < ' ' || b > '~' || b == '#' || b == ':' && i == 0 || b == ' ' && (i == 0 || i+1 == len(text) || text[i+1] == ' ') {
			return gate.CleanLine(text, most)
		}
	}
	return text
}

// printRaw prints findings as they are read.
func printRaw(ctx context.Context, sources []gate.Source, identify func() func(*gate.Finding) gate.Identity, show func(*defectLine) error) error {
	var faults []error
	for _, s := range sources {
		identityOf := identify()
		evidence := s.Load(ctx, func(f *gate.Finding) error {
			id := identityOf(f)
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

// identifier gives, for each source, what identifies its findings. A table has no fingerprints and needs none: to make them takes long, and the
// places of a huge report would take as much memory as the rest of the program.
func identifier(key []byte, format string) func() func(*gate.Finding) gate.Identity {
	return func() func(*gate.Finding) gate.Identity {
		prints := gate.NewFingerprinter(key)
		return func(f *gate.Finding) gate.Identity {
			if format == "table" {
				return f.Names()
			}
			return prints.Identify(f)
		}
	}
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
