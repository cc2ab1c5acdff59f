package githubtest

import (
	"net/http"
	"time"
)

// rerunnable is how long after its beginning a run can be run again.
const rerunnable = 30 * 24 * time.Hour

// OnRerun has a function called with the id of a run whenever jobs of it are run again, before the request for it is answered. A second run that
// takes its time is started by it in a goroutine.
func (s *Server) OnRerun(f func(run int64)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onRerun = f
}

func listJobs(c *call) answer {
	r := c.run()
	if r == nil {
		return notFound()
	}
	jobs := r.latest()
	if c.value("filter") == "all" {
		jobs = r.Jobs
	}
	return counted(c, "jobs", jobs, (*Job).shape)
}

func rerunFailedJobs(c *call) answer {
	r := c.run()
	if r == nil {
		return notFound()
	}
	return c.rerun(r, func(j *Job) bool { return j.Conclusion != "success" && j.Conclusion != "skipped" })
}

func rerunJob(c *call) answer {
	for _, r := range c.repository.Runs {
		for _, j := range r.Jobs {
			if j.ID == c.number("job_id") {
				return c.rerun(r, func(other *Job) bool { return other == j })
			}
		}
	}
	return notFound()
}

// rerun begins another attempt of a run, in which the jobs that are chosen wait, and the others are as they were.
func (c *call) rerun(r *Run, chosen func(*Job) bool) answer {
	c.decode(&struct {
		Logging  bool `json:"enable_debug_logging"`
		Debugger bool `json:"enable_debugger"`
	}{})
	switch {
	case r.Status != "completed":
		return refused(http.StatusForbidden, "This workflow is already running")
	case c.clock().Sub(r.Created) > rerunnable || r.Conclusion == "success" && c.operation.id == "actions/re-run-workflow-failed-jobs":
		return refused(http.StatusForbidden, "This workflow run cannot be retried")
	}
	before := r.latest()
	r.Attempt, r.Status, r.Conclusion = r.Attempt+1, "queued", ""
	for _, j := range before {
		again := &Job{ID: c.id(), Name: j.Name, Attempt: r.Attempt, Status: j.Status, Conclusion: j.Conclusion, run: r}
		if chosen(j) {
			again.Status, again.Conclusion = "queued", ""
		}
		r.Jobs = append(r.Jobs, again)
	}
	if tell := c.onRerun; tell != nil {
		c.later = func() { tell(r.ID) }
	}
	return answer{status: http.StatusCreated, body: object{}}
}
