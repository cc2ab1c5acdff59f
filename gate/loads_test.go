package gate_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// crowd is a source that notes how many of its kind are read at the same time.
type crowd struct {
	fake
	now, most *atomic.Int64
}

func (c *crowd) Load(ctx context.Context, add func(*gate.Finding) error) gate.Evidence {
	here := c.now.Add(1)
	defer c.now.Add(-1)
	for most := c.most.Load(); here > most && !c.most.CompareAndSwap(most, here); most = c.most.Load() {
	}
	time.Sleep(time.Millisecond)
	return c.fake.Load(ctx, add)
}

// TestSourcesAreReadAFewAtATime opens more than a process may have files.
func TestSourcesAreReadAFewAtATime(t *testing.T) {
	var now, most atomic.Int64
	w := newWorld()
	for i := range 200 {
		w.sources = append(w.sources, &crowd{*report(fmt.Sprint(i), vulnerability("CVE-1").finding), &now, &most})
	}
	w.check(t)
	require.LessOrEqual(t, most.Load(), int64(16))
	require.Greater(t, most.Load(), int64(1))
}
