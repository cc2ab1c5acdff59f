package signoff_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// TestT04AnExceptionIsForWhatWasKnownThen signs off, then lets the gate judge with the real policy what the scanner says later.
func TestT04AnExceptionIsForWhatWasKnownThen(t *testing.T) {
	for name, c := range map[string]struct {
		later  func(f *gate.Finding)
		covers bool
	}{
		"nothing changes": {func(*gate.Finding) {}, true},
		"less severe":     {func(f *gate.Finding) { f.Rating.Severity, f.Rating.Label = gate.Medium, "medium" }, true},
		"more severe":     {func(f *gate.Finding) { f.Rating.Severity, f.Rating.Label = gate.Critical, "critical" }, false},
		"another party rates it": {func(f *gate.Finding) {
			f.Ratings = []gate.Rating{{Party: "vendor", Label: "critical", Severity: gate.Critical}}
		}, true},
		"seen in our production":  {func(f *gate.Finding) { f.Exploited = true }, false},
		"listed as exploited":     {func(f *gate.Finding) { f.KEV = &gate.KEV{Added: noon} }, false},
		"in another component":    {func(f *gate.Finding) { f.Component.PURL, f.Component.Name = "pkg:npm/right-pad@1.0.0", "right-pad" }, false},
		"of another kind":         {func(f *gate.Finding) { f.Component.PURL = "pkg:pypi/left-pad@1.0.0" }, false},
		"in another version":      {func(f *gate.Finding) { f.Component.PURL, f.Component.Version = leftPad+"@2.0.0", "2.0.0" }, true},
		"by another of its names": {func(f *gate.Finding) { f.ID, f.Aliases = "GHSA-aaaa-bbbb-cccc", []string{overdue} }, true},
	} {
		t.Run(name, func(t *testing.T) {
			for _, body := range []string{accept(), "/defectgate false-positive " + overdue + forReason} {
				w := newWorld(t)
				w.recorded(alice, body)
				for i := range w.found {
					if w.found[i].ID == overdue {
						c.later(&w.found[i])
					}
				}
				w.now = noon.Add(time.Hour)
				if c.covers {
					assert.Equal(t, []string{critical, overdue2}, denied(w.check()))
				} else {
					assert.Contains(t, denied(w.check()), overdue)
				}
			}
		})
	}
}

// TestT04ASeverityAboveTheCeilingEndsIt is about two severities whose terms are the same for what was signed off: the ceiling alone decides.
func TestT04ASeverityAboveTheCeilingEndsIt(t *testing.T) {
	for _, body := range []string{"accept " + overdue2 + " until " + until, "false-positive " + overdue2} {
		w := newWorld(t)
		w.settings("severities: {medium: {days: 30}}")
		w.recorded(alice, "/defectgate "+body+forReason)
		assert.NotContains(t, denied(w.check()), overdue2)
		w.found[2].Rating = gate.Rating{Party: "nvd", Label: "high", Severity: gate.High}
		assert.Contains(t, denied(w.check()), overdue2)
	}
}

func TestT04OfOneVersionWhereOneIsNamed(t *testing.T) {
	w := newWorld(t)
	made := w.recorded(alice, "/defectgate accept "+overdue+" in "+leftPad+"@1.0.0 until "+until+forReason)
	assert.Equal(t, leftPad+"@1.0.0", made.Defects[0].Package)
	assert.NotContains(t, denied(w.check()), overdue)
	w.found = append(w.found, w.found[1])
	other := &w.found[len(w.found)-1]
	other.Component.PURL, other.Component.Version = leftPad+"@2.0.0", "2.0.0"
	assert.Contains(t, denied(w.check()), overdue, "it stands at two versions now")
	newWorld(t).refusedFor(signoff.Unknown, alice, "/defectgate accept "+overdue+" in "+leftPad+"@9.9.9 until "+until+forReason)
}

func TestT04AFixThatAppearsEndsIt(t *testing.T) {
	w := newWorld(t)
	w.found[1].Component.Fixed = nil // high and overdue, and nobody can mend it
	w.settings("{}")
	w.recorded(alice, "/defectgate accept "+overdue+" until 2026-05-31"+forReason)
	w.now = noon.AddDate(0, 0, 10)
	assert.NotContains(t, denied(w.check()), overdue)
	w.found[1].Component.Fixed, w.found[1].FixedSince = []string{"1.0.1"}, w.now
	w.now = noon.AddDate(0, 0, 10+14).Add(-1)
	assert.NotContains(t, denied(w.check()), overdue, "there is time to take it")
	w.now = noon.AddDate(0, 0, 10+14)
	assert.Contains(t, denied(w.check()), overdue)
}

func TestT04ItIsForWhereItWasAskedFor(t *testing.T) {
	elsewhere := func(w *world, change func(*gate.Artifact)) []string {
		a := artifactOf(headSHA)
		change(&a)
		g := gateOf(w.t, engine(w.t, ""), w.found, w.now)
		g.Registers = []gate.Register{w}
		report, err := g.Check(w.t.Context(), a)
		assert.NoError(w.t, err)
		return denied(&report.Decision)
	}
	for name, change := range map[string]func(*gate.Artifact){
		"environment": func(a *gate.Artifact) { a.Environment = "canary" },
		"component":   func(a *gate.Artifact) { a.Component = "admin" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.recorded(alice, accept())
			assert.Contains(t, elsewhere(w, change), overdue)
			made := w.recorded(alice, accept()+"\nscope: repository")
			assert.Contains(t, elsewhere(w, change), overdue, "wider needs another approver")
			w.recorded(bob, "/defectgate approve "+made.ID)
			assert.NotContains(t, elsewhere(w, change), overdue)
		})
	}
	w := newWorld(t)
	w.recorded(alice, accept()+"\nscope: branch release")
	assert.Contains(t, elsewhere(w, func(*gate.Artifact) {}), overdue)
	assert.NotContains(t, elsewhere(w, func(a *gate.Artifact) { a.Change.Base = "release" }), overdue)
	w = newWorld(t)
	w.recorded(alice, override())
	assert.Empty(t, elsewhere(w, func(*gate.Artifact) {}))
	assert.NotEmpty(t, elsewhere(w, func(a *gate.Artifact) { a.Change.Head = otherSHA }), "an override is for one build")
}
