package github

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"strings"

	"github.com/google/go-github/v62/github"

	"github.com/defectgate/defectgate/gate"
)

// Tip gives the newest commit of a branch.
func (c *Client) Tip(ctx context.Context, branch string) (string, error) {
	ref, _, err := c.api.Git.GetRef(ctx, c.owner, c.name, "refs/heads/"+branch)
	if err != nil {
		return "", c.problem(fmt.Sprintf("read the branch %q", branch), readContents, err)
	}
	return ref.GetObject().GetSHA(), nil
}

// BaseOf gives the branch into which a pull request is to be merged by now: a run that is run again keeps the one of its event.
func (c *Client) BaseOf(ctx context.Context, number int64) (string, error) {
	if number < 1 {
		return "", fmt.Errorf("there is no pull request %d", number)
	}
	change, _, err := c.api.PullRequests.Get(ctx, c.owner, c.name, int(number))
	if err != nil {
		return "", c.problem("read the pull request", readChanges, err)
	}
	return change.GetBase().GetRef(), nil
}

// File gives a file as it is in a commit; nil where there is none.
func (c *Client) File(ctx context.Context, commit, name string) ([]byte, error) {
	clean := path.Clean(strings.ReplaceAll(name, `\`, "/"))
	if strings.HasPrefix(clean, "../") || path.IsAbs(clean) || clean == ".." || clean == "." || strings.ContainsAny(clean, "?#\x00") {
		return nil, fmt.Errorf("%q is no file of the repository", gate.CleanLine(name, 120))
	}
	at := &github.RepositoryContentGetOptions{Ref: commit}
	file, _, _, err := c.api.Repositories.GetContents(ctx, c.owner, c.name, clean, at)
	switch {
	case statusOf(err) == http.StatusNotFound:
		return nil, c.sees(ctx, commit)
	case err != nil:
		return nil, c.problem(fmt.Sprintf("read %q of commit %s", clean, shortCommit(commit)), readContents, err)
	case file == nil || file.GetType() != "file":
		return nil, gate.WithHint(fmt.Errorf("%q of commit %s is no file: GET %s/repos/%s/%s/contents/%s", clean, shortCommit(commit), c.address(),
			c.owner, c.name, clean), "name a file; that of the branch may be a folder, or a link")
	}
	if text, err := file.GetContent(); err == nil && len(text) == file.GetSize() {
		return []byte(text), nil
	}
	return c.content(ctx, file.GetSHA()) // above a size the answer leaves it out
}

// sees tells a file that is not there from a commit that is not shown: the answers are the same.
func (c *Client) sees(ctx context.Context, commit string) error {
	if _, _, err := c.api.Git.GetCommit(ctx, c.owner, c.name, commit); err != nil {
		return c.problem("read commit "+shortCommit(commit), readContents, err)
	}
	return nil
}

// content gives the bytes of a blob: those of a file are left out of the answer above a size.
func (c *Client) content(ctx context.Context, id string) ([]byte, error) {
	text, _, err := c.api.Git.GetBlobRaw(ctx, c.owner, c.name, id)
	if err != nil {
		return nil, c.problem("read a file", readContents, err)
	}
	return append([]byte{}, text...), nil // an empty file is there
}

// Tree gives the files below a folder of a commit, by their paths from there; none where there is no such folder. At most so many bytes are read.
func (c *Client) Tree(ctx context.Context, commit, folder string, most int64) (map[string][]byte, error) {
	tree, _, err := c.api.Git.GetTree(ctx, c.owner, c.name, commit, true)
	if err != nil {
		return nil, c.problem(fmt.Sprintf("list commit %s", shortCommit(commit)), readContents, err)
	}
	if tree.GetTruncated() {
		return nil, gate.WithHint(fmt.Errorf("commit %s has more files than GitHub lists", shortCommit(commit)),
			"fetch the base branch, and the gate reads it from git: git fetch --depth 1 origin BRANCH:refs/remotes/origin/BRANCH")
	}
	files := map[string][]byte{}
	for _, e := range tree.Entries {
		below, inside := strings.CutPrefix(e.GetPath(), strings.Trim(folder, "/")+"/")
		if !inside || e.GetType() != "blob" || e.GetMode() == "120000" { // a link could lead anywhere
			continue
		}
		if most -= int64(e.GetSize()); most < 0 {
			return nil, fmt.Errorf("the folder %q of commit %s is too large", folder, shortCommit(commit))
		}
		if files[below], err = c.content(ctx, e.GetSHA()); err != nil {
			return nil, err
		}
	}
	return files, nil
}
