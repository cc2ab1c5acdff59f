package githubtest

import (
	"cmp"
	"net/http"
	"slices"
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

func getCombinedStatus(c *call) answer {
	r := c.repository
	at, found := r.resolve(c.parameters["ref"])
	if !found {
		return notFound()
	}
	var all []*Status
	for _, s := range slices.Backward(r.Statuses) {
		if s.SHA == at.sha && !slices.ContainsFunc(all, func(newer *Status) bool { return newer.Context == s.Context }) {
			all = append(all, s)
		}
	}
	some, header := paged(c, all)
	return answer{status: http.StatusOK, header: header, body: object{
		"state": combined(all), "statuses": rendered(some, (*Status).shape), "sha": at.sha, "total_count": len(all), "repository": r.whole(),
		"commit_url": r.at("/commits/%s", at.sha), "url": r.at("/commits/%s/status", at.sha),
	}}
}

// combined is the state of all contexts together: without any it is pending.
func combined(all []*Status) string {
	has := func(states ...string) bool {
		return slices.ContainsFunc(all, func(s *Status) bool { return slices.Contains(states, s.State) })
	}
	switch {
	case has("error", "failure"):
		return "failure"
	case len(all) == 0 || has("pending"):
		return "pending"
	}
	return "success"
}
