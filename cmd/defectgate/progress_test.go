package main

import (
	"bytes"
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// slow is a source of one finding that takes longer than nobody is told.
type slow struct{ gate.Source }

func (slow) Load(_ context.Context, emit func(*gate.Finding) error) gate.Evidence {
	time.Sleep(progressDelay * 3 / 2)
	if err := emit(&gate.Finding{}); err != nil {
		return gate.Evidence{Status: gate.Unavailable}
	}
	time.Sleep(progressDelay)
	return gate.Evidence{}
}

func TestProgressSaysWhatGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := &progress{out: &out, done: make(chan struct{})}
		source := p.watch([]gate.Source{slow{}})[0]
		p.ended.Go(p.show)
		source.Load(t.Context(), func(*gate.Finding) error { return nil })
		time.Sleep(progressDelay)
		p.stop()
		p.stop() // it may be stopped twice
		const erase = "\r\x1b[K"
		require.Equal(t, erase+"reading: 0 findings, 1 source to go"+erase+"reading: 1 finding, 1 source to go"+
			erase+"judging: 1 finding"+erase, out.String())
	})
}

func TestProgressIsSilent(t *testing.T) {
	t.Parallel()
	for name, took := range map[string]time.Duration{"soon": progressDelay / 2, "elsewhere": progressDelay * 2} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			p := newProgress(world{stderr: &out}) // no terminal
			if name == "soon" {
				p.ended.Go(p.show)
			}
			time.Sleep(took)
			p.stop()
			require.Empty(t, out.String(), name)
		})
	}
}
