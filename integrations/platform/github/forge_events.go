package github

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/go-github/v62/github"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// Why a run is not that of a comment at a pull request.
var (
	ErrNoComment = errors.New("this run was not started by a comment")
	ErrIssue     = errors.New("the comment is at an issue, which is no pull request")
)

// CommentEvent is the comment that started a run. It is a hint of which one to ask for.
func CommentEvent(getenv func(string) string) (e signoff.Event, err error) {
	if name := getenv("GITHUB_EVENT_NAME"); name != "issue_comment" {
		return e, fmt.Errorf("%w, but by %q", ErrNoComment, gate.CleanLine(name, 40))
	}
	from := readEvent(getenv("GITHUB_EVENT_PATH"))
	switch {
	case from.Comment.ID < 1 || from.Issue.Number < 1:
		return e, fmt.Errorf("%w: its event (GITHUB_EVENT_PATH) has none", ErrNoComment)
	case from.Issue.PullRequest == nil:
		err = ErrIssue
	}
	return signoff.Event{Action: from.Action, Repository: from.Repository.ID, Change: from.Issue.Number, Comment: from.Comment.ID,
		Body: from.Comment.Body}, err
}

// Command is a comment that is one, as GitHub lists it: an event without what an event says.
type Command struct {
	signoff.Event
	By      int64 // who wrote it
	Belongs bool  // to the repository, as far as the token may see
	sign    bool  // somebody has shown that it was not understood
}

// Commands lists the comments since an instant that are commands: those at one change, or, where that is 0, at all of the repository. Those of people
// of the repository come first: however many others write, these wait for nobody. Of each it is the order in which they were written.
func (f *Forge) Commands(ctx context.Context, change int64, since time.Time) (list []Command, err error) {
	place := "issues/comments"
	if change > 0 {
		place = fmt.Sprintf("issues/%d/comments", change)
	}
	all, err := f.commentsAt(ctx, place+"?since="+since.UTC().Format(time.RFC3339)+"&")
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if at := changeOf(c.IssueURL); at > 0 && signoff.IsCommand(c.Body) && !c.User.isBot() {
			e := signoff.Event{Repository: f.id, Change: at, Comment: c.ID}
			list = append(list, Command{e, c.User.ID, slices.Contains(people, c.As), c.Signs.Confused > 0})
		}
	}
	slices.SortStableFunc(list, func(a, b Command) int { return rank(a) - rank(b) })
	return list, nil
}

// people are what GitHub calls those who belong to a repository. What they may do is asked elsewhere.
var people = []string{"OWNER", "MEMBER", "COLLABORATOR"}

func rank(c Command) int {
	if c.Belongs {
		return 0
	}
	return 1
}

// Refused reports whether our sign is at a command that it was refused, which is all that somebody is told who was answered before.
func (f *Forge) Refused(ctx context.Context, c Command) (bool, error) {
	if !c.sign {
		return false, nil
	}
	answered, err := f.Answered(ctx, c.Change, gate.Person{ID: strconv.FormatInt(c.By, 10)})
	if !answered || err != nil {
		return false, err
	}
	self, err := f.Self(ctx)
	if err != nil {
		return false, err
	}
	signs, _, err := f.api.Reactions.ListIssueCommentReactions(ctx, f.owner, f.name, c.Comment, &github.ListOptions{PerPage: perPage})
	if err != nil {
		return false, f.problem("list the reactions to the comment", readChanges, err)
	}
	return slices.ContainsFunc(signs, func(r *github.Reaction) bool {
		return r.GetContent() == string(signoff.Confused) && r.GetUser().GetID() == self
	}), nil
}
