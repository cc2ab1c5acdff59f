package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// examples is where the workflows lie.
const examples = "../../examples/github"

// workflow is what the tests want of one.
type workflow struct {
	Jobs map[string]struct {
		Permissions githubtest.Permissions
		Environment string
		Uses        string
		Steps       []struct{ Uses string }
	}
}

func read(t *testing.T, name string) workflow {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(examples, name))
	require.NoError(t, err)
	var w workflow
	require.NoError(t, yaml.Unmarshal(text, &w))
	return w
}

// rights are those of a job. A run of a fork reads, whatever the workflow says.
func rights(t *testing.T, name, job string, fork bool) githubtest.Permissions {
	t.Helper()
	found, ok := read(t, name).Jobs[job]
	require.True(t, ok, "%s has no job %q", name, job)
	given := githubtest.Permissions{}
	for right, access := range found.Permissions {
		if fork && access == "write" {
			access = "read"
		}
		given[right] = access
	}
	return given
}

// standIns are the flags by which act takes folders for the actions that the workflows use. actions/checkout is done by act itself.
func standIns(t *testing.T) (flags []string) {
	t.Helper()
	here, err := filepath.Abs("testdata/actions")
	require.NoError(t, err)
	files, err := filepath.Glob(examples + "/*.yml")
	require.NoError(t, err)
	for _, file := range files {
		for _, job := range read(t, filepath.Base(file)).Jobs {
			for _, step := range job.Steps {
				name, version, remote := strings.Cut(step.Uses, "@")
				parts := strings.SplitN(name, "/", 3)
				if !remote || name == "actions/checkout" {
					continue
				}
				repository, folder := parts[0]+"/"+parts[1], filepath.Join(here, parts[0], parts[1])
				if repository == "defectgate/defectgate" {
					folder = action
				}
				require.DirExists(t, folder, "nothing stands in for %s", step.Uses)
				flags = append(flags, "--local-repository", repository+"@"+version+"="+folder)
			}
		}
	}
	return flags
}
