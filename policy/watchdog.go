package policy

import (
	"context"
	"errors"
	"fmt"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"

	"github.com/open-policy-agent/opa/v1/topdown"
)

// watchdog ends queries that take too long or too much memory: OPA bounds neither by itself.
type watchdog struct {
	limits Limits
	heap   uint64 // at the start
	done   chan struct{}
	mu     sync.Mutex
	guards []*guard
	ticks  atomic.Int64 // so far, from 1: durations are counted, the clock is not read
	reason atomic.Pointer[error]
}

// guard watches the queries of one goroutine.
type guard struct {
	cancel topdown.Cancel
	since  atomic.Int64 // tick at which the query began; 0 between queries
	watch  *watchdog
}

// tick is how often the watchdog looks.
const tick = 10 * time.Millisecond

func watch(ctx context.Context, limits Limits) *watchdog {
	w := &watchdog{limits: limits, heap: heapInUse(), done: make(chan struct{})}
	w.ticks.Store(1)
	ticker := time.NewTicker(tick)
	go func() {
		defer ticker.Stop()
		for {
			select {
			case <-w.done:
				return
			case <-ctx.Done():
				w.end(context.Cause(ctx))
			case <-ticker.C:
				w.ticks.Add(1)
				w.look()
			}
			if w.reason.Load() != nil {
				return
			}
		}
	}()
	return w
}

func (w *watchdog) stop() { close(w.done) }

func (w *watchdog) guard() *guard {
	g := &guard{cancel: topdown.NewCancel(), watch: w}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.guards = append(w.guards, g)
	if w.reason.Load() != nil {
		g.cancel.Cancel() // ended before this one came
	}
	return g
}

func (g *guard) begin() { g.since.Store(g.watch.ticks.Load()) }
func (g *guard) end()   { g.since.Store(0) }

func (w *watchdog) look() {
	if grown := heapInUse(); grown > w.heap+w.limits.Heap {
		w.end(fmt.Errorf("the heap grew by more than %d MiB", w.limits.Heap>>20))
		return
	}
	w.mu.Lock()
	guards := w.guards
	w.mu.Unlock()
	for _, g := range guards {
		if since := g.since.Load(); since != 0 && time.Duration(w.ticks.Load()-since)*tick > w.limits.Deadline {
			w.end(fmt.Errorf("a query took longer than %s", w.limits.Deadline))
			return
		}
	}
}

func (w *watchdog) end(reason error) {
	w.reason.CompareAndSwap(nil, &reason)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, g := range w.guards {
		g.cancel.Cancel()
	}
}

// explain gives the reason why the evaluation was ended in place of OPA's word, also where the query came to its end before it noticed:
// its answer was had beyond a limit.
func (w *watchdog) explain(err error) error {
	var said *topdown.Error
	if reason := w.reason.Load(); reason != nil && (!errors.As(err, &said) || said.Code == topdown.CancelErr) {
		return fmt.Errorf("the evaluation was ended: %w", *reason)
	}
	return err
}

// heapInUse gives the bytes of live and not yet swept objects.
func heapInUse() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
