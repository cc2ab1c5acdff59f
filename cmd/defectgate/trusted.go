package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform"
)

// trusted reads files that decide what is let through. In a CI run of a change they are those of the branch that it is to be merged into: whoever
// asks for a change could write an exception for it.
type trusted struct {
	git     repository
	base    string // commit; "" where the files are read as they lie there
	branch  string
	notices []string
}

func trustedFiles(ctx context.Context, w world) *trusted {
	t := &trusted{git: repositoryOf(ctx, w)}
	a, _ := platform.Detect(w.getenv)
	if a.Change == nil || !w.inCI() {
		return t
	}
	t.branch = a.Change.Base
	t.base = t.git.commitOf("refs/remotes/origin/" + a.Change.Base) // as it is now, and not where the change began
	return t
}

// terms takes what a configuration says of exceptions (which files and keys count, and what is demanded of them) from the base as well: a change
// could name another file for its own.
func (t *trusted) terms(path string, file *config.File, asks bool) error {
	path = cmp.Or(path, config.DefaultPath)
	asks = asks || len(file.Exceptions) > 0 || file.Keys != "" || file.Rules[exceptionRules] != nil
	if t.branch == "" || t.base == "" && !asks {
		return nil
	}
	inRepository, ok := t.git.inside(path)
	if !ok {
		return nil // it does not come with the change
	}
	text, err := t.ofBase(inRepository)
	var base config.File
	if err == nil && text != nil {
		base, err = config.Parse(path, text)
	}
	if err != nil {
		return err
	}
	saying := func(f *config.File) string {
		return fmt.Sprint(f.Exceptions, f.Keys, f.Ledger, f.Rules[exceptionRules])
	}
	if saying(&base) != saying(file) {
		t.notices = append(t.notices, fmt.Sprintf("%s: what this change says of exceptions, keys and the ledger counts once it is merged; until then, "+
			"what the branch %q says", path, t.branch))
	}
	file.Exceptions, file.Keys, file.Ledger, file.Rules = base.Exceptions, base.Keys, base.Ledger, maps.Clone(file.Rules)
	delete(file.Rules, exceptionRules)
	if terms := base.Rules[exceptionRules]; terms != nil {
		if file.Rules == nil {
			file.Rules = map[string]any{}
		}
		file.Rules[exceptionRules] = terms
	}
	return nil
}

// exceptionRules is the category of the rules and terms of exceptions.
const exceptionRules = "exception"

// read gives a file; nil where the base has none.
func (t *trusted) read(path string) ([]byte, error) {
	inRepository, ok := path, false
	if t.branch != "" {
		inRepository, ok = t.git.inside(path)
	}
	if !ok { // what lies elsewhere does not come with the change
		return config.ReadFile(path)
	}
	base, err := t.ofBase(inRepository)
	if err != nil {
		return nil, err
	}
	head, unread := config.ReadFile(path)
	switch {
	case base == nil:
		t.notices = append(t.notices, fmt.Sprintf("%s: the branch %q has none, so that nothing of it counts in this change", path, t.branch))
	case unread != nil || string(head) != string(base):
		t.notices = append(t.notices, fmt.Sprintf("%s: this change alters it; until it is merged, that of the branch %q counts", path, t.branch))
	}
	return base, nil
}

// ofBase reads a file of the branch that the change is to be merged into; nil where it has none.
func (t *trusted) ofBase(path string) ([]byte, error) {
	if t.base == "" {
		return nil, gate.WithHint(undecided(fmt.Errorf("%s: the branch %q, from which it is read in a change, is not here", path, t.branch)),
			"fetch it before: git fetch --depth 1 origin %s:refs/remotes/origin/%s", shellWord(t.branch), shellWord(t.branch))
	}
	text, err := t.git.fileOf(t.base, path)
	if err != nil {
		return nil, undecided(fmt.Errorf("%s: read it from the branch %q: %s", path, t.branch, said(err)))
	}
	return text, nil
}
