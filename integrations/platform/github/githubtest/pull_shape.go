package githubtest

// listed is a pull request as lists have it.
func (p *Pull) listed() object {
	r, s := p.repository, p.repository.server
	at := func(rest string) string { return r.at("/pulls/%d%s", p.Number, rest) }
	issue := r.at("/issues/%d", p.Number)
	page := r.page("/pull/%d", p.Number)
	statuses := r.at("/statuses/%s", p.HeadSHA)
	all := object{
		"id": p.ID, "node_id": nodeID("PR", p.ID), "number": p.Number, "state": p.State, "locked": p.Locked, "draft": p.Draft, "title": p.Title,
		"body": orNull(p.Body), "user": s.brief(p.User), "author_association": r.association(p.User, p.Association),
		"labels": []any{}, "milestone": nil, "assignee": nil, "assignees": []any{}, "requested_reviewers": []any{}, "requested_teams": []any{},
		"active_lock_reason": nil, "auto_merge": nil, "merge_commit_sha": p.MergeSHA, "created_at": stamp(p.Created), "updated_at": stamp(p.Updated),
		"closed_at": stampOrNull(p.Closed), "merged_at": stampOrNull(p.Merged), "head": p.head(), "base": p.base(),
		"url": at(""), "html_url": page, "diff_url": page + ".diff", "patch_url": page + ".patch", "issue_url": issue, "commits_url": at("/commits"),
		"review_comments_url": at("/comments"), "review_comment_url": r.at("/pulls/comments{/number}"), "comments_url": issue + "/comments",
		"statuses_url": statuses,
	}
	all["_links"] = links(object{"self": at(""), "html": page, "issue": issue, "comments": issue + "/comments", "review_comments": at("/comments"),
		"review_comment": r.at("/pulls/comments{/number}"), "commits": at("/commits"), "statuses": statuses})
	return all
}

func links(addresses object) object {
	all := object{}
	for name, to := range addresses {
		all[name] = object{"href": to}
	}
	return all
}

func (p *Pull) head() object {
	side := object{"label": label(p.headOwner, p.HeadRef), "ref": p.HeadRef, "sha": p.HeadSHA, "repo": nil,
		"user": p.repository.server.brief(p.headOwner)}
	if p.HeadRepo != nil {
		side["repo"] = p.HeadRepo.whole()
	}
	return side
}

func (p *Pull) base() object {
	r := p.repository
	return object{"label": label(r.Owner, p.BaseRef), "ref": p.BaseRef, "sha": p.BaseSHA, "repo": r.whole(), "user": r.server.brief(r.Owner)}
}

// whole is a pull request as it is told alone.
func (p *Pull) whole() object {
	all := p.listed()
	additions, deletions, changed := 0, 0, p.changes()
	for _, c := range changed {
		additions, deletions = additions+c.additions, deletions+c.deletions
	}
	all["additions"], all["deletions"], all["changed_files"] = additions, deletions, len(changed)
	all["commits"], all["comments"], all["review_comments"] = len(p.commits()), len(p.repository.commentsOf(p.Number)), 0
	all["merged"], all["merged_by"], all["maintainer_can_modify"] = !p.Merged.IsZero(), nil, false
	all["mergeable"], all["rebaseable"], all["mergeable_state"] = true, true, "clean"
	if p.State == "closed" {
		all["mergeable"], all["rebaseable"], all["mergeable_state"] = nil, nil, "unknown"
	}
	return all
}

// minimal is a pull request as runs and check runs name it.
func (p *Pull) minimal() object {
	head := object{"ref": p.HeadRef, "sha": p.HeadSHA, "repo": p.repository.link()}
	if p.HeadRepo != nil {
		head["repo"] = p.HeadRepo.link()
	}
	return object{"id": p.ID, "number": p.Number, "url": p.repository.at("/pulls/%d", p.Number), "head": head,
		"base": object{"ref": p.BaseRef, "sha": p.BaseSHA, "repo": p.repository.link()}}
}
