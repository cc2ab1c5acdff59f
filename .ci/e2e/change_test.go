package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// change is the start of a run of the pull request.
func (s *site) change(found string) start {
	s.t.Helper()
	return start{workflow: "gate.yml", job: "gate", event: "pull_request", payload: s.repo.Event(s.t, "pull_request.synchronize", s.pull),
		ref: fmt.Sprintf("refs/pull/%d/merge", s.pull.Number), sha: s.pull.MergeSHA, found: found}
}

// comment has somebody write a comment at the pull request.
func (s *site) comment(login, body string) *githubtest.Comment {
	return s.repo.AddComment(githubtest.Comment{Number: s.pull.Number, User: s.server.User(login), Body: body})
}

// written is the start of the run that a comment leads to.
func (s *site) written(c *githubtest.Comment) start {
	s.t.Helper()
	return start{workflow: "signoff.yml", job: "signoff", event: "issue_comment", payload: s.repo.Event(s.t, "issue_comment.created", c, s.pull),
		ref: "refs/heads/main", sha: s.repo.Ref("main")}
}

// ours are the comments that the product wrote.
func (s *site) ours() (list []githubtest.Comment) {
	for _, c := range s.repo.CommentsAt(s.pull.Number) {
		if c.User.Login == "github-actions[bot]" {
			list = append(list, c)
		}
	}
	return list
}

// pasted is the line that a report has for whoever may sign off, with a reason.
func pasted(t *testing.T, report, reason string) string {
	t.Helper()
	found := offered.FindString(report)
	require.NotEmpty(t, found, report)
	return strings.Replace(found, "…", reason, 1)
}

var offered = regexp.MustCompile(`(?m)^/defectgate accept .*$`)

// first is the first line of a text.
func first(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// verdict is what a step said: verdict, exit code, violations.
func (r *result) verdict(step string) string {
	of := r.outputs[step]
	return strings.TrimSpace(of["verdict"] + " " + of["exit-code"] + " " + of["violations"])
}

// The whole way: a change fails, a maintainer takes the risk by a comment, the gate runs again by itself, and passes.
func TestAChangeIsSignedOff(t *testing.T) {
	s := newSite(t)
	failed := s.act(s.change(high))
	require.Equal(t, 1, failed.code, failed.log)
	require.Equal(t, []string{"gate/gate"}, failed.failed, failed.log)
	require.Equal(t, "fail 1 1", failed.verdict("gate/gate"))
	require.Equal(t, "**defectgate: FAIL**", first(failed.summary))
	report := s.ours()
	require.Len(t, report, 1)
	require.Equal(t, "**defectgate: FAIL**", first(report[0].Body))
	require.Equal(t, []string{"defectgate / production failure " + s.pull.HeadSHA}, s.checks())
	require.Equal(t, []string{"decision.bundle.json", "decision.json", "defectgate.sarif"}, names(t, s.artifacts.of(t, failed.run)+"/defectgate-decision"))

	again := make(chan *result, 1)
	s.server.OnRerun(func(run int64) {
		b := s.change(high)
		b.again = failed.run
		go func() { again <- s.act(b) }()
	})
	c := s.comment("alice", pasted(t, report[0].Body, "not reachable from outside"))
	taken := s.act(s.written(c))
	require.Equal(t, 0, taken.code, taken.log)
	require.Contains(t, taken.log, "accept recorded as dgx_")
	require.Contains(t, s.repo.Files("defectgate"), "entries/000000000000.ndjson.zst")
	require.Equal(t, s.repo.Files("defectgate")["checkpoint"], text(t, s.artifacts.of(t, taken.run), "defectgate-checkpoint", "checkpoint"))
	s.server.Do(func() {
		require.Len(t, c.Reactions, 1)
		require.Equal(t, "+1", c.Reactions[0].Content)
	})

	var passed *result
	select {
	case passed = <-again:
	case <-time.After(most):
		require.Fail(t, "the gate was not run again")
	}
	require.Equal(t, 0, passed.code, passed.log)
	require.Equal(t, "pass 0 0", passed.verdict("gate/gate"))
	require.Contains(t, passed.log, "accepted by alice (maintain)")
	require.Equal(t, 2, failed.run.Attempt)
	told := s.ours()
	require.Len(t, told, 2, "the report is edited, and there is one answer")
	require.Equal(t, report[0].ID, told[0].ID)
	require.Equal(t, "**defectgate: PASS**", first(told[0].Body))
	require.Regexp(t, `^\*\*defectgate: accepted\*\* \(record dgx_[0-9A-Z]{26}\)$`, first(told[1].Body))
	require.Equal(t, []string{"defectgate / production failure " + s.pull.HeadSHA, "defectgate / production success " + s.pull.HeadSHA}, s.checks())
}

// checks are the check runs, as NAME CONCLUSION COMMIT.
func (s *site) checks() (list []string) {
	s.server.Do(func() {
		for _, c := range s.repo.CheckRuns {
			list = append(list, c.Name+" "+c.Conclusion+" "+c.HeadSHA)
		}
	})
	return list
}

// A scanner that broke leaves no report. What the others found is told, and nothing passes.
func TestAScannerBreaks(t *testing.T) {
	s := newSite(t)
	b := s.change(high)
	b.broken = "javascript.sarif"
	r := s.act(b)
	require.Equal(t, 1, r.code, r.log)
	require.Equal(t, "error 3 1", r.verdict("gate/gate"), r.log)
	require.Contains(t, r.failed, "gate/gate")
	require.Contains(t, r.failed, "gate/3", "the step that looks at the scanners")
	require.Equal(t, "**defectgate: ERROR**", first(s.ours()[0].Body))
}

// A change cannot take away what it is judged by.
func TestAChangeDoesNotJudgeItself(t *testing.T) {
	s := newSite(t)
	s.repo.Commit(githubtest.Commit{Branch: "feature", Author: s.server.User("dana"), Files: map[string]string{"defectgate.yaml": "ledger: none\n", "keys.json": "{}\n"}})
	r := s.act(s.change(high))
	require.Equal(t, "fail 1 1", r.verdict("gate/gate"), r.log)
}
