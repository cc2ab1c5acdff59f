package pgtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// process is the server's first process. The others are its children; each ends when the first has gone.
type process struct {
	command *exec.Cmd
	alive   context.Context // done as soon as the process has ended
}

// port gives a port below those that systems hand out for outgoing connections: one of these could take it while the server is stopped.
func port() int {
	const first, last = 20000, 32000
	return first + rand.IntN(last-first) //nolint:gosec // nothing is secret about a port
}

// start starts the server without waiting for it.
func (s *Server) start() error {
	log, err := os.Create(s.log())
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // the server writes it
	command := s.command(context.Background(), s.programs.postgres, "-D", s.data(), "-p", strconv.Itoa(s.port),
		"-c", "listen_addresses="+loopback, "-c", "unix_socket_directories=", "-c", "shared_buffers=16MB", "-c", "max_connections=64")
	command.Stdout, command.Stderr = log, log
	s.process, err = begin(command)
	return err
}

// begin starts a command on a thread that lives as long as the command. Linux ends the command together with that thread, see [attributes].
func begin(command *exec.Cmd) (*process, error) {
	alive, ended := context.WithCancel(context.Background())
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer ended()
		err := command.Start()
		started <- err
		if err == nil {
			_ = command.Wait() // how it ended stands in its log
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return &process{command, alive}, nil
}

// halt stops the server as `pg_ctl stop -m immediate` does, if it runs.
func (s *Server) halt() error {
	if s.process == nil {
		return nil
	}
	err := s.process.end()
	s.process = nil
	return err
}

// end asks for an immediate stop, which takes the children along, and kills what does not heed.
func (p *process) end() error {
	const grace = 10 * time.Second // PostgreSQL gives its children five
	if p.command.Process.Signal(syscall.SIGQUIT) == nil && p.gone(grace) {
		return nil
	}
	if err := p.command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("ending PostgreSQL: %w", err)
	}
	if !p.gone(grace) {
		return fmt.Errorf("ending PostgreSQL: process %d stays", p.command.Process.Pid)
	}
	return nil
}

func (p *process) gone(within time.Duration) bool {
	select {
	case <-p.alive.Done():
		return true
	case <-time.After(within):
		return false
	}
}
