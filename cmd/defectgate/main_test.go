package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run the program in a process of its own, and what watches it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"defectgate": main, "sealed": sealed, "counted": counted, "dials": dials})
}

// now is the instant of the scripts: a day after their reports.
const now = "2026-11-22T00:00:00Z"

func TestScripts(t *testing.T) {
	t.Parallel()
	reports, err := filepath.Abs("testdata/report")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		Condition:          condition,
		Setup: func(e *testscript.Env) error {
			e.Setenv("NOW", now)
			e.Setenv("DEFECTGATE_LEDGER", "none") // scripts about the ledger name one
			e.Setenv("WORKNAME", filepath.Base(e.WorkDir))
			return os.CopyFS(e.WorkDir, os.DirFS(reports))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "says": says, "edit": edit, "generate": generate, "same-decision": sameDecision,
			"valid-config": validConfig, "offline": offline, "members": members, "pasteable": pasteable, "decided": decided, "printed": printed, "alter": alter, "counterfeit": counterfeit,
		},
	})
}

// exits CODE COMMAND…: the command ends with exactly this code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	have := codeOf(ts, ts.Exec(args[1], args[2:]...))
	if have != want {
		ts.Fatalf("exit code %d, want %d", have, want)
	}
}

func codeOf(ts *testscript.TestScript, err error) int {
	if err == nil {
		return exitPass
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		ts.Fatalf("%v", err)
	}
	return exit.ExitCode()
}

// says TEXT…: the last command printed each of the texts, whatever the width of its lines.
func says(ts *testscript.TestScript, neg bool, args []string) {
	said := strings.Join(strings.Fields(ts.ReadFile("stdout")+" "+ts.ReadFile("stderr")), " ")
	for _, text := range args {
		if strings.Contains(said, text) == neg {
			ts.Fatalf("says %q: want %v, in\n%s", text, !neg, said)
		}
	}
}

// edit FROM TO OLD NEW…: writes a file with texts replaced. A text that is not there is an error.
func edit(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	for pairs := args[2:]; len(pairs) > 0; pairs = pairs[2:] {
		old := unescaped(pairs[0])
		if !strings.Contains(text, old) {
			ts.Fatalf("%s does not have %q", args[0], old)
		}
		text = strings.ReplaceAll(text, old, unescaped(pairs[1]))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o644))
}

// unescaped reads \xHH and \uHHHH, so that scripts stay plain text.
func unescaped(text string) string {
	quoted, err := strconv.Unquote(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`)
	if err != nil {
		return text
	}
	return quoted
}
