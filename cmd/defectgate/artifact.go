package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"os/exec"
	"strings"
	"time"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform"
)

// artifactOf says what the decision is about: the CI platform's word, the configuration's, and what was named on the command line.
func (j *judging) artifactOf(ctx context.Context, w world, file config.File) (gate.Artifact, gate.Run, error) {
	a, run := platform.Detect(w.getenv)
	a.Environment, a.Component = j.environment, file.Component
	git := repository{ctx}
	if a.Subject.Commit == "" {
		a.Subject.Commit = git.commit()
	}
	a.Project = projectOf(ctx, w, file)
	if j.artifact == "" {
		return a, run, nil
	}
	subject, err := subjectOf(j.artifact)
	subject.Repository, subject.Commit = a.Subject.Repository, a.Subject.Commit
	a.Subject = subject
	return a, run, err
}

// projectOf names the project: by the forge's id, else as the configuration does, else by the first commit.
func projectOf(ctx context.Context, w world, file config.File) string {
	if a, _ := platform.Detect(w.getenv); a.Project != "" {
		return a.Project
	}
	if file.Project != "" {
		return file.Project
	}
	return repository{ctx}.rootCommit()
}

// mergeOptions are those of every command, so that all know a defect by the same fingerprints.
func mergeOptions(w world, file config.File, project string) gate.MergeOptions {
	return gate.MergeOptions{SeveritySource: file.Severity.Source, SecretKey: secretKey(w, project)}
}

// secretKey hides secrets in fingerprints. Without a key of the organisation's own it is bound to the project, so that equal secrets of two
// projects do not look equal.
func secretKey(w world, project string) []byte {
	if key := w.getenv("DEFECTGATE_SECRET_KEY"); key != "" {
		return []byte(key)
	}
	return []byte("project " + project)
}

// repository asks git about the working directory. Where there is no git, or no repository, it knows nothing.
type repository struct{ ctx context.Context }

func (r repository) commit() string { return r.ask("rev-parse", "--verify", "--quiet", "HEAD") }

// rootCommit is the first commit of the history: it stays when a repository is renamed or moved.
func (r repository) rootCommit() string {
	if r.ask("rev-parse", "--is-shallow-repository") != "false" {
		return ""
	}
	first, _, _ := strings.Cut(r.ask("rev-list", "--max-parents=0", "HEAD"), "\n")
	return first
}

func (r repository) ask(args ...string) string {
	ctx, cancel := context.WithTimeout(r.ctx, 5*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "git", args...).Output() //nolint:gosec // the arguments are those above
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// randomKey identifies a run outside of CI.
func randomKey() string {
	var key [16]byte
	rand.Read(key[:])
	return hex.EncodeToString(key[:])
}
