package main

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/output"
	"github.com/defectgate/defectgate/policy"
)

func explainCommand(w world) *cobra.Command {
	j := judging{observe: true, recording: recording{looks: true}} // nothing is enforced, or recorded
	cmd := &cobra.Command{
		Use:   "explain [flags] ID [REPORT…]",
		Short: "Say of one defect which rules looked at it, what they read, when it is due, and which exceptions were considered",
		Long: `Say of one defect which rules looked at it, what they read, when it is due, and which exceptions were considered.

ID is an id or alias of the defect, or the beginning of one of its fingerprints. Reports and settings are those of check.`,
		Example: `  defectgate explain CVE-2026-12345 trivy.json`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := j.open(cmd.Context(), w, args[1:])
			if err != nil {
				return err
			}
			return s.check(cmd.Context(), j.timeout, func(report *gate.Report) error {
				e := &explanation{Writer: bufio.NewWriter(w.stdout), engine: s.engine, decision: &report.Decision}
				return e.all(args[0])
			})
		},
	}
	j.lookFlags(cmd)
	return cmd
}

// minPrefix is how much of a fingerprint names a defect.
const minPrefix = 8

func goesBy(d *gate.Defect, name string) bool {
	if slices.ContainsFunc(d.Names(), func(id string) bool { return strings.EqualFold(id, name) }) {
		return true
	}
	return len(name) >= minPrefix && slices.ContainsFunc(d.Fingerprints, func(f gate.Fingerprint) bool {
		return strings.HasPrefix(f.String(), strings.ToLower(name))
	})
}

// explanation writes what is known of one defect after the other.
type explanation struct {
	*bufio.Writer
	engine   *policy.Engine
	decision *gate.Decision
}

// all explains every defect that goes by a name.
func (e *explanation) all(name string) error {
	found := 0
	for i := range e.decision.Evaluation.Findings {
		if judged := &e.decision.Evaluation.Findings[i]; goesBy(judged.Defect, name) {
			e.explain(judged)
			found++
		}
	}
	for _, problem := range e.decision.Problems {
		e.line("no decision: %s", problem)
	}
	if found == 0 && len(e.decision.Problems) == 0 {
		return gate.WithHint(fmt.Errorf("no defect of these reports goes by %q", name), "list them with: defectgate defects REPORT…")
	}
	if err := undecidedIf(e.Flush()); err != nil || len(e.decision.Problems) == 0 {
		return err
	}
	return &failure{code: exitError}
}

// line writes one line. The format is ours; every text that goes into it may come from a report, and is cleaned.
func (e *explanation) line(format string, args ...any) {
	for i, arg := range args {
		if text, ok := arg.(string); ok {
			args[i] = gate.CleanLine(text, 1000)
		}
	}
	fmt.Fprintf(e, format+"\n", args...)
}

func (e *explanation) explain(j *gate.Judged) {
	e.line("%s  %s %s  %s", j.ID, j.Severity, string(j.Kind), output.Component(j.Component))
	if j.Title != "" {
		e.line("  %s", j.Title)
	}
	for _, f := range j.Fingerprints {
		e.line("  fingerprint %s", f)
	}
	e.ratings(j)
	e.words(j)
	e.clock(j)
	if !j.State.IsOpen() {
		e.line("  no rule looks at it: it is %s", spoken(j.State))
	} else {
		e.rules(j)
	}
	e.exceptions(j)
	e.line("")
}

func (e *explanation) ratings(j *gate.Judged) {
	e.line("  rated %s, %s:", j.Severity, e.decision.Evaluator.Severity)
	for _, r := range j.Ratings {
		chosen := ""
		switch {
		case r.Wins:
			chosen = "it decides"
		case r.Chosen:
			chosen = "a scanner chose it"
		}
		score := ""
		if r.Score > 0 {
			score = fmt.Sprintf("%.1f", r.Score)
		}
		e.line("    %-10s %-8s  %s", r.Party, r.Severity, strings.Join(slices.DeleteFunc([]string{score, r.Vector, chosen, r.Note}, isEmpty), ", "))
	}
}

// words are what was said of the places where the defect stands, and of its abuse.
func (e *explanation) words(j *gate.Judged) {
	if a := j.Abuse; a != nil {
		e.line("  abused in production: %s from %s to %s, seen by %s; %s", output.Plural(a.Count, "signal", "signals"), a.First.Format(time.RFC3339),
			a.Last.Format(time.RFC3339), strings.Join(a.Sensors, ", "), cmp.Or(a.Evidence, "no evidence named"))
	}
	for _, o := range j.Occurrences {
		if w := o.Word; w != nil {
			e.line("  %s is %s: %s says %s (%s)", cmp.Or(o.Version, o.Path, o.Logical, "it"), spoken(o.State), cmp.Or(w.By, "somebody"), spoken(w.Said),
				cmp.Or(w.Reason, "without a reason"))
		}
	}
}

func spoken(s gate.State) string { return strings.ReplaceAll(s.String(), "_", " ") }

func isEmpty(s string) bool { return s == "" }

func (e *explanation) clock(j *gate.Judged) {
	e.line("  clock: now %s", e.decision.Clock.Now.Format(time.RFC3339))
	for _, c := range []struct {
		name string
		at   time.Time
	}{
		{"first seen", j.Clocks.FirstSeen}, {"published", j.Clocks.Published},
		{"fix available", j.Clocks.FixAvailable}, {"exploited since", j.Clocks.ExploitedSince},
	} {
		if !c.at.IsZero() {
			days := int(e.decision.Clock.Now.Sub(c.at) / (24 * time.Hour))
			e.line("    %-16s %s, %s ago", c.name, c.at.Format(time.RFC3339), output.Plural(days, "day", "days"))
		}
	}
	if j.Due.IsZero() {
		e.line("    due              never: its severity has no SLA")
		return
	}
	e.line("    due              %s", j.Due.Format(time.RFC3339))
}

// rules says of each rule what it read and what it said.
func (e *explanation) rules(j *gate.Judged) {
	e.line("  rules:")
	var silent []string
	for _, r := range e.engine.Rules() {
		if reason := e.notAsked(r); reason != "" {
			silent = append(silent, fmt.Sprintf("%s (%s)", r.ID(), reason))
			continue
		}
		if r.Artifact {
			continue
		}
		said := "nothing to say"
		for _, v := range j.Violations {
			if v.Rule == r.ID() {
				said = fmt.Sprintf("%s: %s", v.Level, v.Message)
				if v.Exception != "" {
					said += ", covered by exception " + v.Exception
				}
			}
		}
		e.line("    %-20s %s", r.ID(), said)
		e.line("      read %s", strings.Join(e.engine.Facts(r, j.Defect), ", "))
	}
	if len(silent) > 0 {
		e.line("    not asked: %s", strings.Join(silent, ", "))
	}
}

// notAsked gives the reason why a rule was not asked, or "".
func (e *explanation) notAsked(r *policy.Rule) string {
	if slices.ContainsFunc(e.decision.Evaluator.Rules, func(asked gate.RuleInfo) bool { return asked.ID == r.ID() }) {
		return ""
	}
	if e.engine.Settings(r)["level"] == "ignore" {
		return "level is ignore"
	}
	return r.Needs + " is empty"
}

func (e *explanation) exceptions(j *gate.Judged) {
	if len(j.Exceptions) == 0 {
		e.line("  exceptions: none names it")
		return
	}
	e.line("  exceptions:")
	for _, r := range j.Exceptions {
		if r.Applies {
			covers := map[bool]string{true: "covers it", false: "applies as well"}
			e.line("    %s %s", r.Exception, covers[r.Covers])
			continue
		}
		e.line("    %s does not cover it: %s", r.Exception, strings.Join(r.Refusals, "; "))
	}
}
