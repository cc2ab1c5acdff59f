package github_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/workflow"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

func (s *shown) check(annotations int) github.Check {
	c := github.Check{Name: "defectgate", Head: s.pull.HeadSHA, DecisionID: decisionID, Verdict: gate.Fail, Mode: gate.Enforce,
		Title: "2 of 12 defects block", Summary: "**text**", Link: "https://forge.example/acme/shop/actions/runs/42"}
	for i := range annotations {
		c.Annotations = append(c.Annotations, workflow.Annotation{Path: "app.js", Line: i + 1, Level: "warning", Title: "t", Message: fmt.Sprintf("m%d", i)})
	}
	return c
}

// messages are those of the annotations that GitHub shows at a check run.
func messages(run *githubtest.CheckRun) (all []string) {
	for _, a := range run.Annotations {
		all = append(all, a.Message)
	}
	return all
}

func upTo(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("m%d", i))
	}
	return all
}

func TestCheckRun(t *testing.T) {
	s := newShown(t)
	require.NoError(t, s.job(mayShow).CheckRun(t.Context(), s.check(1)))
	require.Len(t, s.repo.CheckRuns, 1)
	run := s.repo.CheckRuns[0]
	assert.Equal(t, []string{"defectgate", s.pull.HeadSHA, "completed", "failure", "https://forge.example/acme/shop/actions/runs/42", decisionID,
		"2 of 12 defects block", "**text**"},
		[]string{run.Name, run.HeadSHA, run.Status, run.Conclusion, run.DetailsURL, run.ExternalID, run.Title, run.Summary})
	assert.Equal(t, []githubtest.Annotation{{Path: "app.js", StartLine: 1, EndLine: 1, Level: "warning", Title: "t", Message: "m0"}}, run.Annotations)
}

func TestAnnotationsComeInRequestsOfFifty(t *testing.T) {
	for annotations, requests := range map[int]int{0: 1, 50: 1, 51: 2, 120: 3} {
		s := newShown(t)
		require.NoError(t, s.job(mayShow).CheckRun(t.Context(), s.check(annotations)))
		assert.Len(t, s.fake.Writes(), requests, "%d annotations", annotations)
		assert.Equal(t, requests-1, s.fake.Calls("checks/update"))
		assert.Equal(t, upTo(annotations), messages(s.repo.CheckRuns[0]))
		for _, r := range s.fake.Writes() {
			assert.LessOrEqual(t, strings.Count(r.Body, `"start_line"`), 50)
			assert.Contains(t, r.Body, `"conclusion":"failure"`)
		}
	}
}

func TestTheSameDecisionAgainIsNoSecondCheckRun(t *testing.T) {
	s := newShown(t)
	c := s.job(mayShow)
	require.NoError(t, c.CheckRun(t.Context(), s.check(120)))
	again := s.check(120)
	again.Title = "told better"
	require.NoError(t, c.CheckRun(t.Context(), again))
	require.Len(t, s.repo.CheckRuns, 1)
	assert.Equal(t, "told better", s.repo.CheckRuns[0].Title)
	assert.Equal(t, upTo(120), messages(s.repo.CheckRuns[0]), "each once")

	other := s.check(0)
	other.DecisionID = strings.Repeat("a", 64)
	require.NoError(t, c.CheckRun(t.Context(), other), "another decision")
	renamed := s.check(0)
	renamed.Name = "defectgate (api)"
	require.NoError(t, c.CheckRun(t.Context(), renamed), "another check")
	moved := s.check(0)
	moved.Head = s.repo.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"x": "x"}})
	require.NoError(t, c.CheckRun(t.Context(), moved), "another commit")
	assert.Len(t, s.repo.CheckRuns, 4)
}

func TestWhatBrokeOffIsContinued(t *testing.T) {
	s := newShown(t)
	s.fake.Fault(githubtest.Fault{Operation: "checks/update", Status: http.StatusBadGateway, Body: "{}"})
	c := s.job(mayShow)
	require.Error(t, c.CheckRun(t.Context(), s.check(120)))
	assert.Equal(t, "failure", s.repo.CheckRuns[0].Conclusion, "the verdict stands already")
	assert.Len(t, s.repo.CheckRuns[0].Annotations, 50)
	require.NoError(t, c.CheckRun(t.Context(), s.check(120)))
	require.Len(t, s.repo.CheckRuns, 1)
	assert.Equal(t, upTo(120), messages(s.repo.CheckRuns[0]))
}

func TestAmongManyCheckRunsOursIsFound(t *testing.T) {
	s := newShown(t)
	c := s.job(mayShow)
	require.NoError(t, c.CheckRun(t.Context(), s.check(0)))
	for i := range 250 {
		s.repo.AddCheckRun(githubtest.CheckRun{Name: "defectgate", HeadSHA: s.pull.HeadSHA, ExternalID: fmt.Sprint(i)})
	}
	before := len(s.fake.Requests())
	require.NoError(t, c.CheckRun(t.Context(), s.check(0)))
	assert.Equal(t, append(slices.Repeat([]string{"checks/list-for-ref"}, 3), "checks/update"), s.asked(before))
}

func TestACheckRunOfAnotherAppIsNotOurs(t *testing.T) {
	s := newShown(t)
	theirs := s.repo.AddCheckRun(githubtest.CheckRun{Name: "defectgate", HeadSHA: s.pull.HeadSHA, ExternalID: decisionID, Conclusion: "success",
		App: s.fake.App("mallory")})
	require.NoError(t, s.job(mayShow).CheckRun(t.Context(), s.check(120)))
	require.Len(t, s.repo.CheckRuns, 2)
	assert.Equal(t, "success", theirs.Conclusion)
	assert.Equal(t, "failure", s.repo.CheckRuns[1].Conclusion)
	assert.Len(t, s.repo.CheckRuns[1].Annotations, 120)
}

func TestOnlyAPassIsGreen(t *testing.T) {
	for _, c := range []struct {
		verdict           gate.Verdict
		mode              gate.Mode
		conclusion, state string
	}{
		{gate.Pass, gate.Enforce, "success", "success"},
		{gate.Pass, gate.Observe, "success", "success"},
		{gate.Fail, gate.Enforce, "failure", "failure"},
		{gate.Fail, gate.Observe, "neutral", "success"},
		{gate.Error, gate.Enforce, "failure", "error"},
		{gate.Error, gate.Observe, "failure", "error"},
		{"", gate.Enforce, "failure", "error"},
		{"", gate.Observe, "failure", "error"},
		{"PASS", gate.Observe, "failure", "error"},
	} {
		t.Run(fmt.Sprintf("%s %s", c.verdict, c.mode), func(t *testing.T) {
			s := newShown(t)
			check := s.check(0)
			check.Verdict, check.Mode = c.verdict, c.mode
			require.NoError(t, s.job(mayShow).CheckRun(t.Context(), check))
			require.NoError(t, s.job(mayShow).Status(t.Context(), check))
			assert.Equal(t, c.conclusion, s.repo.CheckRuns[0].Conclusion)
			assert.Equal(t, c.state, s.repo.Statuses[0].State)
			observed := c.verdict == gate.Fail && c.mode == gate.Observe
			assert.Equal(t, observed, strings.HasPrefix(s.repo.Statuses[0].Description, "only observed: "))
		})
	}
}

func TestCheckRunAndStatusKeepWithinBounds(t *testing.T) {
	s := newShown(t)
	check := s.check(0)
	check.Title, check.Summary = strings.Repeat("é", 300)+"\n", strings.Repeat("日\n", 30_000)
	check.Annotations = []workflow.Annotation{{Path: "/etc/passwd", Line: 1, Message: "m"}, {Path: "app.js", Message: strings.Repeat("a", 70_000)}}
	require.NoError(t, s.job(mayShow).CheckRun(t.Context(), check))
	require.NoError(t, s.job(mayShow).Status(t.Context(), check))
	run, status := s.repo.CheckRuns[0], s.repo.Statuses[0]
	assert.Equal(t, strings.Repeat("é", 254)+"…", run.Title)
	assert.LessOrEqual(t, len(run.Summary), 65_535)
	assert.True(t, strings.HasSuffix(run.Summary, "…"))
	require.Len(t, run.Annotations, 1)
	assert.Equal(t, strings.Repeat("a", 1_999)+"…", run.Annotations[0].Message)
	assert.Equal(t, 1, run.Annotations[0].StartLine, "a file as a whole")
	assert.Equal(t, strings.Repeat("é", 139)+"…", status.Description)
}

func TestOnlyHTTPSIsALink(t *testing.T) {
	for _, link := range []string{"", "http://forge.example/run", "javascript:alert(1)", "https://forge.example/\x1b[2J", "//forge.example"} {
		s := newShown(t)
		check := s.check(0)
		check.Link = link
		require.NoError(t, s.job(mayShow).CheckRun(t.Context(), check))
		require.NoError(t, s.job(mayShow).Status(t.Context(), check))
		assert.Empty(t, s.repo.CheckRuns[0].DetailsURL)
		assert.Empty(t, s.repo.Statuses[0].TargetURL)
	}
}

func TestChecksThatCannotBe(t *testing.T) {
	s := newShown(t)
	c := s.job(mayShow)
	for name, change := range map[string]func(*github.Check){
		"no name":             func(c *github.Check) { c.Name = "" },
		"a name of lines":     func(c *github.Check) { c.Name = "a\nb" },
		"a long name":         func(c *github.Check) { c.Name = strings.Repeat("a", 101) },
		"no commit":           func(c *github.Check) { c.Head = "" },
		"a short commit":      func(c *github.Check) { c.Head = c.Head[:12] },
		"a branch":            func(c *github.Check) { c.Head = "main" },
		"another path":        func(c *github.Check) { c.Head = "../../../orgs/x" },
		"a decision of no id": func(c *github.Check) { c.DecisionID = "" },
	} {
		check := s.check(0)
		change(&check)
		require.Error(t, c.CheckRun(t.Context(), check), name)
		require.Error(t, c.Status(t.Context(), check), name)
	}
	assert.Empty(t, s.fake.Requests())
}

func TestChecksAreForbidden(t *testing.T) {
	s := newShown(t)
	for name, c := range map[string]*github.Client{
		"a run for a fork":      s.job(mayRead),
		"no right at all":       s.job(githubtest.Permissions{}),
		"the token of a person": s.token(githubtest.Token{User: s.fake.User("dana"), Permissions: githubtest.Permissions{"checks": "write"}}),
	} {
		err := c.CheckRun(t.Context(), s.check(1))
		require.ErrorIs(t, err, github.ErrForbidden, name)
		assert.Contains(t, gate.HintOf(err), "checks: write", name)
		err = c.Status(t.Context(), s.check(0))
		require.ErrorIs(t, err, github.ErrForbidden, name)
		assert.Contains(t, gate.HintOf(err), "statuses: write", name)
	}
	assert.Empty(t, s.repo.CheckRuns)
	assert.Empty(t, s.repo.Statuses)
}

func TestUnlessAllCheckRunsWereReadNoneIsMade(t *testing.T) {
	s := newShown(t)
	s.fake.Fault(githubtest.Fault{Operation: "checks/list-for-ref", Times: -1, Status: http.StatusBadGateway, Body: "{}"})
	require.Error(t, s.job(mayShow).CheckRun(t.Context(), s.check(1)))
	assert.Empty(t, s.fake.Writes())
}

func TestChangedLinesOfAPullRequest(t *testing.T) {
	s := newShown(t)
	changed, err := s.job(mayRead).ChangedLines(t.Context(), int64(s.pull.Number))
	require.NoError(t, err)
	for line, want := range map[int]bool{6: false, 7: true, 8: true, 9: false, 1: false, 21: false} {
		assert.Equal(t, want, changed.Has("app.js", line), "line %d", line)
	}
	assert.True(t, changed.Has("new.js", 1) && changed.Has("new.js", 2))
	assert.False(t, changed.Has("new.js", 3))
	assert.False(t, changed.Has("moved/old.js", 1))
	assert.False(t, changed.Has("old.js", 1))
	assert.True(t, changed.Has("logo.png", 0), "binary")
	assert.False(t, changed.Has("README.md", 1))
}

func TestChangedLinesOfThreeThousandFiles(t *testing.T) {
	for files, unlisted := range map[int]bool{2_999: false, 3_000: true} {
		s := newShown(t)
		many := map[string]string{}
		for i := range files {
			many[fmt.Sprintf("src/%04d.js", i)] = "one\n"
		}
		s.repo.Commit(githubtest.Commit{Branch: "many", Files: many})
		pull := s.repo.AddPull(githubtest.Pull{HeadRef: "many"})
		changed, err := s.job(mayRead).ChangedLines(t.Context(), int64(pull.Number))
		require.NoError(t, err)
		assert.Equal(t, 30, s.fake.Calls("pulls/list-files"))
		assert.True(t, changed.Has("src/2998.js", 1))
		assert.False(t, changed.Has("src/2998.js", 2))
		assert.Equal(t, unlisted, changed.Has("elsewhere.js", 1), "%d files: there may be more", files)
	}
}

func TestChangedLinesAreAllOrNone(t *testing.T) {
	s := newShown(t)
	many := map[string]string{}
	for i := range 150 {
		many[fmt.Sprintf("src/%03d.js", i)] = "one\n"
	}
	s.repo.Commit(githubtest.Commit{Branch: "many", Files: many})
	pull := s.repo.AddPull(githubtest.Pull{HeadRef: "many"})
	s.fake.Fault(githubtest.Fault{Operation: "pulls/list-files", After: 1, Times: -1, Status: http.StatusBadGateway, Body: "{}"})
	changed, err := s.job(mayRead).ChangedLines(t.Context(), int64(pull.Number))
	require.Error(t, err)
	assert.False(t, changed.Has("src/000.js", 1))
	_, err = s.job(githubtest.Permissions{"contents": "read"}).ChangedLines(t.Context(), int64(pull.Number))
	require.Error(t, err)
}
