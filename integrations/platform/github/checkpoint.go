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

// CheckpointFile is the file in the artifact in which a run that asked a ledger leaves its checkpoint.
const CheckpointFile = "checkpoint"

// CheckpointArtifact names that artifact after the branch of the ledger, so that what other ledgers leave is in nobody's way. The name of an artifact
// has no /.
func CheckpointArtifact(ledger string) string { return url.PathEscape(ledger) + "-checkpoint" }

// How much is looked at: pages of the list, questions about what the default branch left, its checkpoints that bind, and artifacts of others. Runs
// that end at once leave theirs in any order, so that the newest artifact alone may be of an older log.
const (
	checkpointPages = 10
	mostQuestions   = 150
	mostBinding     = 3
	mostOfOthers    = 10
	largestArtifact = 1 << 16 // bytes; one with a checkpoint has less than a thousand
)

// ErrBuried is the error of a checkpoint that may be there, behind more artifacts than are looked at.
var ErrBuried = errors.New("not found")

// Checkpoints are those of a ledger that runs left.
type Checkpoints struct {
	Notes  []string
	OfMain int  // how many of them runs of the default branch left
	Passed bool // others have left more than is looked at
}

// LastCheckpoints gives the checkpoints of the ledger in a branch that bind, the newest ones that runs of the repository itself left, and that count.
// A log that does not hold all of them was put back. Whoever asks says what counts, of runs of the default branch and of others. What cannot be read
// is passed over.
func (c *Client) LastCheckpoints(ctx context.Context, ledger, main string, counts func(note string, ofMain bool) bool) (Checkpoints, error) {
	tip, err := c.Tip(ctx, main)
	if err != nil {
		return Checkpoints{}, err
	}
	s := &search{Client: c, artifacts: CheckpointArtifact(ledger), main: main, tip: tip, counts: counts}
	s.merged, s.events = map[string]bool{}, map[int64]string{}
	buried, err := s.run(ctx)
	if err == nil && buried && s.found.OfMain == 0 {
		err = s.isBuried()
	}
	return s.found, err
}

// search is one for the newest checkpoints that bind.
type search struct {
	*Client
	artifacts string // their name
	main, tip string // the default branch, and its newest commit
	counts    func(note string, ofMain bool) bool

	found  Checkpoints
	seen   int              // artifacts
	asked  int              // questions about what main left
	others int              // artifacts of others that were opened
	merged map[string]bool  // what is known of commits
	events map[int64]string // and of runs: the event that started each
}

// run reports whether there is more than was looked at.
func (s *search) run(ctx context.Context) (buried bool, err error) {
	for page := 1; page <= checkpointPages; page++ {
		list, err := s.artifactsNamed(ctx, s.artifacts, page)
		if err != nil {
			return false, s.problem("list what earlier runs left", readActions, err)
		}
		for _, a := range list {
			if s.found.OfMain == mostBinding || s.asked >= mostQuestions {
				return true, nil
			}
			s.seen++
			if err := s.open(ctx, a); err != nil {
				return false, err
			}
		}
		if len(list) < perPage {
			return false, nil
		}
	}
	return true, nil
}

func (s *search) isBuried() error {
	return gate.WithHint(fmt.Errorf("of the newest %d artifacts %s, none has a checkpoint of a run of %q, and there are more: the last one is %w",
		s.seen, s.artifacts, s.main, ErrBuried),
		"see what `defectgate ledger checkpoint` prints; if that is what the ledger should have, name it once, in a run of that branch: --checkpoint FILE")
}

// open takes the checkpoint that an artifact holds, if it binds anybody.
func (s *search) open(ctx context.Context, a *github.Artifact) error {
	from := a.GetWorkflowRun()
	if a.GetExpired() || a.GetSizeInBytes() > largestArtifact || from.GetHeadRepositoryID() != from.GetRepositoryID() { // of a fork
		return nil
	}
	ofMain, err := s.isOfMain(ctx, from)
	if err != nil || !s.mayOpen(ofMain) {
		return err
	}
	note, err := s.read(ctx, a, ofMain)
	if err != nil || note == "" || !s.counts(note, ofMain) {
		return err
	}
	s.found.Notes = append(s.found.Notes, note)
	if ofMain {
		s.found.OfMain++
	}
	return nil
}

// mayOpen counts what is opened. Of others it is little, however much they leave.
func (s *search) mayOpen(ofMain bool) bool {
	if ofMain {
		s.asked++
		return true
	}
	if s.others == mostOfOthers {
		s.found.Passed = true
		return false
	}
	s.others++
	return true
}

// read gives the checkpoint in an artifact; "" where that has gone meanwhile, or has none. What others leave may be no archive at all.
func (s *search) read(ctx context.Context, a *github.Artifact, ofMain bool) (string, error) {
	text, err := s.fileIn(ctx, a.GetID(), CheckpointFile)
	gone := errors.Is(err, ErrNotThere) || statusOf(err) == http.StatusGone
	if gone || errors.Is(err, errUnreadable) || !ofMain && errors.Is(err, errNoArchive) {
		return "", nil
	}
	return string(text), err
}

// isOfMain reports whether a run was one of the default branch, by workflows that are merged: not of a tag that is called so, and not of a pull
// request from that branch into another one, which brings workflows along.
func (s *search) isOfMain(ctx context.Context, from *github.ArtifactWorkflowRun) (bool, error) {
	if from.GetHeadBranch() != s.main {
		return false, nil
	}
	if is, err := s.knowsMerged(ctx, from.GetHeadSHA()); !is || err != nil {
		return false, err
	}
	event, err := s.eventOf(ctx, from)
	return trusted(event), err
}

func (s *search) knowsMerged(ctx context.Context, commit string) (is bool, err error) {
	is, known := s.merged[commit]
	if !known {
		s.asked++
		is, err = s.isMerged(ctx, commit, s.tip)
		s.merged[commit] = is
	}
	return is, err
}

// eventOf is what started a run; "" where nobody knows any more.
func (s *search) eventOf(ctx context.Context, from *github.ArtifactWorkflowRun) (string, error) {
	event, known := s.events[from.GetID()]
	if known {
		return event, nil
	}
	s.asked++
	run, _, err := s.api.Actions.GetWorkflowRunByID(ctx, s.owner, s.name, from.GetID())
	if err != nil && statusOf(err) != http.StatusNotFound {
		return "", s.problem("read the run that left an artifact", readActions, err)
	}
	s.events[from.GetID()] = run.GetEvent()
	return run.GetEvent(), nil
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
	err := c.get(ctx, fmt.Sprintf("actions/artifacts?name=%s&per_page=%d&page=%d", url.QueryEscape(name), perPage, page), &answer)
	return answer.Artifacts, err
}
