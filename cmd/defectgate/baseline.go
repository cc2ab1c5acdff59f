package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// autoBaseline asks for the newest decision of the base branch.
const autoBaseline = "auto"

// decisionID fits the id of a decision, or its beginning.
var decisionID = regexp.MustCompile(`^[0-9a-f]{8,64}$`)

func namesDecision(text string) bool {
	return decisionID.MatchString(text) || strings.HasPrefix(text, "latest")
}

// baselineSource is what --baseline names: the base branch's newest decision, a decision, or a report of the base.
func (j *judging) baselineSource(w world, s *session) (gate.BaselineSource, error) {
	switch {
	case j.baseline == "":
		return nil, nil //nolint:nilnil // nothing is compared
	case j.baseline != autoBaseline && !namesDecision(j.baseline):
		return newReportBaseline(s, j.baseline, w.inCI())
	case s.ledger.address == "" || s.ledger.Ledger == nil:
		return nil, gate.WithHint(fmt.Errorf("--baseline %s asks a ledger, and there is none", j.baseline),
			"name one with --ledger, or a report as the baseline")
	case s.ledger.store == nil:
		return baselineFunc(func(context.Context, gate.Artifact) (*gate.Baseline, error) {
			return nil, errors.New("the ledger that it asks cannot be used")
		}), nil
	case j.baseline == autoBaseline:
		return baselineFunc(func(ctx context.Context, a gate.Artifact) (*gate.Baseline, error) {
			return ledger.NewestOf(ctx, s.ledger.store, a, s.gate.Run.Key)
		}), nil
	}
	return baselineFunc(func(ctx context.Context, a gate.Artifact) (*gate.Baseline, error) {
		found, err := ledger.Find(ctx, s.ledger.store, j.baseline)
		if err != nil {
			return nil, err
		}
		return ledger.BaselineOf(found, a), nil
	}), nil
}

type baselineFunc func(context.Context, gate.Artifact) (*gate.Baseline, error)

func (f baselineFunc) Baseline(ctx context.Context, a gate.Artifact) (*gate.Baseline, error) {
	return f(ctx, a)
}

// reportBaseline is a report of what was there before. In a change request it is taken from the commit that the change starts from: whoever changes
// the code could write another.
type reportBaseline struct {
	*session
	format, path string
	inCI         bool
}

func newReportBaseline(s *session, named string, inCI bool) (*reportBaseline, error) {
	format, path, err := splitFormat(named)
	return &reportBaseline{s, format, path, inCI}, err
}

// Baseline reads the report.
func (r *reportBaseline) Baseline(ctx context.Context, a gate.Artifact) (*gate.Baseline, error) {
	b := &gate.Baseline{From: "report", Name: r.path, Known: map[gate.Fingerprint]struct{}{}}
	open := func() (io.ReadCloser, error) { return r.reports.openNamed(relative(r.path)) }
	if a.Change == nil && r.inCI {
		b.Unproven = fmt.Sprintf("the report %q comes with what is judged: on a branch, a CI run compares with a decision", r.path)
		return b, nil
	}
	if a.Change != nil {
		text, at, err := r.repository.atBase(a.Change, r.path)
		if err != nil {
			b.Unproven = fmt.Sprintf("the report %q is not to be had from the base %q: %v", r.path, a.Change.Base, err)
			return b, nil
		}
		b.Name += " at " + at
		open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
	}
	return b, r.read(ctx, a, b, open)
}

func (r *reportBaseline) read(ctx context.Context, a gate.Artifact, b *gate.Baseline, open func() (io.ReadCloser, error)) error {
	merger := gate.NewMerger(r.gate.Merge)
	add := merger.From(r.path)
	file := &scanner.File{Path: r.path, Format: r.format, Expectation: gate.Expectation{Required: true, Subject: gate.SubjectAny, EmptyAllowed: true},
		Limits: r.reports.limits, Roots: r.reports.roots, Open: open}
	e := file.Load(ctx, func(f *gate.Finding) error {
		add(f)
		return ctx.Err()
	})
	b.Digest, b.At = e.SHA256, e.Scan.Time()
	if e.Status != "" && !e.Status.Complete() {
		b.Unproven = fmt.Sprintf("the report %q is %s: %s", r.path, e.Status, e.Problem)
		return nil
	}
	if e.Scan.Failed != "" {
		b.Unproven = fmt.Sprintf("the scan of the report %q failed: %s", r.path, e.Scan.Failed)
		return nil
	}
	for _, d := range merger.Defects() {
		for _, print := range d.Fingerprints {
			if d.IsOpen() { // what a report closes comes back as new
				b.Known[print] = struct{}{}
			}
		}
	}
	return nil
}

// atBase gives a file as it is in the commit that a change starts from.
func (r repository) atBase(c *gate.Change, path string) (text, commit string, err error) {
	for _, base := range []string{c.From, "refs/remotes/origin/" + c.Base, "refs/heads/" + c.Base} {
		if base == "" || strings.HasSuffix(base, "/") {
			continue
		}
		if commit, err = r.ask("rev-parse", "--verify", "--end-of-options", base+"^{commit}"); err == nil {
			break
		}
	}
	if commit == "" {
		return "", "", gate.WithHint(errors.New("git does not know that branch here"), "fetch it: git fetch origin %s", c.Base)
	}
	if text, err = r.show(commit + ":./" + relative(path)); err != nil {
		return "", commit, errors.New(said(err))
	}
	return text, commit, nil
}
