package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// corpora are folders of reports: real ones beside the checkout, which are not part of it, else those of the formats' own tests.
var corpora = []string{"../../../shared/corpus", "../../integrations/scanner"}

// largestReplayed bounds a report: many decisions are to be made of them.
const largestReplayed = 200 << 10

func reportsToReplay(t *testing.T) (paths []string) {
	for i, folder := range corpora {
		if _, err := os.Stat(folder); err != nil {
			t.Log("no corpus beside the checkout: decisions are made over the formats' own testdata")
			continue
		}
		require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || i > 0 && !strings.Contains(path, "testdata") {
				return err
			}
			info, err := entry.Info()
			if err == nil && info.Size() < largestReplayed && !strings.HasSuffix(path, ".md") && !strings.HasSuffix(path, ".tsv") {
				path, err = filepath.Abs(path)
				paths = append(paths, path)
			}
			return err
		}))
		return paths
	}
	return nil
}

// TestReplayIsIdentical records decisions over real reports, with random clocks, environments, settings, policies, exceptions and baselines, and replays
// all of them from the ledger alone: everything that they were made of is gone by then.
func TestReplayIsIdentical(t *testing.T) {
	reports := reportsToReplay(t)
	require.NotEmpty(t, reports)
	t.Chdir(t.TempDir())
	m := &decisionMaker{saw: map[string]int{}, t: t, random: rand.New(rand.NewPCG(4, 2)), reports: reports}
	m.write()
	counts := map[int]int{}
	for i := range replayed {
		counts[m.decide(i)]++
	}
	t.Logf("%d decisions over %d reports: %d pass, %d fail, %d error", replayed, len(reports), counts[exitPass], counts[exitFail], counts[exitError])
	for _, code := range []int{exitPass, exitFail, exitError} {
		require.NotZero(t, counts[code], "no decision ended with %d", code)
	}
	require.Zero(t, counts[exitMisuse])
	for _, text := range told {
		require.True(t, m.saw[text] > 0 || replayed < 1000, "no decision says %s", text) // of fewer, none may
	}
	t.Logf("of which say %v", m.saw)
	for _, gone := range []string{"policies", "more", "exceptions.yaml", "strict.yaml", "loose.yaml", "clocks.yaml"} {
		require.NoError(t, os.RemoveAll(gone))
	}
	said, code := ran("decision", "replay")
	require.Equal(t, exitPass, code, lastLines(said))
	require.Contains(t, said, fmt.Sprintf("%d decisions: %d identical\n", replayed, replayed))
	said, code = ran("ledger", "verify")
	require.Equal(t, exitPass, code, said)
}

// ran runs a command and gives what it printed.
func ran(args ...string) (string, int) {
	var out bytes.Buffer
	w := world{stdin: strings.NewReader(""), stdout: &out, stderr: &out, lookupenv: unset, now: time.Now}
	code := run(context.Background(), w, args)
	return out.String(), code
}

func lastLines(text string) string { return text[max(0, len(text)-3000):] }

// told is what some of the decisions must say: that a baseline softened something, that an exception held, and that one did not.
var told = []string{`"preexisting": true`, `"applies": true`, `"applies": false`, `"age": "new"`}

// decisionMaker makes decisions of everything that a check can be asked.
type decisionMaker struct {
	saw     map[string]int // how many decisions say what
	t       *testing.T
	random  *rand.Rand
	now     time.Time // of the debt
	reports []string
}

func (m *decisionMaker) write() {
	for name, text := range map[string]string{
		"policies/loud.rego": "# METADATA\n# title: Loud\n# custom:\n#   settings: {level: warn, most: 3}\npackage custom.rules.team.loud\n\n" +
			"report contains {\"message\": sprintf(\"%d of %v\", [count(input.defect.ratings), data.defectgate.settings.team.loud.most])} if {\n" +
			"\tcount(input.defect.ratings) > 0\n}\n",
		"more/crowd.rego": "# METADATA\n# title: Crowd\n# custom:\n#   scope: artifact\npackage custom.rules.team.crowd\n\n" +
			"report contains sprintf(\"%d open, decided in %d\", [input.summary.open, time.date(time.now_ns())[0]]) if input.summary.open > 20\n",
		"exceptions.yaml": m.exceptions(),
		"strict.yaml":     "rules: {severity: {threshold: {deny: medium}}, budget: {count: {at_most: {high: 2}}}}\n",
		"loose.yaml":      "severity: {source: highest}\nrules: {severity: {threshold: {level: warn}}, secret: {open: {level: warn}}}\n",
		"clocks.yaml":     "rules: {sla: {overdue: {clocks: [published, fix_available], pick: latest, days: {high: 1}, reopen: restart, judge: new}}}\n",
	} {
		require.NoError(m.t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(m.t, os.WriteFile(name, []byte(text), 0o600))
	}
}

// exceptions accepts what the reports hold, in every other month.
func (m *decisionMaker) exceptions() string {
	var b strings.Builder
	b.WriteString("exceptions:\n")
	for i, name := range []string{"pkg:npm/lodash", "pkg:deb/debian/openssl", "pkg:golang/golang.org/x/net", "pkg:pypi/django"} {
		for month := range 24 {
			granted := time.Date(2024, time.Month(2*month+1), 1, 0, 0, 0, 0, time.UTC)
			fmt.Fprintf(&b, "  - {id: E-%d-%d, package: %q, reason: not reachable, approvers: [dana, eli], controls: [WAF], granted: %s, expires: %s}\n",
				i, month, name, granted.Format(time.DateOnly), granted.AddDate(0, 0, 29).Format(time.DateOnly))
		}
	}
	return b.String()
}

func (m *decisionMaker) chance(of int) bool { return m.random.IntN(of) == 0 }

// decide makes one decision and gives its exit code.
func (m *decisionMaker) decide(i int) int {
	if i%50 >= len(owed) {
		return m.tell(m.anything(i))
	}
	if i%50 == 0 {
		m.now = m.instant()
		debt := fmt.Sprintf(`{"defectgate": 1, "tool": {"name": "own"}, "ended": %q, "scanned": 1, "defects": [{"id": "CVE-2026-0001", "severity": "critical", `+
			`"kind": "vulnerability", "component": {"purl": "pkg:npm/lodash@4.17.20", "fixed": ["4.17.21"]}}]}`, m.now.Format(time.RFC3339Nano))
		require.NoError(m.t, os.WriteFile("own.json", []byte(debt), 0o600))
	}
	return m.tell(append([]string{"check", "--run-id", fmt.Sprint(i), "--now", m.now.Format(time.RFC3339Nano), "-f", "json", "own.json"}, owed[i%50]...))
}

// owed are decisions about a debt, which every fifty begin with: of the branch that has it, of a change, and with an exception that may be over.
var owed = [][]string{{"--branch", "main"}, {"--branch", "topic", "--base", "main", "--baseline", "auto"}, {"--branch", "main", "-x", "exceptions.yaml"}}

func (m *decisionMaker) instant() time.Time {
	return time.Date(2024, 1, 1, 0, 0, 0, m.random.IntN(1e9), time.UTC).Add(time.Duration(m.random.IntN(4*365*24*3600)) * time.Second)
}

// anything is a decision by chance.
func (m *decisionMaker) anything(i int) []string {
	now := m.instant()
	args := []string{"check", "--run-id", fmt.Sprint(i), "--now", now.Format(time.RFC3339Nano), "-f", "json", "-e", m.one("production", "staging", "development")}
	for range 1 + m.random.IntN(3) {
		args = append(args, m.one(m.reports...))
	}
	for _, more := range [][]string{{"-p", "policies"}, {"-p", "more"}, {"-x", "exceptions.yaml"}, {"--observe"}} {
		if m.chance(3) {
			args = append(args, more...)
		}
	}
	if args = append(args, "--branch", m.one("main", "main", "topic")); m.chance(3) {
		args = append(args, "--baseline", "auto", "--base", "main")
	}
	if m.chance(2) {
		args = append(args, "-c", m.one("strict.yaml", "loose.yaml", "clocks.yaml"))
	}
	return args
}

// tell makes a decision, and notes what it says.
func (m *decisionMaker) tell(args []string) int {
	said, code := ran(args...)
	require.NotEqual(m.t, exitMisuse, code, "%v: %s", args, said)
	for _, text := range told {
		if strings.Contains(said, text) {
			m.saw[text]++
		}
	}
	return code
}

func (m *decisionMaker) one(of ...string) string { return of[m.random.IntN(len(of))] }
