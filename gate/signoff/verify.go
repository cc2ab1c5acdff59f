package signoff

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// Verified is a command that may be carried out.
type Verified struct {
	*Command
	Record *gate.SignOff // what is to be recorded, but for its id and number; nil for status and help
	Waits  string        // what it waits for before it counts, in a sentence; "" where it counts at once
}

// Verify judges a comment: what is to be recorded, or why nothing is. It is a pure function of the facts, so that it can be asked again when others
// have recorded something meanwhile. The first thing that is wrong decides; what is cheap and says nothing to strangers comes first. Both results are
// nil for what is no command.
func Verify(ctx context.Context, f *Facts) (*Verified, *Refusal) {
	c, isCommand, unread := Parse(f.Post.Body)
	if !isCommand {
		return nil, nil
	}
	if unread != nil && unread.Code != Reason && unread.Code != Secret {
		return nil, unread
	}
	asks, refusal := f.heard(ctx, c)
	switch {
	case refusal != nil:
		return nil, refusal
	case unread != nil:
		return nil, unread
	case c.Verb == Status || c.Verb == Help:
		return &Verified{Command: c}, nil
	}
	if r := f.fresh(c); r != nil {
		return nil, r
	}
	v, r := f.request(c, asks).Judge(ctx, f.Book, f.Judge)
	if r != nil && r.Code == Auth && !asks && f.mayAsk(ctx, c) { // he may approve other things, and not this one
		return f.request(c, true).Judge(ctx, f.Book, f.Judge)
	}
	return v, r
}

// heard says whether a comment is one that may be carried out at all: a whole one, of somebody who may approve, or else may ask for it.
func (f *Facts) heard(ctx context.Context, c *Command) (asks bool, _ *Refusal) {
	for _, step := range []func() *Refusal{f.event, f.change, f.repository, f.place, f.human, f.unedited, f.unchanged} {
		if r := step(); r != nil {
			return false, r
		}
	}
	r := f.authorised(ctx, c)
	if r != nil && r.Code == Auth && f.mayAsk(ctx, c) {
		return true, nil
	}
	return false, r
}

// event refuses what is told of a comment after it was made.
func (f *Facts) event() *Refusal {
	if slices.Contains([]string{"", "created", "create"}, f.Event.Action) {
		return nil
	}
	return refuse(Edited, "only a new comment counts, and this one was %s: write a new one", f.Event.Action)
}

func (f *Facts) change() *Refusal {
	switch {
	case f.Change.Number < 1 || !f.Change.IsChange:
		return refuse(NotChange, "the comment does not stand at a change request")
	case !f.Change.Open:
		return refuse(Closed, "the change is closed: sign off with `defectgate exception grant` where it has been merged")
	}
	return nil
}

// repository refuses another one of the same name.
func (f *Facts) repository() *Refusal {
	if f.Found != f.Place.Repository || f.Event.Repository != 0 && f.Event.Repository != f.Found {
		return refuse(Repository, "the repository has the id %d, and %d was expected", f.Found, f.Place.Repository)
	}
	return nil
}

func (f *Facts) place() *Refusal {
	if f.Post.Change != f.Change.Number || f.Event.Change != 0 && f.Event.Change != f.Change.Number ||
		f.Event.Comment != 0 && f.Event.Comment != f.Post.ID {
		return refuse(Misplaced, "the comment belongs to another change")
	}
	return nil
}

func (f *Facts) human() *Refusal {
	switch p := &f.Post; {
	case p.System || p.Internal || p.Imported:
		return refuse(Bot, "it is no plain comment of somebody who is known here")
	case p.Bot || p.Author.ID == "" || p.Author.ID == f.Place.Self || strings.HasSuffix(p.Author.Login, "[bot]"):
		return refuse(Bot, "only people sign off, by themselves")
	}
	return nil
}

func (f *Facts) unedited() *Refusal {
	switch f.Post.Edit {
	case Unedited:
		return nil
	case WasEdited:
		return refuse(Edited, "the comment was edited, by its author or by somebody else: write a new one")
	}
	return refuse(Edited, "whether the comment was edited cannot be told: write a new one")
}

// unchanged holds what was fetched against what the event said.
func (f *Facts) unchanged() *Refusal {
	if f.Event.Body != nil && *f.Event.Body != f.Post.Body {
		return refuse(Edited, "the comment has changed since it was written: write a new one")
	}
	return nil
}

// authorised asks the policy whether the author may sign off at all. Whose membership has ended, or who only has the same name, may not.
func (f *Facts) authorised(ctx context.Context, c *Command) *Refusal {
	if f.isNoMember() {
		return refuse(Auth, "only active members of the repository may do this")
	}
	who := f.asking(c)
	if c != nil && (c.Verb == Revoke || c.Verb == Status || c.Verb == Help) {
		who.Barred, who.Named, who.Unmapped = nil, true, false // they let nothing through
	}
	against, err := f.Judge.Against(ctx, who)
	if err != nil {
		return unjudged(err)
	}
	return first(against)
}

// isNoMember reports whether the author of the comment does not belong to the repository, any more, or under that name.
func (f *Facts) isNoMember() bool {
	m := &f.Member
	return m.ID != f.Post.Author.ID || !m.Active || !m.Expires.IsZero() && !f.Now.Before(m.Expires)
}

// mayAsk reports whether somebody who may not approve may ask others to. Only what names defects can be asked for; nil stands for that.
func (f *Facts) mayAsk(ctx context.Context, c *Command) bool {
	if f.isNoMember() || c != nil && c.Verb != Accept && c.Verb != FalsePositive {
		return false
	}
	who := f.asking(c)
	who.Asks = true
	against, err := f.Judge.Against(ctx, who)
	return err == nil && len(against) == 0
}

func (f *Facts) asking(c *Command) gate.Asking {
	return gate.Asking{Now: f.Now, Artifact: f.artifact(), Approval: gate.Approval{Actor: f.actor(), At: f.Now}, Barred: f.Change.barred(),
		Fork: f.Change.Fork, Unmapped: f.Change.Unmapped, Named: c == nil || c.At != "" || c.Verb == Approve}
}

// fresh refuses a comment that was recorded already, and one about a commit that is not the newest.
func (f *Facts) fresh(c *Command) *Refusal {
	if s := f.Book.Of(f.Place.Host, f.Post.ID); s != nil {
		return duplicate(s)
	}
	if f.Change.Head == "" {
		return refuse(Upstream, "the newest commit of the change is not known: try again")
	}
	if !strings.HasPrefix(strings.ToLower(f.Change.Head), c.At) {
		return moved(f.Change.Head)
	}
	return nil
}

func duplicate(s *gate.SignedOff) *Refusal {
	r := refuse(Duplicate, "this comment was recorded already, as %s", s.ID)
	r.Record = s.ID
	return r
}

func moved(head string) *Refusal {
	return refuse(HeadMoved, "the newest commit of the change is %s: look at that one, and write a new comment", short(head))
}

func short(commit string) string { return commit[:min(12, len(commit))] }

// build names what was built: by its commit, where there is one.
func build(commit string) string {
	if commit == "" {
		return "this build"
	}
	return "commit " + short(commit)
}

// request is what the comment asks for, as somebody at a terminal could.
func (f *Facts) request(c *Command, asks bool) *Request {
	sum := sha256.Sum256([]byte(f.Post.Body))
	r := &Request{
		Command: c, Asking: f.asking(c), Decision: f.Decision, Head: f.Change.Head,
		Record: gate.SignOff{
			ID: f.ID, Kind: gate.SignOffKind(c.Verb), Host: f.Place.Host, Project: f.Place.project(), Repository: f.Place.Path, Component: f.Place.Component,
			Environment: f.Place.Environment, Actor: f.actor(), Requester: &f.Change.Author, RecordedAt: f.Now, Tool: f.Place.Tool,
			Change: &gate.SignedAt{Number: f.Change.Number, Head: f.Change.Head, Base: f.Change.Base, Author: f.Change.Author,
				Committers: f.Change.Committers},
			Comment: &gate.Comment{ID: f.Post.ID, URL: f.Post.URL, Created: f.Post.Created, SHA256: hex.EncodeToString(sum[:])},
		},
	}
	if asks {
		r.Asks, r.Record.Asks, r.Record.Requester = true, true, &f.Post.Author
	}
	return r
}
