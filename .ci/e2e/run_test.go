package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// begun is the run that a start begins. It is listed under the head of a pull request, and not under the trial merge that its jobs are given.
func (s *site) begun(b start) *githubtest.Run {
	if b.again != nil {
		return b.again
	}
	branch := strings.TrimPrefix(strings.TrimPrefix(b.ref, "refs/heads/"), "refs/tags/")
	run := githubtest.Run{Path: ".github/workflows/" + b.workflow, Event: b.event, HeadSHA: b.sha, HeadBranch: branch, HeadRepo: s.repo, Status: "in_progress"}
	if b.event == "pull_request" {
		run.HeadSHA, run.HeadBranch, run.HeadRepo = s.pull.HeadSHA, s.pull.HeadRef, s.pull.HeadRepo
	}
	begun := s.repo.AddRun(run)
	begun.AddJob(b.job, "")
	return begun
}

// artifacts are the folders in which those of runs are kept.
type artifacts struct {
	mu      sync.Mutex
	folders map[int64]string // by the ids of runs
}

func (a *artifacts) of(t *testing.T, run *githubtest.Run) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.folders[run.ID] == "" {
		a.folders[run.ID] = t.TempDir()
	}
	return a.folders[run.ID]
}

// finish has a run be over, with what it left.
func (s *site) finish(r *result) {
	s.t.Helper()
	s.server.Do(func() { r.run.Artifacts = nil })
	folder := s.artifacts.of(s.t, r.run)
	for _, name := range names(s.t, folder) {
		files := map[string]string{}
		for _, file := range names(s.t, filepath.Join(folder, name)) {
			files[file] = text(s.t, folder, name, file)
		}
		r.run.AddArtifact(githubtest.Artifact{Name: name, Files: files})
	}
	conclusion := "success"
	if r.code != 0 {
		conclusion = "failure"
	}
	r.run.Finish(conclusion)
}

func names(t *testing.T, folder string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, entry := range entries {
		list = append(list, entry.Name())
	}
	return list
}

// text is that of a file.
func text(t *testing.T, path ...string) string {
	t.Helper()
	all, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(all)
}
