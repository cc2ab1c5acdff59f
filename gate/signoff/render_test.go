package signoff_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate/signoff"
)

func TestACommandIsRenderedInOneWay(t *testing.T) {
	for body, want := range map[string]string{
		"/DEFECTGATE":              "/defectgate help",
		"/defectgate   status  \n": "/defectgate status",
		"/defectgate  approve  " + record + "  at  C0FFEE1\n\nthanks": "/defectgate approve " + record + " at c0ffee1",
		"/defectgate revoke " + record + why:                          "/defectgate revoke " + record + why,
		"/defectgate revoke abc,def because  two  spaces":             "/defectgate revoke abc,def because two  spaces",
		"/defectgate accept abc  in  pkg:npm/a@1  at  ABCDEF1  until  2026-12-31  because  it is because\r\nscope:  branch  main\r\nticket:  OPS-1  \r\ncontrol:  WAF\r\n\r\nthanks": "/defectgate accept abc in pkg:npm/a@1 at abcdef1 until 2026-12-31 because it is because\n" +
			"control: WAF\nticket: OPS-1\nscope: branch main",
		"/defectgate override for 4h at abcdef1" + why + "\nticket: OPS-1\nscope: repository": "/defectgate override for 4h at abcdef1" + why + "\nticket: OPS-1\nscope: repository",
	} {
		c := accepted(t, body)
		require.Equal(t, want, c.String())
		require.Equal(t, c, accepted(t, c.String()))
	}
	require.Equal(t, "/defectgate override for 4h", (&signoff.Command{Verb: signoff.Override, Hours: 4, Ticket: "OPS-1"}).Line())
	require.Empty(t, signoff.Scope{}.String())
}

// Whatever the parts of a command are, it is read as it was meant.
func TestEveryCommandIsReadBack(t *testing.T) {
	id := rapid.StringMatching(`CVE-[0-9]{4}-[0-9]{4,19}|GHSA(-[0-9a-z]{4}){3}|x[0-9A-Za-z_.:-]{2,79}`)
	text := rapid.StringMatching(`[!-~äß€漢😀]{5,200}( {1,3}[!-~äß€漢😀]{5,50}){0,3}`)
	maybe := func(g *rapid.Generator[string]) *rapid.Generator[string] { return rapid.OneOf(rapid.Just(""), g) }
	commit := maybe(rapid.StringMatching(`[0-9a-f]{7,64}`))
	purl := maybe(rapid.StringMatching(`pkg:npm/(%40[a-z]{1,9}/)?[a-z]{1,80}(@[0-9]\.[0-9]{1,3})?`))
	day := rapid.Custom(func(t *rapid.T) string {
		return fmt.Sprintf("%04d-%02d-%02d", rapid.IntRange(1971, 2149).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
	})
	scope := rapid.SampledFrom([]signoff.Scope{{}, {Reach: signoff.Everywhere}, {Reach: signoff.Branch, Name: "release/1"}})
	rapid.Check(t, func(t *rapid.T) {
		c := &signoff.Command{Verb: rapid.SampledFrom([]signoff.Verb{signoff.Accept, signoff.FalsePositive, signoff.Override, signoff.Approve,
			signoff.Revoke, signoff.Status, signoff.Help}).Draw(t, "verb")}
		switch c.Verb {
		case signoff.Accept, signoff.FalsePositive:
			c.Targets, c.Component = rapid.SliceOfNDistinct(id, 1, 5, rapid.ID).Draw(t, "targets"), purl.Draw(t, "component")
		case signoff.Override:
			c.Hours = rapid.IntRange(1, 72).Draw(t, "hours")
		case signoff.Approve, signoff.Revoke:
			c.Record = rapid.StringMatching(`dgx_[0-7][0-9A-HJKMNP-TV-Z]{25}`).Draw(t, "record")
		}
		if c.Verb == signoff.Accept {
			c.Until = day.Draw(t, "until")
		}
		if c.Verb != signoff.Status && c.Verb != signoff.Help && c.Verb != signoff.Approve {
			c.Reason = "because " + text.Draw(t, "reason")
		}
		if c.Verb != signoff.Status && c.Verb != signoff.Help && c.Verb != signoff.Revoke {
			c.At = commit.Draw(t, "at")
		}
		if c.Verb == signoff.Accept || c.Verb == signoff.FalsePositive || c.Verb == signoff.Override {
			c.Control, c.Ticket, c.Scope = maybe(text).Draw(t, "control"), "OPS-1", scope.Draw(t, "scope")
		}
		require.Equal(t, c, accepted(t, c.String()))
	})
}
