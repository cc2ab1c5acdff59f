package examples_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Somebody follows the first ten minutes to the letter, in a fresh repository. What is left are workflows that are pinned, a configuration, public
// keys, private ones that GitHub alone has, and settings of GitHub that are as they should be.
func TestGitHubFirstTenMinutes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands are for a shell")
	}
	n := newcomer{t, t.TempDir()}
	n.prepare()
	n.follow(typed(t))

	require.Equal(t, []string{".github/workflows/gate.yml", ".github/workflows/nightly.yml", ".github/workflows/signoff.yml",
		"defectgate.yaml", "keys.json", "package.json"}, strings.Fields(n.git("ls-tree", "-r", "--name-only", "origin/gate")))
	require.Empty(t, n.git("status", "--porcelain"), "nothing lies about")
	pinned := "uses: defectgate/defectgate@" + strings.TrimSpace(n.git("-C", "../published", "rev-parse", "HEAD")) + " # v0.1.0"
	for _, file := range n.workflows() {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, strings.Count(string(text), "uses: defectgate/defectgate@"), strings.Count(string(text), pinned), file)
	}
	out, err := exec.Command("go", append([]string{"run", "../.ci/workflowlint"}, n.workflows()...)...).CombinedOutput()
	require.NoError(t, err, "they are pinned, and say of which version: %s", out)
	require.Equal(t, []string{"decision", "log", "sign-off"}, n.uses())
	require.NoDirExists(t, filepath.Join(n.home, "defectgate-keys"))
	n.told()
}

// typed are the commands of the page, from the first step to the one that wants the check.
func typed(t *testing.T) string {
	t.Helper()
	page := pageOfGitHub(t)
	begin, end := strings.Index(page, "**1. Copy**"), strings.Index(page, "**7. Open a pull request.**")
	require.Positive(t, begin)
	require.Greater(t, end, begin)
	var script strings.Builder
	script.WriteString("set -eu\n")
	for _, block := range regexp.MustCompile("(?ms)^```(sh|console)\n(.*?)^```$").FindAllStringSubmatch(page[begin:end], -1) {
		for line := range strings.Lines(block[2]) {
			command, prompted := strings.CutPrefix(line, "$ ")
			if prompted || block[1] == "sh" {
				script.WriteString(command)
			}
		}
	}
	return script.String()
}

// newcomer has a repository with a remote one, in a folder beside which the page puts what it needs.
type newcomer struct {
	t    *testing.T
	home string
}

// gh writes down what GitHub is asked for, with what it is given to read.
const gh = `#!/bin/sh
set -eu
{
	printf '> %s\n' "$*"
	case "$*" in
	*"--input -" | "secret set"*) cat ;;
	*--input*) for last; do :; done; cat "$last" ;;
	esac
} >>"$GH_TOLD"
`

func (n newcomer) prepare() {
	source := filepath.Join(n.home, "published")
	require.NoError(n.t, os.CopyFS(filepath.Join(source, "examples", "github"), os.DirFS("github")))
	require.NoError(n.t, os.MkdirAll(filepath.Join(n.home, "programs"), 0o755))
	require.NoError(n.t, os.WriteFile(filepath.Join(n.home, "programs", "gh"), []byte(gh), 0o755))
	n.follow(`set -eu
cd ../published && git init --quiet && git add . && git commit --quiet -m release && git tag v0.1.0
cd .. && git init --quiet --bare remote.git && git init --quiet --initial-branch=main shop
cd shop && echo '{}' >package.json && git add . && git commit --quiet -m begun && git remote add origin ../remote.git`)
}

// follow runs commands in the repository.
func (n newcomer) follow(script string) string {
	n.t.Helper()
	shop := filepath.Join(n.home, "shop")
	require.NoError(n.t, os.MkdirAll(shop, 0o755))
	command := exec.Command("sh", "-c", script)
	command.Dir = shop
	programs := []string{filepath.Join(n.home, "programs"), tools, os.Getenv("PATH")}
	command.Env = append(environment(), "PATH="+strings.Join(programs, string(os.PathListSeparator)), "GH_TOLD="+filepath.Join(n.home, "told"),
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_COUNT=4",
		"GIT_CONFIG_KEY_0=url.file://"+n.home+"/published.insteadOf", "GIT_CONFIG_VALUE_0=https://github.com/defectgate/defectgate",
		"GIT_CONFIG_KEY_1=user.name", "GIT_CONFIG_VALUE_1=ada", "GIT_CONFIG_KEY_2=user.email", "GIT_CONFIG_VALUE_2=ada@example.com",
		"GIT_CONFIG_KEY_3=protocol.file.allow", "GIT_CONFIG_VALUE_3=always")
	out, err := command.CombinedOutput()
	require.NoError(n.t, err, "%s\n%s", script, out)
	return string(out)
}

func (n newcomer) git(args ...string) string {
	n.t.Helper()
	return n.follow("git '" + strings.Join(args, "' '") + "'")
}

func (n newcomer) workflows() []string {
	files, err := filepath.Glob(filepath.Join(n.home, "shop", ".github", "workflows", "*"))
	require.NoError(n.t, err)
	require.Len(n.t, files, 3, "and no copy of sed")
	return files
}

// uses are what the keys of the key set are for, in the order of their names.
func (n newcomer) uses() (list []string) {
	n.t.Helper()
	text, err := os.ReadFile(filepath.Join(n.home, "shop", "keys.json"))
	require.NoError(n.t, err)
	require.NotContains(n.t, string(text), "PRIVATE")
	for _, use := range []string{"decision", "log", "sign-off"} {
		if strings.Contains(string(text), `"`+use+`"`) {
			list = append(list, use)
		}
	}
	return list
}

// told holds what GitHub was asked for against what it should be. What it was given to read are private keys, and JSON.
func (n newcomer) told() {
	n.t.Helper()
	text, err := os.ReadFile(filepath.Join(n.home, "told"))
	require.NoError(n.t, err)
	var asked []string
	given := map[string]string{}
	for part := range strings.SplitSeq(strings.TrimPrefix(string(text), "> "), "\n> ") {
		line, body, _ := strings.Cut(part, "\n")
		asked, given[line] = append(asked, line), body
	}
	const environment = "repos/{owner}/{repo}/environments/defectgate"
	const branches = "api " + environment + "/deployment-branch-policies "
	const rules = "api repos/{owner}/{repo}/rulesets --input ../defectgate-source/examples/github/"
	require.Equal(n.t, []string{"api --method PUT " + environment + " --input -",
		branches + "-f name=main -f type=branch", rules + "ruleset-tags.json", branches + "-f name=v* -f type=tag",
		"secret set DEFECTGATE_SIGNOFF_KEY --env defectgate", "secret set DEFECTGATE_DECISION_KEY --env defectgate",
		"secret set DEFECTGATE_LOG_KEY --env defectgate", rules + "ruleset-ledger.json",
		"pr create --fill", "pr merge --merge", rules + "ruleset-gate.json"}, asked)
	for line, body := range given {
		switch {
		case strings.HasPrefix(line, "secret"):
			require.Regexp(n.t, `^-----BEGIN .*PRIVATE KEY-----\n`, body, line)
		case strings.Contains(line, "--input"):
			require.True(n.t, json.Valid([]byte(body)), line)
		}
	}
}
