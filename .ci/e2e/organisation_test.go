package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// caller is the workflow by which a repository has the workflow of its organisation judge what was merged.
const caller = `on: {push: {branches: [main]}}
permissions: {}
jobs:
  defectgate:
    permissions: {contents: write, actions: read, checks: write, pull-requests: write}
    uses: acme/security/.github/workflows/defectgate.yml@COMMIT
    secrets: inherit
`

// The workflow of an organisation judges changes by its own rules, whatever the repository says, and what was merged when it is called.
func TestAnOrganisation(t *testing.T) {
	s := newSite(t)
	s.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{
		"defectgate.yaml": "{ledger: 'branch:defectgate', keys: keys.json, rules: {severity: {threshold: {deny: none}}}}\n", ".github/workflows/main.yml": caller}, Author: s.server.User("owner")})
	b := s.change(high)
	b.workflow, b.called, b.from = "defectgate.yml", "organisation.yml", s.security
	r := s.act(b)
	require.Equal(t, 1, r.code, r.log)
	require.Equal(t, "fail 1 1", r.verdict("gate/gate"), r.log)

	r = s.act(s.written(s.comment("alice", pasted(t, s.ours()[0].Body, "not reachable from outside"))))
	require.Contains(t, r.log, "accept recorded as dgx_")
	r = s.act(b)
	require.Equal(t, "pass 0 0", r.verdict("gate/gate"), r.log)

	b = s.pushed(nothing)
	b.workflow, b.called = "main.yml", "organisation.yml"
	r = s.act(b)
	require.Equal(t, 0, r.code, r.log)
	require.Equal(t, "pass 0 0", r.verdict("main/gate"), r.log)
	require.Contains(t, r.log, "entry 1 of the ledger, signed by key")
}
