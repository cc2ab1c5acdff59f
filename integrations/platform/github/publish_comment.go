package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/go-github/v62/github"

	"github.com/defectgate/defectgate/gate"
)

// maxComment is the most that a comment holds, in characters.
const maxComment = 65_536

// superseded stands in all comments of ours but the first. Two runs at once may both have found none.
const superseded = "**defectgate:** the first comment of this kind has the result."

// Comment shows a text at a pull request, in one comment that is edited in place: it is found by who wrote it and by the marker, which is its last
// line and an HTML comment. Whoever else writes our marker does not get their comment edited, nor does it keep us from writing ours. Where there are
// several of ours, the oldest is edited, since people have linked to it, and the others point to it: an old verdict that nobody edits any more would
// mislead, and what was deleted is missed by those who answered. A text that stands there already is not written again. Nothing is written unless
// all comments were read. Not being allowed to is [ErrForbidden], a pull request that is not there [ErrNotThere].
func (c *Client) Comment(ctx context.Context, change int64, marker, text string) error {
	body, err := withMarker(text, marker)
	if err != nil {
		return fmt.Errorf("comment on the pull request: %w", err)
	}
	number, err := pullNumber(change)
	if err != nil {
		return fmt.Errorf("comment on the pull request: %w", err)
	}
	self, err := c.Self(ctx)
	if err != nil {
		return err
	}
	ours, err := c.ownComments(ctx, number, self, marker)
	switch {
	case err != nil:
		return err
	case len(ours) == 0:
		return c.newComment(ctx, number, self, body)
	}
	errs := []error{c.rewrite(ctx, ours[0], body)}
	for _, later := range ours[1:] {
		errs = append(errs, c.rewrite(ctx, later, superseded+"\n\n"+marker+"\n"))
	}
	return errors.Join(errs...)
}

// pullNumber refuses what is the number of no pull request. Of 0, the client would list the comments of the whole repository.
func pullNumber(change int64) (int, error) {
	if change <= 0 || change > math.MaxInt32 {
		return 0, fmt.Errorf("%d is the number of no pull request", change)
	}
	return int(change), nil
}

// withMarker is a text whose last line is the marker, once.
func withMarker(text, marker string) (string, error) {
	if !strings.HasPrefix(marker, "<!--") || !strings.HasSuffix(marker, "-->") || strings.ContainsAny(marker, "\r\n") {
		return "", fmt.Errorf("%q is no marker, which is one HTML comment", gate.CleanLine(marker, 80))
	}
	text = strings.TrimRight(strings.TrimSuffix(strings.TrimSpace(text), marker), " \r\n")
	if text == "" {
		return "", errors.New("there is no text")
	}
	text += "\n\n" + marker + "\n"
	if length := utf8.RuneCountInString(text); length > maxComment {
		return "", gate.WithHint(fmt.Errorf("the text has %d characters, and a comment holds %d", length, maxComment), "list fewer defects in it")
	}
	return text, nil
}

// ownComments are our comments with the marker, the oldest first.
func (c *Client) ownComments(ctx context.Context, pull int, self int64, marker string) (ours []*github.IssueComment, err error) {
	const what = "list the comments of the pull request"
	err = pages(what, func(number int) (int, error) {
		some, response, err := c.api.Issues.ListComments(ctx, c.owner, c.name, pull,
			&github.IssueListCommentsOptions{ListOptions: github.ListOptions{Page: number, PerPage: perPage}})
		if err != nil {
			return 0, c.problem(what, writeChanges, err)
		}
		if some == nil {
			return 0, unproven(what, response, "is no list")
		}
		for _, comment := range some {
			if comment.GetUser().GetID() == self && lastLineOf(comment.GetBody()) == marker {
				ours = append(ours, comment)
			}
		}
		return response.NextPage, nil
	})
	slices.SortFunc(ours, func(a, b *github.IssueComment) int { return cmp.Compare(a.GetID(), b.GetID()) })
	return ours, err
}

func lastLineOf(text string) string {
	text = strings.TrimSpace(text)
	return strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
}

// newComment writes one. What was written as somebody else the next run would not find, and it would write another.
func (c *Client) newComment(ctx context.Context, pull int, self int64, body string) error {
	const what = "comment on the pull request"
	made, response, err := c.api.Issues.CreateComment(ctx, c.owner, c.name, pull, &github.IssueComment{Body: &body})
	if err != nil {
		return c.problem(what, writeChanges, err)
	}
	if made.GetID() <= 0 {
		return unproven(what, response, "names no comment")
	}
	if author := made.GetUser().GetID(); author != self {
		return gate.WithHint(fmt.Errorf("%s: it was written by the user %d, and the next run looks for one of %d", what, author, self),
			"use the token of the job, or that of one GitHub App")
	}
	return nil
}

// rewrite changes what a comment says, unless it says that already. Web forms end lines otherwise, and GitHub may trim.
func (c *Client) rewrite(ctx context.Context, comment *github.IssueComment, body string) error {
	if strings.TrimSpace(strings.ReplaceAll(comment.GetBody(), "\r\n", "\n")) == strings.TrimSpace(body) {
		return nil
	}
	const what = "edit the comment"
	made, response, err := c.api.Issues.EditComment(ctx, c.owner, c.name, comment.GetID(), &github.IssueComment{Body: &body})
	if err != nil {
		return c.problem(what, writeChanges, err)
	}
	if made.GetID() != comment.GetID() {
		return unproven(what, response, fmt.Sprintf("is about the comment %d, and not %d", made.GetID(), comment.GetID()))
	}
	return nil
}
