package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/integrations/output"
	"github.com/defectgate/defectgate/policy"
)

// linting are the flags of exception lint.
type linting struct {
	config      string
	environment string
	author      string
	severity    string
}

func exceptionLint(w world) *cobra.Command {
	var l linting
	cmd := &cobra.Command{
		Use:   "lint [FILE…]",
		Short: "Hold exceptions files against what the policy demands, before they are merged",
		Long: `Hold exceptions files against what the policy demands, before they are merged: the files of the configuration, or those that are named.

Each exception is judged as a check would judge it, by the severity that it names; one that names none is judged as --severity says. What is double,
ended or too wide is told as well. --author names who asks for the change: he cannot approve his own exceptions.

Exit codes: 0 nothing is wrong, 1 something is, 2 usage or configuration.`,
		Example: `  defectgate exception lint --author "$GITHUB_ACTOR"`,
		RunE:    func(cmd *cobra.Command, args []string) error { return l.run(cmd.Context(), w, args) },
	}
	configFlag(cmd, &l.config)
	f := cmd.Flags()
	f.StringVarP(&l.environment, "environment", "e", "production", "whose settings hold: production, staging, development, or one of the configuration")
	f.Var((*filled)(&l.author), "author", "who asks for the change, as the files name him (default nobody)")
	f.StringVar(&l.severity, "severity", gate.Critical.String(), "severity of the defects of exceptions that name none")
	return cmd
}

func (l *linting) run(ctx context.Context, w world, files []string) error {
	file, err := config.Load(l.config)
	if err != nil {
		return err
	}
	var severity gate.Severity
	if err := severity.UnmarshalText([]byte(l.severity)); err != nil {
		return fmt.Errorf("--severity: %w", err)
	}
	if len(files) == 0 {
		files = file.Exceptions
	}
	if len(files) == 0 {
		return gate.WithHint(errors.New("there is no exceptions file"), "name one, or declare it under `exceptions:` in defectgate.yaml")
	}
	list, err := readExceptions(&trusted{}, files)
	if err != nil {
		return err
	}
	judge, err := (&judging{environment: l.environment}).engine(ctx, file)
	if err != nil {
		return err
	}
	faults := 0
	for i := range list {
		said, err := l.judge(ctx, judge, &list[i], supposed{w.now().UTC(), severity})
		if err != nil {
			return undecided(err)
		}
		for _, sentence := range append(said, doubles(list, i)...) {
			faults++
			if err := line(w, gate.CleanLine(fmt.Sprintf("%s: %s: %s", list[i].Origin, list[i].ID, sentence), 1000)); err != nil {
				return undecided(err)
			}
		}
	}
	return l.tell(w, len(list), faults)
}

func (l *linting) tell(w world, exceptions, faults int) error {
	if err := line(w, output.Plural(exceptions, "exception", "exceptions")+", "+output.Plural(faults, "fault", "faults")); err != nil {
		return undecided(err)
	}
	if faults > 0 {
		return &failure{code: exitFail}
	}
	return nil
}

// supposed is for when an exception is judged, and as what.
type supposed struct {
	now      time.Time
	severity gate.Severity
}

// judge gives what the policy has against an exception.
func (l *linting) judge(ctx context.Context, judge *policy.Engine, e *gate.Exception, as supposed) (said []string, err error) {
	d := &gate.Defect{ID: cmp.Or(e.Defect, e.ID), Kind: gate.Vulnerability, Severity: as.severity, Fingerprints: []gate.Fingerprint{{}},
		Occurrences: []*gate.Occurrence{{}}, Component: gate.Component{PURL: e.Package}}
	if e.Severity != nil {
		d.Severity = *e.Severity
	}
	judged := *e
	judged.Barred = slices.Clone(e.Barred)
	if l.author != "" {
		judged.Barred = append(judged.Barred, gate.Party{Person: gate.Person{ID: signoff.FileID(l.author), Login: l.author}, As: "author"})
	}
	if as.now.Before(e.Granted) {
		as.now = e.Granted // one that begins later is in order, if it will be
	}
	advice, err := judge.Object(ctx, gate.Asking{Now: as.now}, gate.Candidate{Exception: &judged}, d)
	for _, o := range advice.Objections {
		said = append(said, o.Sentence)
	}
	slices.Sort(said)
	if e.Severity == nil {
		said = append(said, "it does not say up to which severity it holds: add `severity:`")
	}
	if e.Defect == "" && e.Fingerprint == nil {
		said = append(said, "it covers whatever is found in "+e.Package+": name the defect")
	}
	return said, err
}

// doubles finds an earlier exception for the same.
func doubles(list []gate.Exception, i int) []string {
	e := &list[i]
	for _, earlier := range list[:i] {
		if earlier.Defect == e.Defect && earlier.Package == e.Package && earlier.Scope == e.Scope && samePrint(earlier.Fingerprint, e.Fingerprint) {
			return []string{fmt.Sprintf("it is for the same as %s (%s): keep one of them", earlier.ID, earlier.Origin)}
		}
	}
	return nil
}

func samePrint(a, b *gate.Fingerprint) bool { return a == b || a != nil && b != nil && *a == *b }
