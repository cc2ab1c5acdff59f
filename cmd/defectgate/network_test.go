package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// dials is a program that does what none of ours may do: the proofs below must notice it.
func dials() {
	if c, err := net.Dial("tcp", "127.0.0.1:9"); err == nil {
		_ = c.Close()
	}
}

// counters are what the kernel counts of the network of a process: bytes of every interface, and what was to be sent, with a route or without.
var counters = []string{"/proc/net/dev", "/proc/net/snmp", "/proc/net/snmp6"}

// noticed is the exit code of counted where something was to be sent.
const noticed = 125

// counted runs the program of its arguments, with its exit code, and notices whether anything was to be sent meanwhile.
func counted() {
	before := readCounters()
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	for i, after := range readCounters() {
		if before[i] != after {
			fmt.Fprintf(os.Stderr, "the network was used: was %s\nis %s\n", before[i], after)
			os.Exit(noticed)
		}
	}
	if cmd.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(noticed)
	}
	os.Exit(cmd.ProcessState.ExitCode())
}

// readCounters gives the lines of all counters.
func readCounters() []string {
	var lines []string
	for _, path := range counters {
		text, err := os.ReadFile(path)
		if err != nil && !os.IsNotExist(err) { // without IPv6 there is no snmp6
			panic(err)
		}
		lines = append(lines, strings.Split(string(text), "\n")...)
	}
	return lines
}

// namespace is the command that gives a program a network of its own, without any interface that is up; nil where none may be made.
var namespace = sync.OnceValue(func() []string {
	for _, command := range [][]string{{"unshare", "--net"}, {"unshare", "--user", "--net", "--map-root-user"}} {
		if exec.Command(command[0], append(command[1:], "true")...).Run() == nil {
			return command
		}
	}
	return nil
})

// offline CODE COMMAND…: as exits, in a network of its own that must stay unused.
func offline(ts *testscript.TestScript, _ bool, args []string) {
	exits(ts, false, slices.Concat(args[:1], namespace(), []string{"counted"}, args[1:]))
}

// condition says what the machine can do. [seccomp] is as good as every Linux, so that without it a CI run fails; a network namespace is often
// denied (Docker, Ubuntu 24.04), and proves no more than seccomp does.
func condition(name string) (bool, error) {
	switch name {
	case "netns":
		return namespace() != nil, nil
	case "seccomp":
		err := sealable()
		if err != nil && runtime.GOOS == "linux" && os.Getenv("CI") == "true" {
			return false, fmt.Errorf("cannot prove that no socket is opened: %w: allow prctl(PR_SET_SECCOMP) to this job", err)
		}
		return err == nil, nil
	}
	return false, fmt.Errorf("no condition is called %q", name)
}
