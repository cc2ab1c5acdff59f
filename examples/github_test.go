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

// The table of rights is made of the workflows and of what they say of each right: each job of each workflow is in it.
func TestGitHubRights(t *testing.T) {
	workflows := []string{"gate.yml", "signoff.yml", "nightly.yml", "release.yml", "organisation.yml"}
	files, err := filepath.Glob("github/*.yml")
	require.NoError(t, err)
	require.Len(t, files, len(workflows))
	var table strings.Builder
	table.WriteString("| workflow | job | right | for |\n|---|---|---|---|\n")
	for _, workflow := range workflows {
		for _, j := range rightsOf(t, workflow) {
			for _, right := range j.rights {
				fmt.Fprintf(&table, "| `%s` | `%s` | %s |\n", workflow, strings.Join(j.names, "`, `"), right)
			}
		}
	}
	golden.Sections(t, "github/README.md", map[string]string{"rights": table.String()})
}

// equals are jobs that have the same rights for the same.
type equals struct{ names, rights []string }

func rightsOf(t *testing.T, workflow string) (list []equals) {
	content, err := os.ReadFile(filepath.Join("github", workflow))
	require.NoError(t, err)
	var root struct{ Jobs yaml.Node }
	require.NoError(t, yaml.Unmarshal(content, &root))
	for i := 0; i < len(root.Jobs.Content); i += 2 {
		name := root.Jobs.Content[i].Value
		rights := rightsIn(t, workflow+", job "+name, root.Jobs.Content[i+1])
		same := slices.IndexFunc(list, func(e equals) bool { return slices.Equal(e.rights, rights) })
		if same < 0 {
			list = append(list, equals{[]string{name}, rights})
		} else {
			list[same].names = append(list[same].names, name)
		}
	}
	return list
}

// rightsIn are the rights of a job, and what each is for, as cells of the table.
func rightsIn(t *testing.T, where string, of *yaml.Node) (cells []string) {
	var job struct{ Permissions yaml.Node }
	require.NoError(t, of.Decode(&job))
	require.Equal(t, yaml.MappingNode, job.Permissions.Kind, "%s has what the repository gives by default", where)
	for n := 0; n < len(job.Permissions.Content); n += 2 {
		right, access := job.Permissions.Content[n], job.Permissions.Content[n+1]
		require.NotEmpty(t, access.LineComment, "%s: %s says not what for", where, right.Value)
		cells = append(cells, fmt.Sprintf("`%s: %s` | %s", right.Value, access.Value, strings.TrimPrefix(access.LineComment, "# ")))
	}
	if len(cells) == 0 {
		cells = []string{"none |"}
	}
	return cells
}

// Keys are in jobs with the environment that only trusted runs may use; the job that strangers start runs the action, and keeps the checkpoint that it
// leaves.
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
	var uses []string
	for _, step := range job["steps"].([]any) {
		name, _, _ := strings.Cut(step.(map[string]any)["uses"].(string), "@")
		uses = append(uses, name)
	}
	require.Equal(t, []string{"defectgate/defectgate", "actions/upload-artifact"}, uses)
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
