package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// site is a private repository whose owner has followed examples/github/README.md: workflows, configuration and key set are on main, and the private
// keys in the environment `defectgate`. dana asks for a change; alice may sign off.
type site struct {
	t           *testing.T
	server      *githubtest.Server
	repo        *githubtest.Repository
	pull        *githubtest.Pull
	environment map[string]string // secrets

	artifacts *artifacts
	security  string // folder of the repository acme/security, which has the workflow of the organisation
}

func newSite(t *testing.T) *site {
	t.Helper()
	t.Parallel()
	s := &site{t: t, server: githubtest.New(t, githubtest.Options{Now: time.Now}), environment: map[string]string{}, artifacts: &artifacts{folders: map[int64]string{}}, security: t.TempDir()}
	s.repo = s.server.Repository("acme/shop")
	s.server.Do(func() { s.repo.Private, s.repo.Visibility = true, "private" })
	s.repo.SetRole(s.server.User("alice"), "maintain")
	s.repo.SetRole(s.server.User("dana"), "maintain")
	s.repo.SetRole(s.server.User("mallory"), "read")
	s.write(s.security, map[string]string{".github/workflows/defectgate.yml": text(t, examples, "organisation.yml")})
	files := map[string]string{"keys.json": s.keys(), "package.json": "{}\n"}
	for _, name := range []string{"defectgate.yaml", "defectgate-release.yaml"} {
		files[name] = text(s.t, examples, name)
	}
	for _, name := range []string{"gate.yml", "signoff.yml", "nightly.yml", "release.yml"} {
		files[".github/workflows/"+name] = text(s.t, examples, name)
	}
	s.repo.Commit(githubtest.Commit{Branch: "main", Files: files, Author: s.server.User("owner")})
	s.repo.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"src/app.js": "// new\n"}, Author: s.server.User("dana")})
	s.pull = s.repo.AddPull(githubtest.Pull{HeadRef: "feature", User: s.server.User("dana")})
	return s
}

// within is the same site in a test of its own.
func (s *site) within(t *testing.T) *site {
	same := *s
	same.t = t
	return &same
}

// keys makes the keys of the first ten minutes, and gives the key set.
func (s *site) keys() string {
	s.t.Helper()
	folder := s.t.TempDir()
	for use, secret := range map[string]string{"sign-off": "DEFECTGATE_SIGNOFF_KEY", "decision": "DEFECTGATE_DECISION_KEY", "log": "DEFECTGATE_LOG_KEY"} {
		s.command(folder, program, "key", "generate", "--use", use, "--keys", "keys.json", use+".pem")
		s.environment[secret] = text(s.t, folder, use+".pem")
	}
	return text(s.t, folder, "keys.json")
}

// command runs something that must succeed.
func (s *site) command(folder string, args ...string) {
	s.t.Helper()
	command := exec.Command(args[0], args[1:]...)
	command.Dir = folder
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	out, err := command.CombinedOutput()
	require.NoError(s.t, err, "%q: %s", args, out)
}

// tree is what a checkout of a commit leaves behind.
func (s *site) tree(commit string) string {
	s.t.Helper()
	folder := s.t.TempDir()
	s.write(folder, s.repo.Files(commit))
	s.command(folder, "git", "init", "--quiet", "--initial-branch=main")
	s.command(folder, "git", "remote", "add", "origin", s.server.ServerURL()+"/"+s.repo.FullName())
	s.command(folder, "git", "add", "--all")
	s.command(folder, "git", "-c", "user.name=e2e", "-c", "user.email=e2e@example.com", "commit", "--quiet", "--message=e2e")
	return folder
}

func (s *site) write(folder string, files map[string]string) {
	s.t.Helper()
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		require.NoError(s.t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(s.t, os.WriteFile(path, []byte(content), 0o644))
	}
}

// What Trivy finds.
const (
	nothing = ""
	high    = `{"VulnerabilityID":"CVE-2026-0002","PkgName":"zip","InstalledVersion":"3.0.0","FixedVersion":"3.1.0","Severity":"HIGH","Title":"bad",` +
		`"PkgIdentifier":{"PURL":"pkg:npm/zip@3.0.0"}}`
)

// values are what the reports leave open.
func (s *site) values(b start) *strings.Replacer {
	return strings.NewReplacer("@NOW@", time.Now().UTC().Format(time.RFC3339), "@COMMIT@", b.sha, "@FOUND@", b.found,
		"@REPOSITORY@", s.server.ServerURL()+"/"+s.repo.FullName())
}
