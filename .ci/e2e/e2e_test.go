// Package e2e runs the workflows of examples/github as they lie there, with the action of this tree: act is the runner, and githubtest.Server is
// GitHub. `make e2e` builds what it takes, and says in DEFECTGATE_E2E where that lies; without it nothing is run.
//
// What act leaves out, the tests do: a token has the rights of the job that the workflow gives the action to and no other, secrets of an environment
// are given to runs of the default branch and of tags only, a run of a fork may only read, and a run that is asked for again is started again. All
// else that stands in for something lies in testdata: actions of others, docker and gh. What wants to leave this machine meets a wall, and fails the run.
//
// The action is laid out as in the commit of a release, with the digest of the program in checksums.txt and the program in the cache of the runner.
//
// What stays unproved: that GitHub does with environments, permissions, concurrency and required workflows what it documents, and what the actions of
// others do. That the workflows ask for the right thing, .ci/workflowlint and the tests of examples hold.
package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// What all tests use.
var (
	program string // defectgate
	runner  string // act
	action  string // folder with the action, as in a release
	cache   string // of the runner, with the program
	outside *wall
)

// release is the version that the action is laid out as.
const release = "v0.0.0-e2e"

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	built := os.Getenv("DEFECTGATE_E2E")
	if built == "" {
		fmt.Println("e2e: not asked for; make e2e runs it")
		return 0
	}
	program, runner = filepath.Join(built, "defectgate"), filepath.Join(built, "tools", "act")
	folder, err := os.MkdirTemp("", "defectgate-e2e-*")
	if err == nil {
		defer func() { _ = os.RemoveAll(folder) }()
		err = layOut(folder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	outside = newWall()
	defer outside.Close()
	code := m.Run()
	if asked := outside.asked(); len(asked) > 0 {
		fmt.Fprintln(os.Stderr, "e2e: something wanted to leave this machine:", asked)
		return 1
	}
	return code
}

// layOut makes the action of a release, and the cache of a runner on which it ran before.
func layOut(folder string) error {
	text, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	_, err = os.Stat(runner)
	sum := sha256.Sum256(text)
	digest, system := hex.EncodeToString(sum[:]), runtime.GOOS+"_"+runtime.GOARCH
	if runtime.GOOS != "linux" {
		err = errors.Join(err, errors.New("only Linux is known here"))
	}
	action, cache = filepath.Join(folder, "action"), filepath.Join(folder, "cache")
	kept := filepath.Join(cache, "tool_cache", "defectgate", release, runtime.GOARCH)
	scripts, unmatched := filepath.Glob("../../.github/action/*.sh")
	err = errors.Join(err, unmatched, os.MkdirAll(filepath.Join(action, ".github", "action"), 0o755), os.MkdirAll(kept, 0o755),
		copyFile("../../action.yml", action), os.WriteFile(filepath.Join(kept, "defectgate"), text, 0o755))
	for _, script := range scripts {
		err = errors.Join(err, copyFile(script, filepath.Join(action, ".github", "action")))
	}
	sums := fmt.Sprintf("%s  defectgate_%s_%s.tar.gz\n%s  defectgate_%[2]s_%[3]s/defectgate\n", digest, release, system, digest)
	return errors.Join(err, os.WriteFile(filepath.Join(action, ".github", "action", "checksums.txt"), []byte(sums), 0o644))
}

func copyFile(from, folder string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, filepath.Base(from)), text, 0o755)
}

// wall is the proxy of all that is run. Whatever comes here wanted to leave this machine, and does not.
type wall struct {
	*httptest.Server
	mu    sync.Mutex
	hosts []string
}

func newWall() *wall {
	w := &wall{}
	w.Server = httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if host, _, err := net.SplitHostPort(r.Host); err == nil && !slices.Contains(w.hosts, host) {
			w.hosts = append(w.hosts, host)
		}
		http.Error(answer, "nothing leaves this machine", http.StatusForbidden)
	}))
	return w
}

func (w *wall) asked() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.hosts
}
