package signoff

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/defectgate/defectgate/gate"
)

// Log is where sign-offs are recorded. Its error wraps [gate.ErrRegister] where what it holds was changed, and [ErrConflict] where others were faster
// again and again.
type Log interface {
	// Read gives all sign-offs of a project, in their order.
	Read(ctx context.Context, project string) ([]gate.SignedOff, error)
	// Append adds what say gives, once for each id, and gives it back as it is read again. Nobody else adds anything between what say is told and what
	// it gives; where a log cannot hold the others off, say is asked again. The error of say is given back as it is, and nothing is added.
	Append(ctx context.Context, project, id string, say func(known []gate.SignedOff) (*gate.SignOff, error)) (gate.SignedOff, error)
}

// ErrConflict is the error of a log where others were faster every time.
var ErrConflict = errors.New("others were faster every time")

// Forge is the platform at which comments are written. Each method asks it anew; an error, or an answer that is not whole, is an error and never
// "no".
type Forge interface {
	// Post gives a comment by its id. [ErrGone] says that there is none.
	Post(ctx context.Context, id int64) (Post, error)
	// Change gives a change request, with the id of the repository that answered.
	Change(ctx context.Context, number int64) (Change, int64, error)
	// Member says as what somebody belongs to the repository; one who does not is no error.
	Member(ctx context.Context, p gate.Person) (Member, error)
	// Decision gives that of the newest run of the gate for a commit; nil where there is none.
	Decision(ctx context.Context, commit string) (*gate.Decision, error)
	// Answered reports whether we have answered somebody at a change before.
	Answered(ctx context.Context, change int64, p gate.Person) (bool, error)
	// Told reports whether our reply to a comment stands.
	Told(ctx context.Context, change, comment int64) (bool, error)
	// Reply writes our one reply to a comment, or what is to stand there instead.
	Reply(ctx context.Context, change, comment int64, text string) error
	// React shows a sign at a comment.
	React(ctx context.Context, comment int64, r Reaction) error
	// Rerun has the gate of a commit run again; false where it has passed, and need not.
	Rerun(ctx context.Context, commit string) (bool, error)
}

// ErrGone is the error of a comment that is not there any more.
var ErrGone = errors.New("the comment is not there any more")

// Reaction is a sign at a comment.
type Reaction string

// The reactions.
const (
	Done     Reaction = "+1"
	Confused Reaction = "confused"
	Seen     Reaction = "eyes"
)

// Desk handles comments: it fetches the facts, has them judged, records, and answers.
type Desk struct {
	Forge Forge
	Log   Log
	Judge Judge
	Place Place
	Now   func() time.Time
}

// Outcome is what became of a comment.
type Outcome struct {
	Event    Event
	Verified *Verified       // nil where it was refused
	Recorded *gate.SignedOff // nil where nothing is recorded
	Refusal  *Refusal        // nil where it was not
	Book     *Book           // what is signed off, with the new record
	Head     string          // of the change
	At       time.Time       // when it was judged
	Told     error           // the answer could not be given; what is recorded stands
	Rerun    bool            // the gate runs again
}

// IsCommand reports whether the comment was one of ours to answer.
func (o *Outcome) IsCommand() bool { return o.Verified != nil || o.Refusal != nil }

// Handle takes one comment to its end. A refusal is no error; what could not be decided is a refusal whose code says so.
func (k *Desk) Handle(ctx context.Context, e Event) *Outcome {
	o := &Outcome{Event: e}
	if e.Body != nil && !isHead(*e.Body) {
		return o // most comments are none of ours, and cost nothing
	}
	if e.Change < 1 || e.Comment < 1 {
		o.Refusal = refuse(Misplaced, "there is no comment %d at change %d", e.Comment, e.Change)
		return o
	}
	f, refusal := k.facts(ctx, e)
	if refusal != nil {
		o.Refusal = refusal
		if f != nil && f.human() == nil && isHead(f.Post.Body) { // whether it is a command, and whose, is known
			k.answer(ctx, o, nil)
		}
		return o
	}
	k.decide(ctx, o, f)
	k.answer(ctx, o, f)
	return o
}

// decide judges, and records what holds.
func (k *Desk) decide(ctx context.Context, o *Outcome, f *Facts) {
	o.Book, o.Head, o.At = f.Book, f.Change.Head, f.Now
	o.Verified, o.Refusal = Verify(ctx, f)
	if made := f.Book.Of(f.Place.Host, f.Post.ID); made != nil && o.Refusal != nil { // whatever has become of the comment since
		o.Recorded, o.Refusal = made, duplicate(made)
		return
	}
	if o.Verified == nil || o.Verified.Record == nil {
		return
	}
	if o.Refusal = k.still(ctx, f); o.Refusal == nil {
		o.Refusal = k.record(ctx, o, f)
	}
	if o.Refusal != nil {
		o.Verified = nil
	}
}

// still reads the head of the change once more: what was judged must be what stands there when it is recorded.
func (k *Desk) still(ctx context.Context, f *Facts) *Refusal {
	again, found, err := k.Forge.Change(ctx, f.Change.Number)
	switch {
	case err != nil:
		return upstream(err)
	case found != f.Found:
		return refuse(Repository, "the repository has the id %d, and %d was expected", found, f.Found)
	case again.Head != f.Change.Head:
		return moved(again.Head)
	case !again.Open:
		return (&Facts{Change: again}).change()
	}
	return nil
}

// record adds the sign-off. What others recorded meanwhile is part of the facts when it is judged once more.
func (k *Desk) record(ctx context.Context, o *Outcome, f *Facts) *Refusal {
	var before []gate.SignedOff
	made, err := k.Log.Append(ctx, k.Place.project(), f.ID, func(known []gate.SignedOff) (*gate.SignOff, error) {
		before, f.Book = known, NewBook(known)
		v, refusal := Verify(ctx, f)
		if refusal != nil {
			return nil, refusal
		}
		o.Verified = v
		return v.Record, nil
	})
	var refusal *Refusal
	if errors.As(err, &refusal) {
		o.Book, o.Recorded = f.Book, f.Book.Of(f.Place.Host, f.Post.ID) // somebody else may have recorded this very comment
		return refusal
	}
	if err != nil {
		return unrecorded(err)
	}
	o.Recorded, o.Book = &made, NewBook(append(before, made))
	return nil
}

// NewID makes the id of a record. It begins with the instant, so that ids are in the order of time.
func NewID(at time.Time) string {
	return recordPrefix + ulid.MustNew(ulid.Timestamp(at), rand.Reader).String()
}

func unrecorded(err error) *Refusal {
	refusal := refuse(Upstream, "it could not be recorded: try again")
	switch {
	case errors.Is(err, ErrConflict):
		refusal = refuse(Conflict, "others recorded something at the same time, again and again: try again")
	case errors.Is(err, gate.ErrRegister):
		refusal = refuse(Register, "the recorded sign-offs do not hold: nothing can be signed off until somebody has looked into it")
	}
	refusal.Err = err
	return refusal
}

func upstream(err error) *Refusal {
	refusal := refuse(Upstream, "the platform did not answer, or not wholly: try again")
	refusal.Err = err
	return refusal
}
