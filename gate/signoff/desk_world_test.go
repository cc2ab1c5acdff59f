package signoff_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/policy"
)

// The world: one repository with one change, whose newest commit the gate has judged and failed.
const (
	project   = "4711"
	changeNo  = 7
	headSHA   = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
	otherSHA  = "ffffffffffffffffffffffffffffffffffffffff"
	leftPad   = "pkg:npm/left-pad"
	critical  = "CVE-2026-0001" // and it can be mended
	overdue   = "CVE-2026-0002" // of high severity
	overdue2  = "CVE-2026-0003" // of medium severity
	warnedOf  = "CVE-2026-0009" // blocks nothing
	until     = "2026-03-31"
	forReason = " because the parser is not reachable from outside"
)

// The people, by their ids.
var (
	author    = gate.Person{ID: "1", Login: "author"}
	committer = gate.Person{ID: "2", Login: "committer"}
	alice     = gate.Person{ID: "11", Login: "alice"} // maintains
	bob       = gate.Person{ID: "12", Login: "bob"}   // maintains
	carol     = gate.Person{ID: "13", Login: "carol"} // administers
	stranger  = gate.Person{ID: "99", Login: "stranger"}
)

// world is all that a desk has access to.
type world struct {
	t     testing.TB
	forge *fakeForge
	log   signoff.Log
	judge *listening
	now   time.Time
	place signoff.Place
	found []gate.Finding // by the scanner
	next  int64          // id of the next comment
}

// newWorld is a world with a log in memory, unless another one is given.
func newWorld(t testing.TB, log ...signoff.Log) *world {
	w := &world{t: t, now: noon, next: 1000, found: findings(), judge: &listening{Judge: engine(t, ""), seen: map[string]bool{}},
		place: signoff.Place{Host: "forge.example", Repository: 4711, Path: "acme/shop", Environment: "production", Self: "500", Tool: "1.0.0"}}
	if len(log) > 0 {
		w.log = log[0]
	} else {
		w.log = &memoryLog{script: map[string]func() error{}}
	}
	w.forge = &fakeForge{posts: map[int64]*signoff.Post{}, found: 4711, members: map[string]signoff.Member{}, told: map[int64][]string{},
		signs: map[int64][]signoff.Reaction{}, answered: map[string]bool{}, script: map[string]func() error{}, decisions: map[string]*gate.Decision{},
		change: signoff.Change{Number: changeNo, IsChange: true, Open: true, Head: headSHA, Base: "main", Author: author,
			Committers: []gate.Person{author, committer}}}
	for _, p := range []gate.Person{alice, bob, author, committer} {
		w.member(p, "maintain")
	}
	w.member(carol, "admin")
	w.forge.decisions[headSHA] = decided(t)
	return w
}

func (w *world) member(p gate.Person, role string) *signoff.Member {
	m := signoff.Member{Person: p, Role: role, Active: true}
	w.forge.members[p.ID] = m
	return &m
}

func (w *world) memory() *memoryLog { return w.log.(*memoryLog) }

// desk handles comments, with a clock of its own.
func (w *world) desk() *signoff.Desk {
	return &signoff.Desk{Forge: w.forge, Log: w.log, Judge: w.judge, Place: w.place, Now: func() time.Time { return w.now }}
}

// wrote puts a comment at the change.
func (w *world) wrote(p gate.Person, body string) *signoff.Post {
	w.next++
	post := &signoff.Post{ID: w.next, URL: fmt.Sprintf("https://forge.example/acme/shop/pull/7#issuecomment-%d", w.next), Body: body, Author: p,
		Created: w.now.Add(-time.Minute), Edit: signoff.Unedited, Change: changeNo}
	w.forge.mu.Lock()
	defer w.forge.mu.Unlock()
	w.forge.posts[post.ID] = post
	return post
}

// eventOf is the event that tells of a comment.
func eventOf(p *signoff.Post) signoff.Event {
	return signoff.Event{Action: "created", Repository: 4711, Change: changeNo, Comment: p.ID, Body: new(p.Body)}
}

// comment has somebody write a comment, and handles it.
func (w *world) comment(p gate.Person, body string) *signoff.Outcome {
	return w.desk().Handle(w.t.Context(), eventOf(w.wrote(p, body)))
}

// recorded has somebody write a comment that must be recorded.
func (w *world) recorded(p gate.Person, body string) *gate.SignedOff {
	o := w.comment(p, body)
	require.Nil(w.t, o.Refusal, "%v", o.Refusal)
	require.NotNil(w.t, o.Recorded)
	require.NoError(w.t, o.Told)
	require.Zero(w.t, o.ExitCode())
	return o.Recorded
}

// refusedFor has somebody write a comment that must be refused, and leave no trace in the log.
func (w *world) refusedFor(code signoff.Code, p gate.Person, body string) *signoff.Outcome {
	return w.mustRefuse(code, eventOf(w.wrote(p, body)))
}

func (w *world) mustRefuse(code signoff.Code, e signoff.Event) *signoff.Outcome {
	before := len(recordsOf(w.t, w.log))
	o := w.desk().Handle(w.t.Context(), e)
	require.NotNil(w.t, o.Refusal, "%s is wanted", code)
	require.Equal(w.t, code, o.Refusal.Code, "%v", o.Refusal)
	require.Equal(w.t, code == signoff.Duplicate, o.Recorded != nil, "of what was recorded before, the record is given")
	require.Len(w.t, recordsOf(w.t, w.log), before, "something was recorded")
	return o
}

// accept is the command of most tests: one approver is enough for it.
func accept() string { return "/defectgate accept " + overdue + " until " + until + forReason }

// acceptCritical needs two.
func acceptCritical() string {
	return "/defectgate accept " + critical + " until " + until + forReason + "\ncontrol: the firewall blocks the path"
}

func override() string {
	return "/defectgate override for 4h because production is down and this repairs it\nticket: OPS-1"
}

// check has the gate judge the world anew, with what is signed off.
func (w *world) check() *gate.Decision {
	g := gateOf(w.t, w.judge.Judge.(*policy.Engine), w.found, w.now)
	g.Registers = []gate.Register{w}
	report, err := g.Check(w.t.Context(), artifactOf(headSHA))
	require.NoError(w.t, err)
	return &report.Decision
}

// Exceptions makes the world a register of a gate.
func (w *world) Exceptions(ctx context.Context, a gate.Artifact) ([]gate.Exception, error) {
	list, err := w.log.Read(ctx, project)
	return signoff.NewBook(list).Exceptions(a, w.now), err
}

// denied lists the ids of the defects that block.
func denied(d *gate.Decision) (ids []string) {
	for i := range d.Evaluation.Findings {
		if j := &d.Evaluation.Findings[i]; j.Level() == gate.Deny {
			ids = append(ids, j.ID)
		}
	}
	return ids
}

// settings makes the policy judge by other terms, and judges the change anew.
func (w *world) settings(terms string) {
	w.judge.Judge = engine(w.t, terms)
	g := gateOf(w.t, w.judge.Judge.(*policy.Engine), w.found, w.now)
	report, err := g.Check(w.t.Context(), artifactOf(headSHA))
	require.NoError(w.t, err)
	w.forge.decisions[headSHA] = &report.Decision
}

var engines sync.Map

// engine is the real policy, with terms for exceptions in YAML.
func engine(t require.TestingT, terms string) *policy.Engine {
	if e, ok := engines.Load(terms); ok {
		return e.(*policy.Engine)
	}
	settings := map[string]any{}
	require.NoError(t, yaml.Unmarshal([]byte(terms), &settings))
	var rules map[string]any
	if len(settings) > 0 {
		rules = map[string]any{"exception": map[string]any{"terms": settings}}
	}
	e, err := policy.New(context.Background(), policy.Options{Environment: "production", Rules: rules})
	require.NoError(t, err)
	engines.Store(terms, e)
	return e
}

// listening is a judge of whom it is known what he objected.
type listening struct {
	signoff.Judge
	mu   sync.Mutex
	seen map[string]bool // codes
	err  map[string]error
}

func (l *listening) heard(list []gate.Objection, err error, call string) ([]gate.Objection, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, o := range list {
		l.seen[o.Code] = true
	}
	if l.err[call] != nil {
		return nil, l.err[call]
	}
	return list, err
}

func (l *listening) Against(ctx context.Context, who gate.Asking) ([]gate.Objection, error) {
	list, err := l.Judge.Against(ctx, who)
	return l.heard(list, err, "Against")
}

func (l *listening) Object(ctx context.Context, who gate.Asking, c gate.Candidate, d *gate.Defect) (gate.Advice, error) {
	advice, err := l.Judge.Object(ctx, who, c, d)
	_, err = l.heard(advice.Objections, err, "Object")
	return advice, err
}

func (l *listening) Demand(ctx context.Context, a gate.Artifact, d *gate.Defect) (gate.Demands, error) {
	demands, err := l.Judge.Demand(ctx, a, d)
	_, err = l.heard(nil, err, "Demand")
	return demands, err
}

// person is one of many people.
func person(n int) gate.Person {
	return gate.Person{ID: strconv.Itoa(1000 + n), Login: "user" + strconv.Itoa(n)}
}

func lines(text string) []string { return strings.Split(text, "\n") }

func short(commit string) string { return commit[:min(12, len(commit))] }

func sha256Of(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
