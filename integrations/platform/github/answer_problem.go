package github

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// ErrNotThere is the error of something that GitHub does not have, or does not show to this token.
var ErrNotThere = errors.New("GitHub does not have it, or does not show it to this token")

// ErrForbidden is the error of what the token may not do.
var ErrForbidden = errors.New("the token may not do that")

// problem says what an error of the API means, which right of a job is wanted for it, and what to do next.
func (c *Client) problem(what, right string, err error) error {
	var a *answerError
	if !errors.As(err, &a) {
		return gate.WithHint(fmt.Errorf("%s at %s: %w", what, c.address(), err), "give it more time with --timeout, and see that %s answers", c.address())
	}
	err = fmt.Errorf("%s: %w", what, a)
	switch {
	case gate.HintOf(err) != "":
		return err
	case statusOf(a) == http.StatusUnauthorized:
		return gate.WithHint(fmt.Errorf("%s: %w: %w", what, ErrForbidden, a), theTokenIsNotValid)
	case a.status == http.StatusUnauthorized:
		return gate.WithHint(err, "%s; and %s", theTokenIsNotValid, c.isItRight())
	case statusOf(a) == http.StatusForbidden:
		return gate.WithHint(fmt.Errorf("%s: %w: %w", what, ErrForbidden, a), "%s", rightOf(right))
	case statusOf(a) == http.StatusNotFound, statusOf(a) == http.StatusGone:
		return gate.WithHint(fmt.Errorf("%s: %w: %w", what, ErrNotThere, a),
			"see that it is there; %s", rightOf(right))
	case a.status == http.StatusAccepted:
		return gate.WithHint(err, "GitHub is not ready with it: run it again later")
	case a.status >= http.StatusInternalServerError:
		return gate.WithHint(err, "GitHub, or what stands before it, is in trouble: run it again later")
	case a.says != "":
		return gate.WithHint(err, "mend what GitHub says, and run it again; a rule of the repository may stand in the way of what is written")
	}
	return gate.WithHint(err, "%s", c.isItRight())
}

// metadata is the right to see the repository, which a token has by itself: GitHub refuses a workflow that asks for it.
const metadata = "metadata"

func rightOf(right string) string {
	if right == metadata {
		return "does GITHUB_REPOSITORY name the repository, and is the token (GITHUB_TOKEN) one for it?"
	}
	return "give the job the right: permissions: { " + right + " }"
}

const theTokenIsNotValid = "the token is not valid, or has ended: see GITHUB_TOKEN"

// address is where the API is.
func (c *Client) address() string { return strings.TrimSuffix(c.api.BaseURL.String(), "/") }

// isItRight asks about the addresses: what answers there is not GitHub, or nobody.
func (c *Client) isItRight() string {
	return fmt.Sprintf("is GITHUB_API_URL right, and is what answers there no proxy or sign-in? It is %s; "+
		"GitHub Enterprise Server has it below /api/v3, and GITHUB_GRAPHQL_URL at /api/graphql", c.address())
}

// statusOf is that of an answer in which GitHub itself refuses; 0 where there was none, or nobody knows whose it is.
func statusOf(err error) int {
	var a *answerError
	if !errors.As(err, &a) || a.says == "" {
		return 0
	}
	return a.status
}
