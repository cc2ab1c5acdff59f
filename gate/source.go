package gate

import "context"

// Source is where findings come from.
type Source interface {
	// Name is how the source was configured or named; it identifies it in the decision.
	Name() string
	// Expect says what must hold of it.
	Expect() Expectation
	// Load emits every finding and returns what it knows of the scan. A source that could not be read to its end says so by the
	// evidence's status, with a problem and a hint; Load has no other error. It must return an emit's error in the evidence.
	Load(ctx context.Context, emit func(*Finding) error) Evidence
}
