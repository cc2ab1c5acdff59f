package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	sound    = "on: push\npermissions: {contents: read}\n"
	stranger = "on: {issue_comment: {types: [created]}}\npermissions: {}\n"
	digest   = "0123456789012345678901234567890123456789 # v1.2.3"
)

// job is a workflow with one job, of these lines.
func job(top string, lines ...string) string {
	return top + "jobs:\n  a:\n    " + strings.Join(lines, "\n    ") + "\n"
}

// step is a workflow with one step, of these lines.
func step(top string, lines ...string) string {
	return job(top, "steps:", "  - "+strings.Join(lines, "\n        "))
}

// action is the metadata of an action with one step.
func action(lines ...string) string {
	return "runs:\n  using: composite\n  steps:\n    - " + strings.Join(lines, "\n      ") + "\n"
}

func TestLint(t *testing.T) {
	for name, c := range map[string]struct{ text, rule string }{
		"sound": {step(sound, "run: make", "env: {T: '${{ github.event.issue.title }}'}"), ""},

		"no permissions":           {step("on: push\n", "run: make"), "permissions"},
		"write-all":                {step("on: push\npermissions: write-all\n", "run: make"), "permissions"},
		"read-all":                 {step("on: push\npermissions: read-all\n", "run: make"), "permissions"},
		"every job writes":         {step("on: push\npermissions: {contents: write}\n", "run: make"), "permissions"},
		"write-all of a job":       {job(sound, "permissions: write-all", "steps: []"), "permissions"},
		"no permission at all":     {step("on: push\npermissions: {}\n", "run: make"), ""},
		"a job that writes":        {job(sound, "permissions: {contents: write}", "steps: []"), ""},
		"an action has none":       {action("run: make", "shell: bash"), ""},
		"title in a script":        {step(sound, "run: echo '${{ github.event.issue.title }}'"), "injection"},
		"input in a script":        {step(sound, "run: echo ${{ inputs.name }}"), "injection"},
		"any expression":           {step(sound, "run: |", "  make", "  echo ${{ matrix.os }}"), "injection"},
		"script of JavaScript":     {step(sound, "uses: actions/github-script@"+digest, "with: {script: 'f(${{ github.head_ref }})'}"), "injection"},
		"input in an action":       {action("run: echo ${{ inputs.name }}", "shell: bash"), "injection"},
		"tag":                      {step(sound, "uses: o/a@v1"), "pinned"},
		"branch":                   {step(sound, "uses: o/a@main"), "pinned"},
		"short digest":             {step(sound, "uses: o/a@0123456"), "pinned"},
		"no version beside it":     {step(sound, "uses: o/a@0123456789012345678901234567890123456789"), "pinned"},
		"image by tag":             {step(sound, "uses: docker://alpine:3"), "pinned"},
		"reusable workflow by tag": {job(sound, "uses: o/a/.github/workflows/w.yml@v1"), "pinned"},
		"ours by tag":              {step(sound, "uses: defectgate/defectgate@v1"), "pinned"},
		"ours, not made yet":       {step(sound, "uses: defectgate/defectgate@COMMIT"), ""},
		"digest":                   {step(sound, "uses: o/a/b@"+digest), ""},
		"image by digest":          {step(sound, "uses: docker://alpine@sha256:"+strings.Repeat("0", 64)), ""},
		"local":                    {step(sound, "uses: ./a"), ""},
		"action in an action":      {action("uses: o/a@" + digest), "pinned"},

		"head of a pull request": {step(stranger, "uses: actions/checkout@"+digest,
			"with: {persist-credentials: false, ref: '${{ github.event.pull_request.head.sha }}'}"), "head"},
		"its branch": {step("on: pull_request_target\npermissions: {}\n", "run: git checkout $B", "env: {B: '${{ github.head_ref }}'}"), "head"},
		"its ref":    {step(stranger, "run: git fetch origin refs/pull/1/merge"), "head"},
		"by gh":      {step(stranger, "run: gh pr checkout 1"), "head"},
		"of the run": {step("on: [push, workflow_run]\npermissions: {}\n", "uses: actions/checkout@"+digest,
			"with: {persist-credentials: false, ref: '${{ github.event.workflow_run.head_sha }}'}"), "head"},
		"by env of the job": {job(stranger, "env: {H: '${{ github.event.pull_request.head.sha }}'}", "steps: []"), "head"},
		"by env of all":     {job(stranger+"env: {H: '${{ github.head_ref }}'}\n", "steps: []"), "head"},
		"in a pull request": {step("on: pull_request\npermissions: {}\n", "run: git checkout $B", "env: {B: '${{ github.head_ref }}'}"), ""},
		"asked in an if":    {step(stranger, "if: github.event.pull_request.head.repo.fork", "run: make"), ""},

		"not fail":       {step(sound, "if: steps.gate.outputs.verdict != 'fail'", "run: deploy"), "verdict"},
		"not failure":    {job(sound, `if: ${{ needs.gate.result != "failure" }}`, "steps: []"), "verdict"},
		"error !=":       {step(sound, "if: \"'error' != steps.gate.outputs.verdict\"", "run: deploy"), "verdict"},
		"pass":           {step(sound, "if: steps.gate.outputs.verdict == 'pass'", "run: deploy"), ""},
		"cache":          {step(stranger, "uses: actions/cache@"+digest), "cache"},
		"part of cache":  {step(stranger, "uses: actions/cache/restore@"+digest), "cache"},
		"Go's own cache": {step(stranger, "uses: actions/setup-go@"+digest), "cache"},
		"npm's cache":    {step(stranger, "uses: actions/setup-node@"+digest, "with: {cache: npm}"), "cache"},
		"no cache":       {step(stranger, "uses: actions/setup-go@"+digest, "with: {cache: false}"), ""},
		"gate's cache":   {step(sound, "uses: actions/cache/restore@"+digest+"\n      - uses: defectgate/defectgate@"+digest), "cache"},
		"cache on push":  {step(sound, "uses: actions/cache@"+digest), ""},
		"token kept":     {step(sound, "uses: actions/checkout@"+digest), "credentials"},
		"token not kept": {step(sound, "uses: actions/checkout@"+digest, "with: {persist-credentials: false}"), ""},

		"skipped gate":         {job(sound, "needs: scan", "steps: [{uses: defectgate/defectgate@COMMIT}]"), "gate"},
		"tolerated gate":       {step(sound, "uses: defectgate/defectgate@"+digest, "continue-on-error: true"), "gate"},
		"tolerated job":        {job(sound, "continue-on-error: true", "steps: [{uses: defectgate/defectgate@COMMIT}]"), "gate"},
		"gate for paths":       {job("on: {pull_request: {paths: [src]}}\npermissions: {}\n", "steps: [{uses: defectgate/defectgate@COMMIT}]"), "gate"},
		"gate less paths":      {job("on: {pull_request: {paths-ignore: [doc]}}\npermissions: {}\n", "steps: [{uses: defectgate/defectgate@COMMIT}]"), "gate"},
		"gate always":          {job(sound, "needs: scan", "if: ${{ always() }}", "steps: [{uses: defectgate/defectgate@COMMIT}]"), ""},
		"a comment waits":      {job(stranger, "needs: a", "steps: [{uses: defectgate/defectgate@COMMIT, with: {command: comment}}]"), ""},
		"a gate that is tried": {job(sound, "needs: build", "steps: [{uses: ./}]"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			faults, err := lint([]byte(c.text))
			require.NoError(t, err, c.text)
			if c.rule == "" {
				require.Empty(t, faults, c.text)
				return
			}
			require.Len(t, faults, 1, c.text)
			require.Equal(t, c.rule, faults[0].rule)
			require.NotZero(t, faults[0].line)
		})
	}
}

func TestWhatIsNoWorkflow(t *testing.T) {
	for _, text := range []string{"", "a: b", "- a", "jobs: [", "jobs: {}"} {
		_, err := lint([]byte(text))
		require.Error(t, err, text)
	}
	require.Error(t, run(nil))
	require.Error(t, run([]string{filepath.Join(t.TempDir(), "*.yml")}), "a pattern that matches nothing")
}

func TestFaultsFail(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.yml")
	for text, sound := range map[string]bool{step(sound, "run: make"): true, step("on: push\n", "run: make"): false} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		require.Equal(t, sound, run([]string{path}) == nil, text)
	}
}

func TestOwnWorkflows(t *testing.T) {
	root := filepath.Join("..", "..")
	paths, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*.yml"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	require.NoError(t, run(append(paths, filepath.Join(root, "action.yml"))))
}
