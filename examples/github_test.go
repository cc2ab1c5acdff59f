package examples_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/defectgate/defectgate/gate/golden"
)

// The workflows keep the rules that those of this project keep.
func TestGitHubWorkflowsAreSafe(t *testing.T) {
	files, err := filepath.Glob("github/*.yml")
	require.NoError(t, err)
	require.Len(t, files, 5)
	out, err := exec.Command("go", append([]string{"run", "../.ci/workflowlint"}, files...)...).CombinedOutput()
	require.NoError(t, err, string(out))
}

// The table of rights is made of the workflows and of what they say of each right.
func TestGitHubRights(t *testing.T) {
	var table strings.Builder
	table.WriteString("| workflow | job | right | for |\n|---|---|---|---|\n")
	for _, workflow := range []string{"gate.yml", "signoff.yml", "nightly.yml", "release.yml"} {
		content, err := os.ReadFile(filepath.Join("github", workflow))
		require.NoError(t, err)
		var root struct {
			Jobs yaml.Node
		}
		require.NoError(t, yaml.Unmarshal(content, &root))
		for i := 0; i < len(root.Jobs.Content); i += 2 {
			var job struct {
				Permissions yaml.Node
				Steps       []struct{ Uses string }
			}
			require.NoError(t, root.Jobs.Content[i+1].Decode(&job))
			if !slices.Contains(job.Steps, struct{ Uses string }{"defectgate/defectgate@COMMIT"}) {
				continue
			}
			for n := 0; n < len(job.Permissions.Content); n += 2 {
				right, access := job.Permissions.Content[n], job.Permissions.Content[n+1]
				require.NotEmpty(t, access.LineComment, "%s, job %s: %s says not what for", workflow, root.Jobs.Content[i].Value, right.Value)
				fmt.Fprintf(&table, "| `%s` | `%s` | `%s: %s` | %s |\n", workflow, root.Jobs.Content[i].Value, right.Value, access.Value,
					strings.TrimPrefix(access.LineComment, "# "))
			}
		}
	}
	golden.Sections(t, "github/README.md", map[string]string{"rights": table.String()})
}

// Keys are in jobs with the environment that only trusted runs may use; the job that strangers start runs the action and nothing else.
func TestGitHubKeys(t *testing.T) {
	files, err := filepath.Glob("github/*.yml")
	require.NoError(t, err)
	keys := 0
	for _, file := range files {
		for name, job := range jobsOf(t, file) {
			text, err := yaml.Marshal(job)
			require.NoError(t, err)
			if strings.Contains(string(text), "secrets.") {
				keys++
				require.Equal(t, "defectgate", job["environment"], "%s, job %s", file, name)
			}
		}
	}
	require.Equal(t, 5, keys)
	job := jobsOf(t, "github/signoff.yml")["signoff"]
	require.Equal(t, "${{ github.event.issue.pull_request && startsWith(github.event.comment.body, '/defectgate') }}", job["if"])
	require.Equal(t, map[string]any{"group": "defectgate-${{ github.event.issue.number }}", "cancel-in-progress": false}, job["concurrency"])
	require.Len(t, job["steps"], 1)
}

func jobsOf(t *testing.T, file string) map[string]map[string]any {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	var workflow struct {
		Jobs map[string]map[string]any
	}
	require.NoError(t, yaml.Unmarshal(content, &workflow))
	return workflow.Jobs
}

// What a ruleset requires is where the page says that it goes.
func TestGitHubRulesets(t *testing.T) {
	var required struct {
		Rules []struct {
			Type       string
			Parameters struct {
				Workflows []struct{ Path string }
			}
		}
	}
	content, err := os.ReadFile("github/ruleset.json")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(content, &required)) // JSON is YAML
	require.Equal(t, "workflows", required.Rules[0].Type)
	page, err := os.ReadFile("github/README.md")
	require.NoError(t, err)
	require.Contains(t, string(page), "to `"+required.Rules[0].Parameters.Workflows[0].Path+"`")
}
