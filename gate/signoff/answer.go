package signoff

import (
	"context"
	"errors"
	"slices"
)

// silent are the codes that get no reply: whoever wrote the comment is nobody to talk to, or stands elsewhere.
var silent = []Code{Bot, NotChange, Repository, Misplaced}

// undecided are the codes of what has to be tried again.
var undecided = []Code{Repository, Misplaced, Conflict, Upstream, Register}

func (o *Outcome) isUndecided() bool {
	return o.Refusal != nil && slices.Contains(undecided, o.Refusal.Code)
}

// ExitCode is what a program ends with that handled a comment: 0 also for what was refused, 3 for what could not be decided.
func (o *Outcome) ExitCode() int {
	if o.Told != nil || o.isUndecided() {
		return 3
	}
	return 0
}

// answer tells whoever wrote the comment, and lets the gate run again where that changes something. What is recorded stands, whether or not that
// succeeds.
func (k *Desk) answer(ctx context.Context, o *Outcome, f *Facts) {
	if !o.IsCommand() || o.Refusal != nil && slices.Contains(silent, o.Refusal.Code) || f != nil && f.human() != nil {
		return
	}
	if o.Refusal != nil && o.Refusal.Code == Duplicate { // told again only where the first time it was not
		told, err := k.Forge.Told(ctx, o.Event.Change, o.Event.Comment)
		if o.Told = err; told || err != nil {
			return
		}
	}
	if o.Recorded != nil && o.waits() == "" {
		var err error
		o.Rerun, err = k.Forge.Rerun(ctx, o.Head)
		o.Told = errors.Join(o.Told, err)
	}
	o.Told = errors.Join(o.Told, k.Forge.React(ctx, o.Event.Comment, o.reaction()))
	if k.replies(ctx, o, f) {
		o.Told = errors.Join(o.Told, k.Forge.Reply(ctx, o.Event.Change, o.Event.Comment, o.Reply()))
	}
}

func (o *Outcome) reaction() Reaction {
	switch {
	case o.isUndecided():
		return Seen
	case o.Refusal != nil && o.Refusal.Code != Duplicate:
		return Confused
	case o.Recorded != nil && o.Recorded.Asks:
		return Seen // it is noted, and not done
	}
	return Done
}

// replies reports whether there is a reply. Somebody who may not sign off gets one in a change, and a sign from then on: anybody can comment.
func (k *Desk) replies(ctx context.Context, o *Outcome, f *Facts) bool {
	switch {
	case o.Refusal == nil:
		return true
	case o.Refusal.Code == Duplicate:
		return true
	case o.Refusal.Code == Closed:
		return false // the sign is enough
	case f == nil:
		return o.Refusal.Code != Register
	}
	if who := f.authorised(ctx, nil); who == nil || who.Code != Auth {
		return true
	}
	answered, err := k.Forge.Answered(ctx, f.Change.Number, f.Post.Author)
	o.Told = errors.Join(o.Told, err)
	return err == nil && !answered
}
