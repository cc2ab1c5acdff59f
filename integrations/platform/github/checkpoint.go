package github

import (
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

// How much is looked at for each kind of artifact: pages of the list, artifacts of runs of the branch that are opened, and checkpoints that bind.
// Runs that end at once leave theirs in any order, so that the newest artifact alone may be of an older log.
const (
	checkpointPages = 10
	mostOpened      = 50
	mostBinding     = 3
)

// ErrBuried is the error of a checkpoint that may be there, behind more artifacts than are looked at.
var ErrBuried = errors.New("not found")

// LastCheckpoints gives the checkpoints that bind: those of the newest decisions and of the newest comments that runs of a branch of the repository
// itself left, and that count. A log that does not hold all of them was put back. What anybody else left binds nobody, and what cannot be read, or
// does not count, is passed over.
func (c *Client) LastCheckpoints(ctx context.Context, branch string, counts func(note string) bool) (notes []string, err error) {
	tip, err := c.Tip(ctx, branch)
	if err != nil {
		return nil, err
	}
	from := &origin{Client: c, branch: branch, tip: tip, merged: map[string]bool{}}
	searches := []*search{{name: DecisionArtifact, read: c.checkpointOfDecision}, {name: CheckpointArtifact, read: c.checkpoint}}
	var newest int64
	for _, s := range searches {
		s.origin, s.counts = from, counts
		if err := s.run(ctx); err != nil {
			return nil, err
		}
		notes, newest = append(notes, s.notes...), max(newest, s.found)
	}
	for _, s := range searches {
		if s.buried && len(s.notes) == 0 && s.last > newest {
			return notes, s.isBuried()
		}
	}
	return notes, nil
}

// reader gives the checkpoint in an artifact; "" where nothing was recorded.
type reader func(ctx context.Context, artifact int64) (string, error)

func (c *Client) checkpointOfDecision(ctx context.Context, artifact int64) (string, error) {
	r, err := c.Report(ctx, artifact)
	if err != nil || r.Receipt == nil {
		return "", err
	}
	return r.Receipt.Checkpoint, nil
}

func (c *Client) checkpoint(ctx context.Context, artifact int64) (string, error) {
	text, err := c.fileIn(ctx, artifact, CheckpointFile)
	return string(text), err
}

// search is one for the newest checkpoints that count.
type search struct {
	*origin
	name   string // of the artifacts
	read   reader
	counts func(note string) bool

	notes  []string // what was found
	found  int64    // the newest artifact of those
	last   int64    // artifact that was looked at last
	opened int
	buried bool // there are more than are looked at
}

func (s *search) run(ctx context.Context) error {
	for page := 1; page <= checkpointPages; page++ {
		list, err := s.artifactsNamed(ctx, s.name, page)
		if err != nil {
			return s.problem("list what earlier runs left", readActions, err)
		}
		for _, a := range list {
			if s.buried = s.opened == mostOpened; s.buried || len(s.notes) == mostBinding {
				return nil
			}
			s.last = a.GetID()
			if err := s.open(ctx, a); err != nil {
				return err
			}
		}
		if len(list) < perPage {
			return nil
		}
	}
	s.buried = true
	return nil
}

func (s *search) isBuried() error {
	return gate.WithHint(fmt.Errorf("of the newest artifacts %s, at most %d, none has a checkpoint of a run of %q: the last one is %w", s.name,
		checkpointPages*perPage, s.branch, ErrBuried),
		"name the checkpoint by hand, once, in a run of that branch: --checkpoint FILE, with the proof of its last decision")
}

// open takes the checkpoint that an artifact holds, if it binds anybody.
func (s *search) open(ctx context.Context, a *github.Artifact) error {
	if on, err := s.has(ctx, a); !on || err != nil {
		return err
	}
	s.opened++
	note, err := s.read(ctx, a.GetID())
	gone := errors.Is(err, ErrNotThere) || statusOf(err) == http.StatusGone // meanwhile
	switch {
	case err != nil && !gone && !errors.Is(err, errUnreadable):
		return err
	case err == nil && note != "" && s.counts(note):
		s.notes, s.found = append(s.notes, note), max(s.found, a.GetID())
	}
	return nil
}

// origin is where checkpoints that bind come from.
type origin struct {
	*Client
	branch, tip string          // and its newest commit
	merged      map[string]bool // what is known of commits
}

// has reports whether an artifact was left by a run of the branch of the repository itself, of what is merged: not of a fork whose branch is called
// so, of a tag, or of a pull request from the branch into another one, which brings workflows along.
func (o *origin) has(ctx context.Context, a *github.Artifact) (bool, error) {
	from := a.GetWorkflowRun()
	if a.GetExpired() || from.GetHeadBranch() != o.branch || from.GetHeadRepositoryID() != from.GetRepositoryID() {
		return false, nil
	}
	run, _, err := o.api.Actions.GetWorkflowRunByID(ctx, o.owner, o.name, from.GetID())
	switch {
	case statusOf(err) == http.StatusNotFound:
		return false, nil // it was deleted
	case err != nil:
		return false, o.problem("read the run that left an artifact", readActions, err)
	case !trusted(run.GetEvent()) || run.GetHeadSHA() != from.GetHeadSHA():
		return false, nil
	}
	is, known := o.merged[run.GetHeadSHA()]
	if !known {
		is, err = o.isMerged(ctx, run.GetHeadSHA(), o.tip)
		o.merged[run.GetHeadSHA()] = is
	}
	return is, err
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
