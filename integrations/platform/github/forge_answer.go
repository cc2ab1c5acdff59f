package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-github/v62/github"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// list gives the comments of a change, each asked for once.
func (f *Forge) list(ctx context.Context, change int64) ([]comment, error) {
	if known, has := f.comments[change]; has {
		return known, nil
	}
	if change < 1 { // of 0, GitHub lists the whole repository
		return nil, fmt.Errorf("there is no pull request %d", change)
	}
	list, err := f.commentsAt(ctx, fmt.Sprintf("issues/%d/comments?", change))
	if err != nil {
		return nil, err
	}
	if f.comments == nil {
		f.comments = map[int64][]comment{}
	}
	f.comments[change] = list
	return list, nil
}

// commentsAt lists all comments of a place, the oldest first. The place ends where more of a query may follow.
func (f *Forge) commentsAt(ctx context.Context, place string) (list []comment, err error) {
	err = pages("comments", func(number int) (int, error) {
		path := fmt.Sprintf("repos/%s/%s/%sper_page=%d&page=%d", f.owner, f.name, place, perPage, number)
		request, err := f.api.NewRequest(http.MethodGet, path, nil)
		if err != nil {
			return 0, err
		}
		var some []comment
		response, err := f.api.Do(ctx, request, &some)
		if err != nil {
			return 0, f.problem("list the comments", readChanges, err)
		}
		list = append(list, some...)
		return response.NextPage, nil
	})
	oldestFirst(list)
	return list, err
}

// ours gives our replies at a change, by the comment that each answers. What somebody else signs with our marker is not ours.
func (f *Forge) ours(ctx context.Context, change int64) (map[int64]comment, error) {
	self, err := f.Self(ctx)
	if err != nil {
		return nil, err
	}
	list, err := f.list(ctx, change)
	replies := map[int64]comment{}
	for _, c := range list {
		if c.User == nil || c.User.ID != self {
			continue
		}
		if of := signoff.AnswerTo(c.Body); of > 0 {
			if _, has := replies[of]; !has {
				replies[of] = c
			}
		}
	}
	return replies, err
}

// Answered reports whether one of our replies at a change is to a comment of somebody.
func (f *Forge) Answered(ctx context.Context, change int64, p gate.Person) (bool, error) {
	replies, err := f.ours(ctx, change)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(f.comments[change], func(c comment) bool {
		_, answered := replies[c.ID]
		return answered && c.User.person().ID == p.ID
	}), nil
}

// Told reports whether our reply to a comment stands, and says what became of it.
func (f *Forge) Told(ctx context.Context, change, comment int64) (bool, error) {
	replies, err := f.ours(ctx, change)
	reply, told := replies[comment]
	return told && signoff.Decides(reply.Body), err
}

// Reply writes our one reply to a comment, or what is to stand there instead.
func (f *Forge) Reply(ctx context.Context, change, to int64, text string) error {
	if signoff.AnswerTo(text) != to || strings.HasPrefix(text, "/") {
		return fmt.Errorf("the reply to comment %d is none", to)
	}
	replies, err := f.ours(ctx, change)
	if err != nil {
		return err
	}
	old, has := replies[to]
	switch {
	case has && old.Body == text:
		return nil
	case has:
		_, _, err = f.api.Issues.EditComment(ctx, f.owner, f.name, old.ID, &github.IssueComment{Body: &text})
	default:
		_, _, err = f.api.Issues.CreateComment(ctx, f.owner, f.name, int(change), &github.IssueComment{Body: &text})
	}
	delete(f.comments, change)
	if err != nil {
		return f.problem("reply to the comment", writeChanges, err)
	}
	return nil
}

var commentOf = regexp.MustCompile(`#issuecomment-([1-9][0-9]{0,17})$`)

// Gone reports whether the comment at an address is not there any more. An address of none is no question.
func (f *Forge) Gone(ctx context.Context, address string) (bool, error) {
	parts := commentOf.FindStringSubmatch(address)
	if parts == nil {
		return false, nil
	}
	var c comment
	err := f.get(ctx, "issues/comments/"+parts[1], &c)
	if statusOf(err) == http.StatusNotFound {
		_, err := f.Repository(ctx) // it is that which is not there, and not all of it
		return err == nil, err
	}
	if err != nil {
		return false, f.problem("look for the comment", readChanges, err)
	}
	return false, nil
}

// React shows a sign at a comment; the same one twice is one.
func (f *Forge) React(ctx context.Context, comment int64, r signoff.Reaction) error {
	if comment < 1 {
		return errors.New("there is no such comment")
	}
	if _, _, err := f.api.Reactions.CreateIssueCommentReaction(ctx, f.owner, f.name, comment, string(r)); err != nil {
		return f.problem("react to the comment", writeChanges, err)
	}
	return nil
}
