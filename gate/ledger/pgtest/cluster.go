package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	superuser = "postgres"
	loopback  = "127.0.0.1"
	patience  = 30 * time.Second // for each step, on a machine that is busy with other tests
)

// launch makes a cluster and starts its server.
func launch() (*Server, error) {
	found, err := find()
	if err != nil {
		return nil, err
	}
	s := &Server{password: rand.Text(), programs: found}
	if err = s.create(); err == nil {
		err = s.settle()
	}
	if err != nil {
		return nil, errors.Join(err, s.remove())
	}
	return s, nil
}

// create makes the folder and, in it, the cluster's data.
func (s *Server) create() (err error) {
	if s.account, err = unprivileged(); err != nil {
		return err
	}
	// Not the test's own folder: that of root may lie where no other account gets to.
	if s.folder, err = os.MkdirTemp("", "pgtest-"); err != nil {
		return fmt.Errorf("creating a folder for PostgreSQL: %w", err)
	}
	secret := filepath.Join(s.folder, "password")
	if err := os.WriteFile(secret, []byte(s.password), 0o600); err != nil {
		return fmt.Errorf("writing the password of PostgreSQL: %w", err)
	}
	if err := errors.Join(s.account.own(s.folder), s.account.own(secret)); err != nil {
		return fmt.Errorf("handing the folder over to PostgreSQL: %w", err)
	}
	return s.initialise(secret)
}

func (s *Server) initialise(secret string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	command := s.command(ctx, s.programs.initdb, "--pgdata="+s.data(), "--username="+superuser, "--pwfile="+secret,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("running %s in %s: %w\n%s", s.programs.initdb, s.folder, err, output)
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

func (s *Server) log() string { return filepath.Join(s.folder, "log") }

// command runs a program of PostgreSQL in the cluster's folder, as the cluster's owner. It sees none of the test's settings: PGPORT, PGDATA and
// their like would be the tester's own server. Messages are in English, so that they can be told apart.
func (s *Server) command(ctx context.Context, program string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, program, arguments...) //nolint:gosec // a program of this machine, with arguments made here
	command.Dir = s.folder
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	command.SysProcAttr = attributes(s.account)
	command.WaitDelay = time.Second
	return command
}

// settle starts the server on the first port that is free. Only the server itself can tell which is, as another test may look at the same time.
func (s *Server) settle() (err error) {
	for range 8 {
		s.port = port()
		if err = s.run(); !errors.Is(err, errPortTaken) {
			return err
		}
	}
	return err
}

var errPortTaken = errors.New("the port is taken")

// run starts the server on its port and waits until it answers.
func (s *Server) run() error {
	err := s.start()
	if err == nil {
		if err = s.answer(); err == nil {
			return nil
		}
	}
	err = errors.Join(err, s.halt())
	said, _ := os.ReadFile(s.log()) // without it the error still says what failed
	if strings.Contains(string(said), "could not bind") {
		err = fmt.Errorf("%w: %w", errPortTaken, err)
	}
	return fmt.Errorf("starting PostgreSQL on port %d: %w\n%s", s.port, err, said)
}

// answer waits until the server takes connections: after an immediate stop it has to read its log first.
func (s *Server) answer() error {
	ctx, cancel := context.WithTimeout(s.process.alive, patience)
	defer cancel()
	for {
		err := s.execute(ctx, "select 1")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("it ended, or gave no answer for %s: %w", patience, err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// remove ends the server and takes its folder away.
func (s *Server) remove() error {
	return errors.Join(s.halt(), os.RemoveAll(s.folder))
}
