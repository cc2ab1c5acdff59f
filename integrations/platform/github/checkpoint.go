package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/google/go-github/v62/github"

	"github.com/defectgate/defectgate/gate"
)

// CheckpointArtifact is the artifact in which a run that took comments leaves the checkpoint of the ledger, and CheckpointFile the file in it.
const (
	CheckpointArtifact = "defectgate-checkpoint"
	CheckpointFile     = "checkpoint"
)

// How many pages of artifacts are looked through, and how many that cannot be used are passed over.
const (
	checkpointPages = 10
	mostUnusable    = 5
)

// ErrBuried is the error of a checkpoint that may be there, behind more artifacts than are looked through.
var ErrBuried = errors.New("not found")

// LastCheckpoints gives the checkpoints that bind: of the newest decision and of the newest comments that a run of a branch of the repository itself
// left, and that count. A log that does not hold them was put back. What anybody else left binds nobody, and what cannot be read, or does not count,
// stops nobody: left says how many were passed over.
func (c *Client) LastCheckpoints(ctx context.Context, branch string, counts func(note string) bool) (notes []string, left int, err error) {
	tip, err := c.Tip(ctx, branch)
	if err != nil {
		return nil, 0, err
	}
	searches := []*search{{name: DecisionArtifact, read: c.checkpointOfDecision}, {name: CheckpointArtifact, read: c.checkpoint}}
	var found int64
	for _, s := range searches {
		s.Client, s.branch, s.tip, s.counts = c, branch, tip, counts
		err := s.run(ctx)
		if left += s.left; err != nil {
			return nil, left, err
		}
		if s.note != "" {
			notes, found = append(notes, s.note), max(found, s.last)
		}
	}
	for _, s := range searches {
		if s.buried && s.last > found {
			return nil, left, s.isBuried()
		}
	}
	return notes, left, nil
}

// reader gives the checkpoint in an artifact; "" where nothing was recorded.
type reader func(ctx context.Context, artifact int64) (string, error)

func (c *Client) checkpointOfDecision(ctx context.Context, artifact int64) (string, error) {
	r, err := c.Report(ctx, artifact)
	if err != nil || r.Receipt == nil {
		return "", err
	}
	return cmp.Or(r.Receipt.Checkpoint, "\n"), nil // a receipt without one is none that counts
}

func (c *Client) checkpoint(ctx context.Context, artifact int64) (string, error) {
	text, err := c.fileIn(ctx, artifact, CheckpointFile)
	return string(text), err
}

// search is one for the newest checkpoint that counts.
type search struct {
	*Client
	name        string // of the artifacts
	read        reader
	branch, tip string // and its newest commit
	counts      func(note string) bool

	note   string // what was found; "" where there is none
	last   int64  // artifact that was looked at last
	left   int    // artifacts that cannot be used
	buried bool   // there are more than are looked at
}

func (s *search) run(ctx context.Context) error {
	for page := 1; page <= checkpointPages; page++ {
		list, err := s.artifactsNamed(ctx, s.name, page)
		if err != nil {
			return s.problem("list what earlier runs left", "actions: read", err)
		}
		for _, a := range list {
			s.last = a.GetID()
			if s.note, err = s.in(ctx, a); s.note != "" || err != nil || s.left == mostUnusable {
				return err
			}
		}
		if len(list) < perPage {
			return nil
		}
	}
	s.buried = true // what was found under another name may be newer
	return nil
}

func (s *search) isBuried() error {
	return gate.WithHint(fmt.Errorf("of the newest %d artifacts %s, none is of a run of %q: the last checkpoint is %w", checkpointPages*perPage, s.name,
		s.branch, ErrBuried), "name the checkpoint by hand, once, in a run of that branch: --checkpoint FILE, with the proof of its last decision")
}

// in gives the checkpoint that an artifact holds; "" where it binds nobody.
func (s *search) in(ctx context.Context, a *github.Artifact) (string, error) {
	if on, err := s.isOf(ctx, a, s.branch, s.tip); !on || err != nil {
		return "", err
	}
	note, err := s.read(ctx, a.GetID())
	gone := errors.Is(err, ErrNotThere) || statusOf(err) == http.StatusGone // meanwhile
	switch {
	case err != nil && !gone && !errors.Is(err, errUnreadable):
		return "", err
	case err == nil && note == "":
		return "", nil
	case err == nil && s.counts(note):
		return note, nil
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
