package e2e

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// pushed is the start of a run of main.
func (s *site) pushed(found string) start {
	s.t.Helper()
	payload := s.repo.Event(s.t, "push")
	sha := s.repo.Ref("main")
	for path, value := range map[string]any{"ref": "refs/heads/main", "after": sha, "head_commit.id": sha} {
		githubtest.Set(payload, path, value)
	}
	return start{workflow: "gate.yml", job: "main", event: "push", payload: payload, ref: "refs/heads/main", sha: sha, found: found}
}

// What main is judged by is recorded in the branch, signed, and a change reads it.
func TestTheLedgerInABranch(t *testing.T) {
	for _, visibility := range []string{"private", "public"} {
		t.Run(visibility, func(t *testing.T) {
			s := newSite(t)
			s.server.Do(func() { s.repo.Private, s.repo.Visibility = visibility == "private", visibility })
			if visibility == "public" {
				r := s.act(s.pushed(nothing))
				require.Equal(t, "error 2", r.verdict("main/gate"), r.log)
				require.Contains(t, r.log, "`disclosure: public` in defectgate.yaml")
				require.Empty(t, s.repo.Ref("defectgate"))
				s.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"defectgate.yaml": text(t, examples, "defectgate.yaml") + "disclosure: public\n"}})
				r = s.act(s.pushed(nothing))
				require.Equal(t, "error 2", r.verdict("main/gate"), r.log)
				require.Contains(t, r.log, "DEFECTGATE_SECRET_KEY is not set")
				s.environment["DEFECTGATE_SECRET_KEY"] = strings.Repeat("0f", 32)
				given := strings.ReplaceAll(text(t, examples, "gate.yml"), "          log-key:", "          secret-key: ${{ secrets.DEFECTGATE_SECRET_KEY }}\n          log-key:")
				s.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{".github/workflows/gate.yml": given}})
			}
			r := s.act(s.pushed(nothing))
			require.Equal(t, 0, r.code, r.log)
			require.Equal(t, "pass 0 0", r.verdict("main/gate"), r.log)
			require.Contains(t, r.log, "entry 0 of the ledger, signed by key")
			require.NotEmpty(t, r.outputs["main/gate"]["receipt"], "there is a proof")
			r = s.act(s.pushed(nothing))
			require.Contains(t, r.log, "entry 1 of the ledger, signed by key")
			require.Len(t, s.repo.Log("defectgate"), 2)
			r = s.act(s.change(nothing))
			require.Equal(t, "pass 0 0", r.verdict("gate/gate"), r.log)
			require.Len(t, s.repo.Log("defectgate"), 2)
			require.Contains(t, s.audit(), "2 entries, 2 of them signed")
		})
	}
}

// audit has somebody verify the branch on a machine of their own, as the page of the example says.
func (s *site) audit() string {
	s.t.Helper()
	folder := s.t.TempDir()
	s.write(folder, map[string]string{"keys.json": s.repo.Files("main")["keys.json"]})
	command := exec.Command(program, "ledger", "verify", "--ledger", "branch:defectgate", "--key", "keys.json")
	command.Dir = folder
	command.Env = append(surroundings(s.t), "GITHUB_REPOSITORY="+s.repo.FullName(), "GITHUB_API_URL="+s.server.URL(), "GITHUB_GRAPHQL_URL="+s.server.GraphQLURL(),
		"GITHUB_SERVER_URL="+s.server.ServerURL(),
		"GITHUB_TOKEN="+s.server.AddToken(githubtest.Token{User: s.server.User("owner"), Permissions: githubtest.Permissions{"contents": "read", "metadata": "read"}}))
	out, err := command.CombinedOutput()
	require.NoError(s.t, err, string(out))
	return string(out)
}

// A branch that was put back is noticed by whatever runs next.
func TestALedgerThatWasPutBack(t *testing.T) {
	s := newSite(t)
	before := s.putBack()
	for _, b := range []start{s.change(high), s.pushed(high)} {
		r := s.act(b)
		require.Equal(t, 1, r.code, r.log)
		require.Equal(t, "error 3 1", r.verdict(b.job+"/gate"), r.log)
		require.Contains(t, r.log, "rollback:")
		if b.event == "pull_request" {
			r = s.act(s.written(s.comment("alice", "/defectgate status")))
			require.Equal(t, 1, r.code, r.log)
			require.Equal(t, "3", r.verdict("signoff/signoff"), r.log)
			require.Equal(t, before, s.repo.Ref("defectgate"))
		}
	}
}

// It stays noticed until somebody has looked into it: a run that finds it adds nothing, or what it adds would be what the next one holds it against.
func TestALedgerThatWasPutBackIsNotTaken(t *testing.T) {
	s := newSite(t)
	before := s.putBack()
	for range 2 {
		r := s.act(s.pushed(nothing))
		require.Equal(t, "error 3 0", r.verdict("main/gate"), r.log)
		require.Equal(t, before, s.repo.Ref("defectgate"), "something was added to it")
	}
}

// What a comment has added is missed before main was judged again: the run that took it has left its checkpoint.
func TestASignOffThatIsTakenOut(t *testing.T) {
	s := newSite(t)
	s.act(s.change(high))
	require.Equal(t, 0, s.act(s.written(s.comment("alice", pasted(t, s.ours()[0].Body, "not reachable from outside")))).code)
	s.repo.DeleteRef("refs/heads/defectgate")
	r := s.act(s.change(high))
	require.Equal(t, "error 3 1", r.verdict("gate/gate"), r.log)
	require.Contains(t, r.log, "rollback:")
}

// putBack has main judged twice, and the branch then be as it was after the first time.
func (s *site) putBack() string {
	s.t.Helper()
	s.act(s.pushed(nothing))
	before := s.repo.Ref("defectgate")
	s.act(s.pushed(nothing))
	s.repo.SetRef("refs/heads/defectgate", before)
	return before
}
