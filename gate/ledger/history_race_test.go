//go:build race

package ledger

// maxSteps bounds a random history: under the race detector SQLite is thirty times slower, and nothing here runs at the same time.
const maxSteps = 3
