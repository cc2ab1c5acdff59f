package signoff_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// silentAtAll has somebody write a comment that must cost no more than to fetch it, and nothing where the event has its text.
func silentAtAll(t *testing.T, body string) {
	w := newWorld(t)
	e := eventOf(w.wrote(alice, body))
	for _, fetched := range []bool{false, true} {
		if fetched {
			e.Body = nil
		}
		o := w.desk().Handle(t.Context(), e)
		assert.False(t, o.IsCommand(), "%q", body)
		assert.Zero(t, o.ExitCode())
		assert.Empty(t, w.memory().calls)
	}
	assert.Equal(t, []string{"Post"}, w.forge.calls, "%q", body)
}

func TestT12LookAlikesLeadToNoRecord(t *testing.T) {
	for _, head := range []string{"/\u200bdefectgate", "/defectg\u0430te", "\uff0fdefectgate", "/de\ufb01ectgate", "\ufeff/defectgate", "\u00a0/defectgate",
		"/defectgate\u00a0", "/defectgate\u2028", "/defectgate\u0085", "/d\u00e9fectgate", "\u202e/defectgate"} {
		silentAtAll(t, strings.Replace(accept(), "/defectgate", head, 1))
	}
	for _, swap := range []string{"a\u0441cept", "accept\u200b", "ACCEPT", "acc\u212apt"} {
		newWorld(t).refusedFor(signoff.Syntax, alice, strings.Replace(accept(), "accept", swap, 1))
	}
	newWorld(t).refusedFor(signoff.Syntax, alice, strings.Replace(accept(), "CVE", "\u216de", 1))
	newWorld(t).refusedFor(signoff.Date, alice, strings.Replace(accept(), until, "2026-03-33", 1))
	newWorld(t).refusedFor(signoff.Reason, alice, accept()+" \u202eno")
}

func TestT13ACommandThatIsQuotedLeadsToNoRecord(t *testing.T) {
	c := accept()
	for _, body := range []string{"> " + c, "`" + c + "`", "```\n" + c + "\n```", "    " + c, "\t" + c, "<!-- " + c + " -->", "<!--\n" + c + "\n-->",
		"[x]: " + c, "Please:\n" + c, "\n" + c, " " + c, "~~~\n" + c + "\n~~~", "- " + c, "1. " + c, "# " + c, "| " + c, "On Monday bob wrote:\n> " + c,
		"\"" + c + "\"", "<details>\n" + c, "/defectgatex accept"} {
		silentAtAll(t, body)
	}
	for _, body := range []string{c + "\n" + c, c + "\n\n   /defectgate help", c + "\n```\n/DEFECTGATE help\n```", c + "\rx\r/defectgate help"} {
		w := newWorld(t)
		o := w.comment(alice, body)
		require.NotNil(t, o.Refusal, "%q", body)
		require.Contains(t, []signoff.Code{signoff.Multi, signoff.Reason}, o.Refusal.Code)
		require.Empty(t, recordsOf(t, w.log))
	}
	newWorld(t).recorded(alice, c+"\n\nThanks!\n> /defectgate help")
}

func TestT18ACommentOfAnotherChangeIsRefused(t *testing.T) {
	for _, c := range []signoff.Event{{Change: 0, Comment: 1001}, {Change: -1, Comment: 1001}, {Change: changeNo, Comment: 0}, {Change: changeNo, Comment: -7}} {
		w := newWorld(t)
		w.wrote(alice, accept())
		w.mustRefuse(signoff.Misplaced, c)
		assert.Empty(t, w.forge.calls, "number 0 would be the whole repository")
		assert.Empty(t, w.memory().calls)
	}
	t.Run("the forge gave another change, with its comment", func(t *testing.T) {
		w := newWorld(t)
		p := w.wrote(alice, accept())
		p.Change, w.forge.other = 8, 8
		w.mustRefuse(signoff.Misplaced, eventOf(p))
	})
	for name, change := range map[string]func(*signoff.Post, *signoff.Event) signoff.Code{
		"it stands at another one":        func(p *signoff.Post, _ *signoff.Event) signoff.Code { p.Change = 8; return signoff.Misplaced },
		"it stands at none":               func(p *signoff.Post, _ *signoff.Event) signoff.Code { p.Change = 0; return signoff.Misplaced },
		"the forge gave another one":      func(p *signoff.Post, _ *signoff.Event) signoff.Code { p.ID++; return signoff.Misplaced },
		"the event is of another change":  func(_ *signoff.Post, e *signoff.Event) signoff.Code { e.Change = 8; return signoff.Misplaced },
		"written by the forge":            func(p *signoff.Post, _ *signoff.Event) signoff.Code { p.System = true; return signoff.Bot },
		"not for everybody to see":        func(p *signoff.Post, _ *signoff.Event) signoff.Code { p.Internal = true; return signoff.Bot },
		"it is not there any more":        func(_ *signoff.Post, e *signoff.Event) signoff.Code { e.Comment = 77; return signoff.Edited },
		"imported, whoever it is said by": func(p *signoff.Post, _ *signoff.Event) signoff.Code { p.Imported = true; return signoff.Bot },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.wrote(alice, accept())
			e := eventOf(p)
			code := change(p, &e)
			w.mustRefuse(code, e)
			assert.Empty(t, w.forge.writes(), "nobody is answered elsewhere")
		})
	}
}

func TestT19AnotherRepositoryOfTheSameNameIsRefused(t *testing.T) {
	for name, change := range map[string]func(*world, *signoff.Event){
		"another one answered":   func(w *world, _ *signoff.Event) { w.forge.found = 4712 },
		"the event says another": func(_ *world, e *signoff.Event) { e.Repository = 4712 },
		"none is known":          func(w *world, _ *signoff.Event) { w.forge.found = 0 },
		"both are another":       func(w *world, e *signoff.Event) { w.forge.found, e.Repository = 4712, 4712 },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			e := eventOf(w.wrote(alice, accept()))
			change(w, &e)
			o := w.mustRefuse(signoff.Repository, e)
			assert.Equal(t, 3, o.ExitCode())
			assert.Empty(t, w.forge.writes())
		})
	}
}

// TestT19TheNameIsTakenOverMeanwhile: between the two looks at the change, the repository was renamed, and another one took its name.
func TestT19TheNameIsTakenOverMeanwhile(t *testing.T) {
	w := newWorld(t)
	w.forge.script["Change#2"] = func() error {
		w.forge.found = 4712
		return nil
	}
	o := w.refusedFor(signoff.Repository, alice, accept())
	assert.Equal(t, 3, o.ExitCode())
	assert.Empty(t, w.forge.writes())
}

func TestT33TheTimeOfTheRecordIsOurs(t *testing.T) {
	w := newWorld(t)
	p := w.wrote(alice, accept())
	p.Created = noon.AddDate(-6, 0, 0)
	o := w.desk().Handle(t.Context(), eventOf(p))
	require.NotNil(t, o.Recorded)
	assert.Equal(t, noon, o.Recorded.RecordedAt)
	assert.Equal(t, p.Created, o.Recorded.Comment.Created, "what the forge said is evidence, and no more")
	w.now = noon.Add(time.Hour)
	for _, created := range []time.Time{noon.AddDate(10, 0, 0), {}} {
		p = w.wrote(bob, accept())
		p.Created = created
		assert.Equal(t, w.now, w.desk().Handle(t.Context(), eventOf(p)).Recorded.RecordedAt)
	}
}

func TestT34AnImportedCommentIsRefused(t *testing.T) {
	for _, body := range []string{accept(), "/defectgate status", "/defectgate revoke " + record + " because it was wrong"} {
		w := newWorld(t)
		p := w.wrote(alice, body)
		p.Imported = true
		w.mustRefuse(signoff.Bot, eventOf(p))
	}
}

func TestT37OnlyWhatBlocksIsSignedOff(t *testing.T) {
	for _, target := range []string{"CVE-2026-9999", warnedOf, "CVE-2026-000", "ALL", "all", "left-pad", "..."} {
		w := newWorld(t)
		o := w.comment(alice, "/defectgate accept "+target+" until "+until+forReason)
		require.NotNil(t, o.Refusal, target)
		require.Contains(t, []signoff.Code{signoff.Unknown, signoff.Syntax}, o.Refusal.Code, target)
		if o.Refusal.Code == signoff.Unknown {
			assert.Equal(t, []string{critical + " in " + leftPad, overdue + " in " + leftPad, overdue2 + " in " + leftPad}, o.Refusal.Known)
			assert.Contains(t, w.forge.texts(), "`"+overdue+" in "+leftPad+"`")
		}
		require.Empty(t, recordsOf(t, w.log))
	}
	for _, target := range []string{"*", "CVE-*", "CVE-2026-%", ".*", "CVE-2026-000?"} {
		newWorld(t).refusedFor(signoff.Syntax, alice, "/defectgate accept "+target+" until "+until+forReason)
	}
	t.Run("of several that are named, each blocks", func(t *testing.T) {
		newWorld(t).refusedFor(signoff.Unknown, alice, "/defectgate accept "+overdue+","+warnedOf+" until "+until+forReason)
		newWorld(t).refusedFor(signoff.Unknown, alice, "/defectgate accept "+overdue+" in pkg:npm/right-pad until "+until+forReason)
	})
	t.Run("ten are named at most", func(t *testing.T) {
		w := newWorld(t)
		var many []gate.Finding
		for i := range 30 {
			many = append(many, vulnerable(fmt.Sprintf("CVE-2026-%04d", 100+i), gate.Critical, 1))
		}
		w.forge.decisions[headSHA] = decidedAbout(t, artifactOf(headSHA), many...)
		o := w.refusedFor(signoff.Unknown, alice, accept())
		assert.Len(t, o.Refusal.Known, 10)
	})
	t.Run("an override of what passes", func(t *testing.T) {
		w := newWorld(t)
		w.forge.decisions[headSHA] = decidedAbout(t, artifactOf(headSHA), vulnerable(warnedOf, gate.Low, 1))
		w.refusedFor(signoff.Unknown, alice, override())
	})
}

func TestT38OnlyOpenChangesAreSignedOffAt(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*signoff.Change)
		code   signoff.Code
		signs  int
	}{
		"closed or merged": {func(c *signoff.Change) { c.Open = false }, signoff.Closed, 1},
		"an issue":         {func(c *signoff.Change) { c.IsChange = false }, signoff.NotChange, 0},
		"an old issue":     {func(c *signoff.Change) { c.IsChange, c.Open, c.Head = false, false, "" }, signoff.NotChange, 0},
	} {
		t.Run(name, func(t *testing.T) {
			for _, body := range []string{accept(), override(), "/defectgate status", "/defectgate revoke " + record + " because it was wrong"} {
				w := newWorld(t)
				c.change(&w.forge.change)
				o := w.refusedFor(c.code, alice, body)
				assert.Zero(t, o.ExitCode())
				assert.Len(t, w.forge.signs[o.Event.Comment], c.signs)
				assert.Empty(t, w.forge.told)
			}
		})
	}
}
