package main

import (
	"bytes"
	"context"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/ledger/pgtest"
	"github.com/defectgate/defectgate/gate/signoff"
)

// twoDefects is a report of a critical defect and of one whose id the grammar does not take.
const twoDefects = `{"SchemaVersion":2,"CreatedAt":"2026-11-21T00:00:00Z","ArtifactName":"app","ArtifactType":"container_image","Results":[{"Target":"app (alpine)",
"Class":"os-pkgs","Type":"alpine","Vulnerabilities":[
{"VulnerabilityID":"CVE-2026-0001","PkgName":"openssl","InstalledVersion":"1.0","FixedVersion":"1.1","Severity":"CRITICAL","Title":"bad","PkgIdentifier":{"PURL":"pkg:apk/alpine/openssl@1.0"}},
{"VulnerabilityID":"TEMP-0000 [x]","PkgName":"zip","InstalledVersion":"3.0","FixedVersion":"3.1","Severity":"CRITICAL","Title":"bad","PkgIdentifier":{"PURL":"pkg:apk/alpine/zip@3.0"}}]}]}`

// toFill stands in a printed line where somebody has to write why.
const toFill = "…"

// build is a folder in which the program runs, with the environment of a job.
type build struct {
	t   *testing.T
	env map[string]string
}

// newBuild enters a folder with a report, and with the key set of two who sign off.
func newBuild(t *testing.T, env map[string]string) *build {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("report.json", []byte(twoDefects), 0o600))
	require.NoError(t, os.WriteFile("defectgate.yaml", []byte("project: shop\nkeys: keys.json\n"), 0o600))
	b := &build{t, env}
	for _, name := range []string{"ann", "ben"} {
		b.runs(exitPass, "key", "generate", "--use", "sign-off", "--name", name, "--keys", "keys.json", name+".pem")
	}
	return b
}

// runs has the program run, and gives what it said.
func (b *build) runs(want int, args ...string) string {
	b.t.Helper()
	var said bytes.Buffer
	env := maps.Clone(b.env)
	w := world{strings.NewReader(""), &said, &said, func(name string) (string, bool) { value, set := env[name]; return value, set }, time.Now}
	require.Equal(b.t, want, run(context.Background(), w, args), "%v: %s", args, &said)
	return said.String()
}

// grants records a sign-off, and gives its id.
func (b *build) grants(args ...string) string {
	b.t.Helper()
	said := b.runs(exitPass, append([]string{"exception", "grant"}, args...)...)
	require.Regexp(b.t, `^dgx_[0-9A-Z]{26}  `, said)
	return said[:len("dgx_")+26]
}

func inDays(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }

// merges puts a file into the branch that changes are to be merged into.
func (b *build) merges(file string) {
	b.t.Helper()
	for _, step := range []string{"init -q", "add " + file, "-c user.name=t -c user.email=t@example.com commit -qm m", "update-ref refs/remotes/origin/main HEAD"} {
		out, err := exec.CommandContext(b.t.Context(), "git", strings.Fields(step)...).CombinedOutput()
		require.NoError(b.t, err, "%s: %s", step, out)
	}
}

// TestPrintedCommentsAreTaken pastes what a failed check prints, with a reason: the grammar takes it, and it says what is meant.
func TestPrintedCommentsAreTaken(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	_, err := exec.LookPath("git")
	require.NoError(t, err, "make test installs it")
	b := newBuild(t, map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_SHA": commit,
		"GITHUB_REF_NAME": "7/merge", ledgerVariable: "sqlite:ledger.db"})
	require.NoError(t, os.Remove("defectgate.yaml")) // it would be that of a base, which is not here
	b.merges("keys.json")
	require.Contains(t, b.runs(exitFail, "check", "--keys", "keys.json", "report.json"), "denied needs a key set with a key for sign-offs that has no name")
	b.runs(exitPass, "key", "generate", "--use", "sign-off", "--keys", "keys.json", "gate.pem")
	b.merges("keys.json")
	comments := regexp.MustCompile(`(?m)^/defectgate .*\ncontrol: .*$`).FindAllString(b.runs(exitFail, "check", "--keys", "keys.json", "report.json"), -1)
	require.Len(t, comments, 2)
	for i, comment := range comments {
		_, isCommand, refusal := signoff.Parse(comment)
		require.True(t, isCommand)
		require.NotNil(t, refusal, "nobody is to paste it without a reason")
		require.Contains(t, []signoff.Code{signoff.Reason, signoff.Syntax, signoff.Field}, refusal.Code)
		c, _, refusal := signoff.Parse(strings.ReplaceAll(comment, toFill, "not reachable from outside"))
		require.Nil(t, refusal)
		require.Equal(t, signoff.Accept, c.Verb)
		require.Len(t, c.Targets, 1)
		require.Regexp(t, []string{`^CVE-2026-0001$`, `^[0-9a-f]{64}$`}[i], c.Targets[0])
		require.Equal(t, []string{"pkg:apk/alpine/openssl", "pkg:apk/alpine/zip"}[i], c.Component)
		require.Equal(t, commit[:12], c.At)
		require.Contains(t, []string{inDays(30), inDays(29)}, c.Until) // midnight may have passed
		require.Equal(t, "not reachable from outside", c.Reason)
		require.Equal(t, c.Reason, c.Control)
	}
}

// TestPrintedCommandsAreTaken runs what a failed check prints where there is no change, with a reason and a key.
func TestPrintedCommandsAreTaken(t *testing.T) {
	b := newBuild(t, map[string]string{ledgerVariable: "sqlite:ledger.db"})
	lines := regexp.MustCompile(`(?m)^defectgate (exception grant .*)$`).FindAllStringSubmatch(b.runs(exitFail, "check", "report.json"), -1)
	require.Len(t, lines, 2)
	for _, line := range lines {
		const space = "\x00"
		text := regexp.MustCompile(`'[^']*'`).ReplaceAllStringFunc(line[1], func(quoted string) string {
			return strings.ReplaceAll(strings.Trim(quoted, "'"), toFill, strings.ReplaceAll("not reachable from outside", " ", space))
		})
		args := strings.Fields(strings.ReplaceAll(text, "KEY.pem", "ann.pem"))
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], space, " ")
		}
		said := b.runs(exitPass, args...)
		b.runs(exitPass, "exception", "approve", "--key", "ben.pem", said[:len("dgx_")+26])
	}
	b.runs(exitPass, "check", "report.json")
}

// TestSignOffsInPostgreSQL lets one live in the ledger of an organisation: granted, approved, believed, taken back.
func TestSignOffsInPostgreSQL(t *testing.T) {
	database := pgtest.Start(t).NewDatabase(t)
	b := newBuild(t, map[string]string{ledgerVariable: database})
	b.runs(exitPass, "ledger", "init")
	b.runs(exitFail, "check", "report.json")
	b.runs(exitFail, "exception", "grant", "CVE-2026-0001", "--until", inDays(20), "--because", "not reachable from outside", "--key", "ann.pem")
	record := b.grants("CVE-2026-0001", "--until", inDays(20), "--because", "not reachable from outside", "--control", "WAF", "--key", "ann.pem")
	require.Contains(t, b.runs(exitFail, "check", "report.json"), "it has 1 of 2 approvers")
	b.runs(exitPass, "exception", "approve", "--key", "ben.pem", record)
	require.Contains(t, b.runs(exitFail, "check", "-q", "report.json"), "1 defect must not ship · 1 accepted risk")
	build := []string{"check", "report.json", "-a", "app@sha256:" + strings.Repeat("1", 64)}
	b.runs(exitFail, build...)
	override := b.grants("--kind", "override", "--for", "4", "--ticket", "INC-7", "--because", "production is down", "--key", "ann.pem")
	require.Contains(t, b.runs(exitPass, build...), override+" by ann lifts the denials of this build")
	b.runs(exitPass, "exception", "revoke", "--because", "production is up", "--key", "ben.pem", override)
	b.runs(exitPass, "exception", "revoke", "--because", "it can be reached", "--key", "ben.pem", "CVE-2026-0001")
	require.Contains(t, b.runs(exitFail, "check", "report.json"), "it was revoked on")
	require.Contains(t, b.runs(exitPass, "exception", "verify"), "5 sign-offs, 0 of them do not count")
	require.Contains(t, b.runs(exitPass, "exception", "show", record), "revoked by ben (with a key): it can be reached")
	require.Contains(t, b.runs(exitPass, "exception", "list", "--all"), "was revoked on")
	require.Contains(t, b.runs(exitPass, "ledger", "verify", "--key", "keys.json"), "0 faults")
}
