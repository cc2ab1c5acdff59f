// Package pgtest starts a throw-away PostgreSQL server for tests.
//
// It needs the programs of a PostgreSQL server on this machine, listens on loopback only and keeps its data in the folder for temporary files.
// A test that is killed cleans nothing up: on Linux its server ends all the same, and the folder pgtest-* stays.
// A package whose tests need a server calls [Run] in TestMain and [Shared] in its tests; a test that stops the server calls [Start].
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Server is a cluster of its own with one superuser. Its methods may be called at the same time, except Stop and Restart.
type Server struct {
	folder    string // holds all of it
	password  string // made at run time: whoever else works on this machine must not become superuser of the cluster
	port      int
	programs  programs
	account   *account // nil is the account of the test
	process   *process // nil when stopped
	databases atomic.Int64
}

// Start gives a fresh server that listens on a free loopback port, and stops and removes all of it when the test ends.
// Where PostgreSQL is not installed the test is skipped; with CI=true it fails.
func Start(t testing.TB) *Server {
	t.Helper()
	s, err := launch()
	excuse(t, err)
	t.Cleanup(func() {
		if err := s.remove(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// excuse ends a test that has no server.
func excuse(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, errNotInstalled) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// DSN is the address, with name and password, of the superuser's database "postgres". It is empty until a test fills it.
func (s *Server) DSN() string { return s.address("postgres") }

func (s *Server) address(database string) string {
	return (&url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(superuser, s.password),
		Host:     net.JoinHostPort(loopback, strconv.Itoa(s.port)),
		Path:     database,
		RawQuery: "sslmode=disable",
	}).String()
}

// NewDatabase creates another empty database, owned by the superuser, and gives its address. It is there as long as the server's data.
func (s *Server) NewDatabase(t testing.TB) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	name := fmt.Sprintf("test_%d", s.databases.Add(1))
	if err := s.execute(ctx, "create database "+name); err != nil {
		t.Fatalf("creating a database: %v", err)
	}
	return s.address(name)
}

// execute runs one statement as superuser, on a connection of its own.
func (s *Server) execute(ctx context.Context, statement string) error {
	connection, err := pgx.Connect(ctx, s.DSN())
	if err != nil {
		return err
	}
	_, err = connection.Exec(ctx, statement)
	return errors.Join(err, connection.Close(ctx))
}

// Stop ends the server at once, as a machine that dies would: connections break, and what is on the disk stays as it is.
// A server that is stopped stays so.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if err := s.halt(); err != nil {
		t.Fatal(err)
	}
}

// Restart starts the server again on the same port with the same data. One that still runs is stopped first, as by Stop.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Stop(t)
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
}
