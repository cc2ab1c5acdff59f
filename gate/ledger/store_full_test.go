//go:build unix

package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

var _ = enrolled("limited", recordUntilFull)

// TestFullDiskLosesNothingThatWasAcknowledged gives a process little room for its files. What finds none is an error, and when there is room again
// the same process goes on.
func TestFullDiskLosesNothingThatWasAcknowledged(t *testing.T) {
	const after = 3
	address := "sqlite:" + filepath.Join(t.TempDir(), "ledger.db")
	require.NoError(t, opened(t, address).Store.Close())
	for round, room := range []string{"400000", "500000", "900000"} {
		p := started(t, "limited", address, room, after)
		var acknowledged []string
		refused := 0
		for p.lines.Scan() {
			if line := p.lines.Text(); line == "refused" {
				refused++
			} else {
				acknowledged = append(acknowledged, line)
			}
		}
		p.ended(t)
		require.Equal(t, 3, refused)
		require.GreaterOrEqual(t, len(acknowledged), after)
		s := openedFor(t, address, store.ReadOnly)
		requireStored(t, s, acknowledged)
		t.Logf("round %d: %d acknowledged", round, len(acknowledged))
		require.NoError(t, s.Close())
	}
}

// recordUntilFull records until three decisions found no room, and so many more when there is room again.
func recordUntilFull(ctx context.Context, address, name string, count int) error {
	signal.Ignore(syscall.SIGXFSZ)
	s, err := store.Open(ctx, address, store.Write)
	if err != nil {
		return err
	}
	l := &ledger.Ledger{Store: s, LogKey: logKey, Forms: true}
	var room uint64
	if _, err := fmt.Sscan(name, &room); err != nil {
		return err
	}
	if err := limit(room); err != nil {
		return err
	}
	refused := 0
	for i := 0; count > 0; i++ {
		r := decisionOf(name, i)
		report, err := r.decide(ctx, l)
		switch {
		case err != nil:
			return err
		case report.Receipt != nil:
			fmt.Println(report.Decision.ID)
			if refused == 3 {
				count--
			}
		case refused == 3:
			return errors.New(strings.Join(report.Decision.Problems, "; "))
		default:
			fmt.Println("refused")
			if refused++; refused == 3 {
				err = limit(1 << 40)
			}
		}
		if err != nil {
			return err
		}
	}
	return s.Close()
}

// limit bounds how long a file may get.
func limit(size uint64) error {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
		return err
	}
	l.Cur = min(size, l.Max)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l)
}
