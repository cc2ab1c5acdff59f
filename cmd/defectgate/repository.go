package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// repository asks git about the working directory.
type repository struct {
	ctx    context.Context
	gitDir string // GIT_DIR: where git looks, instead of the working directory and above
}

func repositoryOf(ctx context.Context, w world) repository {
	return repository{ctx, w.getenv("GIT_DIR")}
}

// commit is what HEAD names; "" where there is no repository, or one without any commit. A repository of which git cannot tell is an error:
// without the commit, a report of another one would be taken for ours.
func (r repository) commit() (string, error) {
	commit, err := r.ask("rev-parse", "--verify", "HEAD")
	if err == nil {
		return commit, nil
	}
	place := r.place()
	if place == "" || !errors.Is(err, errNoAnswer) && r.unborn() {
		return "", nil
	}
	return "", r.unknown(err, place)
}

// unknown is the error of a commit that git cannot tell. Git that gave no answer says nothing about how it was asked.
func (r repository) unknown(err error, place string) error {
	problem := gate.WithHint(fmt.Errorf("ask git for the commit of %q: %s", place, said(err)),
		"%s, or name what is judged with --artifact", r.remedy(err, place))
	if errors.Is(err, errNoAnswer) {
		return undecided(problem)
	}
	return problem
}

// branch is the one that is checked out; "" where there is none.
func (r repository) branch() string {
	name, err := r.ask("symbolic-ref", "--short", "--quiet", "HEAD")
	if err != nil {
		return ""
	}
	return name
}

// show gives a file of a commit.
func (r repository) show(object string) (string, error) {
	text, err := r.answer("show", "--end-of-options", object)
	return string(text), err
}

// commitOf gives the id of a commit by one of its names; "" where there is none.
func (r repository) commitOf(name string) string {
	if name == "" {
		return ""
	}
	commit, err := r.ask("rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	if err != nil {
		return ""
	}
	return commit
}

// fileOf gives a file of a commit, by its path from the top of the repository; nil where the commit has none.
func (r repository) fileOf(commit, path string) ([]byte, error) {
	has, err := r.ask("ls-tree", "--full-tree", "--name-only", commit, "--", path)
	if err != nil || has == "" {
		return nil, err
	}
	return r.answer("show", "--end-of-options", commit+":"+path)
}

// inside gives the path of a file from the top of the repository, whatever way leads there; ok is false for one that lies elsewhere.
func (r repository) inside(path string) (fromTop string, ok bool) {
	top, err := r.ask("rev-parse", "--show-toplevel")
	if err != nil {
		return path, true // nobody can tell
	}
	whole := path
	if folder, err := os.Getwd(); err == nil && !filepath.IsAbs(path) {
		if real, err := filepath.EvalSymlinks(folder); err == nil {
			folder = real
		}
		whole = filepath.Join(folder, path)
	}
	if fromTop, err = filepath.Rel(top, whole); err == nil && filepath.IsLocal(fromTop) {
		return filepath.ToSlash(fromTop), true // as it is written: a link may be of the change
	}
	if folder, err := filepath.EvalSymlinks(filepath.Dir(whole)); err == nil {
		whole = filepath.Join(folder, filepath.Base(whole))
	}
	fromTop, err = filepath.Rel(top, whole)
	return filepath.ToSlash(fromTop), err == nil && filepath.IsLocal(fromTop)
}

// rootCommit is the first commit of the history: it stays when a repository is renamed or moved. It is "" where there is none, where the history
// is cut short, and where git cannot tell: that is an error of [repository.commit] unless the artifact is named otherwise.
func (r repository) rootCommit() string {
	shallow, err := r.ask("rev-parse", "--is-shallow-repository")
	if err != nil || shallow != "false" {
		return ""
	}
	roots, err := r.ask("rev-list", "--max-parents=0", "HEAD")
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(roots, "\n")
	return first
}

// tracks reports whether git has a file, also behind a link to its folder.
func (r repository) tracks(path string) bool {
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return false // it is not there
	}
	has, err := r.ask("-C", folder, "ls-files", "--", filepath.Base(path))
	return err == nil && has != ""
}

// unborn reports whether the repository has no commit yet, and never had one.
func (r repository) unborn() bool {
	newest, err := r.ask("rev-list", "--max-count=1", "--all", "--reflog")
	return err == nil && newest == ""
}

// place is where a repository lies, whatever git thinks of it: GIT_DIR, or the next folder upwards that has a .git.
func (r repository) place() string {
	if r.gitDir != "" {
		return r.gitDir
	}
	folder, err := os.Getwd()
	if err == nil {
		folder, err = filepath.EvalSymlinks(folder) // git goes up the real path
	}
	if err != nil {
		return "."
	}
	for ; ; folder = filepath.Dir(folder) {
		if _, err := os.Lstat(filepath.Join(folder, ".git")); !errors.Is(err, fs.ErrNotExist) {
			return folder
		}
		if folder == filepath.Dir(folder) {
			return ""
		}
	}
}

// patience is how long git may take for an answer.
const patience = 30 * time.Second

var errNoAnswer = errors.New("git gave no answer")

func (r repository) ask(args ...string) (string, error) {
	out, err := r.answer(args...)
	return strings.TrimSpace(string(out)), err
}

func (r repository) answer(args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(r.ctx, patience, fmt.Errorf("%s are over", patience))
	defer cancel()
	git := exec.CommandContext(ctx, "git", args...) //nolint:gosec // the arguments are those above
	git.Env = append(os.Environ(), "LC_ALL=C")      // foreign reads its words
	out, err := git.Output()
	if ctx.Err() != nil {
		err = fmt.Errorf("%w: %w", errNoAnswer, context.Cause(ctx))
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// said is the first line of what git had against a question.
func said(err error) string {
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || len(exit.Stderr) == 0 {
		return err.Error()
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
	return gate.CleanLine(strings.TrimPrefix(line, "fatal: "), 300)
}

// foreign fits what git says of a repository that belongs to somebody else; before version 2.38 it called it unsafe.
var foreign = regexp.MustCompile("^(detected dubious ownership|unsafe repository) ")

// remedy says how git gets to know the commit.
func (r repository) remedy(err error, place string) string {
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "install git"
	case foreign.MatchString(said(err)):
		return "trust its owner: git config --global --add safe.directory " + shellWord(place)
	case errors.Is(err, errNoAnswer):
		return "run it again"
	case r.gitDir != "":
		return "point GIT_DIR at a repository, or unset it"
	}
	return "see what `git log -1` says and mend the repository"
}

// plainWord fits what a shell takes as it is.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./-]+$`)

// shellWord writes a text so that it can be pasted into a command.
func shellWord(text string) string {
	if plainWord.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
