//go:build !unix

package ledger_test

import "testing"

// asNobody has no account to change to: the test says itself whether it can run.
func asNobody(*testing.T) bool { return false }
