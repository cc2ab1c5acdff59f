package signoff_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/policy"
)

// scan is a report with findings.
type scan []gate.Finding

func (scan) Name() string { return "scan.json" }

func (scan) Expect() gate.Expectation { return gate.Expectation{Required: true} }

func (s scan) Load(_ context.Context, emit func(*gate.Finding) error) gate.Evidence {
	for _, f := range s {
		if err := emit(&f); err != nil {
			return gate.Evidence{Source: s.Name(), Status: gate.Truncated, Problem: err.Error()}
		}
	}
	return gate.Evidence{Source: s.Name(), Kind: gate.ReportKind, Scan: gate.Scan{Read: len(s), Ended: noon, Proof: "1 target"}}
}

// vulnerable is a defect of a package, found so many days ago.
func vulnerable(id string, s gate.Severity, days int) gate.Finding {
	return gate.Finding{Tool: "trivy", Kind: gate.Vulnerability, ID: id, Title: "title of " + id, Rating: gate.Rating{Party: "nvd", Label: s.String(), Severity: s},
		Component: gate.Component{PURL: leftPad + "@1.0.0", Name: "left-pad", Version: "1.0.0", Fixed: []string{"1.0.1"}},
		FirstSeen: noon.AddDate(0, 0, -days)}
}

// findings are what the scanner found: three that block, and one that does not.
func findings() []gate.Finding {
	return []gate.Finding{vulnerable(critical, gate.Critical, 1), vulnerable(overdue, gate.High, 40), vulnerable(overdue2, gate.Medium, 100),
		vulnerable(warnedOf, gate.Low, 1)}
}

// artifactOf is what is built of a commit of the change.
func artifactOf(head string) gate.Artifact {
	return gate.Artifact{Project: project, Environment: "production", Ref: "topic", Change: &gate.Change{ID: "7", Base: "main", Head: head},
		Subject: gate.Subject{Repository: "forge.example/acme/shop", Commit: "cafe3c4d5e6f708192a3b4c5d6e7f8091a2bcafe"}}
}

// gateOf is a gate with the real policy, without registers.
func gateOf(t testing.TB, e *policy.Engine, found []gate.Finding, now time.Time) *gate.Gate {
	return &gate.Gate{Sources: []gate.Source{scan(found)}, Policy: e, Now: func() time.Time { return now }, Mode: gate.Enforce, Clock: "flag",
		Run: gate.Run{Key: t.Name()}}
}

var decidedOnce = sync.OnceValues(func() (gate.Report, error) {
	e, err := policy.New(context.Background(), policy.Options{Environment: "production"})
	if err != nil {
		return gate.Report{}, err
	}
	g := &gate.Gate{Sources: []gate.Source{scan(findings())}, Policy: e, Now: func() time.Time { return noon }, Mode: gate.Enforce, Clock: "flag",
		Run: gate.Run{Key: "run"}}
	return g.Check(context.Background(), artifactOf(headSHA))
})

// decided is the decision about the newest commit of the change.
func decided(t testing.TB) *gate.Decision {
	report, err := decidedOnce()
	require.NoError(t, err)
	d := report.Decision
	require.NoError(t, d.Check())
	require.Equal(t, gate.Fail, d.Verdict, d.Problems)
	require.Equal(t, []string{critical, overdue, overdue2}, denied(&d))
	return &d
}

// decidedAbout is a decision about other findings, or another artifact.
func decidedAbout(t testing.TB, a gate.Artifact, found ...gate.Finding) *gate.Decision {
	g := gateOf(t, engine(t, ""), found, noon)
	report, err := g.Check(t.Context(), a)
	require.NoError(t, err)
	return &report.Decision
}
