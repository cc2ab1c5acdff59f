//go:build unix && !linux

package pgtest

import "syscall"

// attributes lets a command run as an account, out of reach of the terminal's signals. A test that is killed leaves its server behind.
func attributes(a *account) *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Setpgid: true}
	if a != nil {
		attributes.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)} //nolint:gosec // the system's own numbers
	}
	return attributes
}
