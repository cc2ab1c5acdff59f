package main

import (
	"fmt"
	"os"
	"time"
)

// What recording may add to a check, and in how many rounds that is measured: a check takes a few times as long, and the machine's own noise is
// not much smaller.
const (
	recordingBound  = 15.0 // milliseconds
	recordingRounds = 41
	recordedDefects = 200
)

// allRecorded measures a check whose decision is recorded in SQLite beside the same check without a ledger. Every round is a decision of its own, on a
// branch that has a history.
func (b *bench) allRecorded(t *table) error {
	report := b.path("recorded.json")
	if err := document(report, recordedDefects); err != nil {
		return err
	}
	config := b.path("recorded.yaml") // no git is asked, and a ledger that lies elsewhere wants to know of which project it is
	if err := os.WriteFile(config, []byte("project: bench\n"), 0o600); err != nil {
		return err
	}
	costs, err := alternate(recordingRounds, b.check(report, "--config", config),
		b.recorded(report, "--config", config, "--ledger", "sqlite:"+b.path("ledger/ledger.db")))
	if err != nil {
		return err
	}
	added := milliseconds(costs[1].wall - costs[0].wall)
	fmt.Printf("\n| a check of %d defects | median of %d |\n|---|---|\n| `--ledger none` | %.1f ms |\n| `--ledger sqlite:…` | %.1f ms |\n| added | %.1f ms (≤ %v) |\n",
		recordedDefects, recordingRounds, milliseconds(costs[0].wall), milliseconds(costs[1].wall), added, recordingBound)
	t.bound("milliseconds that recording adds", added, recordingBound)
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
