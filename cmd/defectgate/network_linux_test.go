package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"unsafe"
)

// From linux/prctl.h, linux/seccomp.h and linux/filter.h.
const (
	setSeccomp    = 22
	setNoNewPrivs = 38
	filterMode    = 2
	allow         = 0x7fff0000
	killProcess   = 0x80000000
	argument0     = 16 // offset in seccomp_data of its lower half, on the little-endian machines that Go is used on
)

// sealed becomes the program of its arguments. The kernel ends it, and whatever it starts, at the first socket that is not local to the machine's
// files. It needs no right that a container may lack.
func sealed() {
	path, err := exec.LookPath(os.Args[1])
	if err == nil {
		err = seal()
	}
	if err == nil {
		err = syscall.Exec(path, os.Args[1:], os.Environ())
	}
	fmt.Fprintln(os.Stderr, "sealed:", err)
	os.Exit(noticed)
}

// seal lets the calling thread, and what it executes, open Unix sockets only.
func seal() error {
	runtime.LockOSThread()
	filter := []syscall.SockFilter{
		{Code: syscall.BPF_LD | syscall.BPF_W | syscall.BPF_ABS, K: 0}, // the number of the call
		{Code: syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K, K: syscall.SYS_SOCKET, Jf: 3},
		{Code: syscall.BPF_LD | syscall.BPF_W | syscall.BPF_ABS, K: argument0},
		{Code: syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K, K: syscall.AF_UNIX, Jt: 1},
		{Code: syscall.BPF_RET | syscall.BPF_K, K: killProcess},
		{Code: syscall.BPF_RET | syscall.BPF_K, K: allow},
	}
	program := syscall.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if _, _, code := syscall.RawSyscall6(syscall.SYS_PRCTL, setNoNewPrivs, 1, 0, 0, 0, 0); code != 0 {
		return fmt.Errorf("no_new_privs: %w", code)
	}
	if _, _, code := syscall.RawSyscall(syscall.SYS_PRCTL, setSeccomp, filterMode, uintptr(unsafe.Pointer(&program))); code != 0 {
		return fmt.Errorf("seccomp: %w", code)
	}
	return nil
}

// sealable says why the kernel would not end a program that opens a socket: one that does must be ended, one that does not must not be.
func sealable() error {
	if err := exec.Command("sealed", "true").Run(); err != nil {
		return fmt.Errorf("a sealed program does not start: %w", err)
	}
	return nil
}
