//go:build !unix

package pgtest

import "syscall"

// attributes leaves a command as it is: there is no root, and so no account to change to.
func attributes(*account) *syscall.SysProcAttr { return nil }
