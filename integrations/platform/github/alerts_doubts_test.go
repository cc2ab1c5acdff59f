package github_test

import (
	"testing"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// A page was full, and the oldest alert is not told any more: nobody can say that all of them came.
func TestAFullPageIsNoEndWithoutTheOldestAlert(t *testing.T) {
	a := newAlerting(t)
	a.add(github.Dependabot, 100)
	a.listed(github.Dependabot, a.main())
	a.fake.Fault(githubtest.Fault{Operation: listOf[github.Dependabot], After: 1, DropItems: true})
	a.refused(github.Dependabot, a.main(), gate.Partial, "it ended with page 1")
}

// Whether an alert changed while pages were read is not known where it does not say when it did.
func TestAnAlertThatDoesNotSayWhenItChanged(t *testing.T) {
	a := newAlerting(t)
	a.add(github.CodeScanning, 150)
	a.listed(github.CodeScanning, a.main())
	a.fake.Fault(githubtest.Fault{Operation: listOf[github.CodeScanning], After: 3, Edit: func(answer any) any {
		delete(answer.([]any)[0].(map[string]any), "updated_at")
		return answer
	}})
	a.refused(github.CodeScanning, a.main(), gate.Partial, "changed while it was read")
}

// Analyses of two commits may come in between each other: one that failed is not behind the end of the first page.
func TestAnalysesOfTwoCommitsAtTheEndOfAPage(t *testing.T) {
	a := newAlerting(t)
	a.repo.AddAnalysis(githubtest.Analysis{Tool: "Semgrep", Error: "it fell over"})
	a.repo.AddAnalysis(githubtest.Analysis{CommitSHA: a.pull.HeadSHA})
	for range 99 {
		a.repo.AddAnalysis(githubtest.Analysis{})
	}
	a.refused(github.CodeScanning, a.main(), gate.Partial, "the analysis by Semgrep", "failed: it fell over")
}
