package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/output"
)

// progressDelay is how long a check may take before a line on the terminal says that it goes on.
const progressDelay = time.Second

// progress shows on a terminal how many findings were read and that they are judged, once that takes long. Elsewhere it is silent.
type progress struct {
	out   io.Writer
	shown bool
	read  atomic.Int64
	left  atomic.Int64
	done  chan struct{}
	ended sync.WaitGroup
	once  sync.Once
}

func newProgress(w world) *progress {
	p := &progress{out: w.stderr, done: make(chan struct{})}
	if _, ok := terminal(w.stderr); !ok {
		return p
	}
	p.ended.Go(p.show)
	return p
}

func (p *progress) show() {
	ticker := time.NewTicker(progressDelay)
	defer ticker.Stop()
	for {
		select {
		case <-p.done:
			if p.shown {
				fmt.Fprint(p.out, "\r\x1b[K")
			}
			return
		case <-ticker.C:
			p.shown = true
			fmt.Fprintf(p.out, "\r\x1b[K%s", p.line())
		}
	}
}

// line says what goes on. What was read last is judged next.
func (p *progress) line() string {
	findings := output.Plural(int(p.read.Load()), "finding", "findings")
	if left := p.left.Load(); left > 0 {
		return fmt.Sprintf("reading: %s, %s to go", findings, output.Plural(int(left), "source", "sources"))
	}
	return "judging: " + findings
}

func (p *progress) stop() {
	if p == nil {
		return
	}
	p.once.Do(func() { close(p.done) })
	p.ended.Wait()
}

// watch counts what sources emit.
func (p *progress) watch(sources []gate.Source) []gate.Source {
	p.left.Store(int64(len(sources)))
	watched := make([]gate.Source, len(sources))
	for i, s := range sources {
		watched[i] = watchedSource{s, p}
	}
	return watched
}

type watchedSource struct {
	gate.Source
	progress *progress
}

// Load reads the source and counts.
func (s watchedSource) Load(ctx context.Context, emit func(*gate.Finding) error) gate.Evidence {
	defer s.progress.left.Add(-1)
	return s.Source.Load(ctx, func(f *gate.Finding) error {
		s.progress.read.Add(1)
		return emit(f)
	})
}
