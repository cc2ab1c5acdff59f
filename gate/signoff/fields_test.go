package signoff_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/signoff"
)

const falsePositive = "/defectgate false-positive CVE-2026-12345" + why + "\n"

func TestFieldsStandDirectlyBelowInAnyOrder(t *testing.T) {
	digest := strings.Repeat("0a", 32)
	for fields, want := range map[string]signoff.Command{
		"":                                     {},
		"\r\n":                                 {},
		"ticket: OPS-1":                        {Ticket: "OPS-1"},
		"ticket: OPS-1\r\ncontrol: WAF\r\n":    {Ticket: "OPS-1", Control: "WAF"},
		"scope: repository\nticket: a: b  ":    {Ticket: "a: b", Scope: signoff.Scope{Reach: signoff.Everywhere}},
		"control:        8 spaces\nthanks":     {Control: "8 spaces"},
		"control: ärger  mit > und |\n\nwords": {Control: "ärger  mit > und |"},
		"control: x because y\n> ticket: old":  {Control: "x because y"},
		"scope: branch release/1.x_ä":          {Scope: signoff.Scope{Reach: signoff.Branch, Name: "release/1.x_ä"}},
		"scope: branch    tags/v1":             {Scope: signoff.Scope{Reach: signoff.Branch, Name: "tags/v1"}},
		"scope: artifact sha256:" + digest:     {Scope: signoff.Scope{Reach: signoff.Artifact, Name: "sha256:" + digest}},
		"scope: artifact sha512:" + digest + digest: {
			Scope: signoff.Scope{Reach: signoff.Artifact, Name: "sha512:" + digest + digest}},
		"ticket: " + strings.Repeat("ä", 500): {Ticket: strings.Repeat("ä", 500)},
		"thanks\n    control: in code":        {},
		"controls: none\ncontrol : none":      {},
		"tic\u212aet: T12":                    {},
		"\u017fcope: T12":                     {},
		"the control: is none":                {},
	} {
		want.Verb, want.Targets, want.Reason = signoff.FalsePositive, []string{"CVE-2026-12345"}, whyNot
		require.Equal(t, &want, accepted(t, falsePositive+fields), "%q", fields)
	}
	for _, first := range []string{"accept CVE-2026-12345 until 2026-12-31", "false-positive CVE-2026-12345", "override for 4h"} {
		c := accepted(t, "/defectgate "+first+why+"\nscope: branch main\nticket: OPS-1\ncontrol: WAF")
		require.Equal(t, "OPS-1", c.Ticket)
		require.Equal(t, "WAF", c.Control)
		require.Equal(t, "main", c.Scope.Name)
	}
}

func TestAFieldThatWouldBeDroppedIsRefused(t *testing.T) {
	const (
		misplaced = `The field "ticket:" does not stand directly below the command: move it there, or write the line in another way.`
		inexact   = `The field "ticket:" is taken only in small letters, at the very beginning of the line.`
		parted    = `The field "ticket:" is followed by no space, or by more than 8: write one.`
		empty     = `The field "ticket:" is empty: fill it in, or remove it.`
		twice     = `The field "ticket:" stands here twice: write it once.`
		unknown   = `The field "scope:" is none of the three: write "artifact" with a digest, "branch" with a name, or "repository".`
	)
	for fields, message := range map[string]string{
		"\nticket: OPS-1":                       misplaced,
		"thanks\nticket: OPS-1":                 misplaced,
		"thanks\n   Ticket: OPS-1":              misplaced,
		"thanks\rticket: OPS-1":                 misplaced,
		"control: WAF\n\r\nticket: OPS-1":       misplaced,
		" ticket: OPS-1":                        inexact,
		"Ticket: OPS-1":                         inexact,
		"TICKET: OPS-1":                         inexact,
		"ticket:OPS-1":                          parted,
		"ticket:\tOPS-1":                        parted,
		"ticket:         OPS-1":                 parted,
		"ticket:":                               empty,
		"ticket:   ":                            empty,
		"ticket: \r\n":                          empty,
		"ticket: a\nticket: b":                  twice,
		"ticket: a\ncontrol: c\nticket: a":      twice,
		"control: a\ncontrol: b":                strings.ReplaceAll(twice, "ticket", "control"),
		"scope: repository\nscope: branch main": strings.ReplaceAll(twice, "ticket", "scope"),
		"scope: everything":                     unknown,
		"scope: repository main":                unknown,
		"scope: Repository":                     unknown,
		"scope: branch":                         unknown,
		"scope: branch a b":                     unknown,
		"scope: branch main*":                   unknown,
		"scope: branch [a-z]":                   unknown,
		`scope: branch a\b`:                     unknown,
		"scope: branch a..b":                    unknown,
		"scope: branch -a":                      unknown,
		"scope: branch refs/heads/main":         unknown,
		"scope: branch         main":            unknown,
		"scope: artifact":                       unknown,
		"scope: artifact app:1.0":               unknown,
		"scope: artifact sha256:abc":            unknown,
		"scope: artifact sha256:" + strings.Repeat("0A", 32): unknown,
		"scope: environment production":                      unknown,
	} {
		r := refused(t, signoff.Field, falsePositive+fields)
		require.Equal(t, message, r.Message, "%q", fields)
		require.Zero(t, r.Column, "%q", fields)
		requireExample(t, r)
		require.NotContains(t, r.Example, "/defectgate", "%q", fields)
	}
}

func TestTheTextOfAFieldIsClean(t *testing.T) {
	for text, fault := range map[string]string{
		"a\u200bb":               "holds U+200B, which does not show or is no plain space: write it without",
		"a\rb":                   "holds U+000D, which does not show or is no plain space: write it without",
		"a\r":                    "holds U+000D, which does not show or is no plain space: write it without", // without an LF it ends no line
		"a\xff":                  "holds the byte 0xFF, which does not show or is no plain space: write it without",
		"e\u0301":                "is not in the composed form of Unicode (NFC), so that it could look like another text: type its accented letters anew",
		strings.Repeat("a", 501): "has 501 characters: write 1 to 500",
	} {
		for _, name := range []string{"control", "ticket", "scope"} {
			r := refused(t, signoff.Field, falsePositive+name+": "+text)
			require.Equal(t, `The field "`+name+`:" `+fault+".", r.Message)
			require.Zero(t, r.Column)
			requireExample(t, r)
		}
	}
}

func TestACommandWithoutFieldsTakesNone(t *testing.T) {
	for verb, command := range map[string]string{
		"approve": "/defectgate approve " + record,
		"revoke":  "/defectgate revoke " + record + why,
		"status":  "/defectgate status",
		"help":    "/defectgate",
	} {
		for _, field := range []string{"control: WAF", "ticket: OPS-1", "scope: repository", "ticket:", "\nticket: OPS-1", "thanks\nControl: WAF"} {
			r := refused(t, signoff.Field, command+"\n"+field)
			require.Regexp(t, `^The field "(control|ticket|scope):" is no part of the command `+verb+`: remove it, or write the line in another way\.$`, r.Message)
			require.True(t, strings.HasPrefix(r.Example, "/defectgate "+verb), r.Example)
			requireExample(t, r)
		}
	}
}

func TestAnOverrideNeedsATicket(t *testing.T) {
	const command = "/defectgate override for 4h" + why
	for _, rest := range []string{"", "\n", "\ncontrol: WAF", "\ncontrol: WAF\n\nthanks", "\n> ticket: OPS-1"} {
		r := refused(t, signoff.Ticket, command+rest)
		require.Equal(t, `An override needs a ticket: name it in a line directly below the command that begins with "ticket:".`, r.Message)
		require.Equal(t, "ticket: OPS-1234", r.Example)
		require.Zero(t, r.Column)
	}
	_ = refused(t, signoff.Field, command+"\n\nticket: OPS-1") // it is there, and misplaced
	accepted(t, command+"\nticket: OPS-1")
}
