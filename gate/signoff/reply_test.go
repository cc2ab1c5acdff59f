package signoff_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/golden"
	"github.com/defectgate/defectgate/gate/signoff"
)

var friendly = foreign{id: "CVE-2026-12345", component: "pkg:npm/left-pad", login: "alice", role: "maintain", environment: "production",
	message: `"CVE-2026-9" is no open defect that blocks commit 1a2b3c4d5e6f`}

// hostiles are what somebody would write who wants more than to be answered.
var hostiles = []string{
	"x\n/approve\n/merge", "/approve", "\r/close", "a|b|c", `a\|b`, `\`, "`", "``", "a`b``c```d", "`x` @org/team", "@org/team", "a@b.example", "[x](javascript:alert(1))",
	"](javascript:alert(1))", "![](https://evil.example/x.png)", "<img src=x onerror=alert(1)>", "<!--", "-->", "<!-- defectgate:v1:reply comment=1 -->",
	"https://evil.example", "www.evil.example", "#1", "GH-1", "!1", "&1", "%1", "$1", "~label", "> quote", "# heading", "- item", "| cell |", "```", "~~~", "---", "===",
	"    code", "&#64;org/team", "&lt;img&gt;", "**defectgate: accepted**", "<details>", "$$x$$", "$`x`$", ":tada:", "[^1]", "[x]: https://evil.example", "* a", "1. a", "+ a",
	"\u202etxt", "\u200b", "a\u2028/merge", "a\u0085/merge", "\x1b[31m", "", " ", "\\`@org/team\\`", "`` ` `` @a", "{::options}", "{{.Book}}", "{{template \"help\"}}",
	strings.Repeat("`", 300), strings.Repeat("|", 300), strings.Repeat("é@", 300), "\\|`|\\`", "\xff\xfe", "a\x00b", "<br>/merge", "&NewLine;/merge",
}

func all(text string) foreign {
	return foreign{id: text, component: text, login: text, role: text, environment: text, message: text}
}

func TestT25RepliesAreAsTheyWereRead(t *testing.T) {
	for name, o := range outcomesOf(friendly) {
		t.Run(name, func(t *testing.T) {
			requireHarmless(t, o.Reply())
			golden.File(t, filepath.Join("testdata", "reply", name+".md"), o.Reply())
		})
	}
}

// TestT25HostileTextIsShownAndDoesNothing writes down all replies to hostile text, so that a change shows.
func TestT25HostileTextIsShownAndDoesNothing(t *testing.T) {
	var text strings.Builder
	for _, hostile := range hostiles {
		outcomes := outcomesOf(all(hostile))
		for _, name := range slices.Sorted(maps.Keys(outcomes)) {
			reply := outcomes[name].Reply()
			requireHarmless(t, reply)
			if name == "accepted" || name == "refused-known" {
				text.WriteString(reply + "\n")
			}
		}
	}
	golden.File(t, filepath.Join("testdata", "reply", "hostile.md"), text.String())
}

func TestT26NoLineIsACommandOfABot(t *testing.T) {
	for _, hostile := range hostiles {
		for name, o := range outcomesOf(all(hostile)) {
			for _, line := range strings.FieldsFunc(o.Reply(), func(r rune) bool { return strings.ContainsRune("\n\r\v\f\u0085\u2028\u2029", r) }) {
				assert.False(t, strings.HasPrefix(strings.TrimSpace(line), "/"), "%s: %q", name, line)
			}
			_, isCommand, _ := signoff.Parse(o.Reply())
			assert.False(t, isCommand)
		}
	}
}

// TestT26ThroughTheDesk has everybody be called, and everything be named, as somebody would who wants to run the commands of others.
func TestT26ThroughTheDesk(t *testing.T) {
	for _, hostile := range []string{"x\n/approve\n/merge", "@org/team", "a|b`c", "<img src=x>"} {
		w := newWorld(t)
		mallory := gate.Person{ID: "77", Login: hostile}
		w.member(mallory, "maintain")
		w.found = append(w.found, gate.Finding{Tool: "semgrep", Kind: gate.Code, ID: hostile, Title: hostile, Rating: gate.Rating{Severity: gate.Critical, Label: "critical"},
			Location: gate.Location{Path: hostile, Line: 3}, FirstSeen: noon.AddDate(0, 0, -90)})
		w.settings("{}")
		d := w.forge.decisions[headSHA]
		require.Contains(t, denied(d), hostile)
		for i := range d.Evaluation.Findings {
			if d.Evaluation.Findings[i].ID == hostile {
				w.recorded(mallory, "/defectgate accept "+d.Evaluation.Findings[i].Fingerprints[0].String()+" until 2026-03-20"+forReason+
					"\ncontrol: "+strings.ReplaceAll(hostile, "\n", " "))
			}
		}
		w.comment(mallory, "/defectgate accept nothing until "+until+forReason)
		w.comment(mallory, "/defectgate status")
		w.forge.change.Author = mallory
		w.comment(mallory, accept())
		require.GreaterOrEqual(t, len(w.forge.told), 3)
		for _, told := range w.forge.told {
			requireHarmless(t, told[0])
		}
	}
}

func TestAReplyEchoesNoReason(t *testing.T) {
	w := newWorld(t)
	o := w.comment(alice, accept()+"\ncontrol: the secret plan\nticket: OPS-99")
	require.NotNil(t, o.Recorded)
	for _, text := range []string{"not reachable", "secret plan", "OPS-99"} {
		assert.NotContains(t, w.forge.texts(), text)
	}
}

// TestTheLineOfAReplyIsTaken pastes what a reply proposes.
func TestTheLineOfAReplyIsTaken(t *testing.T) {
	w := newWorld(t)
	o := w.comment(alice, acceptCritical())
	require.NotNil(t, o.Recorded)
	_, rest, ok := strings.Cut(o.Reply(), "Another approver writes: `")
	require.True(t, ok, o.Reply())
	line, _, _ := strings.Cut(rest, "`")
	assert.Empty(t, w.forge.reruns, "nothing is different yet")
	w.recorded(bob, line)
	assert.Len(t, w.forge.reruns, 1)
	assert.NotContains(t, denied(w.check()), critical)
	for name, o := range outcomesOf(friendly) {
		if name == "help" {
			for _, part := range strings.Split(o.Reply(), "`") {
				if strings.HasPrefix(part, "/defectgate override") {
					part += "\nticket: OPS-1"
				}
				_, isCommand, r := signoff.Parse(part)
				assert.Nil(t, r, part)
				assert.Equal(t, strings.HasPrefix(part, "/defectgate"), isCommand)
			}
		}
	}
}

// Two approvers who both sign off what wants two are not left with two records that wait: the second is told how to approve the first.
func TestTwoWhoSignOffTheSame(t *testing.T) {
	w := newWorld(t)
	first := w.recorded(alice, acceptCritical())
	assert.NotContains(t, w.forge.texts(), "waits as well")
	again := w.comment(alice, acceptCritical()).Reply()
	assert.NotContains(t, again, "waits as well", "she cannot approve her own")
	o := w.comment(bob, acceptCritical())
	_, rest, ok := strings.Cut(o.Reply(), "waits as well. To approve that, write: `")
	require.True(t, ok, o.Reply())
	line, _, _ := strings.Cut(rest, "`")
	require.Contains(t, line, first.ID)
	w.recorded(bob, line)
	assert.NotContains(t, denied(w.check()), critical)
	w.recorded(bob, "/defectgate revoke "+o.Recorded.ID+" because it was said already")
	assert.NotContains(t, w.comment(alice, acceptCritical()).Reply(), "waits as well", "neither what was approved waits, nor what was taken back")
	assert.NotContains(t, w.comment(carol, acceptCritical()+"\nscope: branch main").Reply(), "waits as well")
}

// What is for other builds, says another thing, or was only asked for, is not the same.
func TestWhatIsNotTheSameIsNotProposed(t *testing.T) {
	for name, body := range map[string]string{
		"for other builds": acceptCritical() + "\nscope: branch main",
		"no defect":        "/defectgate false-positive " + critical + forReason,
		"asked for":        acceptCritical(),
	} {
		w := newWorld(t)
		by := alice
		if name == "asked for" {
			by = dora
			w.member(dora, "write")
		}
		o := w.comment(by, body)
		require.NotNil(t, o.Recorded, "%s: %v", name, o.Refusal)
		require.Contains(t, o.Reply(), "It does not count yet", name)
		assert.NotContains(t, w.comment(bob, acceptCritical()).Reply(), "waits as well", name)
	}
	w := newWorld(t)
	w.recorded(bob, "/defectgate approve "+w.recorded(alice, acceptCritical()).ID+" at "+headSHA[:12])
	assert.NotContains(t, w.comment(carol, acceptCritical()).Reply(), "waits as well", "it is approved")
	w = newWorld(t)
	both := strings.Replace(acceptCritical(), critical, critical+","+overdue, 1)
	w.recorded(alice, both)
	assert.NotContains(t, w.comment(bob, acceptCritical()).Reply(), "waits as well", "it is of more defects")
	assert.Contains(t, w.comment(bob, both).Reply(), "the same until 2026-03-31, and waits as well")
	w = newWorld(t)
	w.settings("approvers: 3")
	w.recorded(bob, "/defectgate approve "+w.recorded(alice, acceptCritical()).ID+" at "+headSHA[:12])
	assert.NotContains(t, w.comment(bob, acceptCritical()).Reply(), "waits as well", "he has approved it")
	assert.Contains(t, w.comment(carol, acceptCritical()).Reply(), "waits as well")
}

func TestAStatusListsTwentyAtMost(t *testing.T) {
	var list []gate.SignedOff
	for range 30 {
		list = append(list, bookOf(friendly).Records()[0])
	}
	o := outcomesOf(friendly)["status"]
	o.Book = signoff.NewBook(list)
	requireHarmless(t, o.Reply())
	assert.Contains(t, o.Reply(), "And 40 more")
	assert.Equal(t, 20, strings.Count(o.Reply(), record))
}

func FuzzReply(f *testing.F) {
	for i, text := range hostiles {
		f.Add(text, hostiles[(i+1)%len(hostiles)], hostiles[(i+2)%len(hostiles)], hostiles[(i+3)%len(hostiles)])
	}
	f.Fuzz(func(t *testing.T, id, component, login, message string) {
		for _, o := range outcomesOf(foreign{id: id, component: component, login: login, role: message, environment: component, message: message}) {
			requireHarmless(t, o.Reply())
		}
	})
}
