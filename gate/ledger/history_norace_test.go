//go:build !race

package ledger

// maxSteps bounds a random history.
const maxSteps = 10
