package e2e

import (
	"cmp"
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
	Jobs map[string]job
}

type job struct {
	Permissions githubtest.Permissions
	Environment string
	Uses        string
	Steps       []struct{ Uses string }
}

func workflowOf(t *testing.T, name string) (w workflow) {
	t.Helper()
	require.NoError(t, yaml.Unmarshal([]byte(text(t, examples, name)), &w))
	return w
}

// jobOf is the job that uses the action.
func jobOf(t *testing.T, b start) job {
	t.Helper()
	name := cmp.Or(b.called, b.workflow)
	found, ok := workflowOf(t, name).Jobs[b.job]
	require.True(t, ok, "%s has no job %q", name, b.job)
	return found
}

// rights are those of a job. In a run of a fork it reads, whatever the workflow says.
func rights(j job, b start) githubtest.Permissions {
	given := githubtest.Permissions{}
	for right, access := range j.Permissions {
		switch {
		case access == "write" && (b.fork || right == b.less):
			access = "read"
		case right == b.less:
			access = "none"
		}
		given[right] = access
	}
	return given
}

// standIns are the flags by which act takes folders for the actions that the workflows use. actions/checkout act does by itself.
func standIns(t *testing.T) (flags []string) {
	t.Helper()
	here, err := filepath.Abs("testdata/actions")
	require.NoError(t, err)
	for _, file := range names(t, examples) {
		if !strings.HasSuffix(file, ".yml") {
			continue
		}
		for _, j := range workflowOf(t, file).Jobs {
			for _, step := range j.Steps {
				name, version, remote := strings.Cut(step.Uses, "@")
				if !remote || name == "actions/checkout" {
					continue
				}
				parts := strings.SplitN(name, "/", 3)
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

// A workflow that is called cannot have more rights than the job that calls it: GitHub then runs neither.
func TestWhoCallsGivesTheRights(t *testing.T) {
	for _, name := range names(t, examples) {
		if !strings.HasSuffix(name, ".yml") {
			continue
		}
		for id, caller := range workflowOf(t, name).Jobs {
			called, local := strings.CutPrefix(caller.Uses, "./.github/workflows/")
			if !local {
				continue
			}
			for inner, j := range workflowOf(t, called).Jobs {
				for right, access := range j.Permissions {
					given := caller.Permissions[right]
					require.True(t, given == "write" || given == access, "job %s of %s calls %s, whose job %s has %s: %s", id, name, called, inner, right, access)
				}
			}
		}
	}
}
