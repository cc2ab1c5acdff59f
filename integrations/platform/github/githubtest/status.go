package githubtest

import (
	"cmp"
	"time"
)

// Status is the status that a commit has in one context. A newer one of the same context takes its place.
type Status struct {
	ID          int64
	SHA         string
	State       string // error, failure, pending or success
	Context     string
	Description string
	TargetURL   string
	Creator     *User
	Created     time.Time

	repository *Repository
}

// mostDescription is how many characters the description of a status may have.
const mostDescription = 140

func createStatus(c *call) answer {
	var asked struct {
		State       string `json:"state"`
		TargetURL   string `json:"target_url"`
		Description string `json:"description"`
		Context     string `json:"context"`
	}
	c.decode(&asked)
	sha := c.parameters["sha"]
	switch {
	case c.repository.store.commits[sha] == nil:
		return unprocessable("No commit found for SHA: %s", sha)
	case len([]rune(asked.Description)) > mostDescription:
		return invalid("Status", "description", "description is too long (maximum is 140 characters)")
	}
	s := &Status{ID: c.id(), SHA: sha, State: asked.State, Context: cmp.Or(asked.Context, "default"), Description: asked.Description,
		TargetURL: asked.TargetURL, Creator: c.token.who(), Created: c.clock(), repository: c.repository}
	c.repository.Statuses = append(c.repository.Statuses, s)
	all := s.shape()
	all["creator"] = c.brief(s.Creator)
	return created(all)
}

func (s *Status) shape() object {
	return object{
		"id": s.ID, "node_id": nodeID("SC", s.ID), "url": s.repository.at("/statuses/%s", s.SHA), "state": s.State, "context": s.Context,
		"description": orNull(s.Description), "target_url": orNull(s.TargetURL), "avatar_url": s.repository.server.page("/avatars/u/%d", s.Creator.ID),
		"created_at": stamp(s.Created), "updated_at": stamp(s.Created),
	}
}
