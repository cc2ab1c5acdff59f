//go:build !race

package ledger_test

// raced tells that the tests run under the race detector.
const raced = false
