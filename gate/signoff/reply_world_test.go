package signoff_test

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// What others may put into a reply.
type foreign struct{ id, component, login, role, environment, message string }

const secondRecord = "dgx_01JZX3M8Q4T6W9Y2B5D7F0GHKP"

// bookOf is a book with two records that say nothing but foreign words.
func bookOf(f foreign) *signoff.Book {
	binding := gate.Binding{ID: f.id, Package: f.component, Fingerprints: []gate.Fingerprint{{1}}}
	actor := gate.Actor{Person: gate.Person{ID: f.id, Login: f.login}, Role: f.role}
	s := gate.SignOff{ID: record, Kind: gate.AcceptedRisk, Actor: actor, Defects: []gate.Binding{binding, binding}, RecordedAt: noon,
		NotAfter: noon.Add(96 * time.Hour).Truncate(24 * time.Hour), Scope: gate.Scope{Environment: f.environment, Component: f.component,
			Branch: f.message, Artifact: f.id}}
	o := gate.SignOff{ID: secondRecord, Kind: gate.Overriding, Actor: actor, RecordedAt: noon, NotAfter: noon.Add(time.Hour),
		Scope: gate.Scope{Environment: f.environment, Commit: headSHA}}
	a := gate.SignOff{ID: "dgx_01JZX3M8Q4T6W9Y2B5D7F0GHKR", Kind: gate.ApprovalOf, Target: record, RecordedAt: noon,
		Actor: gate.Actor{Person: gate.Person{ID: f.login}, Role: f.message}}
	return signoff.NewBook([]gate.SignedOff{{SignOff: s}, {SignOff: o}, {SignOff: a}})
}

// outcomesOf are one outcome for each form of a reply.
func outcomesOf(f foreign) map[string]*signoff.Outcome {
	book := bookOf(f)
	recorded := func(v signoff.Verb, waits string, s gate.SignOff) *signoff.Outcome {
		s.Kind = gate.SignOffKind(v)
		book := bookOf(f)
		if waits != "" {
			book.Find(record).Needed = 9
		}
		return &signoff.Outcome{Event: signoff.Event{Comment: 123456}, Verified: &signoff.Verified{Command: &signoff.Command{Verb: v}, Waits: waits},
			Recorded: &gate.SignedOff{SignOff: s}, Book: book, Head: headSHA, At: noon, Rerun: waits == ""}
	}
	said := func(v signoff.Verb, b *signoff.Book) *signoff.Outcome {
		return &signoff.Outcome{Event: signoff.Event{Comment: 123456}, Verified: &signoff.Verified{Command: &signoff.Command{Verb: v}}, Book: b, At: noon}
	}
	return map[string]*signoff.Outcome{
		"accepted":               recorded(signoff.Accept, "", gate.SignOff{ID: record}),
		"accepted-waits":         recorded(signoff.Accept, f.message, gate.SignOff{ID: record}),
		"false-positive":         recorded(signoff.FalsePositive, "", gate.SignOff{ID: record}),
		"overridden":             recorded(signoff.Override, "", gate.SignOff{ID: secondRecord}),
		"approved":               recorded(signoff.Approve, "", gate.SignOff{ID: secondRecord, Target: record}),
		"approved-waits":         recorded(signoff.Approve, f.message, gate.SignOff{ID: secondRecord, Target: record}),
		"revoked":                recorded(signoff.Revoke, "", gate.SignOff{ID: secondRecord, Target: record}),
		"help":                   said(signoff.Help, book),
		"status":                 said(signoff.Status, book),
		"status-nothing":         said(signoff.Status, signoff.NewBook(nil)),
		"refused":                {Event: signoff.Event{Comment: 123456}, Refusal: &signoff.Refusal{Code: signoff.Auth, Message: f.message}},
		"refused-known":          {Refusal: &signoff.Refusal{Code: signoff.Unknown, Message: f.message, Known: []string{f.id, f.component}}},
		"refused-example":        {Refusal: &signoff.Refusal{Code: signoff.Syntax, Message: f.message, Example: f.message, Column: 3}},
		"refused-record-of-many": {Refusal: &signoff.Refusal{Code: signoff.Duplicate, Message: f.login, Record: record, Err: fmt.Errorf("inside: %s", f.id)}},
	}
}

const markerForm = `<!-- defectgate:v1:reply comment=[0-9]+ -->`

var (
	markerLine = regexp.MustCompile(`^` + markerForm + `$`)
	entity     = regexp.MustCompile(`&(?:amp|lt|gt|#[0-9]+);`)
	link       = regexp.MustCompile(`(?i)\]\(|\]\[|https?:|www\.|mailto:`)
)

// requireHarmless holds a reply against all that a line of it could do to a forge, to other bots, or to whoever reads it.
func requireHarmless(t require.TestingT, text string) {
	require.True(t, strings.HasPrefix(text, "**defectgate: "), "%q", text)
	all := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	require.Regexp(t, markerLine, all[len(all)-1])
	inTable := false
	for _, line := range all[:len(all)-1] {
		require.NotRegexp(t, "^[ \t]*(/|>|#|-|\\||```|~~~|\t|    )", line, "in %q", text)
		for _, r := range line {
			require.True(t, r == ' ' || unicode.IsPrint(r), "%q holds %U", line, r)
		}
		outside := plainPart(t, line)
		require.NotContains(t, outside, "@", "%q", line)
		require.NotContains(t, outside, "<", "%q", line)
		require.NotContains(t, outside, "](", "%q", line)
		require.NotRegexp(t, link, outside, "%q", line)
		require.NotContains(t, strings.ReplaceAll(entity.ReplaceAllString(outside, ""), "&#", "?"), "#", "%q", line)
		if inTable = line != "" && (inTable || strings.HasPrefix(line, ":---")); inTable {
			require.Equal(t, 6, bars(line), "%q", line)
		}
	}
}

// plainPart gives what of a line stands in no code span. A span that does not end, or that a bar of a table cuts, is a fault.
func plainPart(t require.TestingT, line string) string {
	var out strings.Builder
	for i := 0; i < len(line); {
		switch {
		case line[i] == '\\' && i+1 < len(line):
			i += 2
			continue
		case line[i] != '`':
			out.WriteByte(line[i])
			i++
			continue
		}
		fence := line[i : i+run(line[i:])]
		end := i + len(fence)
		for ; end < len(line) && run(line[end:]) != len(fence); end += max(1, run(line[end:])) {
			continue
		}
		require.Less(t, end, len(line), "a code span does not end in %q", line)
		require.NotEmpty(t, strings.TrimSpace(line[i+len(fence):end]), "a code span of nothing in %q", line)
		i = end + len(fence)
	}
	return out.String()
}

// run counts the backticks at the beginning of a text.
func run(text string) int { return len(text) - len(strings.TrimLeft(text, "`")) }

// bars counts those that part the cells of a table (GFM, section 4.10): a bar behind a backslash does not, not even in a code span.
func bars(line string) (n int) {
	for i := range len(line) {
		if line[i] == '|' && (i == 0 || line[i-1] != '\\') {
			n++
		}
	}
	return n
}
