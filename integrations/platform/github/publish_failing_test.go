package github_test

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

func TestAPageThatFailsIsANoticeAndNoSecondComment(t *testing.T) {
	s, step := newShown(t), newStep(t)
	for range 150 {
		s.says(nil, "hello")
	}
	s.says(s.bot(), "old\n\n<!-- defectgate:v1:result name=defectgate -->")
	s.fake.Fault(githubtest.Fault{Operation: "issues/list-comments", After: 1, Times: -1, Status: http.StatusBadGateway, Body: "{}"})
	notices := github.Publish(t.Context(), step.getenv, s.job(mayShow), s.result())
	require.Len(t, notices, 1)
	assert.Regexp(t, "^no comment: list the comments of the pull request: .*502", notices[0])
	assert.Len(t, s.comments(), 151)
	assert.Zero(t, s.fake.Calls("issues/update-comment"))
	assert.Len(t, s.repo.CheckRuns, 1, "the rest is done all the same")
	assert.NotEmpty(t, step.read(step.summary))
}

func TestT22EveryNoticeIsOneCleanLine(t *testing.T) {
	s := newShown(t)
	r := s.result()
	r.Want = map[github.Place]bool{github.InSummary: true, github.InOutputs: true, "\n::error::x\x1b[2J": true}
	folder := filepath.Join(t.TempDir(), "a\n::error::x\x1b[2J##[set-env name=A]b")
	notices := github.Publish(t.Context(), func(string) string { return filepath.Join(folder, "file") }, nil, r)
	require.Len(t, notices, 3)
	r.Outputs["bundle"], r.Outputs["sarif"] = "a\nb", "c\nd"
	notices = append(notices, github.Publish(t.Context(), newStep(t).getenv, nil, r)...)
	require.Len(t, notices, 5)
	for _, notice := range notices {
		assert.Equal(t, gate.CleanLine(notice, 600), notice)
		assert.NotContains(t, notice, "\n")
		assert.NotContains(t, notice, "##[")
	}
}

// TestT36WhateverFailsTheRestIsDone has each request fail by itself: there is one notice, and nothing else is missing.
func TestT36WhateverFailsTheRestIsDone(t *testing.T) {
	for operation, fails := range map[string]string{
		"pulls/list-files": "no choice of annotations by changed lines: ", "checks/list-for-ref": "no check run: ", "checks/create": "no check run: ",
		"graphql": "no comment: ", "issues/list-comments": "no comment: ", "issues/create-comment": "no comment: ",
	} {
		for name, fault := range map[string]githubtest.Fault{
			"500": {Status: http.StatusInternalServerError, Body: "{}"}, "hang up": {Hangup: true}, "422": {Status: http.StatusUnprocessableEntity, Body: "{}"},
			"429": {Status: http.StatusTooManyRequests, Header: map[string]string{"Retry-After": "9999"}}, "202": {Status: http.StatusAccepted, Body: "{}"},
			"200 and nothing": {Body: "{}"}, "201 and nothing": {Status: http.StatusCreated, Body: "{}"}, "null": {Body: "null"},
			"no JSON": {Body: "<html>\x1b[2J::error::x"}, "a redirect": {Redirect: "https://evil.example/"},
		} {
			t.Run(operation+" "+name, func(t *testing.T) {
				s, step := newShown(t), newStep(t)
				fault.Operation, fault.Times = operation, -1
				s.fake.Fault(fault)
				notices := github.Publish(t.Context(), step.getenv, s.job(mayShow), s.result())
				require.Len(t, notices, 1, notices)
				assert.True(t, strings.HasPrefix(notices[0], fails), notices[0])
				assert.Equal(t, gate.CleanLine(notices[0], 600), notices[0])
				assert.Equal(t, !strings.Contains(fails, "check run"), len(s.repo.CheckRuns) == 1)
				assert.Equal(t, !strings.Contains(fails, "comment"), len(s.comments()) == 1)
				assertOutputs(t, step, "verdict", "fail", "exit-code", "1", "decision-id", decisionID, "violations", "2")
			})
		}
	}
}

// What GitHub is said to have taken is not there unless the answer shows it.
func TestAnAnswerThatShowsNothingIsAnError(t *testing.T) {
	for name, c := range map[string]struct {
		operation, says string
		show            func(*shown, *github.Client) error
	}{
		"a check run": {"checks/create", "create the check run: GitHub answers 201, and the answer names no check run",
			func(s *shown, c *github.Client) error { return c.CheckRun(t.Context(), s.check(0)) }},
		"one with more annotations": {"checks/update", "update the check run: GitHub answers 201, and the answer is about the check run 0, and not ",
			func(s *shown, c *github.Client) error { return c.CheckRun(t.Context(), s.check(51)) }},
		"a status": {"repos/create-commit-status", `create the commit status: GitHub answers 201, and the answer names no commit status with the state "failure"`,
			func(s *shown, c *github.Client) error { return c.Status(t.Context(), s.check(0)) }},
		"a comment": {"issues/create-comment", "comment on the pull request: GitHub answers 201, and the answer names no comment",
			func(s *shown, c *github.Client) error {
				return c.Comment(t.Context(), int64(s.pull.Number), "<!-- m -->", "text")
			}},
		"a comment that is there": {"issues/update-comment", "edit the comment: GitHub answers 201, and the answer is about the comment 0, and not ",
			func(s *shown, c *github.Client) error {
				s.says(s.bot(), "old\n\n<!-- m -->")
				return c.Comment(t.Context(), int64(s.pull.Number), "<!-- m -->", "text")
			}},
	} {
		for body, says := range map[string]string{"{}": `in which "id" is missing`, "null": `in which "id" is missing`, `{"id": 0}`: c.says} {
			t.Run(name+" "+body, func(t *testing.T) {
				s := newShown(t)
				s.fake.Fault(githubtest.Fault{Operation: c.operation, Times: -1, Status: http.StatusCreated, Body: body})
				require.ErrorContains(t, c.show(s, s.job(mayShow)), says)
			})
		}
	}
}

func TestPublishWhenTheTimeIsUp(t *testing.T) {
	s, step := newShown(t), newStep(t)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	notices := github.Publish(over, step.getenv, s.job(mayShow), s.result())
	assert.Len(t, notices, 3, notices)
	assert.Equal(t, "text of the summary\n", step.read(step.summary), "what needs no network is done")
	assertOutputs(t, step, "verdict", "fail", "exit-code", "1", "decision-id", decisionID, "violations", "2")
}

// A check run that GitHub took only a part of is there: nothing stands in for it but the log, which has all annotations.
func TestACheckRunThatBrokeOffIsNoneThatIsMissing(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound, http.StatusBadGateway} {
		s, step := newShown(t), newStep(t)
		s.fake.Fault(githubtest.Fault{Operation: "checks/update", Times: -1, Status: status, Body: "{}"})
		var log strings.Builder
		r := s.result()
		r.Log, r.Change, r.Annotations.All = &log, 0, s.check(51).Annotations
		notices := github.Publish(t.Context(), step.getenv, s.job(mayShow), r)
		require.Len(t, notices, 1)
		require.True(t, strings.HasPrefix(notices[0], "the check run has the verdict, and lacks annotations: update the check run: "), notices[0])
		require.Len(t, s.repo.CheckRuns[0].Annotations, 50)
		require.Empty(t, s.repo.Statuses)
		require.Contains(t, log.String(), "41 more are not shown here")
	}
}

// A run of an older commit that is run again late does not speak for the newest one.
func TestALateRunLeavesTheCommentAsItIs(t *testing.T) {
	s, step := newShown(t), newStep(t)
	require.Empty(t, github.Publish(t.Context(), step.getenv, s.job(mayShow), s.result()))
	old := s.result()
	s.repo.Commit(githubtest.Commit{Branch: s.pull.HeadRef, Files: map[string]string{"new.go": "package main\n"}})
	old.CommentText = "what was true of the older commit"
	notices := github.Publish(t.Context(), newStep(t).getenv, s.job(mayShow), old)
	require.Len(t, notices, 1)
	require.Contains(t, notices[0], "the pull request has a newer commit")
	require.Zero(t, s.fake.Calls("issues/update-comment"))
}
