package pgtest

import (
	"fmt"
	"os"
	"sync"
	"testing"
)

// shared is the one server of the tests of a package.
var shared struct {
	running bool // somebody will clean up
	once    sync.Once
	server  *Server
	err     error
}

// Run runs the tests of a package, ends the server that they shared, if one asked for it, and gives the exit code:
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }
func Run(m *testing.M) int {
	shared.running = true
	code := m.Run()
	if shared.server == nil {
		return code
	}
	if err := shared.server.remove(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return max(code, 1)
	}
	return code
}

// Shared gives the server that all tests of a package share. The first test that asks waits until it has started; see [Start] where it cannot.
// Every test takes a database of its own with NewDatabase and leaves the server running.
func Shared(t testing.TB) *Server {
	t.Helper()
	if !shared.running {
		t.Fatal("the server would outlive the tests: call pgtest.Run in TestMain")
	}
	shared.once.Do(func() { shared.server, shared.err = launch() })
	excuse(t, shared.err)
	return shared.server
}
