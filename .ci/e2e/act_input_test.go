package e2e

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// flags are the command line of act.
func (s *site) flags(b start, r *result) []string {
	s.t.Helper()
	folder := s.t.TempDir()
	file := func(name string, value any) string {
		text, err := json.Marshal(value, json.Deterministic(true))
		require.NoError(s.t, err)
		path := filepath.Join(folder, name)
		require.NoError(s.t, os.WriteFile(path, text, 0o600))
		return path
	}
	tree := s.tree(b.sha)
	flags := []string{b.event, "--json", "--directory", tree, "--workflows", filepath.Join(cmp.Or(b.from, tree), ".github", "workflows", b.workflow),
		"--platform", "ubuntu-latest=-self-hosted", "--container-daemon-socket", "-", "--action-cache-path", cache, "--no-cache-server",
		"--eventpath", file("event.json", b.payload), "--env-file", file("variables.yml", s.variables(b, r)),
		"--secret-file", file("secrets.yml", s.secrets(b)), "--var-file", os.DevNull, "--input-file", os.DevNull, "--actor", "dana"}
	if b.only != "" {
		flags = append(flags, "--job", b.only)
		s.alone(filepath.Join(tree, ".github", "workflows", b.workflow))
	}
	return append(append(flags, standIns(s.t)...), "--local-repository", "acme/security@COMMIT="+s.security)
}

// needs is a line by which a job waits for others.
var needs = regexp.MustCompile(`(?m)^    needs: .*\n`)

// alone has no job of a workflow wait for another one: all that act runs at once have one token.
func (s *site) alone(workflow string) {
	s.t.Helper()
	all, err := os.ReadFile(workflow)
	require.NoError(s.t, err)
	require.NoError(s.t, os.WriteFile(workflow, needs.ReplaceAll(all, nil), 0o600))
}

// variables are what a runner tells its steps, and what the stand-ins have to know.
func (s *site) variables(b start, r *result) map[string]string {
	s.t.Helper()
	reports := s.reports(b)
	all := map[string]string{"GITHUB_REF": b.ref, "SHA_REF": b.sha, "GITHUB_RUN_ID": fmt.Sprint(r.run.ID), "GITHUB_RUN_ATTEMPT": fmt.Sprint(r.run.Attempt),
		"E2E_ARTIFACTS": s.artifacts.of(s.t, r.run), "E2E_KEPT": r.kept, "E2E_REPORTS": reports}
	for _, variable := range s.server.Environment(s.repo) {
		name, value, _ := strings.Cut(variable, "=")
		all[name] = value
	}
	return all
}

// secrets are those that GitHub gives the job: its token, and what its environment has, in a run of a branch or tag that the environment is for.
func (s *site) secrets(b start) map[string]string {
	s.t.Helper()
	job := jobOf(s.t, b)
	all := map[string]string{"GITHUB_TOKEN": s.server.AddToken(githubtest.Token{Permissions: rights(job, b), Repository: s.repo})}
	if job.Environment == "defectgate" && (b.ref == "refs/heads/main" || strings.HasPrefix(b.ref, "refs/tags/v")) {
		maps.Copy(all, s.environment)
	}
	return all
}

// reports are what the scanners find in a commit.
func (s *site) reports(b start) string {
	s.t.Helper()
	folder, values := s.t.TempDir(), s.values(b)
	for _, name := range names(s.t, "testdata/reports") {
		if name != b.broken {
			require.NoError(s.t, os.WriteFile(filepath.Join(folder, name), []byte(values.Replace(text(s.t, "testdata/reports", name))), 0o644))
		}
	}
	return folder
}
