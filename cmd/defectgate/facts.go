package main

import (
	"context"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform"
)

// The paths of what is told of the artifact and the run.
const (
	project  = "project"
	commitID = "artifact.commit"
	runKey   = "run.key"
	forge    = "run.platform"
)

// valuesOf gives what is told of an artifact and its run, by path.
func valuesOf(a gate.Artifact, run gate.Run) map[string]string {
	return map[string]string{
		project: a.Project, runKey: run.Key, forge: run.Platform,
		commitID: a.Subject.Commit, "artifact.repository": a.Subject.Repository, "artifact.ref": a.Ref,
		"artifact.name": a.Subject.Name, "artifact.purl": a.Subject.PURL, "artifact.digests": strings.Join(a.Subject.Digests, ", "),
	}
}

// facts tells what a check would know of the artifact and the run, and from where; but not what the configuration says.
func (j *judging) facts(ctx context.Context, w world, file config.File) (map[string]config.Value, error) {
	a, run, err := j.artifactOf(ctx, w, file)
	if err != nil {
		return nil, err
	}
	if j.runID != "" {
		run.Key = j.runID
	}
	said, from := valuesOf(platform.Detect(w.getenv)), variables(w.getenv)
	facts := map[string]config.Value{}
	for path, value := range valuesOf(a, run) {
		fact := config.Value{Path: path, Value: value, Origin: j.origin(path)}
		switch {
		case value == "":
			fact.Value, fact.Origin = unknown(path), "default"
		case value == said[path] && fact.Origin != "--run-id":
			fact.Origin = strings.Join(from[path], ", ")
		}
		facts[path] = fact
	}
	if said[project] == "" && file.Project != "" {
		delete(facts, project)
	}
	return facts, nil
}

// origin says where a value comes from that no CI platform gives.
func (j *judging) origin(path string) string {
	switch {
	case path == runKey && j.runID != "":
		return "--run-id"
	case path == project:
		return "git, the first commit"
	case path == commitID:
		return "git"
	}
	return "--artifact"
}

// unknown stands for a value that nothing gives.
func unknown(path string) string {
	if path == runKey {
		return "(random)"
	}
	return "(none)"
}

// variables names those that each value of the CI platform is made from: with another text in one of them, the value is another.
func variables(getenv func(string) string) map[string][]string {
	var read []string
	here := valuesOf(platform.Detect(func(name string) string {
		if !slices.Contains(read, name) {
			read = append(read, name)
		}
		return getenv(name)
	}))
	from := map[string][]string{}
	for _, changed := range read {
		elsewhere := valuesOf(platform.Detect(func(name string) string {
			if name == changed {
				return getenv(name) + "?"
			}
			return getenv(name)
		}))
		for path, value := range elsewhere {
			if value != here[path] && (path == forge || elsewhere[forge] == here[forge]) {
				from[path] = append(from[path], changed)
			}
		}
	}
	return from
}
