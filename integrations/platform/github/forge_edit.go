package github

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// editQuery asks whether a comment is as it was written. REST has no word for it: the time of an update moves for other reasons too.
const editQuery = `query($id: ID!) { node(id: $id) { ... on IssueComment { fullDatabaseId lastEditedAt } } }`

// edit asks GraphQL. An answer with errors, or about something else, is none.
func (f *Forge) edit(ctx context.Context, c *comment) (signoff.Edit, error) {
	var answer struct {
		Data struct {
			Node *struct {
				ID           string     `json:"fullDatabaseId"` // databaseId has 32 bits, and comments have more
				LastEditedAt *time.Time `json:"lastEditedAt"`
			} `json:"node"`
		} `json:"data"`
		Errors []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}
	err := f.query(ctx, editQuery, map[string]any{"id": c.NodeID}, &answer)
	switch {
	case err != nil:
	case len(answer.Errors) > 0:
		err = f.unanswered("GitHub says: "+gate.CleanLine(answer.Errors[0].Message, 200), answer.Errors[0].Message)
	case answer.Data.Node == nil || answer.Data.Node.ID != strconv.FormatInt(c.ID, 10):
		err = f.unanswered("the answer is about something else", "")
	}
	switch {
	case err != nil:
		return signoff.EditUnknown, f.problem("ask whether the comment was edited", readChanges, err)
	case answer.Data.Node.LastEditedAt != nil:
		return signoff.WasEdited, nil
	}
	return signoff.Unedited, nil
}

// query asks GraphQL at its own address: on a server of one's own it does not lie below that of REST.
func (c *Client) query(ctx context.Context, text string, variables map[string]any, into any) error {
	request, err := c.api.NewRequest(http.MethodPost, c.graph, map[string]any{"query": text, "variables": variables})
	if err != nil {
		return err
	}
	_, err = c.api.Do(ctx, request, into)
	return err
}

// unanswered is the error of an answer of GraphQL that does not say what was asked; says is the reason, where GitHub gives one.
func (c *Client) unanswered(why, says string) error {
	return &answerError{question: "POST " + c.graph, status: http.StatusOK, says: says, err: errors.New(why)}
}
