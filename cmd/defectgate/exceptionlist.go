package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/integrations/output"
)

// exceptionsAsked says which exceptions are listed.
type exceptionsAsked struct {
	register
	at       string
	expiring string
	all      bool
	format   string
}

func exceptionList(w world) *cobra.Command {
	var q exceptionsAsked
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List what is signed off: for what, by whom, until when, and why",
		Long: `List what is signed off: for what, by whom, until when, and why. The sign-offs of the ledger are verified first; those of the files of
the configuration stand below them.

--at DATE shows what was in force at the end of that day (of the files, as they are today); --expiring 30d what ends soon; --all also what has ended,
was revoked, or waits. What is in force covers its defect as long as each check's policy says so: the severity may have risen since.`,
		Example: `  defectgate exception list --at 2026-01-31
  defectgate exception list --expiring 30d --format json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return q.list(cmd, w) },
	}
	q.flags(cmd)
	f := cmd.Flags()
	f.Var((*filled)(&q.at), "at", "day (as it ended, in UTC), or instant in RFC 3339 (default now)")
	f.Var((*filled)(&q.expiring), "expiring", "only what ends within this time: 30d, 12h")
	f.BoolVar(&q.all, "all", false, "also what has ended, was revoked, or waits for another approver")
	f.StringVarP(&q.format, "format", "f", "table", "table, or json: one object on each line")
	return cmd
}

func (q *exceptionsAsked) list(cmd *cobra.Command, w world) error {
	now, err := q.instant(w.now().UTC())
	if err != nil {
		return err
	}
	within := time.Duration(0)
	if q.expiring != "" {
		if within, err = config.ParseSpan(q.expiring); err != nil {
			return fmt.Errorf("--expiring: %w", err)
		}
	}
	if q.format != "table" && q.format != "json" {
		return fmt.Errorf("--format: %q is neither table nor json", q.format)
	}
	return q.with(cmd, w, func(d *desk) error {
		rows, err := d.exceptions(now)
		if err != nil {
			return err
		}
		shown := slices.DeleteFunc(slices.Clone(rows), func(r excepted) bool { return !q.wants(&r, now, within) })
		if hidden := len(rows) - len(shown); hidden > 0 && !q.all && within == 0 {
			fmt.Fprintf(w.stderr, "defectgate: note: %s not in force: --all lists them\n", output.Plural(hidden, "exception is", "exceptions are"))
		}
		return undecidedIf(tellExceptions(w.stdout, q.format, shown))
	})
}

// wants reports whether an exception is asked for.
func (q *exceptionsAsked) wants(r *excepted, now time.Time, within time.Duration) bool {
	if within > 0 {
		return r.State == inForce && !r.Until.After(now.Add(within))
	}
	return r.State == inForce || q.all && !r.Granted.After(now)
}

// instant is that of --at: the last one of a day, as people mean it.
func (q *exceptionsAsked) instant(now time.Time) (time.Time, error) {
	if q.at == "" {
		return now, nil
	}
	if day, err := gate.ParseDay(q.at); err == nil {
		return day.Add(24*time.Hour - time.Nanosecond), nil
	}
	return dayOrInstant("--at", q.at)
}

// excepted is one line of the list.
type excepted struct {
	ID        string           `json:"id"`
	Kind      gate.SignOffKind `json:"kind"`
	State     string           `json:"state"`
	Granted   time.Time        `json:"granted"`
	Until     time.Time        `json:"until"`
	Defects   []string         `json:"defects"`
	Severity  string           `json:"severity_ceiling,omitempty"`
	Approvers string           `json:"approvers"`
	Holds     string           `json:"holds_for"`
	Reason    string           `json:"reason"`
	Controls  []string         `json:"controls,omitempty"`
	Ticket    string           `json:"ticket,omitempty"`
	Origin    string           `json:"origin"`
}

const inForce = "in force"

// exceptions gives all of them, those of the ledger first, as they stood at an instant.
func (d *desk) exceptions(now time.Time) (rows []excepted, err error) {
	for _, x := range d.book.All() {
		e := x.At(now)
		rows = append(rows, excepted{ID: x.ID, Kind: x.Kind, State: e.State(now), Granted: x.RecordedAt, Until: x.NotAfter, Defects: bindings(x.Defects),
			Severity: ceiling(x.Defects), Approvers: e.Approvers(), Holds: x.Holds(), Reason: x.Reason, Controls: x.Controls, Ticket: x.Ticket,
			Origin: fmt.Sprintf("entry %d of the ledger", x.Index)})
	}
	files, err := readExceptions(&trusted{}, d.file.Exceptions)
	for i := range files {
		rows = append(rows, ofFile(&files[i], now))
	}
	return rows, err
}

func ofFile(e *gate.Exception, now time.Time) excepted {
	r := excepted{ID: e.ID, Kind: e.Kind, State: inForce, Granted: e.Granted, Until: e.Until, Approvers: e.Approver, Reason: e.Reason,
		Controls: e.Controls, Ticket: e.Ticket, Origin: e.Origin, Holds: signoff.InWords(e.Scope)}
	for _, name := range []string{e.Defect, e.Package} {
		if name != "" {
			r.Defects = append(r.Defects, name)
		}
	}
	if e.Fingerprint != nil {
		r.Defects = append(r.Defects, e.Fingerprint.String())
	}
	if e.Severity != nil {
		r.Severity = e.Severity.String()
	}
	switch {
	case now.Before(e.Granted):
		r.State = "begins on " + e.Granted.Format(time.DateOnly)
	case !now.Before(e.Until):
		r.State = "ended on " + e.Kind.Last(e.Until)
	}
	return r
}

// bindings lists defects with their components.
func bindings(list []gate.Binding) (names []string) {
	for i := range list {
		names = append(names, list[i].String())
	}
	return names
}

// ceiling is the highest severity that a record is for.
func ceiling(list []gate.Binding) string {
	if len(list) == 0 {
		return ""
	}
	highest := list[0].Severity
	for _, b := range list {
		highest = max(highest, b.Severity)
	}
	return highest.String()
}

func tellExceptions(to io.Writer, format string, rows []excepted) error {
	if format == "json" {
		for _, r := range rows {
			if err := json.MarshalWrite(to, &r, gate.Deterministic); err != nil {
				return err
			}
			if _, err := io.WriteString(to, "\n"); err != nil {
				return err
			}
		}
		return nil
	}
	t := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "ID\tKIND\tSTATE\tUNTIL\tDEFECTS\tAPPROVED BY\tHOLDS FOR\tREASON\n")
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", gate.CleanLine(r.ID, 40), r.Kind, gate.CleanLine(r.State, 60), r.Kind.Last(r.Until),
			gate.CleanLine(strings.Join(r.Defects, ", "), 80), gate.CleanLine(r.Approvers, 60), gate.CleanLine(r.Holds, 60), gate.CleanLine(r.Reason, 80))
	}
	return t.Flush()
}
