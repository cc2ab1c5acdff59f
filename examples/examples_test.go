// Package examples_test runs the examples: every command that a README shows, with the output that stands there.
package examples_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/golden"
)

// tools is a folder with the built program.
var tools string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "defectgate-examples-*")
	if err == nil {
		defer func() { _ = os.RemoveAll(dir) }()
		tools = dir
		err = build(filepath.Join(dir, "defectgate"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func build(path string) error {
	out, err := exec.Command("go", "build", "-o", path, "../cmd/defectgate").CombinedOutput()
	if err != nil {
		return fmt.Errorf("build defectgate: %w\n%s", err, out)
	}
	return nil
}

// An example is a folder with a README that shows a command.
func TestExamples(t *testing.T) {
	pages, err := filepath.Glob("*/README.md")
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	for _, page := range pages {
		t.Run(filepath.Dir(page), func(t *testing.T) {
			t.Parallel()
			golden.Console(t, page, shell(t, filepath.Dir(page)), steady)
		})
	}
}

// The first page of the repository shows the demo and one example more. Its commands run where they say.
func TestFirstPage(t *testing.T) {
	golden.Console(t, "../README.md", shell(t, ".."), steady)
}

// What the examples are there to show does not change with what their pages say: -update must not make a failure of a pass.
func TestVerdicts(t *testing.T) {
	for _, example := range []struct {
		dir, args string
		code      int
		says      string
	}{
		{"quickstart", "report.json", 1, "CVE-2022-22965"},
		{"quickstart", "fixed.json", 0, "PASS"},
		{"exceptions", "-x exceptions.yaml ../quickstart/report.json", 0, "accepted by dana.rios, ming.zhao through 2025-12-03"},
		{"exceptions", "-x exceptions.yaml ../quickstart/report.json --now 2025-12-04T00:00:00Z", 1, "it ended on 2025-12-03"},
		{"configuration", "", 1, "src/orders/Search.java"},
		{"configuration", "-e staging", 0, "PASS"},
		{"configuration", "-e preview", 0, "PASS"},
		{"configuration", "--now 2025-11-06T09:00:00Z", 3, "max_age"},
		{"custom-policy", "report.json", 0, "PASS"},
		{"custom-policy", "-p policies report.json", 1, "team/deserialization"},
		{"custom-policy", "-p policies report.json", 1, "team/crowded"},
		{"custom-policy", "-p policies report.json", 1, "main/warn"},
		{"ledger", "monday.json", 1, "entry 0 of the ledger, not signed"},
		{"own-format", "pentest.json", 1, "PT-1"},
		{"own-format", "pentest.csv", 1, "PT-1"},
		{"own-format", "pentest.json pentest.csv", 1, "1 defect must not ship · 1 defect to look at"},
	} {
		t.Run(example.dir+" "+example.args, func(t *testing.T) {
			t.Parallel()
			out := shell(t, example.dir)("defectgate check --now 2025-11-04T09:00:00Z " + example.args + "; echo exit code $?")
			require.Contains(t, out, example.says)
			require.Contains(t, out, fmt.Sprintf("exit code %d\n", example.code))
		})
	}
}

// shell runs commands in a folder, one after the other, as somebody would who typed them: $? is the exit code of the one before, and cd is kept.
// The folder is a copy that nobody has worked in. `make demo` is its script: what it builds is built already.
func shell(t *testing.T, dir string) func(string) string {
	code, root := 0, t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(root, "examples"), os.DirFS(".")))
	dir = filepath.Join(root, "examples", dir)
	return func(command string) string {
		if folder, ok := strings.CutPrefix(command, "cd "); ok {
			dir = filepath.Join(dir, folder)
			return ""
		}
		if command == "make demo" {
			command = "sh examples/quickstart/demo.sh defectgate"
		}
		cmd := exec.Command("sh", "-c", fmt.Sprintf("(exit %d); %s", code, command))
		cmd.Dir, cmd.Env = dir, environment()
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		code = exitCode(t, cmd.Run())
		return out.String()
	}
}

func exitCode(t *testing.T, err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	require.NoError(t, err)
	return 0
}

// environment is that of somebody's own machine: a CI run would be told that the clock of the examples is wrong.
func environment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if name != "PATH" && name != "CI" && !platform.MatchString(name) {
			kept = append(kept, variable)
		}
	}
	return append(kept, "PATH="+tools+string(os.PathListSeparator)+os.Getenv("PATH"))
}

var platform = regexp.MustCompile(`^(GITHUB|GITLAB|CI|DEFECTGATE)_`)

// steady replaces what differs from run to run: ids of decisions, the commit that is judged, digests of policies, and, in the demo, which runs
// by the clock, the day on which something is due.
func steady(block string) string {
	for _, varying := range []struct {
		pattern *regexp.Regexp
		stands  string
	}{
		{regexp.MustCompile(`(?m)^decision [0-9a-f]{64}$`), "decision ID"},
		{regexp.MustCompile(`(?m)^((?:PASS|FAIL|ERROR).*) · (?:commit [0-9a-f]+|reports)$`), "$1 · COMMIT"},
		{regexp.MustCompile(`\bsha256:[0-9a-f]{64}\b`), "DIGEST"},
		{regexp.MustCompile(`(?m)^[0-9a-f]{64}$`), "ID"},
		{regexp.MustCompile(`(?m)^signature  by key [0-9a-f]{64}$`), "signature  by key ID"},
		{regexp.MustCompile(`of the log defectgate\.dev/ledger/[0-9a-f]{32};`), "of the log LOG;"},
		{regexp.MustCompile(`signed by key [0-9a-f]{12}`), "signed by key ID"},
		{regexp.MustCompile(`(?m)^  — defectgate\.dev/ledger/[0-9a-f]{32} \S+$`), "  — LOG SIGNATURE"},
		{regexp.MustCompile(`(?m)^Since decision [0-9a-f]{12} of \d{4}-\d\d-\d\d`), "Since decision ID"},
		{regexp.MustCompile(`(?m)^  defectgate\.dev/ledger/[0-9a-f]{32}\n  (\d+)\n  [A-Za-z0-9+/]{43}=$`), "  LOG\n  $1\n  ROOT"},
	} {
		block = varying.pattern.ReplaceAllString(block, varying.stands)
	}
	if strings.Contains(block, "$ make demo\n") {
		block = regexp.MustCompile(`(due|--until) \d{4}-\d\d-\d\d\b`).ReplaceAllString(block, "$1 DAY")
	}
	if strings.Contains(block, "$ defectgate exception grant") { // who signs off does so now
		block = regexp.MustCompile(`\d{4}-\d\d-\d\d(T[0-9:]+Z)?`).ReplaceAllString(block, "DAY")
		block = regexp.MustCompile(`dgx_[0-9A-Z]{8,26}|\b[0-9a-f]{12}\b|\b[0-9a-f]{64}\b`).ReplaceAllString(block, "ID")
	}
	return block
}
