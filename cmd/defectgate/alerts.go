package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// alertLister lists the alerts that a platform keeps, see [github.Client.Alerts].
type alertLister interface {
	Alerts(ctx context.Context, kind github.AlertKind, a *gate.Artifact) (github.Listing, error)
}

// alertSource is a list of alerts as a source of findings. It is read as the export of the same alerts is.
type alertSource struct {
	kind        github.AlertKind
	expectation gate.Expectation
	artifact    func(context.Context) (gate.Artifact, error)
	lister      func() (alertLister, error)
	limits      scanner.Limits
	body        []byte // that was listed
}

// alertSources are those of the configuration and those of the command line; a kind that is named twice is one source, of which all holds that is
// expected. The platform is asked when a source is read, and not before.
func (s *session) alertSources(w world, environment string) (list []gate.Source, err error) {
	lister := sync.OnceValues(func() (alertLister, error) { return forgeClient(w) })
	var all []*alertSource
	add := func(kind string, x gate.Expectation) {
		for _, known := range all {
			if known.kind == github.AlertKind(kind) {
				known.expectation = known.expectation.Join(x)
				return
			}
		}
		all = append(all, &alertSource{kind: github.AlertKind(kind), expectation: x, artifact: s.judged(w, environment), lister: lister,
			limits: s.reports.limits})
	}
	for _, source := range s.config.Sources {
		if source.Alerts != "" {
			add(source.Alerts, source.Expectation(environment))
		}
	}
	for _, kind := range s.alerts {
		if !slices.Contains(config.AlertKinds(), kind) {
			return nil, gate.WithHint(fmt.Errorf("--alerts %q is no kind of alerts", kind), "use one of %s", strings.Join(config.AlertKinds(), ", "))
		}
		add(kind, gate.Expectation{Required: true, Suppressions: true})
	}
	for _, source := range all {
		list = append(list, source)
	}
	return list, nil
}

// judged gives what is judged; a command that only looks asks for it here.
func (s *session) judged(w world, environment string) func(context.Context) (gate.Artifact, error) {
	return func(ctx context.Context) (gate.Artifact, error) {
		if s.artifact.Environment != "" {
			return s.artifact, nil
		}
		a, _, err := (&judging{environment: environment}).artifactOf(ctx, w, s.config)
		return a, err
	}
}

// Name gives the platform and the kind of the alerts.
func (a *alertSource) Name() string { return "github:" + string(a.kind) }

// Expect gives what must hold of the list.
func (a *alertSource) Expect() gate.Expectation { return a.expectation }

// Load lists the alerts and reads them, see [gate.Source]. Those of a list that is not whole are emitted as well: it is no basis for a decision, and
// what speaks against the build is told.
func (a *alertSource) Load(ctx context.Context, emit func(*gate.Finding) error) gate.Evidence {
	artifact, listing, err := a.list(ctx)
	e := gate.Evidence{Source: a.Name(), Kind: gate.ReportKind, Format: a.kind.Format(), Required: a.expectation.Required}
	if a.body = listing.Body; len(a.body) > 0 {
		e = a.file().Load(ctx, emit)
	}
	a.tell(&e, listing)
	if listing.Commit == artifact.Subject.Commit { // another one that stands for it, the head of a change, would be another artifact
		e.Scan.Subject.Commit = listing.Commit
	}
	if err != nil {
		a.refuse(&e, err)
	} else if e.Status == "" {
		a.settleEmpty(&e)
	}
	return e
}

func (a *alertSource) list(ctx context.Context) (artifact gate.Artifact, l github.Listing, err error) {
	lister, err := a.lister()
	if err != nil {
		return artifact, l, err
	}
	if artifact, err = a.artifact(ctx); err != nil {
		return artifact, l, err
	}
	l, err = lister.Alerts(ctx, a.kind, &artifact)
	return artifact, l, err
}

// file is the list as a report.
func (a *alertSource) file() *scanner.File {
	return &scanner.File{Path: a.Name(), Format: a.kind.Format(), Expectation: a.expectation, Limits: a.limits,
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(a.body)), nil }}
}

// tell says in the evidence what is known of the list.
func (a *alertSource) tell(e *gate.Evidence, l github.Listing) {
	e.Scan.Proof, e.Scan.Unproven, e.Scan.Ended = l.Proof, l.Unproven, l.Made
	e.Scan.Warnings = append(e.Scan.Warnings, l.Warnings...)
	e.Scan.Subject.Repository = cmp.Or(e.Scan.Subject.Repository, l.Repository)
	if len(l.Tools) == 1 {
		e.Scan.Tool = l.Tools[0]
	}
}

// refuse says why there is no list, or no whole one.
func (a *alertSource) refuse(e *gate.Evidence, err error) {
	e.Status, e.Problem, e.Hint = gate.Unavailable, err.Error(), gate.HintOf(err)
	var refused *github.AlertsError
	if errors.As(err, &refused) {
		e.Status = refused.Status
	}
	if e.Status == gate.Missing && !e.Required {
		e.Status = gate.AbsentOptional
	}
}

// settleEmpty refuses an empty list without proof. The gate does that as well, with the way out for a report.
func (a *alertSource) settleEmpty(e *gate.Evidence) {
	if e.Scan.Read > 0 || e.Scan.Proof != "" || a.expectation.EmptyAllowed {
		return
	}
	e.Status = gate.Empty
	e.Problem = "no alerts, and no proof that GitHub looked for any: " + cmp.Or(e.Scan.Unproven, "it does not say")
	e.Hint = fmt.Sprintf("if an empty list is right here, say so in defectgate.yaml:\n  sources:\n    - alerts: %s\n      empty: allowed", a.kind)
}
