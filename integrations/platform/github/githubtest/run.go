package githubtest

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"time"
)

// Run is one run of a workflow.
type Run struct {
	ID         int64
	Number     int
	Attempt    int
	Path       string // of the workflow's file
	Name       string
	Event      string
	Status     string // queued, in_progress or completed
	Conclusion string // success, failure and so on; "" as long as it is not completed
	HeadSHA    string
	HeadBranch string
	HeadRepo   *Repository // nil where it is deleted
	Pulls      []*Pull     // none where they come from a fork, as on GitHub
	Actor      *User
	Created    time.Time
	Jobs       []*Job
	Artifacts  []*Artifact

	repository *Repository
}

// Job is one of a run, in one of its attempts.
type Job struct {
	ID         int64
	Name       string
	Attempt    int
	Status     string
	Conclusion string

	run *Run
}

// AddRun adds a run. What is not set is made up: it is the first attempt of .github/workflows/gate.yml, for a push of the default branch, completed
// and failed.
func (r *Repository) AddRun(run Run) *Run {
	s := r.server
	s.mu.Lock()
	defer s.mu.Unlock()
	run.ID, run.Number = s.id(), len(r.Runs)+1
	run.Attempt = cmp.Or(run.Attempt, 1)
	run.Path = cmp.Or(run.Path, ".github/workflows/gate.yml")
	run.Name = cmp.Or(run.Name, "gate")
	run.Event = cmp.Or(run.Event, "push")
	run.HeadBranch = cmp.Or(run.HeadBranch, r.DefaultBranch)
	run.HeadSHA = cmp.Or(run.HeadSHA, r.refs["refs/heads/"+run.HeadBranch])
	run.HeadRepo = cmp.Or(run.HeadRepo, r)
	run.Status, run.Conclusion = outcome(run.Status, run.Conclusion)
	run.Actor = cmp.Or(run.Actor, s.account("author", "User"))
	if run.Created.IsZero() {
		run.Created = s.clock()
	}
	run.repository = r
	r.workflow(run.Path)
	r.Runs = append(r.Runs, &run)
	return &run
}

// outcome fills in what is not said of a status.
func outcome(status, conclusion string) (string, string) {
	switch {
	case status == "" && conclusion == "":
		return "completed", "failure"
	case status == "":
		return "completed", conclusion
	}
	return status, conclusion
}

// AddJob adds a job to the attempt that a run is in.
func (r *Run) AddJob(name, conclusion string) *Job {
	s := r.repository.server
	s.mu.Lock()
	defer s.mu.Unlock()
	j := &Job{ID: s.id(), Name: name, Attempt: r.Attempt, Status: r.Status, Conclusion: conclusion, run: r}
	r.Jobs = append(r.Jobs, j)
	return j
}

// Finish ends a run, with all its jobs of this attempt, in the same way.
func (r *Run) Finish(conclusion string) {
	r.repository.server.mu.Lock()
	defer r.repository.server.mu.Unlock()
	r.Status, r.Conclusion = "completed", conclusion
	for _, j := range r.latest() {
		if j.Status != "completed" {
			j.Status, j.Conclusion = "completed", conclusion
		}
	}
}

// latest are the jobs of the attempt that a run is in.
func (r *Run) latest() []*Job {
	return slices.DeleteFunc(slices.Clone(r.Jobs), func(j *Job) bool { return j.Attempt != r.Attempt })
}

// AddWorkflow has a workflow be there, with its file, before it ever ran.
func (r *Repository) AddWorkflow(file string) {
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	r.workflow(file)
}

// workflow is the id of the workflow with a file.
func (r *Repository) workflow(file string) int64 {
	if r.workflows[file] == 0 {
		r.workflows[file] = r.server.id() - firstID + 50_000_000
	}
	return r.workflows[file]
}

func (c *call) run() *Run {
	for _, r := range c.repository.Runs {
		if r.ID == c.number("run_id") {
			return r
		}
	}
	return nil
}

// runs are those that the parameters leave of a repository's, the newest first.
func (c *call) runs(of func(*Run) bool) []*Run {
	event, status, sha := c.value("event"), c.value("status"), c.value("head_sha")
	branch, actor := c.value("branch"), c.value("actor")
	c.has("exclude_pull_requests") // changes what is told of a run, see below
	all := slices.DeleteFunc(slices.Clone(c.repository.Runs), func(r *Run) bool {
		return !of(r) || event != "" && r.Event != event || status != "" && r.Status != status && r.Conclusion != status ||
			sha != "" && r.HeadSHA != sha || branch != "" && r.HeadBranch != branch || actor != "" && r.Actor.Login != actor
	})
	slices.Reverse(all)
	slices.SortStableFunc(all, func(a, b *Run) int { return b.Created.Compare(a.Created) })
	return all
}

// shape tells of a run, without its pull requests where that is asked for.
func (c *call) shape(r *Run) object {
	all := r.shape()
	if c.value("exclude_pull_requests") == "true" {
		all["pull_requests"] = []any{}
	}
	return all
}

func listRuns(c *call) answer {
	return counted(c, "workflow_runs", c.runs(func(*Run) bool { return true }), c.shape)
}

// listWorkflowRuns takes the id of a workflow, or the name of its file.
func listWorkflowRuns(c *call) answer {
	asked := c.parameters["workflow_id"]
	for file, id := range c.repository.workflows {
		if path.Base(file) == asked || strconv.FormatInt(id, 10) == asked {
			return counted(c, "workflow_runs", c.runs(func(r *Run) bool { return r.Path == file }), c.shape)
		}
	}
	return notFound()
}

func getRun(c *call) answer {
	if r := c.run(); r != nil {
		return ok(c.shape(r))
	}
	return notFound()
}
