package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// TestTermsMergeOrder holds what is said of a severity over what is said of all, and what is said of an environment over both.
func TestTermsMergeOrder(t *testing.T) {
	const text = `exception: {terms: {days: 40, reason: 20, override: {hours: 12}, severities: {high: {days: 50}},
  environments: {canary: {days: 60, approvers: 3, override: {hours: 6, approvers: 4}, severities: {high: {reason: 70}, critical: {days: 80, approvers: null}}}}}}`
	for _, c := range []struct {
		why, text, environment string
		severity               gate.Severity
		want                   gate.Demands
	}{
		{"the default", ``, "production", gate.Medium, gate.Demands{Days: 180, Hours: 72, Approvers: 1, Reason: 10}},
		{"of a severity", ``, "production", gate.Critical, gate.Demands{Days: 30, Hours: 72, Approvers: 2, Reason: 10, Control: true}},
		{"where that says nothing, of all", ``, "production", gate.High, gate.Demands{Days: 90, Hours: 72, Approvers: 1, Reason: 10}},
		{"the user, of all", text, "production", gate.Unknown, gate.Demands{Days: 40, Hours: 12, Approvers: 1, Reason: 20}},
		{"the user, of a severity", text, "production", gate.High, gate.Demands{Days: 50, Hours: 12, Approvers: 1, Reason: 20}},
		{"below it, the default of a severity", text, "production", gate.Medium, gate.Demands{Days: 180, Hours: 12, Approvers: 1, Reason: 20}},
		{"the user's environment, of all", text, "canary", gate.Unknown, gate.Demands{Days: 60, Hours: 6, Approvers: 3, Reason: 20}},
		{"the user's environment, of a severity", text, "canary", gate.High, gate.Demands{Days: 50, Hours: 6, Approvers: 3, Reason: 70}},
		{"null asks what is said of all", text, "canary", gate.Critical, gate.Demands{Days: 80, Hours: 6, Approvers: 3, Reason: 20, Control: true}},
	} {
		e, err := configured(t, c.text, c.environment)
		require.NoError(t, err)
		have, err := e.Demand(t.Context(), gate.Artifact{}, defect(func(d *gate.Defect) { d.Severity = c.severity }))
		require.NoError(t, err)
		assert.Equal(t, c.want, have, c.why)
	}
	e, err := configured(t, text, "canary")
	require.NoError(t, err)
	have, err := e.Demand(t.Context(), gate.Artifact{}, nil)
	require.NoError(t, err)
	assert.Equal(t, gate.Demands{Days: 60, Hours: 6, Approvers: 4, Ticket: true, Reason: 20}, have, "of an override")
}

// TestTermsInForce lets settings decide about one exception: they reach the judgement, in their environment and for their severity.
func TestTermsInForce(t *testing.T) {
	for text, applies := range map[string]bool{
		``: true,
		`exception: {terms: {severities: {critical: {days: 29}}}}`:                                                false,
		`exception: {terms: {severities: {high: {days: 29}}}}`:                                                    true,
		`exception: {terms: {severities: {critical: {approvers: 3}}}}`:                                            false,
		`exception: {terms: {environments: {production: {severities: {critical: {days: 29}}}}}}`:                  false,
		`exception: {terms: {environments: {staging: {severities: {critical: {days: 29}}}}}}`:                     true,
		`exception: {terms: {recheck: true}}`:                                                                     true,
		`exception: {terms: {recheck: true, roles: [admin]}}`:                                                     false,
		`exception: {terms: {recheck: true, roles: [admin], users: [1]}}`:                                         true,
		`exception: {terms: {recheck: true, roles: [admin], users: ["1"]}}`:                                       true,
		`exception: {terms: {recheck: true, roles: [admin], users: [10]}}`:                                        false,
		`exception: {terms: {recheck: true, roles: [], teams: [acme/security]}}`:                                  true,
		`exception: {terms: {recheck: true, severities: {critical: {roles: [admin]}}}}`:                           false,
		`exception: {terms: {recheck: true, roles: [admin], severities: {critical: {roles: [admin, maintain]}}}}`: true,
		`exception: {terms: {recheck: true, sources: [key, file]}}`:                                               false,
		`exception: {terms: {recheck: false, roles: [admin]}}`:                                                    true,
	} {
		e, err := configured(t, text, "production")
		require.NoError(t, err)
		w := newWorld(t, nil, found("CVE-2026-0001", gate.Critical))
		x := w.signedOff(t, "E-1", gate.AcceptedRisk, "CVE-2026-0001")
		for i := range x.Approvals {
			x.Approvals[i].Teams = []string{"acme/security"}
		}
		w.policy = e
		assert.Equal(t, applies, w.check(t).Findings[0].Covering() == "E-1", text)
	}
}

// TestAskedBeforehand asks the engine, as a sign-off does, what it has against somebody and against an exception. T8, T20, T21.
func TestAskedBeforehand(t *testing.T) {
	e, err := configured(t, ``, "production")
	require.NoError(t, err)
	codes := func(list []gate.Objection, err error) (codes []string) {
		require.NoError(t, err)
		for _, o := range list {
			assert.NotEmpty(t, o.Sentence)
			codes = append(codes, o.Code)
		}
		return codes
	}
	who := gate.Asking{Now: now, Approval: by("1", "maintain", now)}
	assert.Empty(t, codes(e.Against(t.Context(), who)))
	who.Fork, who.Barred, who.Approval.Role = true, []gate.Party{{Person: gate.Person{ID: "1"}, As: "author"}}, "write"
	assert.Equal(t, []string{"E_AUTH", "E_AUTH", "E_SELF"}, codes(e.Against(t.Context(), who)))

	who = gate.Asking{Now: now, Approval: by("1", "maintain", now)}
	d := defect(func(d *gate.Defect) { d.Severity = gate.Critical })
	bound := gate.Bind(d)
	x := &gate.Exception{ID: "dgx_1", Kind: gate.AcceptedRisk, Bindings: []gate.Binding{bound}, Reason: "not reachable from outside", Leaf: "leaf",
		Granted: now, Until: now.AddDate(0, 0, 30), Approvals: []gate.Approval{who.Approval}, Controls: []string{"waf"}}
	object := func(c gate.Candidate, d *gate.Defect) []string {
		advice, err := e.Object(t.Context(), who, c, d)
		assert.Equal(t, map[bool]int{true: 1, false: 2}[d == nil], advice.Needed)
		return codes(advice.Objections, err)
	}
	ask := func() []string { return object(gate.Candidate{Exception: x, Bound: &bound}, d) }
	assert.Equal(t, []string{"E_NEEDS_SECOND"}, ask())
	who.Approval = by("2", "write", now)
	x.Approvals, x.Controls = append(x.Approvals, who.Approval), nil
	assert.Equal(t, []string{"E_AUTH", "E_CONTROL", "E_NEEDS_SECOND"}, ask())

	o := &gate.Exception{ID: "dgx_2", Kind: gate.Overriding, Reason: "the shop is down", Granted: now, Until: now.Add(1), Approvals: x.Approvals[:1]}
	assert.Equal(t, []string{"E_TICKET"}, object(gate.Candidate{Exception: o}, nil))
}
