package github_test

import (
	"context"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// asked is a repository with all that can be asked for.
type asked struct {
	server  *githubtest.Server
	repo    *githubtest.Repository
	pull    *githubtest.Pull
	comment *githubtest.Comment
	from    *gone
	token   string
	client  *github.Client
	forge   *github.Forge
}

func newAsked(t *testing.T, from *gone) *asked {
	t.Helper()
	s := githubtest.New(t, githubtest.Options{})
	r := s.Repository("acme/shop")
	r.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"rules/a.rego": "package a\n", "log/1": "x"}})
	r.Commit(githubtest.Commit{Branch: "ledger", Files: map[string]string{"log/1": "\xff\x00"}})
	r.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"a": "a"}, Author: s.User("bob")})
	a := &asked{server: s, repo: r, from: from, pull: r.AddPull(githubtest.Pull{HeadRef: "feature", User: s.User("dana")})}
	a.comment = r.AddComment(githubtest.Comment{Number: a.pull.Number, User: s.User("alice"), Body: "/defectgate status"})
	r.AddAnalysis(githubtest.Analysis{Results: 1})
	r.AddCodeAlert(githubtest.CodeAlert{})
	left(t, r, githubtest.Run{HeadSHA: r.Ref("main"), HeadBranch: "main", HeadRepo: r, Status: "completed", Conclusion: "failure"})
	s.AddTeam("acme", "security")
	access := accessTo(s, r, nil)
	access.Under, access.Budget = from, time.Second
	access.Token = s.AddToken(githubtest.Token{App: s.App("all"), Permissions: githubtest.Permissions{"metadata": "read", "contents": "write",
		"pull-requests": "write", "actions": "write", "checks": "write", "statuses": "write", "security-events": "read", "vulnerability-alerts": "read",
		"administration": "read", "secret-scanning-alerts": "read", "members": "read"}})
	a.token = access.Token
	var err error
	a.client, err = github.Dial(access)
	require.NoError(t, err)
	a.forge = &github.Forge{Client: a.client, Teams: a.client, Asked: []string{"acme/security"}}
	return a
}

// calls are all that can be asked for, by their names.
var calls = map[string]func(context.Context, *asked) error{
	"Repository": func(ctx context.Context, a *asked) error { return of(a.client.Repository(ctx)) },
	"Self":       func(ctx context.Context, a *asked) error { return of(a.client.Self(ctx)) },
	"Tip":        func(ctx context.Context, a *asked) error { return of(a.client.Tip(ctx, "main")) },
	"BaseOf":     func(ctx context.Context, a *asked) error { return of(a.client.BaseOf(ctx, int64(a.pull.Number))) },
	"File": func(ctx context.Context, a *asked) error {
		return of(a.client.File(ctx, a.repo.Ref("main"), "rules/a.rego"))
	},
	"File, none": func(ctx context.Context, a *asked) error { return of(a.client.File(ctx, a.repo.Ref("main"), "none")) },
	"Tree": func(ctx context.Context, a *asked) error {
		return of(a.client.Tree(ctx, a.repo.Ref("main"), "rules", 1<<20))
	},
	"IsMerged": func(ctx context.Context, a *asked) error { return of(a.client.IsMerged(ctx, a.pull.HeadSHA, "main")) },
	"LastCheckpoints": func(ctx context.Context, a *asked) error {
		return of(a.client.LastCheckpoints(ctx, "defectgate", "main", everything))
	},
	"Report": func(ctx context.Context, a *asked) error {
		return of(a.client.Report(ctx, a.repo.Runs[0].Artifacts[0].ID))
	},
	"Alerts, code scanning":   func(ctx context.Context, a *asked) error { return a.alerts(ctx, github.CodeScanning) },
	"Alerts, Dependabot":      func(ctx context.Context, a *asked) error { return a.alerts(ctx, github.Dependabot) },
	"Alerts, secret scanning": func(ctx context.Context, a *asked) error { return a.alerts(ctx, github.SecretScanning) },
	"ChangedLines":            func(ctx context.Context, a *asked) error { return of(a.client.ChangedLines(ctx, int64(a.pull.Number))) },
	"CheckRun":                func(ctx context.Context, a *asked) error { return a.client.CheckRun(ctx, a.check()) },
	"Status":                  func(ctx context.Context, a *asked) error { return a.client.Status(ctx, a.check()) },
	"Comment": func(ctx context.Context, a *asked) error {
		return a.client.Comment(ctx, int64(a.pull.Number), "<!-- defectgate -->", "text")
	},

	"Post": func(ctx context.Context, a *asked) error { return of(a.forge.Post(ctx, a.comment.ID)) },
	"Change": func(ctx context.Context, a *asked) error {
		_, _, err := a.forge.Change(ctx, int64(a.pull.Number))
		return err
	},
	"Change, an issue": func(ctx context.Context, a *asked) error {
		_, _, err := a.forge.Change(ctx, 4711)
		return err
	},
	"Member": func(ctx context.Context, a *asked) error { return of(a.forge.Member(ctx, a.alice())) },
	"Answered": func(ctx context.Context, a *asked) error {
		return of(a.forge.Answered(ctx, int64(a.pull.Number), a.alice()))
	},
	"Told": func(ctx context.Context, a *asked) error {
		return of(a.forge.Told(ctx, int64(a.pull.Number), a.comment.ID))
	},
	"Reply": func(ctx context.Context, a *asked) error { return a.reply(ctx) },
	"Gone": func(ctx context.Context, a *asked) error {
		return of(a.forge.Gone(ctx, "https://forge.example/acme/shop/pull/1#issuecomment-"+strconv.FormatInt(a.comment.ID, 10)))
	},
	"React":    func(ctx context.Context, a *asked) error { return a.forge.React(ctx, a.comment.ID, signoff.Seen) },
	"Commands": func(ctx context.Context, a *asked) error { return of(a.forge.Commands(ctx, 0, githubtest.Start)) },
	"Commands of a one": func(ctx context.Context, a *asked) error {
		return of(a.forge.Commands(ctx, int64(a.pull.Number), githubtest.Start))
	},
	"Decision": func(ctx context.Context, a *asked) error { return of(a.forge.Decision(ctx, a.repo.Ref("main"))) },
	"Rerun": func(ctx context.Context, a *asked) error {
		if _, err := a.forge.Decision(ctx, a.repo.Ref("main")); err != nil {
			return err
		}
		return of(a.forge.Rerun(ctx, a.repo.Ref("main")))
	},
	"Refused": func(ctx context.Context, a *asked) error {
		refused := a.repo.AddComment(githubtest.Comment{Number: a.pull.Number, User: a.server.User("alice"), Body: "/defectgate status"})
		a.server.Do(func() {
			refused.Reactions = []*githubtest.Reaction{{ID: 1, Content: "confused", User: a.pull.User, Created: githubtest.Start}}
		})
		if err := a.reply(ctx); err != nil {
			return err
		}
		commands, err := a.forge.Commands(ctx, 0, githubtest.Start)
		if err != nil || len(commands) == 0 {
			return err
		}
		return of(a.forge.Refused(ctx, commands[len(commands)-1]))
	},

	"Head":  func(ctx context.Context, a *asked) error { return of(a.ledger().Head(ctx)) },
	"Files": func(ctx context.Context, a *asked) error { return of(a.ledger().Files(ctx, a.repo.Ref("ledger"))) },
	"Content": func(ctx context.Context, a *asked) error {
		return of(a.ledger().Content(ctx, "5d983463ed9b1bcb008a040949025e83abf576d1"))
	},
	"Commit": func(ctx context.Context, a *asked) error {
		return of(a.ledger().Commit(ctx, a.repo.Ref("ledger"), map[string][]byte{"log/2": []byte("\xfe\x00"), "a": []byte("a")}, "more"))
	},
	"Commit, the first one": func(ctx context.Context, a *asked) error {
		branch, err := a.client.Branch("another")
		if err != nil {
			return err
		}
		return of(branch.Commit(ctx, "", map[string][]byte{"a": []byte("a")}, "the first"))
	},
}

func of[T any](_ T, err error) error { return err }

func (a *asked) reply(ctx context.Context) error {
	text := "**no**\n\n<!-- defectgate:v1:reply comment=" + strconv.FormatInt(a.comment.ID, 10) + " -->\n"
	return a.forge.Reply(ctx, int64(a.pull.Number), a.comment.ID, text)
}

func (a *asked) alerts(ctx context.Context, kind github.AlertKind) error {
	return of(a.client.Alerts(ctx, kind, &gate.Artifact{Ref: "main", Subject: gate.Subject{Commit: a.repo.Ref("main")}}))
}

func (a *asked) check() github.Check {
	return github.Check{Name: "defectgate", Head: a.pull.HeadSHA, DecisionID: strings.Repeat("a", 64), Verdict: gate.Pass, Title: "t", Summary: "s"}
}

func (a *asked) alice() gate.Person {
	return gate.Person{ID: strconv.FormatInt(a.server.User("alice").ID, 10), Login: "alice"}
}

func (a *asked) ledger() *github.Branch {
	branch, err := a.client.Branch("ledger")
	if err != nil {
		panic(err)
	}
	return branch
}

// A question that is added must be among those above.
func TestAllQuestionsAreAsked(t *testing.T) {
	for _, asks := range []any{&github.Client{}, &github.Forge{}, &github.Branch{}} {
		of := reflect.TypeOf(asks)
		for i := range of.NumMethod() {
			m := of.Method(i)
			if m.Name == "Expect" { // what it does not get, Content asks for
				continue
			}
			if m.Type.NumIn() < 2 || m.Type.In(1) != reflect.TypeFor[context.Context]() {
				continue
			}
			found := false
			for name := range calls {
				first, _, _ := strings.Cut(name, ",")
				found = found || first == m.Name
			}
			require.True(t, found, "%s is not among the calls", m.Name)
		}
	}
}
