package pgtest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { os.Exit(Run(m)) }

func TestServerAnswers(t *testing.T) {
	c := connect(t, Shared(t).DSN())
	assert.Equal(t, "1", text(t, c, "select 1::text"))
	assert.Equal(t, "C", text(t, c, "select datcollate::text from pg_database where datname = current_database()"))
	for setting, want := range map[string]string{
		"server_encoding": "UTF8", "TimeZone": "UTC", "listen_addresses": "127.0.0.1", "unix_socket_directories": "",
		"fsync": "on", "synchronous_commit": "on", "shared_buffers": "16MB", "max_connections": "64",
	} {
		assert.Equal(t, want, text(t, c, "select current_setting('"+setting+"')"), setting)
	}
}

func TestServerIsShared(t *testing.T) {
	assert.Same(t, Shared(t), Shared(t))
}

func TestServerWantsThePassword(t *testing.T) {
	s := Shared(t)
	_, err := pgx.Connect(t.Context(), strings.ReplaceAll(s.DSN(), s.password, "guess"))
	assert.ErrorContains(t, err, "password authentication failed")
}

func TestDatabasesAreApart(t *testing.T) {
	s := Shared(t)
	one, other := connect(t, s.NewDatabase(t)), connect(t, s.NewDatabase(t))
	execute(t, one, "create table only_here ()")
	assert.Equal(t, "1", text(t, one, tables))
	assert.Equal(t, "0", text(t, other, tables))
	assert.Equal(t, "0", text(t, connect(t, s.DSN()), tables))
}

const tables = "select count(*)::text from pg_tables where tablename = 'only_here'"

func TestDatabasesAreCreatedAtTheSameTime(t *testing.T) {
	s := Shared(t)
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			execute(t, connect(t, s.NewDatabase(t)), "create table only_here ()")
		})
	}
}

func TestStoppedServerComesBackWithItsData(t *testing.T) {
	s := Start(t)
	address := s.NewDatabase(t)
	c := connect(t, address)
	execute(t, c, "create table kept as select 'committed' as what")

	s.Stop(t)
	s.Stop(t) // once more changes nothing
	assert.Error(t, c.Ping(t.Context()), "a connection must break")
	_, err := pgx.Connect(t.Context(), address)
	assert.Error(t, err, "no connection can be made")

	for range 2 { // from stopped, and from running
		s.Restart(t)
		assert.Equal(t, "committed", text(t, connect(t, address), "select what from kept"))
	}
	said, err := os.ReadFile(s.log())
	require.NoError(t, err)
	assert.Contains(t, string(said), "not properly shut down", "the stop must be that of a machine that dies")
}

func TestNothingStaysBehind(t *testing.T) {
	var folder, address string
	t.Run("server", func(t *testing.T) {
		s := Start(t)
		folder, address = s.folder, s.DSN()
		connect(t, address)
		if hasProc() {
			assert.Greater(t, running(t, folder), 1, "the count below must be able to fail")
		}
	})
	if folder == "" {
		t.Skip(errNotInstalled)
	}
	assert.NoDirExists(t, folder)
	assert.Zero(t, running(t, folder))
	_, err := pgx.Connect(t.Context(), address)
	assert.Error(t, err)
}

func TestTakenPortIsToldApart(t *testing.T) {
	s, taken := Start(t), Shared(t).port
	s.Stop(t)
	s.port = taken
	err := s.run()
	require.ErrorIs(t, err, errPortTaken)
	assert.ErrorContains(t, err, "could not bind", "the error must show the server's log")
	assert.Equal(t, "1", text(t, connect(t, Shared(t).DSN()), "select 1::text"), "the other server must not notice")
}

func TestFailedStartShowsTheLogAndLeavesNothing(t *testing.T) {
	s := Start(t)
	s.Stop(t)
	require.NoError(t, os.WriteFile(filepath.Join(s.data(), "postgresql.auto.conf"), []byte("no_such_setting = 1\n"), 0o600))
	err := s.run()
	require.ErrorContains(t, err, `unrecognized configuration parameter "no_such_setting"`)
	assert.NotErrorIs(t, err, errPortTaken)
	assert.Nil(t, s.process)
}

// TestKilledTestEndsItsServer runs TestToBeKilled and kills it.
func TestKilledTestEndsItsServer(t *testing.T) {
	if !hasProc() {
		t.Skip("only Linux ends a process together with the one that started it")
	}
	Shared(t) // skips where there is no server
	command := exec.Command(os.Args[0], "-test.run=^TestToBeKilled$")
	command.Env = append(os.Environ(), "PGTEST_TO_BE_KILLED=1")
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	folder, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	folder = strings.TrimSpace(folder)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(folder)) })
	require.Positive(t, running(t, folder))
	require.NoError(t, command.Process.Kill())
	require.Error(t, command.Wait())
	assert.Eventually(t, func() bool { return running(t, folder) == 0 }, patience, 20*time.Millisecond)
}

func TestToBeKilled(t *testing.T) {
	if os.Getenv("PGTEST_TO_BE_KILLED") == "" {
		t.Skip("TestKilledTestEndsItsServer runs it")
	}
	fmt.Println(Shared(t).folder)
	time.Sleep(patience)
}

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

func execute(t *testing.T, c *pgx.Conn, statement string) {
	t.Helper()
	_, err := c.Exec(t.Context(), statement)
	require.NoError(t, err)
}

func text(t *testing.T, c *pgx.Conn, query string) (value string) {
	t.Helper()
	require.NoError(t, c.QueryRow(t.Context(), query).Scan(&value))
	return value
}

func hasProc() bool {
	_, err := os.Readlink("/proc/self/cwd")
	return err == nil
}

// running counts the processes that work in a folder. Every process of a server works in that of its data.
func running(t *testing.T, folder string) (count int) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/cwd")
	require.NoError(t, err)
	for _, link := range all {
		if at, err := os.Readlink(link); err == nil && strings.HasPrefix(at, folder+"/") {
			count++
		}
	}
	return count
}
