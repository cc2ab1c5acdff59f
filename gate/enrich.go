package gate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// index finds defects by what they are known by.
type index struct {
	byName  map[string][]*Defect
	byPrint map[Fingerprint]*Defect
}

func newIndex(defects []*Defect) index {
	x := index{byName: map[string][]*Defect{}, byPrint: map[Fingerprint]*Defect{}}
	for _, d := range defects {
		for _, name := range d.Names() {
			name = canonicalID(name) // of rules, too: they are spelled alike on both sides
			x.byName[name] = append(x.byName[name], d)
		}
		for _, print := range d.Fingerprints {
			x.byPrint[print] = d
		}
	}
	return x
}

// enrich adds what other sources than reports know of the defects: feeds, signals of abuse, statements.
func (c *check) enrich(ctx context.Context) {
	if len(c.Feeds)+len(c.Signals)+len(c.Statements) == 0 {
		return
	}
	x := newIndex(c.defects)
	for _, feed := range c.Feeds {
		c.consult(feed.Name(), FeedKind, feed.Expect(), func(kept *int) Evidence {
			return feed.Load(ctx, func(t Threat) error {
				for _, d := range x.byName[canonicalID(t.ID)] {
					d.absorbThreat(t)
					*kept++
				}
				return ctx.Err()
			})
		})
	}
	for _, signals := range c.Signals {
		c.consult(signals.Name(), SignalsKind, signals.Expect(), func(kept *int) Evidence {
			return c.signalled(ctx, signals, x, kept)
		})
	}
	s := newStating(x, &c.artifact)
	for _, statements := range c.Statements {
		of := newStating(x, &c.artifact)
		whole := c.consult(statements.Name(), StatementsKind, statements.Expect(), func(kept *int) Evidence {
			return c.stated(ctx, statements, of, kept)
		})
		if whole { // half a document may lack the statement that takes another one back
			s.add(of)
		}
	}
	s.settle()
}

// stated reads the statements of one source. What is dated after the clock does not count: nothing that is said later could correct it.
func (c *check) stated(ctx context.Context, statements StatementSource, s *stating, kept *int) Evidence {
	early := 0
	e := statements.Load(ctx, func(st *Statement) error {
		if st.Counts && st.Word.At.Sub(c.now) > clockSkew {
			st.Counts = false
			early++
		}
		if s.take(st) {
			*kept++
		}
		return ctx.Err()
	})
	if early > 0 {
		e.Scan.Warnings = append(e.Scan.Warnings, fmt.Sprintf("statements that do not count, for they are dated after the clock: %d", early))
	}
	return e
}

// signalled reads the signals of one source. One that names no defect of the artifact is counted: it may be about another one, or about a defect
// that no scanner finds.
func (c *check) signalled(ctx context.Context, signals SignalSource, x index, kept *int) Evidence {
	strangers := 0
	e := signals.Load(ctx, func(s *Signal) error {
		named := x.byName[canonicalID(s.ID)]
		if s.Fingerprint != nil {
			named = nil
			if d := x.byPrint[*s.Fingerprint]; d != nil {
				named = []*Defect{d}
			}
		}
		for _, d := range named {
			d.absorbSignal(s)
		}
		if len(named) > 0 {
			*kept++
		} else {
			strangers++
		}
		return ctx.Err()
	})
	if strangers > 0 {
		e.Scan.Warnings = append(e.Scan.Warnings, fmt.Sprintf("signals of abuse that name no defect found here: %d", strangers))
	}
	return e
}

// consult reads one source that is no report, and reports whether it is whole, fresh and what it should be. A panic in it is its own failure, not
// that of the others.
func (c *check) consult(name, kind string, x Expectation, load func(kept *int) Evidence) (whole bool) {
	var e Evidence
	defer func() {
		if p := recover(); p != nil {
			e = Evidence{Source: name, Status: Malformed, Problem: fmt.Sprintf("the reader failed: %v", p)}
		}
		e.Kind = kind
		e.settleOther(x, c.now)
		c.evidence = append(c.evidence, e)
		whole = e.Status == OK
	}()
	kept := 0
	e = load(&kept)
	e.Kept = kept
	return // what the deferred function finds
}

// settleOther decides the status of a source that is no report: it may hold nothing for this artifact, and proves no scan.
func (e *Evidence) settleOther(x Expectation, now time.Time) {
	e.Required = x.Required
	if e.Status != "" && !e.Status.Complete() {
		return
	}
	e.Warnings = append(e.Warnings, e.Scan.Warnings...)
	e.Status = OK
	if e.Scan.Failed != "" {
		e.refuse(Partial, "get it again, whole", "it says that it is not whole: %s", e.Scan.Failed)
	}
	switch e.Kind {
	case FeedKind:
		e.settleFeed(x, now)
	case StatementsKind:
		e.settleAge(x, now)
	}
}

// settleFeed wants entries, and a date that is neither too old nor in the future.
func (e *Evidence) settleFeed(x Expectation, now time.Time) {
	built := e.Scan.Database.Built
	switch {
	case e.Scan.Read == 0:
		e.refuse(Empty, "get the feed again: it is never empty", "the feed has no entries")
	case built.IsZero():
		e.refuse(Malformed, "use the feed as its publisher gives it", "the feed does not say of which day it is")
	case built.Sub(now) > clockLimit:
		e.refuse(Malformed, "check the clock", "the feed is of %s, after the clock %s", built.Format(time.RFC3339), now.Format(time.RFC3339))
	case x.MaxDatabaseAge > 0 && now.Sub(built) > x.MaxDatabaseAge:
		e.refuse(Stale, "get the feed of today, or raise its max_age", "the feed is of %s, %s ago; max_age is %s",
			built.Format(time.RFC3339), inWords(now.Sub(built)), x.MaxDatabaseAge)
	}
}

// feeds says of which day the threat data is.
func (c *check) feeds() string {
	var known []string
	for i := range c.evidence {
		if e := &c.evidence[i]; e.Kind == FeedKind && e.Status == OK {
			known = append(known, fmt.Sprintf("%s of %s", e.Format, e.Scan.Database.Built.Format(time.DateOnly)))
		}
	}
	if len(known) == 0 {
		return "no feed"
	}
	slices.Sort(known)
	return strings.Join(known, ", ")
}
