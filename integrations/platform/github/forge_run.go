package github

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/google/go-github/v62/github"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/httpapi"
)

// DecisionArtifact is the artifact in which a run of the gate leaves its decision, and DecisionFile the file in it: what `--format json` prints.
const (
	DecisionArtifact = "defectgate-decision"
	DecisionFile     = "decision.json"
)

// maxArtifact bounds an artifact, and what it expands to, in bytes.
const maxArtifact = 256 << 20

var commitID = regexp.MustCompile(`^[0-9a-f]{40}(?:[0-9a-f]{24})?$`)

// mostRuns bounds how many runs of a commit are looked at.
const mostRuns = 50

// Decision gives that of the newest run for a commit which left one; nil where none did. The run may have been made to say anything: it is a claim.
func (f *Forge) Decision(ctx context.Context, commit string) (*gate.Decision, error) {
	runs, err := f.runsOf(ctx, commit)
	if err != nil {
		return nil, err
	}
	for _, run := range runs {
		artifacts, _, err := f.api.Actions.ListWorkflowRunArtifacts(ctx, f.owner, f.name, run.GetID(), &github.ListOptions{PerPage: perPage})
		if err != nil {
			return nil, f.problem("list the artifacts of a run", writeActions, err)
		}
		newest := newestDecision(artifacts.Artifacts)
		if newest == nil {
			continue
		}
		report, err := f.Report(ctx, newest.GetID())
		if err != nil {
			return nil, err
		}
		f.run = run.GetID()
		return &report.Decision, nil
	}
	return nil, nil //nolint:nilnil // no run left one
}

// runsOf gives the runs for a commit, the newest first.
func (f *Forge) runsOf(ctx context.Context, commit string) ([]*github.WorkflowRun, error) {
	if !commitID.MatchString(commit) {
		return nil, fmt.Errorf("%q is no commit", gate.CleanLine(commit, 80))
	}
	list, _, err := f.api.Actions.ListRepositoryWorkflowRuns(ctx, f.owner, f.name,
		&github.ListWorkflowRunsOptions{HeadSHA: commit, ListOptions: github.ListOptions{PerPage: mostRuns}})
	if err != nil {
		return nil, f.problem("list the runs of the commit", writeActions, err)
	}
	runs := slices.DeleteFunc(list.WorkflowRuns, func(r *github.WorkflowRun) bool { return r.GetHeadSHA() != commit })
	slices.SortFunc(runs, func(a, b *github.WorkflowRun) int { return cmp.Compare(b.GetID(), a.GetID()) })
	return runs, nil
}

func newestDecision(list []*github.Artifact) (newest *github.Artifact) {
	for _, a := range list {
		if a.GetName() == DecisionArtifact && !a.GetExpired() && (newest == nil || a.GetID() > newest.GetID()) {
			newest = a
		}
	}
	return newest
}

// errUnreadable is the error of an artifact that does not hold what it is to hold, whoever left it.
var errUnreadable = errors.New("artifact")

// Report reads the report in an artifact.
func (c *Client) Report(ctx context.Context, artifact int64) (*gate.Report, error) {
	text, err := c.fileIn(ctx, artifact, DecisionFile)
	if err != nil {
		return nil, err
	}
	var r gate.Report
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("%w %s: %s: %w", errUnreadable, DecisionArtifact, DecisionFile, err)
	}
	if err := r.Decision.Check(); err != nil {
		return nil, fmt.Errorf("%w %s: %w", errUnreadable, DecisionArtifact, err)
	}
	return &r, nil
}

// errNoArchive is the error of what came in the place of an archive: what somebody left, or what stands between.
var errNoArchive = errors.New("the answer is no archive")

// fileIn reads a file in an artifact.
func (c *Client) fileIn(ctx context.Context, artifact int64, name string) ([]byte, error) {
	packed, err := c.artifact(ctx, artifact)
	if err != nil {
		return nil, err
	}
	text, err := unpacked(packed, name)
	if err != nil {
		return nil, fmt.Errorf("%w %d: %w", errUnreadable, artifact, err)
	}
	return text, nil
}

// artifact downloads one. GitHub sends on to a store of its own, which is not told the token.
func (c *Client) artifact(ctx context.Context, id int64) ([]byte, error) {
	address, _, err := c.api.Actions.DownloadArtifact(ctx, c.owner, c.name, id, 0)
	if err != nil {
		return nil, c.problem("download an artifact", writeActions, err)
	}
	packed, err := c.download(ctx, address, maxArtifact)
	if err != nil {
		return nil, fmt.Errorf("download an artifact: %w", err)
	}
	return packed, nil
}

// download gets an archive that the API sends on to, without the token. What is no archive at all is not what somebody left.
func (c *Client) download(ctx context.Context, address *url.URL, most int64) ([]byte, error) {
	if err := httpapi.Secure(address); err != nil {
		return nil, err
	}
	response, err := c.stored.Get(ctx, address.String(), nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	var packed bytes.Buffer
	err = httpapi.Copy(&packed, response.Body, most)
	switch {
	case err != nil:
		err = fmt.Errorf("GET %s: the answer cannot be read: %w", httpapi.Shown(address.String()), err)
	case packed.Len() == 0 || isPage(response.Header.Get("Content-Type")):
		err = fmt.Errorf("GET %s: %w%s", httpapi.Shown(address.String()), errNoArchive, httpapi.Begin(packed.Bytes(), address.RawQuery))
	}
	return packed.Bytes(), gate.WithHint(err, "run it again; see that nothing stands between the runner and the storage of artifacts")
}

// isPage reports whether a type is that of what servers say, and not of an archive.
func isPage(media string) bool {
	return strings.HasPrefix(media, "text/") || strings.HasPrefix(media, "application/json") || strings.HasPrefix(media, "application/xml")
}

// unpacked gives one file of an archive.
func unpacked(packed []byte, name string) ([]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, err
	}
	for _, f := range archive.File {
		if f.Name != name {
			continue
		}
		from, err := f.Open()
		if err != nil {
			return nil, err
		}
		var text bytes.Buffer
		err = httpapi.Copy(&text, from, maxArtifact)
		return text.Bytes(), errors.Join(err, from.Close())
	}
	return nil, fmt.Errorf("it has no file %q", name)
}

// Rerun has the failed jobs of the gate run again, in the run whose decision was read; false where that has passed.
func (f *Forge) Rerun(ctx context.Context, commit string) (bool, error) {
	if f.run == 0 {
		return false, gate.WithHint(errors.New("no run of the gate is known for the commit"), "run the gate again by hand")
	}
	run, _, err := f.api.Actions.GetWorkflowRunByID(ctx, f.owner, f.name, f.run)
	if err != nil {
		return false, f.problem("read the run of the gate", writeActions, err)
	}
	switch {
	case run.GetHeadSHA() != commit:
		return false, fmt.Errorf("the run of the gate is for commit %s, and the change is at %s", shortCommit(run.GetHeadSHA()), shortCommit(commit))
	case run.GetStatus() != "completed":
		return false, gate.WithHint(errors.New("the gate is running at this moment"),
			"it may have read the sign-offs already: run it again when it has ended")
	case run.GetConclusion() == "success":
		return false, nil // it passed already
	}
	if _, err = f.api.Actions.RerunFailedJobsByID(ctx, f.owner, f.name, f.run); err != nil {
		return false, f.problem("run the gate again", writeActions, err)
	}
	return true, nil
}
