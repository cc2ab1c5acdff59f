package signoff_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/policy"
)

// staged is a world with two environments. Developers may sign off in staging, where less is at stake; in production only maintainers may.
type staged struct {
	*world
	rules map[string]any
}

func newStaged(t *testing.T) *staged {
	w := &staged{newWorld(t), map[string]any{
		"severity":  map[string]any{"threshold": map[string]any{"environments": map[string]any{"staging": map[string]any{"level": "deny"}}}},
		"exception": map[string]any{"terms": map[string]any{"environments": map[string]any{"staging": map[string]any{"roles": []any{"write"}}}}},
	}}
	w.member(bob, "write")
	w.member(stranger, "write")
	return w
}

func (w *staged) engine(environment string) *policy.Engine {
	e, err := policy.New(w.t.Context(), policy.Options{Environment: environment, Rules: w.rules})
	require.NoError(w.t, err)
	return e
}

// at has comments judged for an environment from now on.
func (w *staged) at(environment string) {
	w.judge.Judge, w.place.Environment = w.engine(environment), environment
	w.forge.decisions[headSHA] = w.checkOf(environment)
}

func (w *staged) checkOf(environment string) *gate.Decision {
	a := artifactOf(headSHA)
	a.Environment = environment
	g := gateOf(w.t, w.engine(environment), w.found, w.now)
	g.Registers = []gate.Register{w}
	report, err := g.Check(w.t.Context(), a)
	require.NoError(w.t, err)
	return &report.Decision
}

// TestT08WhoMayInStagingMayNotInProduction: what developers sign off for the whole repository reaches production, where their word is not enough.
func TestT08WhoMayInStagingMayNotInProduction(t *testing.T) {
	w := newStaged(t)
	w.at("staging")
	made := w.recorded(bob, acceptCritical()+"\nscope: repository")
	w.recorded(stranger, "/defectgate approve "+made.ID)
	assert.NotContains(t, denied(w.checkOf("staging")), critical)
	assert.Contains(t, denied(w.checkOf("production")), critical, "nobody of those who may in production has approved")
}

// TestT08AnApprovalIsJudgedWhereItCounts: a record for production waits for somebody who may in production.
func TestT08AnApprovalIsJudgedWhereItCounts(t *testing.T) {
	w := newStaged(t)
	w.at("production")
	made := w.recorded(alice, acceptCritical())
	w.refusedFor(signoff.Auth, bob, "/defectgate approve "+made.ID)
	w.at("staging")
	w.comment(bob, "/defectgate approve "+made.ID)
	assert.Contains(t, denied(w.checkOf("production")), critical, "a developer has approved")
}

// TestT32WhatMayBeNoCommandIsNotAnswered: where a comment cannot be fetched, and no event tells what it says, nobody knows that it is one of ours.
func TestT32WhatMayBeNoCommandIsNotAnswered(t *testing.T) {
	w := newWorld(t)
	p := w.wrote(stranger, "I like it")
	w.forge.fail("Post", forgeFaults["502"])
	o := w.desk().Handle(t.Context(), signoff.Event{Change: changeNo, Comment: p.ID})
	assert.Equal(t, 3, o.ExitCode())
	assert.Empty(t, w.forge.writes())
}
