package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// town is a repository on a fake GitHub, whose workflows run the program in this process: each run in a folder of its own, with the token that the
// workflow has.
type town struct {
	t      *testing.T
	server *githubtest.Server
	repo   *githubtest.Repository
	pull   *githubtest.Pull
	keys   string // key set of the base
	key    string // private key for sign-offs, which comments are signed with
	log    string // of the branch
	cache  string // of the user
	runs   int64
	now    time.Time
}

// townConfig is what the base branch says.
const townConfig = `ledger: branch:defectgate
keys: keys.json
sources:
  - report: report.json
    max_age: 100000h
rules:
  severity: {threshold: {deny: high}}
`

// townReport is what the scanner found: one critical defect with a fix, and one that is high.
const townReport = `{"SchemaVersion":2,"CreatedAt":"2026-11-01T00:00:00Z","ArtifactName":"app","ArtifactType":"container_image","Results":[{"Target":"app (alpine)",
"Class":"os-pkgs","Type":"alpine","Vulnerabilities":[
{"VulnerabilityID":"CVE-2026-0002","PkgName":"zip","InstalledVersion":"3.0","FixedVersion":"3.1","Severity":"HIGH","Title":"bad","PkgIdentifier":{"PURL":"pkg:apk/alpine/zip@3.0"}}]}]}`

func newTown(t *testing.T) *town {
	t.Helper()
	firstPause = time.Millisecond
	w := &town{t: t, server: githubtest.New(t, githubtest.Options{}), now: githubtest.Start}
	folder := t.TempDir()
	w.key, w.log, w.keys = filepath.Join(folder, "key.pem"), filepath.Join(folder, "log.pem"), filepath.Join(folder, "keys.json")
	w.made("key", "generate", "--use", "sign-off", "--keys", w.keys, w.key)
	w.made("key", "generate", "--use", "log", "--keys", w.keys, w.log)
	keys, err := os.ReadFile(w.keys)
	require.NoError(t, err)
	w.cache = t.TempDir()
	t.Setenv("XDG_CACHE_HOME", w.cache)
	w.repo = w.server.Repository("acme/shop")
	w.server.Do(func() { w.repo.Private, w.repo.Visibility = true, "private" })
	w.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"defectgate.yaml": townConfig, "keys.json": string(keys)},
		Author: w.server.User("owner")})
	w.repo.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"main.go": "package main\n"}, Author: w.server.User("dana")})
	w.pull = w.repo.AddPull(githubtest.Pull{HeadRef: "feature", User: w.server.User("dana")})
	w.repo.SetRole(w.server.User("alice"), "maintain")
	w.repo.SetRole(w.server.User("dana"), "maintain")
	return w
}

// made runs a command that must succeed, outside of any workflow.
func (w *town) made(args ...string) {
	w.t.Helper()
	var out bytes.Buffer
	require.Zero(w.t, run(context.Background(), world{strings.NewReader(""), &out, &out, os.LookupEnv, func() time.Time { return w.now.AddDate(0, -1, 0) }}, args), out.String())
}

// job is what a workflow gives a step.
type job struct {
	event       map[string]any
	name        string // of the event
	ref         string
	permissions githubtest.Permissions
	variables   map[string]string
	files       map[string]string // that were checked out
}

// result is what a step left behind.
type result struct {
	code           int
	stdout, stderr string
	folder         string
	outputs        string
}

func (r *result) file(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(r.folder, name))
	require.NoError(t, err)
	return string(text)
}

// step runs the program as a step of a workflow.
func (w *town) step(j job, args ...string) result {
	w.t.Helper()
	w.runs++
	r := result{folder: w.t.TempDir()}
	files := w.t.TempDir()
	require.NoError(w.t, os.WriteFile(filepath.Join(r.folder, "report.json"), []byte(townReport), 0o600))
	if j.name == "push" { // which has checked the branch out
		for path, text := range w.repo.Files("main") {
			require.NoError(w.t, os.WriteFile(filepath.Join(r.folder, filepath.Base(path)), []byte(text), 0o600))
		}
	}
	for path, text := range j.files {
		require.NoError(w.t, os.WriteFile(filepath.Join(r.folder, path), []byte(text), 0o600))
	}
	w.t.Chdir(r.folder)
	environment := map[string]string{"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": j.name, "GITHUB_REF": j.ref,
		"GITHUB_REF_NAME": strings.TrimPrefix(strings.TrimPrefix(j.ref, "refs/heads/"), "refs/pull/"), "GITHUB_RUN_ID": fmt.Sprint(w.runs), "GITHUB_RUN_ATTEMPT": "1",
		"GITHUB_JOB": "gate", "GITHUB_OUTPUT": filepath.Join(files, "outputs"), "GITHUB_STEP_SUMMARY": filepath.Join(files, "summary"),
		"GITHUB_TOKEN": w.server.AddToken(githubtest.Token{Permissions: j.permissions, Repository: w.repo}), "GITHUB_EVENT_PATH": githubtest.WriteEvent(w.t, j.event)}
	for _, variable := range w.server.Environment(w.repo) {
		name, value, _ := strings.Cut(variable, "=")
		environment[name] = value
	}
	if j.name == "pull_request" {
		environment["GITHUB_BASE_REF"], environment["GITHUB_HEAD_REF"], environment["GITHUB_SHA"] = w.pull.BaseRef, w.pull.HeadRef, w.pull.MergeSHA
	} else {
		environment["GITHUB_SHA"] = w.repo.Ref("main")
	}
	maps.Copy(environment, j.variables)
	var stdout, stderr bytes.Buffer
	r.code = run(w.t.Context(), world{strings.NewReader(""), &stdout, &stderr, func(name string) (string, bool) {
		value, set := environment[name]
		return value, set
	}, func() time.Time { return w.now }}, args)
	r.stdout, r.stderr = stdout.String(), stderr.String()
	if text, err := os.ReadFile(environment["GITHUB_OUTPUT"]); err == nil {
		r.outputs = string(text)
	}
	return r
}

// gate runs the gate on the pull request, and leaves its decision as the artifact of the run.
func (w *town) gate(args ...string) result {
	w.t.Helper()
	r := w.step(job{name: "pull_request", event: w.repo.Event(w.t, "pull_request.synchronize", w.pull), ref: fmt.Sprintf("refs/pull/%d/merge", w.pull.Number),
		permissions: githubtest.Permissions{"contents": "read", "pull-requests": "read", "actions": "read"}},
		append([]string{"check", "--output", "json=decision.json", "--output", "bundle=decision.bundle.json"}, args...)...)
	conclusion := "success"
	if r.code != 0 {
		conclusion = "failure"
	}
	run := w.repo.AddRun(githubtest.Run{ID: w.runs, Event: "pull_request", HeadSHA: w.pull.HeadSHA, HeadBranch: "feature", HeadRepo: w.repo,
		Pulls: []*githubtest.Pull{w.pull}, Status: "completed", Conclusion: conclusion})
	run.AddJob("gate", conclusion)
	if text, err := os.ReadFile(filepath.Join(r.folder, "decision.json")); err == nil {
		run.AddArtifact(githubtest.Artifact{Name: github.DecisionArtifact, Files: map[string]string{github.DecisionFile: string(text)}})
	}
	return r
}

// handlesComments are the rights of the workflow that takes comments.
var handlesComments = githubtest.Permissions{"contents": "write", "pull-requests": "write", "actions": "write"}

// says has somebody write a comment, and the workflow take it.
func (w *town) says(login, body string, more ...any) (*githubtest.Comment, result) {
	w.t.Helper()
	c := w.repo.AddComment(githubtest.Comment{Number: w.pull.Number, User: w.server.User(login), Body: body})
	return c, w.takes(c)
}

func (w *town) takes(c *githubtest.Comment) result {
	w.t.Helper()
	return w.step(job{name: "issue_comment", event: w.repo.Event(w.t, "issue_comment.created", c, w.pull), ref: "refs/heads/main", permissions: handlesComments},
		"comment", "--key", w.key, "--log-key", w.log, "--keep-checkpoint", "checkpoint")
}

// line is the line to paste, with a reason.
func (r *result) line(t *testing.T, reason string) string {
	t.Helper()
	var report struct {
		Ways []struct {
			Line   string
			Fields []string
		} `json:"sign_off"`
	}
	require.NoError(t, json.Unmarshal([]byte(r.file(t, "decision.json")), &report))
	require.NotEmpty(t, report.Ways, r.stdout)
	return strings.Replace(report.Ways[0].Line, "…", reason, 1)
}

// replies are what the program wrote at the pull request.
func (w *town) replies() (texts []string) {
	w.server.Do(func() {
		for _, c := range w.repo.Comments {
			if c.User.Login == "github-actions[bot]" {
				texts = append(texts, c.Body)
			}
		}
	})
	return texts
}
