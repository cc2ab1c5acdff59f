// Command standin stands in for defectgate: it prints its arguments and what it is given in variables, writes the files that it is asked for, and
// ends as FAKE_ variables say.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// system makes the programs of several systems differ.
var system = "this one"

func main() {
	fmt.Printf("a program for %s\n", system)
	for _, argument := range os.Args[1:] {
		fmt.Printf("[%s]\n", argument)
	}
	for _, name := range []string{"GITHUB_TOKEN", "DEFECTGATE_SIGNOFF_TOKEN", "DEFECTGATE_SECRET_KEY", "DEFECTGATE_KEY", "DEFECTGATE_LOG_KEY", "DEFECTGATE_LEDGER"} {
		if value, set := os.LookupEnv(name); set {
			fmt.Printf("{%s=%s}\n", name, value)
		}
	}
	if os.Getenv("FAKE_FILES") != "none" {
		writeFiles(os.Args[1:])
	}
	tell()
	if os.Getenv("FAKE_KILL") != "" {
		cancelled()
	}
	code, _ := strconv.Atoi(os.Getenv("FAKE_CODE"))
	os.Exit(code)
}

// writeFiles writes what --output and --keep-checkpoint ask for. One whose name is in FAKE_EMPTY stays empty.
func writeFiles(arguments []string) {
	for _, argument := range arguments {
		if argument == "--" {
			return
		}
		if path, ok := strings.CutPrefix(argument, "--keep-checkpoint="); ok {
			must(os.WriteFile(path, []byte("checkpoint"), 0o600))
		}
		if output, ok := strings.CutPrefix(argument, "--output="); ok {
			format, path, _ := strings.Cut(output, "=")
			if format == os.Getenv("FAKE_EMPTY") {
				format = ""
			}
			must(os.WriteFile(path, []byte(format), 0o600))
		}
	}
}

// tell writes the outputs of the step: FAKE_TOLD as it is, or a verdict with all that goes with it.
func tell() {
	text := os.Getenv("FAKE_TOLD")
	if verdict := os.Getenv("FAKE_VERDICT"); verdict != "" {
		text = fmt.Sprintf("verdict<<x y\n%s\nx y\nviolations<<x\n2\nx\ndecision-id<<x\n%s\nx\n", verdict, strings.Repeat("0a", 32))
	}
	if text == "" {
		return
	}
	file, err := os.OpenFile(os.Getenv("GITHUB_OUTPUT"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	must(err)
	_, err = file.WriteString(text)
	must(err)
	must(file.Close())
}

// cancelled has a runner cancel the step: it signals the shell above, and waits for what the shell makes of it.
func cancelled() {
	passedOn := make(chan os.Signal, 1)
	signal.Notify(passedOn, syscall.SIGTERM)
	parent, err := os.FindProcess(os.Getppid())
	must(err)
	must(parent.Signal(syscall.SIGTERM))
	select {
	case <-passedOn:
		fmt.Println("cancelled")
	case <-time.After(5 * time.Second):
		fmt.Println("the signal does not arrive")
	}
}

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(70)
	}
}
