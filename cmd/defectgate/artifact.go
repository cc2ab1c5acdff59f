package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform"
)

// artifactOf says what the decision is about: the CI platform's word, the configuration's, and what was named on the command line.
func (j *judging) artifactOf(ctx context.Context, w world, file config.File) (gate.Artifact, gate.Run, error) {
	a, run := platform.Detect(w.getenv)
	a.Environment, a.Component = j.environment, file.Component
	if a.Subject.Commit == "" {
		commit, err := repositoryOf(ctx, w).commit()
		if err != nil && j.artifact == "" {
			return a, run, err
		}
		a.Subject.Commit = commit
	}
	if a.Ref == "" && j.branch == "" {
		a.Ref = repositoryOf(ctx, w).branch()
	}
	if err := j.place(&a); err != nil {
		return a, run, err
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

// place says which branch is built, and into which it is to be merged, where the CI run does not: what it says cannot be changed.
func (j *judging) place(a *gate.Artifact) error {
	if j.branch != "" && a.Ref != "" && a.Ref != j.branch {
		return gate.WithHint(fmt.Errorf("--branch %q: this CI run builds %q", j.branch, a.Ref), "leave it out")
	}
	a.Ref = cmp.Or(a.Ref, j.branch)
	switch {
	case j.base == "" || a.Change != nil && a.Change.Base == j.base:
	case a.Change != nil:
		return gate.WithHint(fmt.Errorf("--base %q: this change is to be merged into %q", j.base, a.Change.Base), "leave it out")
	case strings.HasPrefix(a.Ref, "tags/"):
		return gate.WithHint(fmt.Errorf("--base %q: %q is a tag, which is not merged into anything", j.base, a.Ref), "leave it out")
	default:
		a.Change = &gate.Change{Base: j.base}
	}
	return nil
}

// projectOf names the project: by the forge's id, else as the configuration does, else by the first commit.
func projectOf(ctx context.Context, w world, file config.File) string {
	if a, _ := platform.Detect(w.getenv); a.Project != "" {
		return a.Project
	}
	if file.Project != "" {
		return file.Project
	}
	return repositoryOf(ctx, w).rootCommit()
}

// projectIn names the project as the decisions of a ledger do: those in a branch were made by jobs, which know it by its id on GitHub.
func projectIn(ctx context.Context, w world, file config.File, ledger string) (string, error) {
	where, err := address(ledger, w, file)
	if err != nil || w.inCI() || !inBranch(where) {
		return projectOf(ctx, w, file), err
	}
	client, err := forgeClient(w)
	if err != nil {
		return "", undecided(err)
	}
	repository, err := client.Repository(ctx)
	return strconv.FormatInt(repository.ID, 10), undecidedIf(err)
}

// mergeOptions are those of every command, so that all know a defect by the same fingerprints.
func mergeOptions(w world, file config.File, project string) gate.MergeOptions {
	return gate.MergeOptions{SeveritySource: file.Severity.Source, SecretKey: secretKey(w, project)}
}

// secretKeyVariable holds the key of the organisation.
const secretKeyVariable = "DEFECTGATE_SECRET_KEY" //nolint:gosec // the name of a variable

// secretKey hides secrets in fingerprints. Without a key of the organisation's own it is bound to the project, so that equal secrets of two
// projects do not look equal.
func secretKey(w world, project string) []byte {
	if key := w.getenv(secretKeyVariable); key != "" {
		return []byte(key)
	}
	return []byte("project " + project)
}

// randomKey identifies a run outside of CI.
func randomKey() string {
	var key [16]byte
	rand.Read(key[:])
	return hex.EncodeToString(key[:])
}
