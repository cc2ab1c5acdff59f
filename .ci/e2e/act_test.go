package e2e

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// start is how a run begins.
type start struct {
	workflow string // file of the examples
	job      string // that uses the action: its rights are those of the token, and its environment says which secrets there are
	event    string // name
	payload  map[string]any
	ref, sha string
	fork     bool            // the token only reads, and there are no secrets
	less     string          // right of which the token has one step less; "" for none
	found    string          // by Trivy
	broken   string          // report of a scanner that breaks
	called   string          // workflow of the examples whose job it is, where that is another; "" for none
	from     string          // repository, as a folder, that the workflow is of; "" for the one that is built
	only     string          // job that runs, without those that it needs; "" for all
	again    *githubtest.Run // that is run again; nil for a new one
}

// result is what a run left behind.
type result struct {
	run     *githubtest.Run
	code    int                          // of act: 0 where all jobs succeeded
	log     string                       // what its page shows
	outputs map[string]map[string]string // of steps, by JOB/ID
	failed  []string                     // steps, as JOB/ID
	summary string                       // what steps wrote on the page of the run
	kept    string                       // folder of what was attested and released
	took    time.Duration
}

// most is how long a run may take.
const most = time.Minute

// act runs a workflow as GitHub would.
func (s *site) act(b start) *result {
	s.t.Helper()
	r := &result{run: s.begun(b), kept: s.t.TempDir(), outputs: map[string]map[string]string{}}
	before := len(s.server.Requests())
	ctx, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	command := exec.CommandContext(ctx, runner, s.flags(b, r)...)
	command.Env = surroundings(s.t)
	var out bytes.Buffer
	command.Stdout, command.Stderr, command.WaitDelay = &out, &out, 5*time.Second
	began := time.Now()
	err := command.Run()
	r.took = time.Since(began)
	require.NoError(s.t, ctx.Err(), "%s took too long:\n%s", b.workflow, out.String())
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		r.code = exit.ExitCode()
	} else {
		require.NoError(s.t, err, out.String())
	}
	r.read(out.Bytes())
	s.finish(r)
	refused := slices.ContainsFunc(s.server.Requests()[before:], func(r githubtest.Request) bool { return r.Status == http.StatusForbidden })
	require.Equal(s.t, b.fork || b.less != "", refused, "GitHub refuses what the token may not do, and nothing else:\n%s", r.log)
	s.t.Logf("%-14s %-16s exit %d after %5d ms", b.event, b.workflow, r.code, r.took.Milliseconds())
	return r
}

// surroundings are the variables of the runner itself: nothing of this machine's but where programs are, and no way out.
func surroundings(t *testing.T) []string {
	t.Helper()
	programs, err := filepath.Abs("testdata/programs")
	require.NoError(t, err)
	home := t.TempDir()
	all := []string{"PATH=" + programs + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + home, "XDG_CONFIG_HOME=" + home,
		"XDG_CACHE_HOME=" + home, "TMPDIR=" + home, "LANG=C.UTF-8", "ACT_DISABLE_VERSION_CHECK=1", "GIT_CONFIG_NOSYSTEM=1"}
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		all = append(all, name+"="+outside.URL)
	}
	return all
}
