// Command bench measures whole processes: `defectgate check` beside `opa eval`, which runs the same built-in rules in a loop over the same
// document, and both commands that read a million findings. It prints Markdown, and ends with 1 where a bound is broken.
//
// Run it at the root of the repository: make bench
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// size is a document of so many defects, with how often it is measured and the bounds on the ratios.
type size struct {
	defects, rounds int
	wall, peak      float64
}

var sizes = []size{{200, 5, 0.6, 1}, {10_000, 5, 0.55, 0.5}, {100_000, 3, 0.5, 0.35}}

// bench is one run of the benchmark.
type bench struct {
	gate, opa string // programs
	dir       string // of documents, removed at the end
	pairs     bool
	million   bool
	huge      bool
	ledger    bool
}

func main() {
	var b bench
	flag.StringVar(&b.gate, "defectgate", "bin/defectgate", "the program")
	flag.StringVar(&b.opa, "opa", "bin/tools/opa", "its peer")
	flag.BoolVar(&b.pairs, "pairs", true, "measure beside the peer")
	flag.BoolVar(&b.million, "million", true, "measure a million findings (600 MB of temporary files)")
	flag.BoolVar(&b.huge, "huge", true, "measure reports of a gibibyte (1 GiB of temporary files)")
	flag.BoolVar(&b.ledger, "ledger", true, "measure what recording adds")
	samples := flag.String("samples", "", "only write documents of all shapes into a folder, for `make profile`")
	document := flag.String("tokens", "", "only read a document token by token, as the peer of the huge reports")
	flag.Parse()
	run := b.run
	switch {
	case *document != "":
		run = func() error { return tokens(*document) }
	case *samples != "":
		run = func() error { return writeSamples(*samples) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run() (err error) {
	if b.dir, err = os.MkdirTemp("", "defectgate-bench-*"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	var t table
	if b.pairs {
		err = b.allPairs(&t)
	}
	if err == nil && b.ledger {
		err = b.allRecorded(&t)
	}
	if err == nil && b.million {
		err = b.allSingles(&t)
	}
	if err == nil && b.huge {
		err = b.allHuge(&t)
	}
	for _, broken := range t.broken {
		err = errors.Join(err, errors.New(broken))
	}
	return err
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

// subject is what is judged: named, so that no git is asked.
const subject = "pkg:generic/bench@1"

// check is the command that a pipeline runs.
func (b *bench) check(document string, more ...string) command {
	return b.recorded(document, append(more, "--ledger", "none")...)
}

// recorded is the same, recorded in the ledger that more names.
func (b *bench) recorded(document string, more ...string) command {
	return command{b.gate, append([]string{"check", "--now", now.Format(time.RFC3339), "--artifact", subject, document}, more...), []int{1}}
}

func (b *bench) allPairs(t *table) error {
	for i, c := range sizes {
		report := b.path(fmt.Sprintf("defects-%d.json", c.defects))
		if err := document(report, c.defects); err != nil {
			return err
		}
		if i == 0 {
			d, err := b.decide(report)
			if err := errors.Join(err, b.bundle(d)); err != nil {
				return err
			}
			t.headOfPairs()
		}
		if err := b.agree(report); err != nil {
			return err
		}
		costs, err := alternate(c.rounds, b.check(report), b.peer(report))
		if err != nil {
			return err
		}
		t.pair(c, costs[0], costs[1])
	}
	return nil
}

// The bounds on memory for a million findings, in MiB.
const (
	checkBound = 300
	rawBound   = 64
)

func (b *bench) allSingles(t *table) error {
	report := b.path("million.json")
	if err := trivy(report, 100_000, 10); err != nil {
		return err
	}
	raw := command{b.gate, []string{"defects", "--raw", "--format", "json", report}, []int{0}}
	costs, err := alternate(1, b.check(report), raw)
	if err != nil {
		return err
	}
	t.headOfSingles()
	t.single("`check`", costs[0], checkBound)
	t.single("`defects --raw`", costs[1], rawBound)
	return nil
}
