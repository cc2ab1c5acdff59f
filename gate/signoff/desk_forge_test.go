package signoff_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// fakeForge is a platform with one change and the comments at it. Its script makes calls fail, or changes something just before they are answered.
type fakeForge struct {
	mu        sync.Mutex
	posts     map[int64]*signoff.Post
	change    signoff.Change
	found     int64 // id of the repository that answers
	other     int64 // number of the change that is given instead of the one that was asked for; 0: none
	members   map[string]signoff.Member
	decisions map[string]*gate.Decision // by commit
	told      map[int64][]string        // texts of the replies to a comment, the newest last
	signs     map[int64][]signoff.Reaction
	reruns    []string
	answered  map[string]bool // whom we replied to, by id
	calls     []string
	script    map[string]func() error // by the name of a call, or by name#n for its n-th
}

var _ signoff.Forge = (*fakeForge)(nil)

// The faults of a platform, as its clients tell them.
var forgeFaults = map[string]error{
	"403": errors.New("403 Forbidden: Resource not accessible by integration"), "404": errors.New("404 Not Found"),
	"429": errors.New("429 Too Many Requests: retry after 60 s"), "500": errors.New("500 Internal Server Error"),
	"502": errors.New("502 Bad Gateway"), "cut": errors.New("page 2 of 3 is missing"), "graphql": errors.New("200, and errors: [timeout]"),
	"slow": context.DeadlineExceeded,
}

// call notes a call, and has the script speak. Its lock is held by the caller.
func (f *fakeForge) call(name string) error {
	f.calls = append(f.calls, name)
	for _, key := range []string{name, fmt.Sprintf("%s#%d", name, f.count(name))} {
		if say := f.script[key]; say != nil {
			if err := say(); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// count says how often a call was made.
func (f *fakeForge) count(name string) (n int) {
	for _, c := range f.calls {
		if c == name {
			n++
		}
	}
	return n
}

// writes are the calls that change something on the platform.
func (f *fakeForge) writes() (list []string) {
	for _, c := range f.calls {
		if slices.Contains([]string{"Reply", "React", "Rerun"}, c) {
			list = append(list, c)
		}
	}
	return list
}

func (f *fakeForge) fail(name string, err error) {
	f.script[name] = func() error { return err }
}

func (f *fakeForge) Post(_ context.Context, id int64) (signoff.Post, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Post"); err != nil {
		return signoff.Post{}, err
	}
	if f.posts[id] == nil {
		return signoff.Post{}, signoff.ErrGone
	}
	return *f.posts[id], nil
}

func (f *fakeForge) Change(_ context.Context, number int64) (signoff.Change, int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Change"); err != nil {
		return signoff.Change{}, 0, err
	}
	c := f.change
	c.Number, c.Committers = number, slices.Clone(c.Committers)
	if f.other != 0 {
		c.Number = f.other
	}
	return c, f.found, nil
}

// Member knows everybody of a public repository as one who may read.
func (f *fakeForge) Member(_ context.Context, p gate.Person) (signoff.Member, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Member"); err != nil {
		return signoff.Member{}, err
	}
	if m, ok := f.members[p.ID]; ok {
		return m, nil
	}
	return signoff.Member{Person: p, Role: "read", Active: true}, nil
}

func (f *fakeForge) Decision(_ context.Context, commit string) (*gate.Decision, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Decision"); err != nil {
		return nil, err
	}
	return f.decisions[commit], nil
}

func (f *fakeForge) Answered(_ context.Context, _ int64, p gate.Person) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Answered"); err != nil {
		return false, err
	}
	return f.answered[p.ID], nil
}

func (f *fakeForge) Told(_ context.Context, _, comment int64) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Told"); err != nil {
		return false, err
	}
	return len(f.told[comment]) > 0, nil
}

func (f *fakeForge) Reply(_ context.Context, _, comment int64, text string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Reply"); err != nil {
		return err
	}
	f.told[comment] = append(f.told[comment], text)
	if p := f.posts[comment]; p != nil {
		f.answered[p.Author.ID] = true
	}
	return nil
}

func (f *fakeForge) React(_ context.Context, comment int64, r signoff.Reaction) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("React"); err != nil {
		return err
	}
	f.signs[comment] = append(f.signs[comment], r)
	return nil
}

func (f *fakeForge) Rerun(_ context.Context, commit string) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Rerun"); err != nil {
		return false, err
	}
	f.reruns = append(f.reruns, commit)
	return true, nil
}

// texts are all replies of a platform, in one text.
func (f *fakeForge) texts() string {
	var all []string
	for _, list := range f.told {
		all = append(all, list...)
	}
	return strings.Join(all, "\n")
}
