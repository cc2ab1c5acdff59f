package githubtest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-github/v62/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRunsAreListed(t *testing.T) {
	w := newWorld(t)
	newer := w.repo.AddRun(Run{Event: "pull_request", HeadBranch: "feature", Status: "in_progress", Created: Start.Add(time.Minute)})
	scan := w.repo.AddRun(Run{Path: ".github/workflows/scan.yml", Name: "scan", Conclusion: "success"})
	ids := func(o *github.ListWorkflowRunsOptions) (all []int64) {
		some, _, err := w.client.Actions.ListRepositoryWorkflowRuns(t.Context(), "acme", "shop", o)
		require.NoError(t, err)
		for _, r := range some.WorkflowRuns {
			all = append(all, r.GetID())
		}
		assert.Equal(t, len(all), some.GetTotalCount())
		return all
	}
	assert.Equal(t, []int64{newer.ID, scan.ID, w.run.ID}, ids(nil))
	assert.Equal(t, []int64{newer.ID, w.run.ID}, ids(&github.ListWorkflowRunsOptions{HeadSHA: w.pull.HeadSHA}))
	assert.Equal(t, []int64{w.run.ID}, ids(&github.ListWorkflowRunsOptions{Event: "pull_request", Status: "completed"}))
	assert.Equal(t, []int64{scan.ID}, ids(&github.ListWorkflowRunsOptions{Status: "success"}))
	assert.Equal(t, []int64{scan.ID}, ids(&github.ListWorkflowRunsOptions{Branch: "main"}))

	byName, _, err := w.client.Actions.ListWorkflowRunsByFileName(t.Context(), "acme", "shop", "gate.yml",
		&github.ListWorkflowRunsOptions{Event: "pull_request", ListOptions: github.ListOptions{PerPage: 1}})
	require.NoError(t, err)
	assert.Equal(t, newer.ID, byName.WorkflowRuns[0].GetID())
	assert.Equal(t, 2, byName.GetTotalCount())
	byID, _, err := w.client.Actions.ListWorkflowRunsByID(t.Context(), "acme", "shop", byName.WorkflowRuns[0].GetWorkflowID(), nil)
	require.NoError(t, err)
	assert.Equal(t, 2, byID.GetTotalCount())
	_, _, err = w.client.Actions.ListWorkflowRunsByFileName(t.Context(), "acme", "shop", "none.yml", nil)
	assert.Equal(t, 404, statusOf(t, err))
	w.repo.AddWorkflow(".github/workflows/new.yml")
	byName, _, err = w.client.Actions.ListWorkflowRunsByFileName(t.Context(), "acme", "shop", "new.yml", nil)
	require.NoError(t, err)
	assert.Zero(t, byName.GetTotalCount())

	got, _, err := w.client.Actions.GetWorkflowRunByID(t.Context(), "acme", "shop", w.run.ID)
	require.NoError(t, err)
	assert.Equal(t, ".github/workflows/gate.yml", w.run.Path)
	assert.Equal(t, 1, got.PullRequests[0].GetNumber())
	assert.Equal(t, w.pull.HeadSHA, got.GetHeadCommit().GetID())
	assert.Equal(t, w.repo.ID, got.GetHeadRepository().GetID())
}

func TestFailedJobsRunAgain(t *testing.T) {
	w := newWorld(t)
	var again []int64
	w.OnRerun(func(run int64) {
		assert.Equal(t, 2, w.Calls("actions/re-run-workflow-failed-jobs")+1, "the state is free")
		again = append(again, run)
	})
	_, err := w.client.Actions.RerunFailedJobsByID(t.Context(), "acme", "shop", w.run.ID)
	require.NoError(t, err)
	assert.Equal(t, []int64{w.run.ID}, again)
	got, _, err := w.client.Actions.GetWorkflowRunByID(t.Context(), "acme", "shop", w.run.ID)
	require.NoError(t, err)
	assert.Equal(t, 2, got.GetRunAttempt())
	assert.Equal(t, "queued", got.GetStatus())

	states := func(filter string) (all []string) {
		jobs, _, err := w.client.Actions.ListWorkflowJobs(t.Context(), "acme", "shop", w.run.ID, &github.ListWorkflowJobsOptions{Filter: filter})
		require.NoError(t, err)
		for _, j := range jobs.Jobs {
			all = append(all, fmt.Sprintf("%d %s %s%s", j.GetRunAttempt(), j.GetName(), j.GetStatus(), j.GetConclusion()))
		}
		return all
	}
	assert.Equal(t, []string{"2 gate queued", "2 build completedsuccess"}, states("latest"))
	assert.Equal(t, []string{"1 gate completedfailure", "1 build completedsuccess", "2 gate queued", "2 build completedsuccess"}, states("all"))

	_, err = w.client.Actions.RerunFailedJobsByID(t.Context(), "acme", "shop", w.run.ID)
	assert.Equal(t, 403, statusOf(t, err), "it runs already")
	w.run.Finish("success")
	assert.Equal(t, []string{"2 gate completedsuccess", "2 build completedsuccess"}, states("latest"))
	_, err = w.client.Actions.RerunFailedJobsByID(t.Context(), "acme", "shop", w.run.ID)
	assert.Equal(t, 403, statusOf(t, err), "nothing has failed")
	_, err = w.client.Actions.RerunFailedJobsByID(t.Context(), "acme", "shop", 1)
	assert.Equal(t, 404, statusOf(t, err))
}

func TestAJobRunsAgain(t *testing.T) {
	w := newWorld(t)
	_, err := w.client.Actions.RerunJobByID(t.Context(), "acme", "shop", w.run.Jobs[1].ID)
	require.NoError(t, err)
	assert.Equal(t, "queued", w.run.Jobs[3].Status)
	assert.Equal(t, "failure", w.run.Jobs[2].Conclusion)
	w.Do(func() { w.run.Status, w.run.Created = "completed", Start.AddDate(0, 0, -31) })
	_, err = w.client.Actions.RerunJobByID(t.Context(), "acme", "shop", w.run.Jobs[2].ID)
	assert.Equal(t, 403, statusOf(t, err), "too old")
	_, err = w.client.Actions.RerunJobByID(t.Context(), "acme", "shop", 1)
	assert.Equal(t, 404, statusOf(t, err))
}

func TestAnArtifactIsFetchedWithoutTheToken(t *testing.T) {
	w := newWorld(t)
	all, _, err := w.client.Actions.ListWorkflowRunArtifacts(t.Context(), "acme", "shop", w.run.ID, nil)
	require.NoError(t, err)
	require.Len(t, all.Artifacts, 1)
	at, _, err := w.client.Actions.DownloadArtifact(t.Context(), "acme", "shop", all.Artifacts[0].GetID(), 0)
	require.NoError(t, err)
	api, err := w.client.BaseURL.Parse("/")
	require.NoError(t, err)
	assert.NotEqual(t, api.Host, at.Host)

	response, err := http.Get(at.String())
	require.NoError(t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	assert.Equal(t, "decision.json", archive.File[0].Name)
	assert.EqualValues(t, len(content), all.Artifacts[0].GetSizeInBytes())
	assert.Equal(t, 1, w.Calls("storage"))

	body := w.ask(t, "GET", fmt.Sprintf("/repos/acme/shop/actions/runs/%d/artifacts?name=other", w.run.ID), "").(object)
	assert.EqualValues(t, 0, body["total_count"])
	w.Do(func() { w.run.Artifacts[0].Expired = true })
	_, _, err = w.client.Actions.DownloadArtifact(t.Context(), "acme", "shop", all.Artifacts[0].GetID(), 0)
	assert.ErrorContains(t, err, "410")
}

// A client that takes the token along fails the test, whoever wrote it.
func TestTheStorageNeverSeesTheToken(t *testing.T) {
	objections, w := watched(t)
	at := fmt.Sprintf("/repos/acme/shop/actions/artifacts/%d/zip", w.run.Artifacts[0].ID)
	response := w.send(t, "GET", at, "")
	require.NoError(t, response.Body.Close())
	assert.Empty(t, objections.objections())
	to := response.Header.Get("Location")
	for _, address := range []string{to, to + "x"} {
		response, err := http.Get(address)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, map[bool]int{true: 200, false: 403}[address == to], response.StatusCode)
	}
	assert.Empty(t, objections.objections())
	response = w.send(t, "GET", to, "")
	require.NoError(t, response.Body.Close())
	assert.Contains(t, objections.objections(), "the token was sent to the storage")
}

func TestCheckRuns(t *testing.T) {
	w := newWorld(t)
	head := w.repo.Ref("feature")
	some := func(n int) (all []*github.CheckRunAnnotation) {
		for i := range n {
			all = append(all, &github.CheckRunAnnotation{Path: github.String("main.go"), StartLine: github.Int(i + 1), EndLine: github.Int(i + 1),
				AnnotationLevel: github.String("failure"), Message: github.String("m")})
		}
		return all
	}
	output := func(n int) *github.CheckRunOutput {
		return &github.CheckRunOutput{Title: github.String("2 defects"), Summary: github.String("s"), Annotations: some(n)}
	}
	made, _, err := w.client.Checks.CreateCheckRun(t.Context(), "acme", "shop", github.CreateCheckRunOptions{Name: "defectgate", HeadSHA: head,
		Status: github.String("in_progress"), Output: output(50)})
	require.NoError(t, err)
	assert.Equal(t, 1, made.PullRequests[0].GetNumber())
	changed, _, err := w.client.Checks.UpdateCheckRun(t.Context(), "acme", "shop", made.GetID(), github.UpdateCheckRunOptions{Name: "defectgate",
		Conclusion: github.String("failure"), CompletedAt: &github.Timestamp{Time: Start}, Output: output(3)})
	require.NoError(t, err)
	assert.Equal(t, 53, changed.GetOutput().GetAnnotationsCount())
	assert.Equal(t, "completed failure", changed.GetStatus()+" "+changed.GetConclusion())

	list, _, err := w.client.Checks.ListCheckRunsForRef(t.Context(), "acme", "shop", "heads/feature", &github.ListCheckRunsOptions{
		CheckName: github.String("defectgate")})
	require.NoError(t, err)
	require.Equal(t, 1, list.GetTotal())
	assert.Equal(t, made.GetID(), list.CheckRuns[0].GetID())

	_, _, err = w.client.Checks.CreateCheckRun(t.Context(), "acme", "shop", github.CreateCheckRunOptions{Name: "defectgate", HeadSHA: "none"})
	assert.Equal(t, 422, statusOf(t, err))
	_, _, err = w.client.Checks.CreateCheckRun(t.Context(), "acme", "shop", github.CreateCheckRunOptions{Name: "defectgate", HeadSHA: head,
		Status: github.String("completed")})
	assert.Equal(t, 422, statusOf(t, err))
	other := clientOf(t, w.Server, w.AddToken(Token{Permissions: Permissions{"checks": "write"}}))
	_, _, err = other.Checks.UpdateCheckRun(t.Context(), "acme", "shop", made.GetID(), github.UpdateCheckRunOptions{Name: "defectgate"})
	assert.Equal(t, 403, statusOf(t, err), "of another app")
	person := clientOf(t, w.Server, w.AddToken(Token{User: w.dana, Permissions: Permissions{"checks": "write"}}))
	_, _, err = person.Checks.CreateCheckRun(t.Context(), "acme", "shop", github.CreateCheckRunOptions{Name: "defectgate", HeadSHA: head})
	assert.Equal(t, 403, statusOf(t, err), "of no app")
}

func TestMoreThanFiftyAnnotations(t *testing.T) {
	objections, w := watched(t)
	w.ask(t, "POST", "/repos/acme/shop/check-runs", manyAnnotations(51, w.pull.HeadSHA))
	assert.Equal(t, 422, w.status)
	assert.Contains(t, objections.objections(), "annotations")
	w.ask(t, "POST", "/repos/acme/shop/check-runs", manyAnnotations(50, w.pull.HeadSHA))
	assert.Equal(t, 201, w.status)
	assert.Empty(t, objections.objections())
}

func TestStatuses(t *testing.T) {
	w := newWorld(t)
	head := w.repo.Ref("feature")
	state := func() (all []string) {
		w.Do(func() {
			for _, one := range w.repo.Statuses {
				all = append(all, one.Context+" "+one.State)
			}
		})
		return all
	}
	set := func(context, to, description string) error {
		_, _, err := w.client.Repositories.CreateStatus(t.Context(), "acme", "shop", head, &github.RepoStatus{State: &to, Context: &context,
			Description: &description})
		return err
	}
	assert.Empty(t, state())
	require.NoError(t, set("defectgate", "failure", "2 defects"))
	require.NoError(t, set("defectgate", "success", "none"))
	require.NoError(t, set("scan", "pending", ""))
	assert.Equal(t, []string{"defectgate failure", "defectgate success", "scan pending"}, state())
	assert.Equal(t, 422, statusOf(t, set("defectgate", "success", string(make([]rune, 141)))))
	head = "none"
	assert.Equal(t, 422, statusOf(t, set("defectgate", "success", "")))
}
