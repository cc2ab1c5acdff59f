package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
)

// base is what a branch has into which a change is to be merged, as it is now, and not where the change began.
type base interface {
	// file gives a file by its path from the top of the repository; nil where there is none.
	file(path string) ([]byte, error)
	// folder gives the files below one, by their paths from there; none where there is no such folder.
	folder(path string) (map[string][]byte, error)
}

// forgeBase asks the platform: the job of a change need not have its base, nor any of it.
type forgeBase struct {
	ctx    context.Context
	client *github.Client
	commit string
}

func (b forgeBase) file(path string) ([]byte, error) { return b.client.File(b.ctx, b.commit, path) }

// maxFolder bounds what is read of a folder of policies, in bytes.
const maxFolder = 64 << 20

func (b forgeBase) folder(path string) (map[string][]byte, error) {
	return b.client.Tree(b.ctx, b.commit, path, maxFolder)
}

// gitBase asks git, which has the branch where it was fetched.
type gitBase struct {
	git    repository
	branch string
	commit string // "" where it is not here
}

// here refuses a base that was not fetched.
func (b gitBase) here(path string) error {
	if b.commit != "" {
		return nil
	}
	return gate.WithHint(fmt.Errorf("%s: the branch %q, from which it is read in a change, is not here", path, b.branch),
		"fetch it before: git fetch --depth 1 origin %s:refs/remotes/origin/%s", shellWord(b.branch), shellWord(b.branch))
}

func (b gitBase) file(path string) ([]byte, error) {
	if err := b.here(path); err != nil {
		return nil, err
	}
	text, err := b.git.fileOf(b.commit, path)
	if err != nil {
		return nil, fmt.Errorf("%s: read it from the branch %q: %s", path, b.branch, said(err))
	}
	return text, nil
}

func (b gitBase) folder(path string) (map[string][]byte, error) {
	if err := b.here(path); err != nil {
		return nil, err
	}
	files, err := b.git.filesOf(b.commit, path)
	if err != nil {
		return nil, fmt.Errorf("%s: read it from the branch %q: %s", path, b.branch, said(err))
	}
	return files, nil
}

// filesOf gives the files below a folder of a commit, by their paths from there.
func (r repository) filesOf(commit, folder string) (map[string][]byte, error) {
	list, err := r.answer("ls-tree", "-r", "-z", "--full-tree", "--name-only", commit, "--", strings.TrimSuffix(folder, "/")+"/")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name := range strings.SplitSeq(string(list), "\x00") {
		below, ok := strings.CutPrefix(name, strings.TrimSuffix(folder, "/")+"/")
		if !ok {
			continue
		}
		if files[below], err = r.answer("show", "--end-of-options", commit+":"+name); err != nil {
			return nil, err
		}
	}
	return files, nil
}
