package signoff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// TestT07OnlyWhatTheForgeAnswersIsAuthority: what a comment calls its author's association is no part of what a desk is told.
func TestT07OnlyWhatTheForgeAnswersIsAuthority(t *testing.T) {
	w := newWorld(t)
	w.member(alice, "read")
	o := w.refusedFor(signoff.Auth, alice, accept())
	assert.Zero(t, o.ExitCode())
	assert.Equal(t, []string{"React", "Reply"}, w.forge.writes())
}

func TestT08TheRoleMustBeOneThatThePolicyNames(t *testing.T) {
	for role, may := range map[string]bool{"": false, "none": false, "read": false, "triage": false, "write": false, "maintain": true, "admin": true,
		"maintainer": true, "owner": true, "guest": false, "reporter": false, "developer": false, "security-lead": false, "Admin": false, "maintain ": false} {
		t.Run(role, func(t *testing.T) {
			w := newWorld(t)
			w.member(alice, role)
			switch {
			case may:
				assert.Equal(t, role, w.recorded(alice, accept()).Actor.Role)
			case slices.Contains([]string{"triage", "write", "developer"}, role):
				assert.True(t, w.recorded(alice, accept()).Asks, "he may ask, and has approved nothing")
			default:
				w.refusedFor(signoff.Auth, alice, accept())
			}
		})
	}
	t.Run("a role of the repository's own", func(t *testing.T) {
		w := newWorld(t)
		w.settings("{roles: [security-lead], requesters: []}")
		w.refusedFor(signoff.Auth, alice, accept())
		w.member(alice, "security-lead")
		w.recorded(alice, accept())
	})
	t.Run("by id", func(t *testing.T) {
		w := newWorld(t)
		w.settings("{roles: [], users: [99], requesters: []}")
		w.refusedFor(signoff.Auth, alice, accept())
		w.recorded(stranger, accept())
	})
	t.Run("for this severity", func(t *testing.T) {
		w := newWorld(t)
		w.settings("{severities: {high: {roles: [admin]}}, requesters: []}")
		o := w.refusedFor(signoff.Auth, alice, accept())
		assert.Contains(t, o.Refusal.Message, "alice may not approve here")
		w.recorded(alice, "/defectgate accept "+overdue2+" until "+until+forReason)
		w.recorded(carol, accept())
	})
}

func TestT09ATeamCountsForItsActiveMembersOnly(t *testing.T) {
	const byTeam = "{roles: [], teams: [acme/release]}"
	for name, c := range map[string]struct {
		m   signoff.Member
		may bool
	}{
		"active": {signoff.Member{Person: stranger, Role: "read", Active: true, Teams: []string{"acme/x", "acme/release"}}, true},
		// pending and 404: the forge's client does not list the team
		"pending, or no member":             {signoff.Member{Person: stranger, Role: "read", Active: true}, false},
		"in another team":                   {signoff.Member{Person: stranger, Role: "read", Active: true, Teams: []string{"release", "acme/release2"}}, false},
		"blocked":                           {signoff.Member{Person: stranger, Role: "read", Teams: []string{"acme/release"}}, false},
		"nobody in the repository":          {signoff.Member{Person: stranger}, false},
		"nothing is known, not even his id": {signoff.Member{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.settings(byTeam)
			w.forge.members[stranger.ID] = c.m
			if c.may {
				assert.Equal(t, c.m.Teams, w.recorded(stranger, accept()).Actor.Teams)
			} else {
				w.refusedFor(signoff.Auth, stranger, accept())
			}
		})
	}
	for name, fault := range forgeFaults {
		t.Run("the forge says "+name, func(t *testing.T) {
			w := newWorld(t)
			w.forge.fail("Member", fault)
			o := w.refusedFor(signoff.Upstream, alice, accept())
			assert.Equal(t, 3, o.ExitCode())
			require.ErrorIs(t, o.Refusal, fault)
			assert.NotContains(t, w.forge.texts(), fault.Error())
		})
	}
}

func TestT10WhoseMembershipHasEndedMayNothing(t *testing.T) {
	for name, c := range map[string]struct {
		expires time.Time
		may     bool
	}{
		"no end": {time.Time{}, true}, "tomorrow": {noon.AddDate(0, 0, 1), true}, "in a moment": {noon.Add(1), true}, "now": {noon, false},
		"yesterday": {noon.AddDate(0, 0, -1), false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.member(alice, "maintain")
			m.Expires = c.expires
			w.forge.members[alice.ID] = *m
			if c.may {
				w.recorded(alice, accept())
			} else {
				w.refusedFor(signoff.Auth, alice, accept())
			}
		})
	}
	t.Run("an approver who has lost his role since", func(t *testing.T) { // when it is asked anew, the settings of now decide
		w := newWorld(t)
		w.recorded(alice, accept())
		w.settings("{recheck: true, roles: [admin]}")
		assert.Contains(t, denied(w.check()), overdue)
	})
}

func TestT11ALoginIsNotAPerson(t *testing.T) {
	w := newWorld(t)
	w.forge.members[alice.ID] = signoff.Member{Person: gate.Person{ID: "666", Login: alice.Login}, Role: "admin", Active: true}
	w.refusedFor(signoff.Auth, alice, accept())

	w = newWorld(t) // who was renamed is still himself
	w.forge.members[alice.ID] = signoff.Member{Person: gate.Person{ID: alice.ID, Login: "alice2"}, Role: "maintain", Active: true}
	w.recorded(alice, accept())

	w = newWorld(t) // somebody else who took the name of a user whom the policy names
	w.settings("{roles: [], users: [11]}")
	w.refusedFor(signoff.Auth, gate.Person{ID: "111", Login: alice.Login}, accept())
}

func TestT14OnlyPeopleSignOff(t *testing.T) {
	self := gate.Person{ID: "500", Login: "defectgate"}
	for name, change := range map[string]func(*signoff.Post){
		"a bot, or through an app": func(p *signoff.Post) { p.Bot = true },
		"ourselves":                func(p *signoff.Post) { p.Author = self },
		"by its name":              func(p *signoff.Post) { p.Author.Login = "renovate[bot]" },
		"nobody":                   func(p *signoff.Post) { p.Author.ID = "" },
	} {
		t.Run(name, func(t *testing.T) {
			for _, body := range []string{accept(), "/defectgate status", "/defectgate"} {
				w := newWorld(t)
				w.member(self, "admin")
				p := w.wrote(alice, body)
				change(p)
				o := w.mustRefuse(signoff.Bot, eventOf(p))
				assert.Zero(t, o.ExitCode())
				assert.Empty(t, w.forge.writes(), "bots that answer each other never end")
			}
		})
	}
	t.Run("our replies are no commands", func(t *testing.T) {
		w := newWorld(t)
		for _, body := range []string{accept(), "/defectgate", "/defectgate status", "/defectgate nonsense", acceptCritical()} {
			w.comment(alice, body)
		}
		for _, list := range w.forge.told {
			for _, text := range list {
				_, isCommand, _ := signoff.Parse(text)
				assert.False(t, isCommand, text)
			}
		}
		assert.NotEmpty(t, w.forge.told)
	})
}

// TestT14ABotIsNotAnsweredWhateverItWrites: a command that is not understood is refused before anybody asks who wrote it.
func TestT14ABotIsNotAnsweredWhateverItWrites(t *testing.T) {
	for _, body := range []string{"/defectgate nonsense", "/defectgate accept x", accept() + "\n/defectgate help"} {
		w := newWorld(t)
		p := w.wrote(alice, body)
		p.Bot = true
		o := w.desk().Handle(t.Context(), eventOf(p))
		assert.NotNil(t, o.Refusal)
		assert.Empty(t, w.forge.writes(), "%q: %v", body, o.Refusal)
	}
}

func TestT20WhoHasAPartInItSignsNothingOff(t *testing.T) {
	t.Run("author and committer", func(t *testing.T) {
		for _, p := range []gate.Person{author, committer} {
			for _, body := range []string{accept(), acceptCritical(), override(), "/defectgate false-positive " + overdue + forReason} {
				o := newWorld(t).refusedFor(signoff.Self, p, body)
				assert.Contains(t, o.Refusal.Message, p.Login+" is the ")
			}
		}
	})
	t.Run("they may end what others allowed, and look", func(t *testing.T) {
		w := newWorld(t)
		made := w.recorded(alice, accept())
		require.Nil(t, w.comment(author, "/defectgate status").Refusal)
		w.recorded(author, "/defectgate revoke "+made.ID+" because it was my own mistake")
		assert.Contains(t, denied(w.check()), overdue)
	})
	t.Run("approve", func(t *testing.T) {
		w := newWorld(t)
		made := w.recorded(alice, acceptCritical())
		for _, p := range []gate.Person{author, committer, alice} {
			w.refusedFor(signoff.Self, p, "/defectgate approve "+made.ID)
		}
		assert.Contains(t, denied(w.check()), critical)
		w.recorded(bob, "/defectgate approve "+made.ID)
		assert.NotContains(t, denied(w.check()), critical)
	})
	t.Run("approve from another change", func(t *testing.T) {
		w := newWorld(t)
		made := w.recorded(alice, acceptCritical())
		w.forge.change.Author, w.forge.change.Committers = bob, nil
		w.refusedFor(signoff.Self, author, "/defectgate approve "+made.ID) // it was his
		w.refusedFor(signoff.Self, bob, "/defectgate approve "+made.ID)    // and this is his
		w.recorded(carol, "/defectgate approve "+made.ID)
	})
	t.Run("a committer whom nobody knows", func(t *testing.T) {
		w := newWorld(t)
		w.settings("strict: true")
		w.forge.change.Unmapped = true
		body := "/defectgate accept " + overdue + " at " + headSHA[:12] + " until " + until + forReason
		w.refusedFor(signoff.Self, alice, body)
		w.settings("strict: false")
		w.recorded(alice, body)
	})
	t.Run("who is barred can be set", func(t *testing.T) {
		w := newWorld(t)
		w.settings("barred: [author]")
		w.recorded(committer, accept())
		w.refusedFor(signoff.Self, author, accept())
	})
}

func TestT21NothingIsSignedOffAtChangesOfForks(t *testing.T) {
	w := newWorld(t)
	w.forge.change.Fork = true
	for _, body := range []string{accept(), override(), "/defectgate false-positive " + overdue + forReason} {
		o := w.refusedFor(signoff.Auth, alice, body)
		assert.Contains(t, o.Refusal.Message, "forks")
	}
	assert.Contains(t, denied(w.check()), overdue, "the gate judges all the same")
	w.settings("forks: true")
	w.recorded(alice, accept())
	w.refusedFor(signoff.Self, author, accept()) // who opened it may not
}
