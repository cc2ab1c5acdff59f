package signoff

import (
	"context"
	"errors"
)

// facts fetches what has to be known, and no more than that: a comment that is none of ours costs one question, a refused one few.
func (k *Desk) facts(ctx context.Context, e Event) (f *Facts, refusal *Refusal) {
	now := k.Now().UTC()
	f = &Facts{ID: NewID(now), Now: now, Place: k.Place, Event: e, Judge: k.Judge}
	var err error
	if f.Post, err = k.Forge.Post(ctx, e.Comment); errors.Is(err, ErrGone) {
		return nil, refuse(Edited, "the comment is not there any more")
	}
	if err != nil {
		return nil, upstream(err)
	}
	if !isHead(f.Post.Body) {
		f.Book = NewBook(nil)
		return f, nil
	}
	if f.Change, f.Found, err = k.Forge.Change(ctx, e.Change); err == nil {
		f.Member, err = k.Forge.Member(ctx, f.Post.Author)
	}
	if err == nil && f.strange(ctx) {
		f.Book = NewBook(nil)
		return f, nil
	}
	if err == nil && f.Change.Head != "" {
		f.Decision, err = k.Forge.Decision(ctx, f.Change.Head)
	}
	if err != nil {
		return f, upstream(err)
	}
	list, err := k.Log.Read(ctx, k.Place.project())
	if err != nil {
		return f, unrecorded(err)
	}
	f.Book = NewBook(list)
	return f, nil
}

// strange reports whether Verify will refuse whatever else there is to know: anybody can comment, and strangers must not cost much.
func (f *Facts) strange(ctx context.Context) bool {
	for _, step := range []func() *Refusal{f.change, f.repository, f.place, f.human} {
		if step() != nil {
			return true
		}
	}
	who := f.authorised(ctx, nil)
	return who != nil && who.Code == Auth && !f.mayAsk(ctx, nil)
}
