package githubtest

import (
	"cmp"
	"net/http"
	"slices"
	"time"
)

// CheckRun is a check of a commit, as the API has been told of it.
type CheckRun struct {
	ID          int64
	Name        string
	HeadSHA     string
	Status      string
	Conclusion  string
	DetailsURL  string
	ExternalID  string
	Title       string
	Summary     string
	Text        string
	Annotations []Annotation // those of all requests
	Actions     []CheckAction
	App         *App
	Started     time.Time
	Completed   time.Time

	repository *Repository
}

// Annotation is a remark of a check run at lines of a file.
type Annotation struct {
	Path        string `json:"path"`
	StartLine   int    `json:"start_line"`
	EndLine     int    `json:"end_line"`
	StartColumn int    `json:"start_column"`
	EndColumn   int    `json:"end_column"`
	Level       string `json:"annotation_level"`
	Message     string `json:"message"`
	Title       string `json:"title"`
	Details     string `json:"raw_details"`
}

// CheckAction is a button that a check run shows.
type CheckAction struct {
	Label       string `json:"label"`
	Description string `json:"description"`
	Identifier  string `json:"identifier"`
}

// askedCheck is what a request says of a check run. What it does not say stays as it is.
type askedCheck struct {
	Name       string        `json:"name"`
	HeadSHA    string        `json:"head_sha"`
	DetailsURL string        `json:"details_url"`
	ExternalID string        `json:"external_id"`
	Status     string        `json:"status"`
	Conclusion string        `json:"conclusion"`
	Started    time.Time     `json:"started_at"`
	Completed  time.Time     `json:"completed_at"`
	Actions    []CheckAction `json:"actions"`
	Output     *struct {
		Title       string       `json:"title"`
		Summary     string       `json:"summary"`
		Text        string       `json:"text"`
		Annotations []Annotation `json:"annotations"`
	} `json:"output"`
}

// AddCheckRun adds a check run that some app has made.
func (r *Repository) AddCheckRun(c CheckRun) *CheckRun {
	s := r.server
	s.mu.Lock()
	defer s.mu.Unlock()
	c.ID, c.repository = s.id(), r
	c.App, c.Status = cmp.Or(c.App, s.actions()), cmp.Or(c.Status, "queued")
	if c.Conclusion != "" {
		c.Status = "completed"
	}
	r.CheckRuns = append(r.CheckRuns, &c)
	return &c
}

func createCheckRun(c *call) answer {
	var asked askedCheck
	c.decode(&asked)
	switch {
	case c.token.App == nil:
		return refused(http.StatusForbidden, "You must authenticate via a GitHub App.")
	case c.repository.store.commits[asked.HeadSHA] == nil:
		return unprocessable("No commit found for SHA: %s", asked.HeadSHA)
	}
	run := &CheckRun{ID: c.id(), HeadSHA: asked.HeadSHA, Status: "queued", App: c.token.App, Started: c.clock(), repository: c.repository}
	if !run.take(asked, c.clock()) {
		return unprocessable("Invalid request: a check run that is completed has a conclusion")
	}
	c.repository.CheckRuns = append(c.repository.CheckRuns, run)
	return created(run.shape())
}

func updateCheckRun(c *call) answer {
	var asked askedCheck
	c.decode(&asked)
	for _, run := range c.repository.CheckRuns {
		switch {
		case run.ID != c.number("check_run_id"):
		case run.App != c.token.App:
			return refused(http.StatusForbidden, "Invalid app_id `%d` - check run can only be modified by the GitHub App that created it.", run.App.ID)
		case !run.take(asked, c.clock()):
			return unprocessable("Invalid request: a check run that is completed has a conclusion")
		default:
			return ok(run.shape())
		}
	}
	return notFound()
}

// take makes of a check run what a request says. Annotations are added to those that there are.
func (c *CheckRun) take(asked askedCheck, now time.Time) bool {
	if asked.Status == "completed" && asked.Conclusion == "" {
		return false
	}
	c.Name, c.DetailsURL, c.ExternalID = cmp.Or(asked.Name, c.Name), cmp.Or(asked.DetailsURL, c.DetailsURL), cmp.Or(asked.ExternalID, c.ExternalID)
	c.Status, c.Conclusion = cmp.Or(asked.Status, c.Status), cmp.Or(asked.Conclusion, c.Conclusion)
	if !asked.Started.IsZero() {
		c.Started = asked.Started
	}
	if asked.Conclusion != "" {
		c.Status, c.Completed = "completed", now
	}
	if !asked.Completed.IsZero() {
		c.Status, c.Completed = "completed", asked.Completed
	}
	if asked.Actions != nil {
		c.Actions = asked.Actions
	}
	if out := asked.Output; out != nil {
		c.Title, c.Summary, c.Text = cmp.Or(out.Title, c.Title), out.Summary, out.Text
		c.Annotations = append(c.Annotations, out.Annotations...)
	}
	return true
}

func (c *CheckRun) shape() object {
	r := c.repository
	at := r.at("/check-runs/%d", c.ID)
	var pulls []*Pull
	for _, p := range r.Pulls {
		if p.HeadSHA == c.HeadSHA && p.State == "open" {
			pulls = append(pulls, p)
		}
	}
	return object{
		"id": c.ID, "node_id": nodeID("CR", c.ID), "name": c.Name, "head_sha": c.HeadSHA, "external_id": c.ExternalID, "url": at,
		"html_url": r.page("/runs/%d", c.ID), "details_url": orNull(c.DetailsURL), "status": c.Status, "conclusion": orNull(c.Conclusion),
		"started_at": stampOrNull(c.Started), "completed_at": stampOrNull(c.Completed), "check_suite": object{"id": c.ID},
		"app": r.server.integration(c.App), "pull_requests": rendered(pulls, (*Pull).minimal),
		"output": object{"title": orNull(c.Title), "summary": orNull(c.Summary), "text": orNull(c.Text), "annotations_count": len(c.Annotations),
			"annotations_url": at + "/annotations"},
	}
}

// listCheckRuns gives for each name and app the newest, or all.
func listCheckRuns(c *call) answer {
	at, found := c.repository.resolve(c.parameters["ref"])
	if !found {
		return unprocessable("No commit found for SHA: %s", c.parameters["ref"])
	}
	name, status, every := c.value("check_name"), c.value("status"), c.value("filter") == "all"
	var all []*CheckRun
	for _, run := range slices.Backward(c.repository.CheckRuns) {
		if run.HeadSHA != at.sha || name != "" && run.Name != name {
			continue
		}
		newer := slices.ContainsFunc(all, func(other *CheckRun) bool { return other.Name == run.Name && other.App == run.App })
		if every || !newer {
			all = append(all, run)
		}
	}
	all = slices.DeleteFunc(all, func(run *CheckRun) bool { return status != "" && run.Status != status })
	return counted(c, "check_runs", all, (*CheckRun).shape)
}
