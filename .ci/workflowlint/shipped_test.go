package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shipped gives a workflow that we tell people to copy. It must be sound.
func shipped(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "github", name))
	require.NoError(t, err)
	faults, err := lint(text)
	require.NoError(t, err)
	require.Empty(t, faults, name)
	return string(text)
}

// spoilt must be found unsound, by a rule.
func spoilt(t *testing.T, rule, text string) {
	t.Helper()
	faults, err := lint([]byte(text))
	require.NoError(t, err)
	var rules []string
	for _, f := range faults {
		rules = append(rules, f.rule)
	}
	require.Contains(t, rules, rule, text)
}

// T05: the workflow that anybody starts by a comment, and that may write, takes nothing from the change or from the comment.
func TestT05TheShippedWorkflowRunsNoCodeOfAChange(t *testing.T) {
	text := shipped(t, "signoff.yml")
	require.NotContains(t, text, "actions/checkout")
	require.NotContains(t, text, "actions/cache")
	step := func(more string) string { return strings.Replace(text, "    steps:\n", "    steps:\n"+more, 1) }
	spoilt(t, "injection", step("      - run: echo \"${{ github.event.comment.body }}\"\n"))
	spoilt(t, "head", step("      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n"+
		"        with: {ref: \"refs/pull/${{ github.event.issue.number }}/head\", persist-credentials: false}\n"))
	spoilt(t, "pinned", step("      - uses: somebody/else@v1\n"))
	spoilt(t, "cache", step("      - uses: actions/cache@0123456789abcdef0123456789abcdef01234567\n        with: {path: x, key: y}\n"))
	spoilt(t, "permissions", text[:strings.Index(text, "permissions:")]+text[strings.Index(text, "jobs:"):])
}

// T24: a verdict that was masked away is empty, and passes nothing.
func TestT24TheShippedWorkflowsAskForAPass(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "examples", "github", "*.yml"))
	require.NoError(t, err)
	asks := 0
	for _, file := range files {
		text := shipped(t, filepath.Base(file))
		if strings.Contains(text, "outputs.verdict == 'pass'") {
			asks++
			spoilt(t, "verdict", strings.ReplaceAll(text, "outputs.verdict == 'pass'", "outputs.verdict != 'fail'"))
		}
	}
	require.Positive(t, asks)
}
