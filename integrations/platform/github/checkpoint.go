package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/go-github/v62/github"

	"github.com/defectgate/defectgate/gate"
)

// How many pages of artifacts are looked through, and how many decisions that cannot be used are passed over.
const (
	checkpointPages = 10
	mostUnusable    = 5
)

// LastCheckpoint gives the checkpoint of the newest decision that a run of a branch of the repository itself left, and that counts; "" where there is
// none. A log that does not hold it was put back. What anybody else left binds nobody, and what cannot be read, or does not count, stops nobody: left
// says how many were passed over.
func (c *Client) LastCheckpoint(ctx context.Context, branch string, counts func(note string) bool) (note string, left int, err error) {
	tip, err := c.Tip(ctx, branch)
	if err != nil {
		return "", 0, err
	}
	s := &search{Client: c, branch: branch, tip: tip, counts: counts}
	for page := 1; page <= checkpointPages; page++ {
		list, err := c.artifactsNamed(ctx, DecisionArtifact, page)
		if err != nil {
			return "", s.left, c.problem("list the decisions of earlier runs", "actions: read", err)
		}
		for _, a := range list {
			if note, err := s.in(ctx, a); note != "" || err != nil || s.left == mostUnusable {
				return note, s.left, err
			}
		}
		if len(list) < perPage {
			return "", s.left, nil
		}
	}
	return "", s.left, gate.WithHint(fmt.Errorf("of the newest %d decisions that runs left, none is one of %q", checkpointPages*perPage, branch),
		"run the gate on that branch, as nightly.yml does: what a run of it leaves is found first")
}

// search is one for the newest checkpoint that counts.
type search struct {
	*Client
	branch, tip string // and its newest commit
	counts      func(note string) bool
	left        int // decisions that cannot be used
}

// in gives the checkpoint that an artifact holds; "" where it binds nobody.
func (s *search) in(ctx context.Context, a *github.Artifact) (string, error) {
	if on, err := s.isOf(ctx, a, s.branch, s.tip); !on || err != nil {
		return "", err
	}
	r, err := s.Report(ctx, a.GetID())
	if errors.Is(err, ErrNotThere) || statusOf(err) == http.StatusGone {
		err = errUnreadable // it went meanwhile
	}
	switch {
	case err != nil && !errors.Is(err, errUnreadable):
		return "", err
	case err == nil && r.Receipt == nil:
		return "", nil // it was not recorded
	case err == nil && strings.TrimSpace(r.Receipt.Checkpoint) != "" && s.counts(r.Receipt.Checkpoint):
		return r.Receipt.Checkpoint, nil
	}
	s.left++
	return "", nil
}

// isOf reports whether an artifact was left by a run of a branch of the repository itself, and not of a fork whose branch is called so, or of a tag:
// what it ran is merged.
func (c *Client) isOf(ctx context.Context, a *github.Artifact, branch, tip string) (bool, error) {
	from := a.GetWorkflowRun()
	if a.GetExpired() || from.GetHeadBranch() != branch || from.GetHeadRepositoryID() != from.GetRepositoryID() {
		return false, nil
	}
	return c.isMerged(ctx, from.GetHeadSHA(), tip)
}

// IsMerged reports whether a commit is one of a branch. A tag may be called like the branch, and be on any commit.
func (c *Client) IsMerged(ctx context.Context, commit, branch string) (bool, error) {
	tip, err := c.Tip(ctx, branch)
	if err != nil {
		return false, err
	}
	return c.isMerged(ctx, commit, tip)
}

func (c *Client) isMerged(ctx context.Context, commit, tip string) (bool, error) {
	var now github.CommitsComparison
	err := c.get(ctx, fmt.Sprintf("compare/%s...%s?per_page=1&page=2", url.PathEscape(commit), tip), &now)
	if statusOf(err) == http.StatusNotFound {
		return false, nil // it is a commit of nothing that is here
	}
	if err != nil {
		return false, c.problem("compare the commit of a run with the branch", readContents, err)
	}
	return now.GetStatus() == "ahead" || now.GetStatus() == "identical", nil
}

// artifactsNamed lists artifacts of a name, the newest first.
func (c *Client) artifactsNamed(ctx context.Context, name string, page int) ([]*github.Artifact, error) {
	var answer github.ArtifactList
	err := c.get(ctx, fmt.Sprintf("actions/artifacts?name=%s&per_page=%d&page=%d", name, perPage, page), &answer)
	return answer.Artifacts, err
}
