package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The two bounds of the collector's patience, in bytes: a small heap may grow by slack before it is collected, which makes the start of a short
// process faster; a large one may grow by two fifths of itself.
const (
	slack  = 28 << 20
	growth = 40 // percent
)

// saveMemory makes the collector more eager as the heap grows: Go's own setting would let a million findings take twice what they need.
func saveMemory() {
	debug.SetGCPercent(100 * slack / (4 << 20)) // of the 4 MiB that Go's percentage counts for the first collection
	sentinel := new([16]byte)
	runtime.SetFinalizer(sentinel, afterCollection)
}

// afterCollection is run by the collector each time, and asks to be run again.
func afterCollection(sentinel *[16]byte) {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	live := max(sample[0].Value.Uint64(), 1)
	debug.SetGCPercent(int(max(growth, min(400, 100*slack/live))))
	runtime.SetFinalizer(sentinel, afterCollection)
}
