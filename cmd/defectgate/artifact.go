package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"github.com/package-url/packageurl-go"

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
	switch {
	case a.Project != "":
	case file.Project != "":
		a.Project = file.Project
	default:
		a.Project = git.rootCommit()
	}
	if j.artifact == "" {
		return a, run, nil
	}
	subject, err := subjectOf(j.artifact)
	subject.Repository, subject.Commit = a.Subject.Repository, a.Subject.Commit
	a.Subject = subject
	return a, run, err
}

// subjectOf reads --artifact: a package URL, an image with its digest, or a file to hash.
func subjectOf(named string) (gate.Subject, error) {
	switch {
	case strings.HasPrefix(named, "pkg:"):
		p, err := packageurl.FromString(named)
		if err != nil {
			return gate.Subject{}, gate.WithHint(fmt.Errorf("artifact %q is no package URL: %w", named, err), "write it as pkg:TYPE/NAME@VERSION")
		}
		s := gate.Subject{Name: p.Name, PURL: named}
		if strings.HasPrefix(p.Version, "sha256:") {
			s.Digests = []string{p.Version}
		}
		return s, nil
	case strings.Contains(named, "@sha256:"):
		name, digest, _ := strings.Cut(named, "@")
		if raw, err := hex.DecodeString(strings.TrimPrefix(digest, "sha256:")); err != nil || len(raw) != sha256.Size {
			return gate.Subject{}, gate.WithHint(fmt.Errorf("artifact %q has no SHA-256 digest behind its @", named),
				"write all its 64 hexadecimal digits: NAME@sha256:DIGEST")
		}
		return gate.Subject{Name: name, Digests: []string{digest}}, nil
	}
	digest, err := hashFile(named)
	if err != nil {
		return gate.Subject{}, gate.WithHint(fmt.Errorf("artifact: %w", err), "name an image as NAME@sha256:DIGEST, a package URL, or a file")
	}
	return gate.Subject{Name: named, Digests: []string{digest}}, nil
}

func hashFile(path string) (string, error) {
	file, err := config.OpenRegular(path)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), errors.Join(err, file.Close())
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
