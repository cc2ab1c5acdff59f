package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// start is how a run begins.
type start struct {
	workflow string         // file of the examples
	job      string         // whose rights the token has: the one that uses the action
	event    string         // name
	payload  map[string]any // of the event
	ref, sha string
	fork     bool
	found    string            // by Trivy
	broken   string            // file of the report of a scanner that breaks
	of       *githubtest.Run   // which is run again; nil for a new one
	caller   string            // workflow that calls this one; "" for none
	only     string            // job to run, with those that it needs; "" for all
	secrets  map[string]string // besides those of the environment
}

// result is what a run left behind.
type result struct {
	run     *githubtest.Run
	code    int                          // of act
	log     string                       // what its page shows
	outputs map[string]map[string]string // of steps, by their ids
	failed  []string                     // steps
	kept    string                       // folder with what stand-ins and the shell have kept
	took    time.Duration
}

// most is how long one run may take.
const most = time.Minute

// act runs a workflow as GitHub would.
func (s *site) act(b start) *result {
	s.t.Helper()
	r := &result{run: s.begun(b), kept: s.t.TempDir()}
	ctx, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	command := exec.CommandContext(ctx, runner, s.flags(b, r)...) //nolint:gosec // a fixed program
	command.Env = surroundings(s.t.TempDir())
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	command.WaitDelay = 5 * time.Second
	began := time.Now()
	err := command.Run()
	r.took = time.Since(began)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		r.code = exit.ExitCode()
	} else {
		require.NoError(s.t, err, out.String())
	}
	require.NoError(s.t, ctx.Err(), "%s took too long:\n%s", b.workflow, out.String())
	r.read(out.Bytes())
	s.t.Logf("act %s %s: exit %d after %d ms", b.event, b.workflow, r.code, r.took.Milliseconds())
	s.finish(r)
	return r
}

// surroundings are the variables of the runner's own process: nothing of the machine but where programs are, and no way out.
func surroundings(home string) []string {
	programs, _ := filepath.Abs("testdata/programs")
	all := []string{"PATH=" + programs + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + home, "XDG_CONFIG_HOME=" + home, "XDG_CACHE_HOME=" + home,
		"TMPDIR=" + home, "LANG=C.UTF-8", "ACT_DISABLE_VERSION_CHECK=1", "GIT_CONFIG_NOSYSTEM=1"}
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		all = append(all, name+"="+outside.URL)
	}
	return all
}

// flags are the command line of act.
func (s *site) flags(b start, r *result) []string {
	s.t.Helper()
	folder := s.t.TempDir()
	write := func(name string, value any) string {
		text, err := json.Marshal(value, json.Deterministic(true))
		require.NoError(s.t, err)
		path := filepath.Join(folder, name)
		require.NoError(s.t, os.WriteFile(path, text, 0o600))
		return path
	}
	first := b.workflow
	if b.caller != "" {
		first = b.caller
	}
	flags := []string{b.event, "--json", "--directory", s.tree(b.sha), "--workflows", ".github/workflows/" + first,
		"--platform", "ubuntu-latest=-self-hosted", "--eventpath", write("event.json", b.payload), "--env-file", write("env.yml", s.variables(b, r)),
		"--secret-file", write("secrets.yml", s.secrets(b)), "--var-file", os.DevNull, "--input-file", os.DevNull, "--actor", "dana",
		"--action-cache-path", cache, "--no-cache-server", "--container-daemon-socket", "-"}
	if b.only != "" {
		flags = append(flags, "--job", b.only)
	}
	return append(flags, standIns(s.t)...)
}

// variables are what a runner tells its steps, and what the stand-ins have to know.
func (s *site) variables(b start, r *result) map[string]string {
	all := map[string]string{"GITHUB_REF": b.ref, "SHA_REF": b.sha, "GITHUB_RUN_ID": fmt.Sprint(r.run.ID), "GITHUB_RUN_ATTEMPT": fmt.Sprint(r.run.Attempt),
		"E2E_ARTIFACTS": s.artifacts(r.run), "E2E_KEPT": r.kept, "E2E_REPORTS": s.reports(b.sha, b.found)}
	if b.broken != "" {
		require.NoError(s.t, os.Remove(filepath.Join(all["E2E_REPORTS"], b.broken)))
	}
	for _, variable := range s.server.Environment(s.repo) {
		name, value, _ := strings.Cut(variable, "=")
		all[name] = value
	}
	return all
}

// secrets are those that GitHub gives the job: its token, and those of its environment, where the run is of a branch or tag that the environment is for.
func (s *site) secrets(b start) map[string]string {
	s.t.Helper()
	all := map[string]string{"GITHUB_TOKEN": s.server.AddToken(githubtest.Token{Permissions: rights(s.t, b.workflow, b.job, b.fork), Repository: s.repo})}
	protected := b.ref == "refs/heads/main" || strings.HasPrefix(b.ref, "refs/tags/v")
	if read(s.t, b.workflow).Jobs[b.job].Environment == "defectgate" && protected {
		maps.Copy(all, s.environment)
	}
	maps.Copy(all, b.secrets)
	return all
}

// read takes the lines that act wrote.
func (r *result) read(out []byte) {
	r.outputs = map[string]map[string]string{}
	var log strings.Builder
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var line struct {
			Message string   `json:"msg"`
			Job     string   `json:"jobID"`
			Step    []string `json:"stepID"`
			Name    string   `json:"name"`
			Arg     string   `json:"arg"`
			Command string   `json:"command"`
			Result  string   `json:"stepResult"`
			Stage   string   `json:"stage"`
		}
		if json.Unmarshal(lines.Bytes(), &line, jsontext.AllowDuplicateNames(true)) != nil {
			line.Message = lines.Text()
		}
		fmt.Fprintf(&log, "[%s %s] %s\n", line.Job, strings.Join(line.Step, "/"), strings.TrimRight(line.Message, "\n"))
		if line.Command == "set-output" && len(line.Step) > 0 {
			step := line.Job + "/" + line.Step[0]
			if r.outputs[step] == nil {
				r.outputs[step] = map[string]string{}
			}
			r.outputs[step][line.Name] = line.Arg
		}
		if line.Result == "failure" && len(line.Step) == 1 && !slices.Contains(r.failed, line.Job+"/"+line.Step[0]) {
			r.failed = append(r.failed, line.Job+"/"+line.Step[0])
		}
	}
	r.log = log.String()
}
