package pgtest

import "syscall"

// attributes lets a command run as an account, out of reach of the terminal's signals. It ends when the test is killed: the signal asks for
// an immediate stop.
func attributes(a *account) *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGQUIT}
	if a != nil {
		attributes.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)} //nolint:gosec // the system's own numbers
	}
	return attributes
}
