package githubtest

import (
	"net/http"
	"slices"
)

func (c *Comment) shape() object {
	r := c.repository
	return object{
		"id": c.ID, "node_id": c.nodeID(), "url": r.at("/issues/comments/%d", c.ID), "html_url": c.page(),
		"issue_url": r.at("/issues/%d", c.Number), "user": r.server.briefOrNull(c.User), "body": c.Body,
		"created_at": stamp(c.Created), "updated_at": stamp(c.Updated), "author_association": r.association(c.User, c.Association),
		"performed_via_github_app": r.server.integration(c.App), "reactions": c.rollup(),
	}
}

func (c *Comment) nodeID() string { return nodeID("IC", c.ID) }

// page is where people read it.
func (c *Comment) page() string {
	kind := "issues"
	if c.repository.pull(int64(c.Number)) != nil {
		kind = "pull"
	}
	return c.repository.page("/%s/%d#issuecomment-%d", kind, c.Number, c.ID)
}

// rollup counts the reactions.
func (c *Comment) rollup() object {
	all := object{"url": c.repository.at("/issues/comments/%d/reactions", c.ID), "total_count": len(c.Reactions)}
	for _, content := range []string{"+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"} {
		n := 0
		for _, r := range c.Reactions {
			if r.Content == content {
				n++
			}
		}
		all[content] = n
	}
	return all
}

func (c *Comment) reaction(of *Reaction) object {
	s := c.repository.server
	return object{"id": of.ID, "node_id": nodeID("REA", of.ID), "user": s.briefOrNull(of.User), "content": of.Content, "created_at": stamp(of.Created)}
}

func listReactions(c *call) answer {
	found := c.comment()
	if found == nil {
		return notFound()
	}
	content := c.value("content")
	all := slices.DeleteFunc(slices.Clone(found.Reactions), func(r *Reaction) bool { return content != "" && r.Content != content })
	return list(c, all, found.reaction)
}

// createReaction gives the sign that somebody has made already once more, with another status.
func createReaction(c *call) answer {
	var asked struct {
		Content string `json:"content"`
	}
	c.decode(&asked)
	found := c.comment()
	if found == nil {
		return notFound()
	}
	for _, r := range found.Reactions {
		if r.User == c.token.who() && r.Content == asked.Content {
			return ok(found.reaction(r))
		}
	}
	r := &Reaction{ID: c.id(), User: c.token.who(), Content: asked.Content, Created: c.clock()}
	found.Reactions = append(found.Reactions, r)
	return answer{status: http.StatusCreated, body: found.reaction(r)}
}
