package policy_test

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/policy"
)

// world is what a gate sees of one build: a report, and a register of exceptions.
type world struct {
	policy     *policy.Engine
	now        time.Time
	artifact   gate.Artifact
	findings   []gate.Finding
	exceptions []gate.Exception
}

const commit = "0123456789abcdef"

// newWorld is a build in production, judged by the defaults and by rules that speak of every defect and of every artifact.
func newWorld(t require.TestingT, rules map[string]any, findings ...gate.Finding) *world {
	always := func(name, scope, level string) []byte {
		return []byte("# METADATA\n# title: T\n# custom: {scope: " + scope + ", settings: {level: " + level + "}}\npackage custom.rules.mine." + name +
			"\n\nreport contains \"always\"\n")
	}
	set := policy.Set{Name: "mine", Files: map[string][]byte{
		"denied.rego": always("denied", "defect", "deny"), "warned.rego": always("warned", "defect", "warn"),
		"broken.rego": always("broken", "artifact", "deny"), "dented.rego": always("dented", "artifact", "warn"),
	}}
	e, err := policy.New(context.Background(), policy.Options{Environment: "production", Sets: []policy.Set{set}, Rules: rules})
	require.NoError(t, err)
	return &world{policy: e, now: now, findings: findings, artifact: gate.Artifact{Environment: "production", Subject: gate.Subject{Commit: commit}}}
}

func (*world) Name() string { return "report" }

func (*world) Expect() gate.Expectation { return gate.Expectation{Required: true, Statements: true} }

func (w *world) Load(_ context.Context, emit func(*gate.Finding) error) gate.Evidence {
	for _, f := range w.findings {
		if err := emit(&f); err != nil {
			return gate.Evidence{Source: "report", Status: gate.Truncated, Problem: err.Error()}
		}
	}
	return gate.Evidence{Source: "report", Kind: gate.ReportKind, Scan: gate.Scan{Read: len(w.findings), Ended: w.now}}
}

func (w *world) Exceptions(context.Context, gate.Artifact) ([]gate.Exception, error) {
	return w.exceptions, nil
}

// check lets the gate decide.
func (w *world) check(t require.TestingT) gate.Evaluation {
	g := &gate.Gate{Sources: []gate.Source{w}, Registers: []gate.Register{w}, Policy: w.policy, Now: func() time.Time { return w.now },
		Mode: gate.Enforce, Clock: "flag", Run: gate.Run{Key: "run"}}
	report, err := g.Check(context.Background(), w.artifact)
	require.NoError(t, err)
	require.NotEqual(t, gate.Error, report.Decision.Verdict, report.Decision.Problems)
	return report.Decision.Evaluation
}

// found is a vulnerability of a package.
func found(id string, s gate.Severity) gate.Finding {
	return gate.Finding{Tool: "trivy", Kind: gate.Vulnerability, ID: id, Rating: gate.Rating{Party: "nvd", Label: s.String(), Severity: s},
		Component: gate.Component{PURL: "pkg:npm/left-pad@1.0.0", Name: "left-pad", Version: "1.0.0", Fixed: []string{"1.0.1"}},
		FirstSeen: now.AddDate(0, 0, -1)}
}

func by(id, role string, at time.Time) gate.Approval {
	return gate.Approval{Actor: gate.Actor{Person: gate.Person{ID: id, Login: "user" + id}, Role: role, Source: gate.FromForge}, At: at}
}

// signedOff is an exception to which nothing can be objected, from the instant of the world on, bound to defects of it.
func (w *world) signedOff(t require.TestingT, id string, kind gate.SignOffKind, defects ...string) *gate.Exception {
	e := gate.Exception{ID: id, Kind: kind, Reason: "not reachable from outside", Approver: "user1, user2", Granted: w.now, Until: w.now.AddDate(0, 0, 30),
		Approvals: []gate.Approval{by("1", "maintain", w.now), by("2", "admin", w.now)}, Controls: []string{"waf"}, Ticket: "SEC-1", Leaf: "leaf",
		Scope: gate.Scope{Environment: "production"}}
	if kind == gate.Overriding {
		e.Scope.Commit, e.Until = commit, w.now.Add(72*time.Hour)
	}
	for _, judged := range w.check(t).Findings {
		for _, name := range defects {
			if judged.Defect.ID == name {
				e.Bindings = append(e.Bindings, gate.Bind(judged.Defect))
			}
		}
	}
	require.Len(t, e.Bindings, len(defects))
	w.exceptions = append(w.exceptions, e)
	return &w.exceptions[len(w.exceptions)-1]
}

// coveredBy tells by which exception each violation of a list is covered.
func coveredBy(list []gate.Violation) map[string]string {
	by := map[string]string{}
	for _, v := range list {
		by[v.Rule] = v.Exception
	}
	return by
}
