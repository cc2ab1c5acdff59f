package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const (
	defects = 200
	pairs   = 15
	rounds  = 3
	mostFor = 150 * time.Millisecond // that the step may take beyond the program
)

// step is the step of action.yml, run as a runner runs it.
type step struct {
	folder string   // of the job
	shared []string // variables that do not change
}

// The step takes little time of its own, be the program one that is named, or that of the release in the cache of the runner, whose digest is checked.
func TestTheStepIsQuick(t *testing.T) {
	s := newStep(t)
	recorded := filepath.Join(t.TempDir(), "recorded")
	recorder := filepath.Join(t.TempDir(), "recorder")
	script := fmt.Sprintf("#!/bin/sh\nprintf '%%s\\0' \"$@\" >%s.arguments\nenv -0 >%[1]s.variables\nexec %s \"$@\"\n", recorded, program)
	require.NoError(t, os.WriteFile(recorder, []byte(script), 0o755))
	_, temp := s.run(t, recorder)
	arguments, variables := split(text(t, recorded+".arguments")), split(text(t, recorded+".variables"))

	quick := false
	for range rounds { // a machine that is busy with other things is asked again
		var bare, named, cached []spent
		for range pairs {
			bare = append(bare, s.bare(t, temp, arguments, variables))
			one, _ := s.run(t, program)
			named = append(named, one)
			one, _ = s.run(t, "")
			cached = append(cached, one)
		}
		alone, first, second := median(bare), median(named), median(cached)
		t.Logf("%d defects, medians of %d: the program %v; the step with the program named %v, %v more; with that of the cache %v, %v more", defects, pairs,
			alone, first, first.wall-alone.wall, second, second.wall-alone.wall)
		if quick = first.wall-alone.wall <= mostFor && second.wall-alone.wall <= mostFor; quick {
			break
		}
	}
	require.True(t, quick, "the step takes more than %v besides the program", mostFor)
}

// spent is how long a command took, and how long processors worked for it.
type spent struct{ wall, work time.Duration }

func (s spent) String() string { return fmt.Sprintf("%v (%v of work)", s.wall, s.work) }

func newStep(t *testing.T) *step {
	t.Helper()
	var metadata struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Steps []struct {
				Env map[string]string
			}
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(text(t, "../../action.yml")), &metadata))
	s := &step{folder: t.TempDir()}
	given := map[string]string{"reports": "trivy.json", "ledger": "none", "publish": "summary annotations", "github-token": ""}
	for variable, expression := range metadata.Runs.Steps[0].Env {
		name := input.FindStringSubmatch(expression)
		require.NotNil(t, name, "%s is no input", expression)
		value, ok := given[name[1]]
		if !ok {
			value = metadata.Inputs[name[1]].Default
		}
		if name[1] != "binary" {
			s.shared = append(s.shared, variable+"="+value)
		}
	}
	s.shared = append(s.shared, "PATH="+os.Getenv("PATH"), "HOME="+t.TempDir(), "CI=true", "GITHUB_ACTIONS=true", "GITHUB_EVENT_NAME=push", "GITHUB_REF=refs/heads/main",
		"GITHUB_REF_NAME=main", "GITHUB_SHA="+strings.Repeat("a", 40), "GITHUB_REPOSITORY=acme/shop", "GITHUB_REPOSITORY_ID=1", "GITHUB_RUN_ID=1",
		"GITHUB_SERVER_URL=https://forge.example", "RUNNER_OS=Linux", "RUNNER_ARCH="+map[string]string{"amd64": "X64", "arm64": "ARM64"}[runtime.GOARCH],
		"RUNNER_TOOL_CACHE="+filepath.Join(cache, "tool_cache"))
	var found []string
	for i := range defects {
		found = append(found, strings.NewReplacer("HIGH", "CRITICAL", "CVE-2026-0002", fmt.Sprintf("CVE-2026-%d", 10_000+i), "zip", fmt.Sprintf("zip%d", i)).Replace(high))
	}
	report := strings.NewReplacer("@NOW@", time.Now().UTC().Format(time.RFC3339), "@FOUND@", strings.Join(found, ","), "@COMMIT@", "", "@REPOSITORY@", "").
		Replace(text(t, "testdata/reports/trivy.json"))
	require.NoError(t, os.WriteFile(filepath.Join(s.folder, "trivy.json"), []byte(report), 0o644))
	return s
}

var input = regexp.MustCompile(`^\$\{\{ inputs\.([a-z-]+)(?: \|\| env\.[A-Z_]+)? \}\}$`)

// run runs the step with a program, or with that of the cache, and gives how long it took and the folder for its files.
func (s *step) run(t *testing.T, binary string) (spent, string) {
	t.Helper()
	temp := t.TempDir()
	command := exec.Command("bash", filepath.Join(action, ".github", "action", "run.sh"))
	command.Env = append(slices.Clone(s.shared), "INPUT_BINARY="+binary, "GITHUB_ACTION_PATH="+action, "RUNNER_TEMP="+temp, "GITHUB_OUTPUT="+temp+"/outputs",
		"GITHUB_STEP_SUMMARY="+temp+"/summary")
	took := s.timed(t, command)
	require.Contains(t, text(t, temp, "outputs"), "verdict<<")
	return took, temp
}

// bare runs the program alone, as the step runs it.
func (s *step) bare(t *testing.T, recorded string, arguments, variables []string) spent {
	t.Helper()
	temp := t.TempDir()
	there := func(list []string) (moved []string) {
		for _, word := range list {
			moved = append(moved, strings.ReplaceAll(word, recorded, temp))
		}
		return moved
	}
	require.NoError(t, os.Mkdir(filepath.Join(temp, "defectgate"), 0o700))
	command := exec.Command(program, there(arguments)...)
	command.Env = there(variables)
	return s.timed(t, command)
}

// timed runs a command whose check fails.
func (s *step) timed(t *testing.T, command *exec.Cmd) spent {
	t.Helper()
	var out bytes.Buffer
	command.Dir, command.Stdout, command.Stderr = s.folder, &out, &out
	began := time.Now()
	_ = command.Run() // 1, which is looked at below
	took := spent{wall: time.Since(began), work: command.ProcessState.UserTime() + command.ProcessState.SystemTime()}
	require.Equal(t, 1, command.ProcessState.ExitCode(), out.String())
	require.Contains(t, out.String(), fmt.Sprintf("%d defects must not ship", defects))
	return took
}

func split(text string) []string { return strings.Split(strings.TrimSuffix(text, "\x00"), "\x00") }

func median(of []spent) (m spent) {
	for value, pick := range map[*time.Duration]func(spent) time.Duration{
		&m.wall: func(s spent) time.Duration { return s.wall }, &m.work: func(s spent) time.Duration { return s.work },
	} {
		var all []time.Duration
		for _, one := range of {
			all = append(all, pick(one))
		}
		slices.Sort(all)
		*value = all[len(all)/2].Round(time.Millisecond / 10)
	}
	return m
}
