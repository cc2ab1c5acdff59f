package github_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// A matrix of which one part is not done yet.
func TestWhatUsuallyAnalysesIsMissedAndTheRestIsTold(t *testing.T) {
	a := newAlerting(t)
	a.history(1, "python")
	a.history(4, "go", "js")
	a.history(1, "go")
	a.refused(github.CodeScanning, a.main(), gate.Missing, "CodeQL (/language:js) has not analysed commit", "it analysed 4 of the 5 other ones", "needs: [JOB]")

	a = newAlerting(t)
	a.history(1, "python")
	a.history(2, "go", "js")
	a.history(2, "go")
	commit := a.history(1, "go")[0]
	l := a.listed(github.CodeScanning, a.main())
	require.Equal(t, commit, l.Commit)
	require.Contains(t, said(l), "no analysis of this commit, so that nothing new of it is listed: CodeQL (/language:js) (the newest is of ")
	require.Contains(t, said(l), "CodeQL (/language:python) (the newest is of ")

	a = newAlerting(t)
	a.history(2, "go", "js")
	a.history(3, "go")
	require.Contains(t, said(a.listed(github.CodeScanning, a.main())), "js", "half of them is not most of them")

	a = newAlerting(t)
	a.history(2, "go", "js")
	a.history(1, "go")
	require.Contains(t, said(a.listed(github.CodeScanning, a.main())), "js", "two commits do not make a habit")
}

func TestWhatUsuallyAnalysesChanges(t *testing.T) {
	a := newAlerting(t)
	a.history(4, "go", "js", "scorecard")
	others := func(n int, languages ...string) {
		for range n {
			pull := a.repo.AddPull(githubtest.Pull{HeadRef: "feature"})
			for _, language := range languages {
				a.analysed(fmt.Sprintf("refs/pull/%d/merge", pull.Number), pull.MergeSHA, language)
			}
			a.repo.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"app.js": fmt.Sprint(pull.Number)}})
		}
	}
	others(1, "terraform")
	others(3, "go", "js")
	a.pull = a.repo.AddPull(githubtest.Pull{HeadRef: "feature"})
	a.analysed(a.mergeRef(), a.pull.MergeSHA, "go")
	a.refused(github.CodeScanning, a.change(), gate.Missing, "CodeQL (/language:js)", "it analysed 3 of the 4 other ones")

	a.analysed(a.mergeRef(), a.pull.MergeSHA, "js")
	l := a.listed(github.CodeScanning, a.change())
	require.Contains(t, said(l), "CodeQL (/language:scorecard) (the newest is of ", "it runs on the branch only")
	require.Contains(t, said(l), "CodeQL (/language:terraform) (the newest is of ", "it runs for some changes only")

	a.analysed(a.headRef(), a.repo.Ref("refs/heads/main"), "ruby")
	a.refused(github.CodeScanning, a.change(), gate.Missing, "CodeQL (/language:ruby)", "it has analysed this change before")
}

func TestAnAnalysisThatFailedLeavesAPart(t *testing.T) {
	a := newAlerting(t)
	failed := a.analysed("refs/heads/main", a.main().Subject.Commit, "go")
	failed.Error = "it ran out of memory"
	a.refused(github.CodeScanning, a.main(), gate.Partial, "the analysis by CodeQL (/language:go) failed: it ran out of memory")
	again := a.analysed("refs/heads/main", a.main().Subject.Commit, "go")
	again.Warning = "12 results were left out"
	again.Created = longAgo.Add(time.Minute)
	l := a.listed(github.CodeScanning, a.main())
	require.Contains(t, said(l), "CodeQL (/language:go): 12 results were left out")
	require.Equal(t, again.Created, l.Made)
}
