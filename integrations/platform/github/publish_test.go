package github_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/workflow"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

func TestPublishShowsAResultEverywhere(t *testing.T) {
	s, step := newShown(t), newStep(t)
	var log bytes.Buffer
	r := s.result()
	r.Log = &log
	assert.Empty(t, github.Publish(t.Context(), step.getenv, s.job(mayShow), r))

	require.Len(t, s.repo.CheckRuns, 1)
	assert.Equal(t, "failure", s.repo.CheckRuns[0].Conclusion)
	assert.Equal(t, "text of the check", s.repo.CheckRuns[0].Summary)
	assert.Equal(t, []string{"on a changed line", "in a new file"}, messages(s.repo.CheckRuns[0]))
	assert.Empty(t, s.repo.Statuses, "the check run has the verdict")
	assert.Empty(t, log.String(), "the check run has the annotations")
	assert.Equal(t, []string{"text of the comment\n\n<!-- defectgate:v1:result name=defectgate -->\n"}, s.comments())
	assert.Equal(t, "text of the summary\n", step.read(step.summary))
	assertOutputs(t, step, "verdict", "fail", "exit-code", "1", "decision-id", decisionID, "violations", "2")
}

// assertOutputs holds names and values, one behind the other, against what the step wrote.
func assertOutputs(t *testing.T, s *step, pairs ...string) {
	t.Helper()
	got, want := map[string]string{}, map[string]string{}
	lines := strings.Split(strings.TrimSuffix(s.read(s.outputs), "\n"), "\n")
	for i := 0; i+2 < len(lines); i += 3 {
		name, end, _ := strings.Cut(lines[i], "<<")
		require.Equal(t, end, lines[i+2])
		got[name] = lines[i+1]
	}
	for i := 0; i < len(pairs); i += 2 {
		want[pairs[i]] = pairs[i+1]
	}
	assert.Equal(t, want, got)
}

func TestPublishAgainChangesNothingTwice(t *testing.T) {
	s, step := newShown(t), newStep(t)
	for range 2 {
		assert.Empty(t, github.Publish(t.Context(), step.getenv, s.job(mayShow), s.result()))
	}
	assert.Len(t, s.repo.CheckRuns, 1)
	assert.Len(t, messages(s.repo.CheckRuns[0]), 2)
	assert.Len(t, s.comments(), 1)
}

func TestPublishShowsOnlyWhereItIsWanted(t *testing.T) {
	for place, operations := range map[github.Place][]string{
		github.InCheck:       {"checks/list-for-ref", "checks/create"},
		github.InStatus:      {"repos/create-commit-status"},
		github.InAnnotations: {"pulls/list-files"},
		github.InComment:     {"pulls/get", "graphql", "issues/list-comments", "issues/create-comment"},
		github.InSummary:     nil,
		github.InOutputs:     nil,
		"nowhere":            nil,
	} {
		t.Run(string(place), func(t *testing.T) {
			s, step := newShown(t), newStep(t)
			var log bytes.Buffer
			r := s.result()
			r.Log, r.Want = &log, map[github.Place]bool{place: true}
			notices := github.Publish(t.Context(), step.getenv, s.job(mayShow), r)
			assert.Equal(t, operations, s.asked(0))
			assert.Equal(t, place == "nowhere", len(notices) == 1, notices)
			assert.Equal(t, place == github.InAnnotations, log.Len() > 0)
			_, missing := os.Stat(step.summary)
			assert.Equal(t, place == github.InSummary, missing == nil)
			_, missing = os.Stat(step.outputs)
			assert.Equal(t, place == github.InOutputs, missing == nil)
			if place == github.InCheck {
				assert.Empty(t, s.repo.CheckRuns[0].Annotations)
			}
		})
	}
}

func TestAStatusStandsInForACheckRunThatIsForbidden(t *testing.T) {
	s, step := newShown(t), newStep(t)
	var log bytes.Buffer
	r := s.result()
	r.Log = &log
	delete(r.Want, github.InStatus)
	may := githubtest.Permissions{"contents": "read", "checks": "read", "statuses": "write", "pull-requests": "write"}
	notices := github.Publish(t.Context(), step.getenv, s.job(may), r)
	require.Len(t, notices, 1)
	assert.Equal(t, "no check run (a commit status has the verdict): create the check run: the token may not do that: POST "+s.fake.URL()+
		"/repos/acme/shop/check-runs: the answer is 403 Forbidden; GitHub says: Resource not accessible by integration "+
		"(give the job the right: permissions: { checks: write }; the token of a run for a fork may only read)", notices[0])
	require.Len(t, s.repo.Statuses, 1)
	status := s.repo.Statuses[0]
	assert.Equal(t, []string{"defectgate", "failure", "2 of 12 defects block", "https://forge.example/acme/shop/actions/runs/42"},
		[]string{status.Context, status.State, status.Description, status.TargetURL})
	assert.Equal(t, "::error endLine=7,file=app.js,line=7,title=CVE-2026-1::on a changed line\n"+
		"::warning endLine=2,file=new.js,line=2,title=defectgate::in a new file\n"+
		"::notice title=FAIL::2 of 12 defects block · 3 more are not shown here\n", strings.ReplaceAll(log.String(), "\r\n", "\n"))
	assert.Len(t, s.comments(), 1)
}

func TestT21AForkGetsOneNoticeAndItsVerdict(t *testing.T) {
	for name, forbid := range map[string]func(*shown) *github.Client{
		"a token that may only read": func(s *shown) *github.Client { return s.job(mayRead) },
		"403 for everything": func(s *shown) *github.Client {
			s.fake.Fault(githubtest.Fault{Times: -1, Status: http.StatusForbidden, Body: `{"message": "Resource not accessible by integration"}`})
			return s.job(mayRead)
		},
		"a token that has expired": func(s *shown) *github.Client {
			s.fake.Fault(githubtest.Fault{Times: -1, Status: http.StatusUnauthorized, Body: `{"message": "Bad credentials"}`})
			return s.job(mayRead)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, step := newShown(t), newStep(t)
			client := forbid(s)
			var log bytes.Buffer
			r := s.result()
			r.Log = &log
			notices := github.Publish(t.Context(), step.getenv, client, r)
			require.Len(t, notices, 1, notices)
			assert.Contains(t, notices[0], "no ")
			assert.Contains(t, notices[0], "check run, commit status, comment: the token may not do that")
			assert.Contains(t, notices[0], "the token of a run for a fork may only read")
			assert.Equal(t, gate.Fail, r.Verdict)
			assert.Equal(t, "text of the summary\n", step.read(step.summary))
			assertOutputs(t, step, "verdict", "fail", "exit-code", "1", "decision-id", decisionID, "violations", "2")
			assert.NotEmpty(t, log.String(), "annotations need no right")
			assert.Empty(t, s.comments())
		})
	}
}

func TestPublishWithoutAToken(t *testing.T) {
	s, step := newShown(t), newStep(t)
	var log bytes.Buffer
	r := s.result()
	r.Log = &log
	_, r.Unasked = github.Dial(github.Access{Repository: "acme/shop"})
	notices := github.Publish(t.Context(), step.getenv, nil, r)
	assert.Equal(t, []string{"no check run, comment: GitHub cannot be asked: there is no token (give the step one as GITHUB_TOKEN: ${{ github.token }})"},
		notices)
	assert.Equal(t, 5, strings.Count(log.String(), "\n"), "which lines are changed nobody knows: all are shown")
	assert.Equal(t, "text of the summary\n", step.read(step.summary))
	assertOutputs(t, step, "verdict", "fail", "exit-code", "1", "decision-id", decisionID, "violations", "2")
}

func TestPublishOutsideOfActions(t *testing.T) {
	s := newShown(t)
	notices := github.Publish(t.Context(), func(string) string { return "" }, nil, s.result())
	assert.Equal(t, []string{
		"no summary: write the summary: GITHUB_STEP_SUMMARY is not set: this is no step of GitHub Actions",
		"no outputs: write the outputs: GITHUB_OUTPUT is not set: this is no step of GitHub Actions",
		"no check run, comment: GitHub cannot be asked"}, notices)
	assert.Empty(t, github.Publish(t.Context(), func(string) string { return "" }, nil, github.Result{}))
}

func TestARunThatIsOfNoPullRequest(t *testing.T) {
	s, step := newShown(t), newStep(t)
	r := s.result()
	r.Change, r.Head = 0, s.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"x": "x"}})
	assert.Empty(t, github.Publish(t.Context(), step.getenv, s.job(mayShow), r))
	assert.Empty(t, s.comments())
	require.Len(t, s.repo.CheckRuns, 1)
	assert.Equal(t, r.Head, s.repo.CheckRuns[0].HeadSHA)
	assert.Len(t, s.repo.CheckRuns[0].Annotations, 5, "of all lines")
	assert.Equal(t, []string{"checks/list-for-ref", "checks/create"}, s.asked(0))
}

// However annotations are shown, what is not shown is counted alike: of the run, and not of what is left.
func TestAnnotationsThatAreNotShownAreCounted(t *testing.T) {
	s, step := newShown(t), newStep(t)
	r := s.result()
	r.Change, r.Annotations.All, r.Annotations.Besides = 0, []workflow.Annotation{{Path: "../x", Line: 1}, {Path: "/x", Line: 1}}, 4
	for i := range 1_005 {
		r.Annotations.All = append(r.Annotations.All, workflow.Annotation{Path: "app.js", Line: i + 1, Message: "m"})
	}
	notices := github.Publish(t.Context(), step.getenv, s.job(mayShow), r)
	assert.Equal(t, []string{"annotations of the check run: 11 more are not shown here"}, notices)
	assert.Len(t, s.repo.CheckRuns[0].Annotations, 1_000)
	assert.Len(t, s.fake.Writes(), 20, "requests are bounded")

	var log bytes.Buffer
	r.Log = &log
	assert.Len(t, github.Publish(t.Context(), step.getenv, nil, r), 1, "there is no client")
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	assert.Len(t, lines, 11)
	assert.Equal(t, "::notice title=FAIL::2 of 12 defects block · 1001 more are not shown here", lines[10])
}

func TestWhatIsNoVerdictIsAnError(t *testing.T) {
	s, step := newShown(t), newStep(t)
	r := s.result()
	r.Verdict, r.Mode = "", gate.Observe
	assert.Empty(t, github.Publish(t.Context(), step.getenv, s.job(mayShow), r))
	assert.Equal(t, "failure", s.repo.CheckRuns[0].Conclusion)
	assertOutputs(t, step, "verdict", "error", "exit-code", "3", "decision-id", decisionID, "violations", "2")
}

func TestT25TheNameOfACheckDoesNotLeaveItsMarker(t *testing.T) {
	s, step := newShown(t), newStep(t)
	seen := map[string]bool{}
	for _, name := range []string{"a", "b", "a -->\n# free", "a--", "a-", "a%2D", "<!--", "a b", "ü", strings.Repeat("ü", 300),
		strings.Repeat("ü", 301)} {
		r := s.result()
		r.CommentText = strings.Repeat("a", 65_536-1<<8) // as long as it may be
		r.Name, r.Want = name, map[github.Place]bool{github.InComment: true}
		for range 2 {
			assert.Empty(t, github.Publish(t.Context(), step.getenv, s.job(mayShow), r))
		}
		bodies := s.comments()
		last := strings.Split(strings.TrimSpace(bodies[len(bodies)-1]), "\n\n")
		require.Len(t, last, 2)
		assert.Regexp(t, `^<!-- defectgate:v1:result name=[^<>\s-]* -->$`, last[1])
		seen[last[1]] = true
	}
	assert.Len(t, seen, 11, "each name has a comment of its own")
	assert.Len(t, s.comments(), 11)
}

func TestRunURL(t *testing.T) {
	variables := map[string]string{"GITHUB_SERVER_URL": "https://forge.example/", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_RUN_ID": "42"}
	getenv := func(name string) string { return variables[name] }
	assert.Equal(t, "https://forge.example/acme/shop/actions/runs/42", github.RunURL(getenv))
	for name, value := range map[string]string{"GITHUB_SERVER_URL": "http://forge.example", "GITHUB_REPOSITORY": "acme/shop/../x", "GITHUB_RUN_ID": "42?x"} {
		for _, wrong := range []string{value, ""} {
			before := variables[name]
			variables[name] = wrong
			assert.Empty(t, github.RunURL(getenv), "%s=%s", name, wrong)
			variables[name] = before
		}
	}
}

func TestPlacesAreListedOnce(t *testing.T) {
	seen := map[github.Place]bool{}
	for _, place := range github.Places() {
		assert.False(t, seen[place], fmt.Sprint(place))
		seen[place] = true
	}
	assert.Len(t, seen, 6)
}
