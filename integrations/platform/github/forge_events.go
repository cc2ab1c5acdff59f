package github

import (
	"context"
	"fmt"
	"time"

	"github.com/defectgate/defectgate/gate/signoff"
)

// CommentEvent is the comment that started a run; ok is false where something else did. It is a hint of which one to ask for.
func CommentEvent(getenv func(string) string) (e signoff.Event, ok bool) {
	if getenv("GITHUB_EVENT_NAME") != "issue_comment" {
		return e, false
	}
	from := readEvent(getenv("GITHUB_EVENT_PATH"))
	return signoff.Event{Action: from.Action, Repository: from.Repository.ID, Change: from.Issue.Number, Comment: from.Comment.ID,
		Body: from.Comment.Body}, true
}

// Commands lists the comments since an instant that are commands, the oldest first, as events without what an event says: those at one change, or,
// where that is 0, at all of the repository.
func (f *Forge) Commands(ctx context.Context, change int64, since time.Time) (events []signoff.Event, err error) {
	place := "issues/comments"
	if change > 0 {
		place = fmt.Sprintf("issues/%d/comments", change)
	}
	list, err := f.commentsAt(ctx, place+"?since="+since.UTC().Format(time.RFC3339)+"&")
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if at := changeOf(c.IssueURL); at > 0 && signoff.IsCommand(c.Body) && !c.User.isBot() {
			events = append(events, signoff.Event{Repository: f.id, Change: at, Comment: c.ID})
		}
	}
	return events, nil
}
