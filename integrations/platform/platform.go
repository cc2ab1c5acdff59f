// Package platform knows the forges on which the gate runs: what their CI environment says of the artifact and of the run.
package platform

import (
	"fmt"
	"regexp"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/gitlab"
)

// environments is the table of platforms.
var environments = []func(getenv func(string) string) (gate.Artifact, gate.Run, bool){
	github.Environment,
	gitlab.Environment,
}

// Readers says who can read what a run of the platform tells; elsewhere whoever runs the program.
func Readers(getenv func(string) string) gate.Disclosure {
	switch {
	case getenv("GITHUB_ACTIONS") == "true":
		return github.Readers(getenv)
	case getenv("GITLAB_CI") == "true":
		return gitlab.Readers(getenv)
	}
	return gate.Full
}

// Detect reads the environment of the platform that the process runs on; elsewhere both values are empty.
func Detect(getenv func(string) string) (gate.Artifact, gate.Run) {
	for _, read := range environments {
		if a, run, ok := read(getenv); ok {
			return a, run
		}
	}
	return gate.Artifact{}, gate.Run{}
}

// commitID is that of a commit, by SHA-1 or SHA-256.
var commitID = regexp.MustCompile(`^[0-9a-f]{40}(?:[0-9a-f]{24})?$`)

// Fault is why nobody can say what the run is about, so that nothing that is decided in it would hold; nil where all is well.
func Fault(getenv func(string) string) error {
	if err := github.EventFault(getenv); err != nil {
		return err
	}
	if a, _ := Detect(getenv); a.Subject.Commit != "" && !commitID.MatchString(a.Subject.Commit) {
		return gate.WithHint(fmt.Errorf("the commit of this run is %q, which is no commit", gate.CleanLine(a.Subject.Commit, 80)),
			"leave GITHUB_SHA, or CI_COMMIT_SHA, as the platform sets it")
	}
	return nil
}
