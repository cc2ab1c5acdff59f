package githubtest

func (r *Run) shape() object {
	of, s := r.repository, r.repository.server
	at := of.at("/actions/runs/%d", r.ID)
	suite := of.at("/check-suites/%d", r.ID)
	all := object{
		"id": r.ID, "node_id": nodeID("WFR", r.ID), "name": r.Name, "display_title": r.Name, "path": r.Path, "workflow_id": of.workflow(r.Path),
		"workflow_url": of.at("/actions/workflows/%d", of.workflow(r.Path)), "run_number": r.Number, "run_attempt": r.Attempt, "event": r.Event,
		"status": r.Status, "conclusion": orNull(r.Conclusion), "head_sha": r.HeadSHA, "head_branch": orNull(r.HeadBranch),
		"check_suite_id": r.ID, "check_suite_node_id": nodeID("CS", r.ID), "check_suite_url": suite,
		"actor": s.brief(r.Actor), "triggering_actor": s.brief(r.Actor), "run_started_at": stamp(r.Created), "created_at": stamp(r.Created),
		"updated_at": stamp(r.Created), "url": at, "html_url": of.page("/actions/runs/%d", r.ID), "jobs_url": at + "/jobs", "logs_url": at + "/logs",
		"artifacts_url": at + "/artifacts", "cancel_url": at + "/cancel", "rerun_url": at + "/rerun", "previous_attempt_url": nil,
		"pull_requests": rendered(r.Pulls, (*Pull).minimal), "head_commit": r.headCommit(), "repository": of.whole(), "head_repository": nil,
	}
	if r.HeadRepo != nil {
		all["head_repository"] = r.HeadRepo.whole()
	}
	return all
}

func (r *Run) headCommit() any {
	c := r.repository.store.commits[r.HeadSHA]
	if c == nil {
		return nil
	}
	return object{"id": c.sha, "tree_id": c.tree, "message": c.message, "timestamp": stamp(c.committer.at),
		"author":    object{"name": c.author.name, "email": c.author.email},
		"committer": object{"name": c.committer.name, "email": c.committer.email}}
}

func (j *Job) shape() object {
	r := j.run
	of := r.repository
	completed := any(nil)
	if j.Status == "completed" {
		completed = stamp(r.Created)
	}
	return object{
		"id": j.ID, "node_id": nodeID("CR", j.ID), "run_id": r.ID, "run_attempt": j.Attempt, "run_url": of.at("/actions/runs/%d", r.ID),
		"head_sha": r.HeadSHA, "head_branch": orNull(r.HeadBranch), "url": of.at("/actions/jobs/%d", j.ID),
		"html_url": of.page("/actions/runs/%d/job/%d", r.ID, j.ID), "check_run_url": of.at("/check-runs/%d", j.ID), "name": j.Name,
		"workflow_name": r.Name, "status": j.Status, "conclusion": orNull(j.Conclusion), "created_at": stamp(r.Created),
		"started_at": stamp(r.Created), "completed_at": completed, "labels": []any{"ubuntu-latest"}, "runner_id": nil, "runner_name": nil,
		"runner_group_id": nil, "runner_group_name": nil, "steps": []any{},
	}
}
