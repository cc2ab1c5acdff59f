package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/policy"
)

// trusted reads the files that decide what is let through: configuration, policies, exceptions, keys. In a CI run of a change they are those of the
// branch that it is to be merged into: whoever asks for a change could write an exception for it, or take a source away.
type trusted struct {
	git     repository
	base    base // nil where the files are read as they lie there
	branch  string
	asks    bool // the platform could tell, if the job had a token
	noting  sync.Mutex
	notices []string
}

// note says what of the change does not count.
func (t *trusted) note(format string, args ...any) {
	t.noting.Lock()
	defer t.noting.Unlock()
	if text := fmt.Sprintf(format, args...); !slices.Contains(t.notices, text) {
		t.notices = append(t.notices, text)
	}
}

// trustedFiles finds out whether this is a run of a change. Its errors say that the branch could not be asked for.
func trustedFiles(ctx context.Context, w world) (*trusted, error) {
	t := &trusted{git: repositoryOf(ctx, w)}
	if err := platform.Fault(w.getenv); err != nil {
		return t, undecided(err)
	}
	a, _ := platform.Detect(w.getenv)
	if a.Change == nil || !w.inCI() {
		return t, nil
	}
	if err := sameBase(ctx, w, a.Change); err != nil {
		return t, err
	}
	return t, t.of(ctx, w, a.Change.Base)
}

// sameBase refuses to judge a change by a branch into which it is not to be merged any more: whoever asks for it could name an easier one, and change
// that once it is green. A token that may not look cannot tell.
func sameBase(ctx context.Context, w world, change *gate.Change) error {
	number, err := strconv.ParseInt(change.ID, 10, 64)
	if err != nil || !onForge(w) {
		return nil //nolint:nilerr // which change it is, nobody said
	}
	client, err := forgeClient(w)
	if err != nil {
		return err
	}
	now, err := client.BaseOf(ctx, number)
	switch {
	case errors.Is(err, github.ErrForbidden), errors.Is(err, github.ErrNotThere):
		return nil
	case err != nil:
		return undecided(err)
	case now != change.Base:
		return undecided(gate.WithHint(fmt.Errorf("the change is to be merged into %q by now, and this run is for %q", now, change.Base),
			"push to it, or edit it, so that a new run begins: the gate's workflow is to run on `edited` as well"))
	}
	return nil
}

// of takes a branch as the one whose files count.
func (t *trusted) of(ctx context.Context, w world, branch string) error {
	t.branch = branch
	if !onForge(w) {
		t.asks = w.getenv("GITHUB_ACTIONS") == "true"
		t.base = gitBase{t.git, branch, t.git.commitOf("refs/remotes/origin/" + branch)}
		return nil
	}
	client, err := forgeClient(w)
	if err != nil {
		return err
	}
	commit, err := client.Tip(ctx, branch)
	if err != nil {
		return undecided(err)
	}
	t.base = forgeBase{ctx, client, commit}
	return nil
}

// configuration reads defectgate.yaml, or the file that is named.
func (t *trusted) configuration(name string) (config.File, error) {
	if t.base == nil {
		return config.Load(name)
	}
	if _, err := os.Lstat(cmp.Or(name, config.DefaultPath)); name == "" && errors.Is(err, fs.ErrNotExist) {
		return t.absent()
	}
	text, err := t.read(cmp.Or(name, config.DefaultPath))
	if err != nil || text == nil {
		return config.File{}, err
	}
	return config.Parse(cmp.Or(name, config.DefaultPath), text)
}

// absent reads a configuration that is not here: the base may have one, and where nobody can tell, the defaults hold.
func (t *trusted) absent() (config.File, error) {
	inRepository, _ := t.inside(config.DefaultPath)
	if git, ok := t.base.(gitBase); ok && git.commit == "" {
		if t.asks {
			return config.File{}, undecided(gate.WithHint(fmt.Errorf("whether the branch %q has a configuration is not known, and so not by which rules this "+
				"change is judged", t.branch), "give the step GITHUB_TOKEN, or fetch the branch: git fetch origin %s", shellWord(t.branch)))
		}
		t.note("whether the branch %q has a configuration is not known: it is not here", t.branch)
		return config.File{}, nil
	}
	text, err := t.base.file(inRepository)
	if err != nil {
		return config.File{}, undecided(err)
	}
	if text == nil {
		return config.File{}, nil
	}
	if t.git.place() != "" { // else nothing of the repository is here
		t.note("%s: that of the branch %q counts; it is not here", config.DefaultPath, t.branch)
	}
	return config.Parse(config.DefaultPath, text)
}

// inside gives the path of a file from the top of the repository. A job that has not checked it out works where it would lie.
func (t *trusted) inside(name string) (string, bool) {
	if _, remote := t.base.(forgeBase); remote && t.git.place() == "" {
		name = path.Clean(filepath.ToSlash(name))
		return name, filepath.IsLocal(filepath.FromSlash(name))
	}
	return t.git.inside(name)
}

// read gives a file; nil where the base has none.
func (t *trusted) read(name string) ([]byte, error) {
	inRepository, ok := name, false
	if t.base != nil {
		inRepository, ok = t.inside(name)
	}
	if !ok { // what lies elsewhere does not come with the change
		return config.ReadFile(name)
	}
	text, err := t.base.file(inRepository)
	if err != nil {
		return nil, undecided(err)
	}
	head, unread := config.ReadFile(name)
	switch {
	case text == nil:
		t.note("%s: the branch %q has none, so that nothing of it counts in this change", name, t.branch)
	case unread != nil && errors.Is(unread, fs.ErrNotExist) && t.git.place() == "": // nothing of the change is here
	case unread != nil || string(head) != string(text):
		t.note("%s: this change alters it; until it is merged, that of the branch %q counts", name, t.branch)
	}
	return text, nil
}

// policies reads a set of policies.
func (t *trusted) policies(name string) (policy.Set, error) {
	if t == nil || t.base == nil {
		return policy.Read(name)
	}
	inRepository, ok := t.inside(name)
	if !ok {
		return policy.Read(name)
	}
	set, err := t.policiesOf(name, inRepository)
	if err != nil {
		return set, err
	}
	if here, err := policy.Read(name); err != nil && t.git.place() != "" || err == nil && here.Digest != set.Digest {
		t.note("%s: this change alters it; until it is merged, that of the branch %q counts", name, t.branch)
	}
	return set, nil
}

func (t *trusted) policiesOf(name, inRepository string) (policy.Set, error) {
	if strings.HasSuffix(name, ".rego") || strings.HasSuffix(name, ".tar.gz") {
		text, err := t.base.file(inRepository)
		switch {
		case err != nil:
			return policy.Set{}, undecided(err)
		case text == nil:
			return policy.Set{}, t.lacks(name)
		case strings.HasSuffix(name, ".tar.gz"):
			return policy.FromBundle(name, text)
		}
		return policy.FromFiles(name, map[string][]byte{path.Base(inRepository): text})
	}
	files, err := t.base.folder(inRepository)
	switch {
	case err != nil:
		return policy.Set{}, undecided(err)
	case len(files) == 0:
		return policy.Set{}, t.lacks(name)
	}
	return policy.FromFiles(name, files)
}

func (t *trusted) lacks(name string) error {
	return gate.WithHint(fmt.Errorf("policy %q: the branch %q has none", name, t.branch),
		"merge it first: a change is not judged by policies that come with it")
}
