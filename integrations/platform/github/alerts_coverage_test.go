package github_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// analysed adds an analysis by CodeQL of one language.
func (a *alerting) analysed(ref, commit, language string) *githubtest.Analysis {
	return a.repo.AddAnalysis(githubtest.Analysis{Ref: ref, CommitSHA: commit, Category: "/language:" + language, Results: 1})
}

// history adds commits to the branch main, each analysed for some languages, and gives them.
func (a *alerting) history(n int, languages ...string) (commits []string) {
	for i := range n {
		commit := a.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"n": fmt.Sprint(len(commits), i, languages)}})
		for _, language := range languages {
			a.analysed("refs/heads/main", commit, language)
		}
		commits = append(commits, commit)
	}
	return commits
}

func TestACommitThatNothingAnalysedHasNoList(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(a *alerting) gate.Artifact
		says    string
	}{
		"none at all": {func(a *alerting) gate.Artifact { return a.main() }, "has no analysis under refs/heads/main"},
		"one of another commit": {func(a *alerting) gate.Artifact {
			a.history(1, "go")
			a.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"new": "1"}})
			return a.main()
		}, "; the newest one there is of "},
		"one of another reference": {func(a *alerting) gate.Artifact {
			a.analysed("refs/heads/other", a.main().Subject.Commit, "go")
			return a.main()
		}, "has no analysis under refs/heads/main"},
		"one of the base": {func(a *alerting) gate.Artifact {
			a.analysed("refs/heads/main", a.repo.Ref("refs/heads/main"), "go")
			return a.change()
		}, "has no analysis under refs/pull/1/merge or refs/pull/1/head"},
		"one of what the change was before": {func(a *alerting) gate.Artifact {
			a.analysed(a.mergeRef(), a.pull.MergeSHA, "go")
			a.pull = a.repo.AddPull(githubtest.Pull{HeadRef: "feature"})
			return a.change()
		}, "has no analysis under refs/pull/2/merge"},
		"a tag whose commit the branch has analysed": {func(a *alerting) gate.Artifact {
			a.history(1, "go")
			of := a.main()
			of.Ref = "tags/v1"
			return of
		}, "has no analysis under refs/tags/v1"},
		"one that was not asked for": {func(a *alerting) gate.Artifact {
			a.history(1, "go")
			a.fake.Fault(githubtest.Fault{Operation: analysesOf, Edit: func(page any) any {
				page.([]any)[0].(map[string]any)["ref"] = "refs/heads/other"
				return page
			}})
			return a.main()
		}, "has no analysis under refs/heads/main"},
		"no commit":         {func(a *alerting) gate.Artifact { a.history(1, "go"); return gate.Artifact{Ref: "main"} }, "it is not known which commit"},
		"no reference":      {func(a *alerting) gate.Artifact { a.history(1, "go"); of := a.main(); of.Ref = ""; return of }, "it is not known which commit"},
		"no commit, no one": {func(*alerting) gate.Artifact { return gate.Artifact{} }, "it is not known which commit"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAlerting(t)
			of := c.prepare(a)
			a.repo.AddCodeAlert(githubtest.CodeAlert{})
			l := a.refused(github.CodeScanning, of, gate.Missing, c.says)
			require.Zero(t, l.Alerts)
			require.Zero(t, a.fake.Calls(listOf[github.CodeScanning]))
		})
	}
}

// GitHub says so with the status of what is not there, or not shown.
func TestARepositoryThatNothingEverAnalysed(t *testing.T) {
	a := newAlerting(t)
	a.refused(github.CodeScanning, a.main(), gate.Missing, "has no analysis under refs/heads/main")
	a.refused(github.CodeScanning, a.change(), gate.Missing, "has no analysis under refs/pull/1/merge")
}

func TestTheReferenceOfWhatIsBuilt(t *testing.T) {
	const queued = "gh-readonly-queue/main/pr-1-0123456789abcdef0123456789abcdef01234567"
	for name, c := range map[string]struct{ ref, git string }{
		"branch":      {"main", "refs/heads/main"},
		"schedule":    {"main", "refs/heads/main"},
		"folder":      {"release/1.0", "refs/heads/release/1.0"},
		"tag":         {"tags/v1", "refs/tags/v1"},
		"merge queue": {queued, "refs/heads/" + queued},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAlerting(t)
			of := a.main()
			if of.Ref = c.ref; c.ref == queued {
				of.Change = &gate.Change{ID: "1", Base: "main"}
			}
			a.analysed(c.git, of.Subject.Commit, "go")
			a.repo.AddCodeAlert(githubtest.CodeAlert{Refs: []string{"refs/heads/elsewhere"}, CommitSHA: of.Subject.Commit})
			a.repo.AddCodeAlert(githubtest.CodeAlert{Refs: []string{c.git}, CommitSHA: of.Subject.Commit})
			l := a.listed(github.CodeScanning, of)
			require.Equal(t, []int{2}, numbers(t, l))
			require.Equal(t, c.git, l.Ref)
			require.Equal(t, of.Subject.Commit, l.Commit)
		})
	}
}

func TestAChangeIsAnalysedAsItsTrialMergeOrItsHead(t *testing.T) {
	a := newAlerting(t)
	a.analysed(a.mergeRef(), a.pull.MergeSHA, "go")
	a.repo.AddCodeAlert(githubtest.CodeAlert{Refs: []string{a.mergeRef()}})
	a.repo.AddCodeAlert(githubtest.CodeAlert{Refs: []string{a.headRef()}})
	l := a.listed(github.CodeScanning, a.change())
	require.Equal(t, []int{1}, numbers(t, l))
	require.Equal(t, a.pull.MergeSHA, l.Commit)
	require.Empty(t, l.Warnings)

	a = newAlerting(t)
	a.analysed(a.headRef(), a.pull.HeadSHA, "go")
	a.repo.AddCodeAlert(githubtest.CodeAlert{Refs: []string{a.mergeRef()}})
	a.repo.AddCodeAlert(githubtest.CodeAlert{Refs: []string{a.headRef()}})
	l = a.listed(github.CodeScanning, a.change())
	require.Equal(t, []int{2}, numbers(t, l))
	require.Equal(t, a.pull.HeadSHA, l.Commit)
	require.Contains(t, said(l), "analysed was "+a.pull.HeadSHA[:12]+" ("+a.headRef()+"), and what is built is "+a.pull.MergeSHA[:12])
}

// Two tools may have gone two ways. An alert that both references have is one.
func TestBothReferencesOfAChangeCount(t *testing.T) {
	a := newAlerting(t)
	a.analysed(a.headRef(), a.pull.HeadSHA, "js")
	a.analysed(a.mergeRef(), a.pull.MergeSHA, "go")
	a.repo.AddCodeAlert(githubtest.CodeAlert{Refs: []string{a.mergeRef()}})
	a.repo.AddCodeAlert(githubtest.CodeAlert{Refs: []string{a.mergeRef(), a.headRef()}})
	a.repo.AddCodeAlert(githubtest.CodeAlert{Refs: []string{a.headRef()}})
	l := a.listed(github.CodeScanning, a.change())
	require.Equal(t, []int{2, 1, 3}, numbers(t, l))
	require.Equal(t, a.pull.MergeSHA, l.Commit)
	require.Contains(t, l.Proof, "CodeQL (/language:go)")
	require.Contains(t, l.Proof, "CodeQL (/language:js)")
}

// A run that another workflow started is told the head of the change only.
func TestATrialMergeIsKnownByItsParents(t *testing.T) {
	a := newAlerting(t)
	a.analysed(a.mergeRef(), a.pull.MergeSHA, "go")
	a.repo.AddCodeAlert(githubtest.CodeAlert{Refs: []string{a.mergeRef()}})
	of := a.change()
	of.Ref, of.Subject.Commit = "feature", a.pull.HeadSHA
	l := a.listed(github.CodeScanning, of)
	require.Equal(t, []int{1}, numbers(t, l))
	require.Equal(t, a.pull.MergeSHA, l.Commit)
	require.Contains(t, said(l), "analysed was "+a.pull.MergeSHA[:12])

	other := a.repo.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"app.js": "2"}})
	of.Subject.Commit, of.Change.Head = other, other
	a.refused(github.CodeScanning, of, gate.Missing, "has no analysis")

	for status, want := range map[int]gate.Status{404: gate.Missing, 403: gate.Missing, 500: gate.Unavailable} {
		a.fake.Fault(githubtest.Fault{Operation: "git/get-commit", Times: map[bool]int{true: 4, false: 1}[status == 500], Status: status})
		of.Subject.Commit, of.Change.Head = a.pull.HeadSHA, a.pull.HeadSHA
		a.refused(github.CodeScanning, of, want)
	}
}

// Anybody may call a branch as he likes.
func TestABranchIsNoTrialMerge(t *testing.T) {
	a := newAlerting(t)
	a.analysed("refs/heads/feature/merge", a.pull.MergeSHA, "go")
	other := a.repo.Ref("refs/heads/main")
	of := gate.Artifact{Ref: "feature/merge", Subject: gate.Subject{Commit: other}, Change: &gate.Change{Base: "main", Head: a.pull.HeadSHA}}
	a.refused(github.CodeScanning, of, gate.Missing, "has no analysis under refs/heads/feature/merge")
}

func TestAnAnalysisThatANewerOneReplaced(t *testing.T) {
	a := newAlerting(t)
	commits := a.history(2, "go", "js")
	of := a.main()
	of.Subject.Commit = commits[0]
	a.refused(github.CodeScanning, of, gate.WrongSubject, "has analysed commit "+commits[1][:12]+" of refs/heads/main since")

	a.analysed("refs/heads/main", commits[0], "go")
	a.refused(github.CodeScanning, of, gate.WrongSubject, "CodeQL (/language:js) has analysed")
	a.analysed("refs/heads/main", commits[0], "js")
	a.listed(github.CodeScanning, of)
}

// Whoever uploads an empty file has not scanned.
func TestAnAnalysisWithoutRulesProvesNothing(t *testing.T) {
	rules := func(n int) func(any) any {
		return func(page any) any {
			for _, analysis := range page.([]any) {
				analysis.(map[string]any)["rules_count"] = n
			}
			return page
		}
	}
	a := newAlerting(t)
	a.repo.AddAnalysis(githubtest.Analysis{Tool: "Trivy"})
	require.Equal(t, "commit "+a.main().Subject.Commit[:12]+" analysed by Trivy (.github/workflows/scan.yml:scan): 1 rule, 0 results", a.listed(github.CodeScanning, a.main()).Proof)
	a.fake.Fault(githubtest.Fault{Operation: analysesOf, Edit: rules(0)})
	l := a.listed(github.CodeScanning, a.main())
	require.Empty(t, l.Proof)
	require.Contains(t, l.Unproven, "the analysis of Trivy (.github/workflows/scan.yml:scan) has no rules and no results")

	a.repo.AddAnalysis(githubtest.Analysis{Tool: "Trivy", Results: 3})
	l = a.listed(github.CodeScanning, a.main())
	require.Empty(t, l.Proof)
	require.Contains(t, l.Unproven, "the analyses count 3 results, and none of them is an alert")
}

func TestAnalysesAreReadToTheLastOneOfTheCommit(t *testing.T) {
	a := newAlerting(t)
	a.history(2, "older")
	commit := a.history(1, "go")[0]
	for i := range 250 {
		a.analysed("refs/heads/main", commit, fmt.Sprint(i))
	}
	a.repo.AddCodeAlert(githubtest.CodeAlert{})
	l := a.listed(github.CodeScanning, a.main())
	require.Equal(t, 3, a.fake.Calls(analysesOf))
	require.Contains(t, l.Proof, "and 241 more")

	for range 300 {
		a.analysed("refs/heads/main", a.repo.Ref("refs/pull/1/head"), "go")
	}
	a.refused(github.CodeScanning, a.main(), gate.Missing)
	require.Equal(t, 4, a.fake.Calls(analysesOf), "what is not among the newest is not the newest")
}

func TestAnalysesThatCannotBeListed(t *testing.T) {
	for name, fault := range broken(t) {
		if name == "for ever" || name == "null" || name == "alerts without names" || name == "alert number 0" || name == "alert number text" || name == "nothing" {
			continue // they are no analyses, and say nothing of the commit
		}
		t.Run(name, func(t *testing.T) {
			a := newAlerting(t)
			a.add(github.CodeScanning, 3)
			fault.Operation = analysesOf
			a.fake.Fault(fault)
			l := a.refused(github.CodeScanning, a.main(), gate.Unavailable)
			require.Zero(t, l.Alerts)
			require.Zero(t, a.fake.Calls(listOf[github.CodeScanning]))
		})
	}
	a := newAlerting(t)
	a.add(github.CodeScanning, 3)
	for _, body := range []string{"null", "[]", "[{}]", ""} {
		a.fake.Fault(githubtest.Fault{Operation: analysesOf, Status: 200, Body: body})
		_, err := a.list(github.CodeScanning, a.main())
		require.Error(t, err, body)
	}
}
