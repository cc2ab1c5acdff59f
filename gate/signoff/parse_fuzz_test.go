package signoff_test

import (
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/signoff"
)

// FuzzParse holds what every comment must be: no command, a command that says the same when it is written anew, or a refusal that helps.
func FuzzParse(f *testing.F) {
	for _, body := range []string{
		"/defectgate", "/defectgate status", "thanks", "/defectgate help\r\n\r\n> /defectgate status",
		"/defectgate accept CVE-2026-12345,GHSA-ab12-cd34-ef56 in pkg:npm/a@1 at C0FFEE1 until 2026-12-31" + why + "\ncontrol: WAF\nticket: OPS-1\nscope: branch main\n\nthanks",
		"/defectgate false-positive rule.id" + why + "\nscope: artifact sha256:" + strings.Repeat("0a", 32),
		"/defectgate override for 72h because über all is über because\r\nticket: OPS-1\r\nscope: repository",
		"/defectgate approve " + record + " at c0ffee1", "/defectgate revoke " + record + why, "/defectgate revoke abc" + why + "\n/defectgate status",
		"/defectgate accept \u212aEY until 2026-02-30 because\u00a0e\u0301",
	} {
		f.Add(body)
	}
	codes := []signoff.Code{signoff.Syntax, signoff.Multi, signoff.Date, signoff.Hours, signoff.Reason, signoff.Field, signoff.Ticket, signoff.Secret}
	f.Fuzz(func(t *testing.T, body string) {
		c, isCommand, r := signoff.Parse(body)
		switch {
		case !isCommand:
			require.Nil(t, c)
			require.Nil(t, r)
		case r != nil:
			require.Nil(t, c)
			requireHelpful(t, r, body)
			require.Contains(t, codes, r.Code)
		default:
			requireUnderstood(t, c, body)
		}
	})
}

func requireHelpful(t *testing.T, r *signoff.Refusal, body string) {
	require.NotEmpty(t, r.Message)
	require.NotContains(t, r.Message, "\n")
	require.False(t, strings.Contains(r.Message, "%!") && !strings.Contains(body, "%"), "%q has a verb of a format without its value", r.Message)
	require.True(t, utf8.ValidString(r.Message))
	first, _, _ := strings.Cut(body, "\n")
	require.LessOrEqual(t, r.Column, utf8.RuneCountInString(first)+1)
	if r.Code == signoff.Secret {
		require.Empty(t, r.Example)
	} else {
		requireExample(t, r)
	}
}

func requireUnderstood(t *testing.T, c *signoff.Command, body string) {
	require.Equal(t, c, accepted(t, c.String()), "%q is read as another command than %q", c.String(), body)
	require.Equal(t, c.String(), accepted(t, c.String()).String())
	first, _, _ := strings.Cut(body, "\n")
	before, reason, isReasoned := strings.Cut(first, " because ")
	require.Equal(t, isReasoned, c.Reason != "")
	require.Equal(t, c.Reason, strings.Trim(strings.TrimSuffix(reason, "\r"), " "))
	require.Equal(t, -1, strings.IndexFunc(before, func(r rune) bool { return r > '~' }), "%q is not ASCII up to the reason", first)
	for _, text := range []string{c.Reason, c.Control, c.Ticket, c.Scope.Name} {
		require.True(t, utf8.ValidString(text))
		require.LessOrEqual(t, utf8.RuneCountInString(text), 500)
		require.NotContains(t, text, "\r")
	}
	require.LessOrEqual(t, len(c.Targets), 5)
	require.Equal(t, c.Verb == signoff.Override, c.Hours >= 1 && c.Hours <= 72)
	if c.Verb == signoff.Override {
		require.NotEmpty(t, c.Ticket)
	}
}

func TestT32LongCommentsAreRefused(t *testing.T) {
	line := func(bytes int) string {
		begin := "/defectgate status"
		return begin + strings.Repeat(" ", bytes-len(begin))
	}
	accepted(t, line(4096))
	accepted(t, line(4096)+"\n")
	accepted(t, line(4096)+"\r\nthanks")
	for _, body := range []string{line(4097), line(4098), line(4097) + "\n", line(4097) + "\r\n", line(4096) + "\r", line(65536)} {
		if body == line(4096)+"\r" {
			body += "\r\n" // the first CR belongs to the line
		}
		r := refused(t, signoff.Syntax, body)
		require.Equal(t, "The first line has more than 4096 bytes: write a shorter one.", r.Message)
		require.Zero(t, r.Column)
		requireExample(t, r)
	}
	accepted(t, "/defectgate status\n"+strings.Repeat("x", 65536-19))
	r := refused(t, signoff.Syntax, "/defectgate status\n"+strings.Repeat("x", 65537-19))
	require.Equal(t, "The comment has 65537 bytes: at most 65536 are read.", r.Message)
	require.Zero(t, r.Column)
	requireExample(t, r)
}

// The bytes behind the cap lie in memory that cannot be read: a look at one of them ends the test.
func TestT32NothingIsReadBehindTheCap(t *testing.T) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	const readable, size = 16 << 10, 1 << 20
	memory, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	require.NoError(t, err)
	defer func() { require.NoError(t, syscall.Munmap(memory)) }()
	copy(memory, "/defectgate accept "+strings.Repeat("x", readable))
	require.NoError(t, syscall.Mprotect(memory[readable:], syscall.PROT_NONE))
	body := func(bytes int) string { return unsafe.String(&memory[0], bytes) }
	require.Panics(t, func() { strings.Count(body(size), "y") }, "the memory can be read, so that this test proves nothing")

	require.Equal(t, "The comment has 1048576 bytes: at most 65536 are read.", refusedUnread(t, body(size)).Message)
	require.Equal(t, "The first line has more than 4096 bytes: write a shorter one.", refusedUnread(t, body(64<<10)).Message)
	memory[0] = '.'
	_, isCommand, _ := signoff.Parse(body(size))
	require.False(t, isCommand)
}

// refusedUnread is refused without the comment in a failure, which would be read.
func refusedUnread(t *testing.T, body string) *signoff.Refusal {
	_, isCommand, r := signoff.Parse(body)
	require.True(t, isCommand)
	require.NotNil(t, r)
	require.Equal(t, signoff.Syntax, r.Code)
	return r
}

func TestT32NearCommandsCostNothing(t *testing.T) {
	bodies := make([]string, 10_000)
	for i := range bodies {
		bodies[i] = "/defectgate"[:i%12] + []string{"x", "\t", "\u212a", "-accept"}[i%4] + strings.Repeat(" /defectgate accept", i%7)
	}
	require.Zero(t, testing.AllocsPerRun(10, func() {
		for _, body := range bodies {
			if c, isCommand, r := signoff.Parse(body); c != nil || isCommand || r != nil {
				t.Errorf("%q is taken for a command", body)
			}
		}
	}))
}

func TestT32ManyPartsAreNotKept(t *testing.T) {
	for name, c := range map[string]struct {
		code signoff.Code
		body string
	}{
		"near-commands below":  {"", "/defectgate status\n" + strings.Repeat("/defgate\n", 7000)},
		"empty lines":          {"", "/defectgate status\n" + strings.Repeat("\n", 65000)},
		"lone CRs":             {"", "/defectgate status\n" + strings.Repeat("\r", 65000)},
		"targets":              {signoff.Syntax, "/defectgate revoke " + strings.Repeat("abc,", 1000) + why},
		"commas":               {signoff.Syntax, "/defectgate revoke " + strings.Repeat(",", 4000) + why},
		"words":                {signoff.Syntax, "/defectgate status" + strings.Repeat(" a", 2000)},
		"spaces":               {signoff.Syntax, "/defectgate " + strings.Repeat(" ", 4000) + "status"},
		"because":              {signoff.Reason, "/defectgate revoke abc" + strings.Repeat(" because", 500)},
		"combining marks":      {signoff.Reason, "/defectgate revoke abc because a" + strings.Repeat("\u0316\u0301", 240)},
		"the same field":       {signoff.Field, "/defectgate revoke abc" + why + strings.Repeat("\ncontrol: a", 5000)},
		"one long field":       {signoff.Field, "/defectgate false-positive abc" + why + "\ncontrol: " + strings.Repeat("a", 65000)},
		"commands in one line": {signoff.Syntax, strings.Repeat("/defectgate ", 340)},
	} {
		t.Run(name, func(t *testing.T) {
			require.LessOrEqual(t, len(c.body), 64<<10)
			if c.code == "" {
				accepted(t, c.body)
			} else {
				_ = refused(t, c.code, c.body)
			}
			require.Less(t, testing.AllocsPerRun(1, func() { _, _, _ = signoff.Parse(c.body) }), 200.0)
		})
	}
}
