package githubtest

import "strings"

// repositoryLinks are the addresses that every form of a repository has, below that of its own.
var repositoryLinks = map[string]string{
	"archive_url": "/{archive_format}{/ref}", "assignees_url": "/assignees{/user}", "blobs_url": "/git/blobs{/sha}",
	"branches_url":      "/branches{/branch}",
	"collaborators_url": "/collaborators{/collaborator}", "comments_url": "/comments{/number}", "commits_url": "/commits{/sha}",
	"compare_url": "/compare/{base}...{head}", "contents_url": "/contents/{+path}", "contributors_url": "/contributors",
	"deployments_url": "/deployments", "downloads_url": "/downloads", "events_url": "/events", "forks_url": "/forks",
	"git_commits_url": "/git/commits{/sha}",
	"git_refs_url":    "/git/refs{/sha}", "git_tags_url": "/git/tags{/sha}", "hooks_url": "/hooks", "issue_comment_url": "/issues/comments{/number}",
	"issue_events_url": "/issues/events{/number}", "issues_url": "/issues{/number}", "keys_url": "/keys{/key_id}", "labels_url": "/labels{/name}",
	"languages_url": "/languages", "merges_url": "/merges", "milestones_url": "/milestones{/number}",
	"notifications_url": "/notifications{?since,all,participating}", "pulls_url": "/pulls{/number}", "releases_url": "/releases{/id}",
	"stargazers_url": "/stargazers", "statuses_url": "/statuses/{sha}", "subscribers_url": "/subscribers", "subscription_url": "/subscription",
	"tags_url": "/tags", "teams_url": "/teams", "trees_url": "/git/trees{/sha}", "url": "",
}

// whole is a repository in the form that all of GitHub's forms have room for.
func (r *Repository) whole() object {
	all := object{
		"id": r.ID, "node_id": nodeID("R", r.ID), "name": r.Name, "full_name": r.FullName(), "owner": r.server.brief(r.Owner),
		"private": r.Private, "visibility": r.visibility(), "fork": r.Parent != nil, "description": nil, "homepage": nil, "language": nil,
		"mirror_url": nil, "license": nil, "default_branch": r.DefaultBranch, "size": 1, "topics": []any{}, "is_template": false,
		"html_url": r.page(""), "svn_url": r.page(""), "clone_url": r.page(".git"),
		"git_url": r.gitURL("git://", "/"), "ssh_url": r.gitURL("git@", ":"),
		"pushed_at": stamp(r.Created), "created_at": stamp(r.Created), "updated_at": stamp(r.Created),
	}
	for name, rest := range repositoryLinks {
		all[name] = r.at("%s", rest)
	}
	for _, name := range []string{"forks_count", "stargazers_count", "watchers_count", "open_issues_count", "forks", "open_issues", "watchers"} {
		all[name] = 0
	}
	for _, name := range []string{"has_issues", "has_downloads"} {
		all[name] = true
	}
	for _, name := range []string{"has_projects", "has_wiki", "has_pages", "has_discussions", "archived", "disabled"} {
		all[name] = false
	}
	return all
}

// gitURL is the address for a protocol of Git that does not begin with https.
func (r *Repository) gitURL(scheme, separator string) string {
	_, host, _ := strings.Cut(r.server.website, "://")
	return scheme + host + separator + r.FullName() + ".git"
}

// link is a repository in the form that it has within pull requests of runs and checks.
func (r *Repository) link() object {
	return object{"id": r.ID, "url": r.at(""), "name": r.Name}
}
