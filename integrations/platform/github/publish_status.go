package github

import (
	"cmp"
	"context"
	"fmt"

	"github.com/google/go-github/v62/github"

	"github.com/defectgate/defectgate/gate"
)

// maxDescription is the most that GitHub takes of what a status says, in characters.
const maxDescription = 140

// Status shows a verdict as a commit status: less than a check run, for tokens that may not make those. Of the same name the newest counts. Not being
// allowed to is [ErrForbidden], a commit that is not there [ErrNotThere].
func (c *Client) Status(ctx context.Context, check Check) error {
	const what = "create the commit status"
	if err := check.valid(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	state, description := check.state()
	made, response, err := c.api.Repositories.CreateStatus(ctx, c.owner, c.name, check.Head,
		&github.RepoStatus{Context: &check.Name, State: &state, Description: &description, TargetURL: secure(check.Link)})
	if err != nil {
		return c.problem(what, "statuses: write", err)
	}
	if made.GetID() <= 0 || made.GetState() != state {
		return unproven(what, response, fmt.Sprintf("names no commit status with the state %q", state))
	}
	return nil
}

// state says a verdict in the words that a status has. There is none for a failure that is only observed, and "pending" would block for ever: it is
// green, and what it says begins with that.
func (c *Check) state() (state, description string) {
	text := cmp.Or(c.Title, c.Name)
	state = map[gate.Verdict]string{gate.Pass: "success", gate.Fail: "failure"}[c.Verdict]
	if c.Verdict == gate.Fail && c.Mode == gate.Observe {
		state, text = "success", "only observed: "+text
	}
	return cmp.Or(state, "error"), gate.CleanLine(text, maxDescription)
}
