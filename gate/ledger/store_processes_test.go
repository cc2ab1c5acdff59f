package ledger_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/pgtest"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// The variables of a process that a test starts from its own binary, to have a ledger used by several.
const (
	roleVariable    = "DEFECTGATE_TEST_ROLE"
	addressVariable = "DEFECTGATE_TEST_LEDGER"
	nameVariable    = "DEFECTGATE_TEST_NAME"
	countVariable   = "DEFECTGATE_TEST_COUNT"
	keyVariable     = "DEFECTGATE_TEST_KEY"
)

// roles are what such a process does. It prints what the test checks, and nothing else; its error is what it ends with.
var roles = map[string]func(ctx context.Context, address, name string, count int) error{
	"record":  recordDecisions,
	"endless": recordWithoutEnd,
	"same":    recordTheSame,
	"make":    makeAndRecord,
}

// enrolled adds a role that not every system can play.
func enrolled(role string, play func(ctx context.Context, address, name string, count int) error) bool {
	roles[role] = play
	return true
}

func TestMain(m *testing.M) {
	role, ok := roles[os.Getenv(roleVariable)]
	if !ok {
		os.Exit(pgtest.Run(m))
	}
	count, err := strconv.Atoi(os.Getenv(countVariable))
	if err == nil {
		err = role(context.Background(), os.Getenv(addressVariable), os.Getenv(nameVariable), count)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// process is one that runs.
type process struct {
	*exec.Cmd
	lines  *bufio.Scanner
	input  io.WriteCloser
	errors bytes.Buffer
}

// started starts a process in a role. It is killed when the test ends, if it still runs.
func started(t *testing.T, role, address, name string, count int) *process {
	t.Helper()
	p := &process{Cmd: exec.CommandContext(t.Context(), os.Args[0])}
	p.Env = append(os.Environ(), roleVariable+"="+role, addressVariable+"="+address, nameVariable+"="+name, countVariable+"="+strconv.Itoa(count))
	p.Stderr = &p.errors
	output, err := p.StdoutPipe()
	require.NoError(t, err)
	p.input, err = p.StdinPipe()
	require.NoError(t, err)
	p.lines = bufio.NewScanner(output)
	require.NoError(t, p.Start())
	return p
}

// line gives the next line that a process prints.
func (p *process) line(t *testing.T) string {
	t.Helper()
	if !p.lines.Scan() {
		err := p.Wait()
		require.FailNow(t, "the process ended", "%v\n%s", err, p.errors.String())
	}
	return p.lines.Text()
}

// ended waits for the end of a process that must do well, after its output was read.
func (p *process) ended(t *testing.T) {
	t.Helper()
	err := p.Wait()
	require.NoError(t, err, p.errors.String())
	require.Empty(t, p.errors.String())
}

// decisionOf is one of many: runs of several processes take turns on a few branches, with defects that come, go and come back.
func decisionOf(name string, i int) run {
	r := run{key: fmt.Sprintf("%s-%d", name, i), branch: "branch-" + strconv.Itoa(i%3), hour: i}
	for n := range 4 {
		if (i+n)%4 != 0 {
			r.defects = append(r.defects, fmt.Sprintf("CVE-2026-%04d", n))
		}
	}
	return r
}

// recordDecisions prints for each decision its id and its index, how long it took in nanoseconds, and size and root of its checkpoint.
func recordDecisions(ctx context.Context, address, name string, count int) error {
	s, err := store.Open(ctx, address, store.Write)
	if err != nil {
		return err
	}
	l := &ledger.Ledger{Store: s, LogKey: logKey, Forms: true}
	for i := range count {
		r := decisionOf(name, i)
		begun := time.Now()
		report, err := r.decide(ctx, l)
		if err != nil {
			return err
		}
		took := time.Since(begun)
		c, err := proven(&report)
		if err != nil {
			return fmt.Errorf("decision %d: %w", i, err)
		}
		fmt.Println(report.Decision.ID, report.Receipt.Index, int64(took), c.Size, c.Root)
	}
	return s.Close()
}

// recordWithoutEnd prints the id of each decision as soon as it is recorded. What could not be recorded is passed over; it ends when its input does.
func recordWithoutEnd(ctx context.Context, address, name string, _ int) error {
	s, err := store.Open(ctx, address, store.Write)
	if err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	l := &ledger.Ledger{Store: s, LogKey: logKey, Forms: true}
	for i := 0; ; i++ {
		r := decisionOf(name, i)
		report, err := r.decide(ctx, l)
		if err != nil {
			return err
		}
		if report.Receipt != nil {
			fmt.Println(report.Decision.ID)
		}
	}
}

// recordTheSame waits until its input ends, and then records decisions that other processes record as well. No two signatures are the same.
func recordTheSame(ctx context.Context, address, _ string, count int) error {
	s, err := store.Open(ctx, address, store.Write)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	private, err := key.Read("env:"+keyVariable, key.Where{Getenv: os.Getenv})
	if err != nil {
		return err
	}
	l := &ledger.Ledger{Store: s, LogKey: logKey, Forms: true, Key: private}
	for i := range count {
		// What the ledger remembers of a run must not change how it is judged: then it would be another decision.
		r := run{key: strconv.Itoa(i), branch: strconv.Itoa(i), hour: 1, defects: []string{fmt.Sprintf("CVE-2026-%04d", i)}, dated: true}
		report, err := r.decide(ctx, l)
		if err != nil {
			return err
		}
		if _, err := proven(&report); err != nil {
			return err
		}
		fmt.Println(report.Decision.ID, report.Receipt.Index)
	}
	return s.Close()
}

// makeAndRecord waits until its input ends, and then makes the ledger and records into it.
func makeAndRecord(ctx context.Context, address, name string, count int) error {
	fmt.Println("ready")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	s, err := store.Open(ctx, address, store.Prepare)
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	return recordDecisions(ctx, address, name, count)
}
