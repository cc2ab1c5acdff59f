package github

import (
	"context"
	"errors"
	"fmt"
)

// actionsBot is the user as whom the token of a job writes. It has another id on every server.
const actionsBot = "github-actions[bot]"

// Self is the id of the user as whom the token writes: what [Access] says, else what GitHub says to GraphQL. Its REST API answers that question only
// to people, and GraphQL to installations of an App as well, of which the token of a job is one. Where GraphQL refuses, it is taken for that of a
// job.
func (c *Client) Self(ctx context.Context) (int64, error) {
	if c.self > 0 {
		return c.self, nil
	}
	id, err := c.askSelf(ctx)
	if err == nil {
		c.self = id
	}
	return id, err
}

func (c *Client) askSelf(ctx context.Context) (int64, error) {
	id, err := c.whoAsks(ctx)
	if err == nil || !mayNot(err) {
		return id, err
	}
	user, _, err := c.api.Users.Get(ctx, actionsBot)
	if err != nil {
		return 0, c.problem("look up "+actionsBot, metadata, err)
	}
	return knownUser(user.GetID())
}

// whoAsks asks GraphQL.
func (c *Client) whoAsks(ctx context.Context) (int64, error) {
	const what = "ask GitHub who we are"
	var answer struct {
		Data struct {
			Viewer struct {
				DatabaseID int64 `json:"databaseId"`
			} `json:"viewer"`
		} `json:"data"`
		Errors []struct{} `json:"errors"`
	}
	if err := c.query(ctx, `query { viewer { login databaseId } }`, nil, &answer); err != nil {
		return 0, c.problem(what, metadata, err)
	}
	if len(answer.Errors) > 0 {
		return 0, fmt.Errorf("%s: %w", what, ErrForbidden)
	}
	return knownUser(answer.Data.Viewer.DatabaseID)
}

// knownUser refuses an id that is none: that of a comment whose author is gone would be the same.
func knownUser(id int64) (int64, error) {
	if id <= 0 {
		return 0, fmt.Errorf("ask GitHub who we are: it answers %d", id)
	}
	return id, nil
}

// mayNot reports whether GitHub does not let the token do something. It hides what it does not show.
func mayNot(err error) bool { return errors.Is(err, ErrForbidden) || errors.Is(err, ErrNotThere) }
