package signoff_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/signoff"
)

const (
	record = "dgx_01JZX3M8Q4T6W9Y2B5D7F0GHKN"
	why    = " because the parser is not reachable"
	whyNot = "the parser is not reachable"
)

// accepted parses a comment that must be a command.
func accepted(t require.TestingT, body string) *signoff.Command {
	c, isCommand, r := signoff.Parse(body)
	require.Nil(t, r, "%q", body)
	require.True(t, isCommand, "%q", body)
	require.NotNil(t, c, "%q", body)
	return c
}

// refused parses a comment that must be refused with a code.
func refused(t require.TestingT, code signoff.Code, body string) *signoff.Refusal {
	c, isCommand, r := signoff.Parse(body)
	require.True(t, isCommand, "%q", body)
	require.Nil(t, c, "%q", body)
	require.NotNil(t, r, "%q", body)
	require.Equal(t, code, r.Code, "%q: %s", body, r.Message)
	return r
}

// silent parses a comment that must not be answered.
func silent(t require.TestingT, body string) {
	c, isCommand, r := signoff.Parse(body)
	require.Nil(t, c, "%q", body)
	require.False(t, isCommand, "%q", body)
	require.Nil(t, r, "%q", body)
}

func TestEveryVerbIsRead(t *testing.T) {
	const a, b = "CVE-2026-12345", "GHSA-ab12-cd34-ef56"
	type command = signoff.Command
	for body, want := range map[string]command{
		"/defectgate":                                {Verb: signoff.Help},
		"/defectgate   ":                             {Verb: signoff.Help},
		"/defectgate            ":                    {Verb: signoff.Help},
		"/defectgate\r\nthanks":                      {Verb: signoff.Help},
		"/defectgate help":                           {Verb: signoff.Help},
		"/DefectGate status  \n":                     {Verb: signoff.Status},
		"/defectgate status\n\n> /defectgate status": {Verb: signoff.Status},
		"/defectgate accept " + a + " until 2026-12-31" + why: {
			Verb: signoff.Accept, Targets: []string{a}, Until: "2026-12-31", Reason: whyNot},
		"/defectgate  accept " + a + "," + b + "  in pkg:npm/%40scope/left-pad@1.3.0+x at C0FFEE1 until   2028-02-29" + why + "  ": {
			Verb: signoff.Accept, Targets: []string{a, b}, Component: "pkg:npm/%40scope/left-pad@1.3.0+x", At: "c0ffee1", Until: "2028-02-29", Reason: whyNot},
		"/defectgate false-positive rule.id:x_1-b" + why: {Verb: signoff.FalsePositive, Targets: []string{"rule.id:x_1-b"}, Reason: whyNot},
		"/defectgate false-positive " + a + " at " + strings.Repeat("aB", 32) + why: {
			Verb: signoff.FalsePositive, Targets: []string{a}, At: strings.Repeat("ab", 32), Reason: whyNot},
		"/defectgate false-positive cve-2026-12345 in pkg:golang/github.com/a/b" + why: {
			Verb: signoff.FalsePositive, Targets: []string{"cve-2026-12345"}, Component: "pkg:golang/github.com/a/b", Reason: whyNot},
		"/defectgate override for 72h at c0ffee1" + why + "\nticket: OPS-1": {
			Verb: signoff.Override, Hours: 72, At: "c0ffee1", Reason: whyNot, Ticket: "OPS-1"},
		"/defectgate override for 1h" + why + "\nticket: OPS-1": {Verb: signoff.Override, Hours: 1, Reason: whyNot, Ticket: "OPS-1"},
		"/defectgate approve " + record:                         {Verb: signoff.Approve, Record: record},
		"/defectgate approve " + record + " at c0ffee1":         {Verb: signoff.Approve, Record: record, At: "c0ffee1"},
		"/defectgate revoke " + record + why:                    {Verb: signoff.Revoke, Record: record, Reason: whyNot},
		"/defectgate revoke a11,b2-,c3.,d4:,e5_" + why:          {Verb: signoff.Revoke, Targets: []string{"a11", "b2-", "c3.", "d4:", "e5_"}, Reason: whyNot},
		"/defectgate revoke " + a + why + " because it is because of  two spaces": {
			Verb: signoff.Revoke, Targets: []string{a}, Reason: whyNot + " because it is because of  two spaces"},
		"/defectgate revoke " + a + " because über ⚠️ 10": {Verb: signoff.Revoke, Targets: []string{a}, Reason: "über ⚠️ 10"},
	} {
		require.Equal(t, &want, accepted(t, body), "%q", body)
	}
}

func TestWhatDoesNotBeginWithTheHeadIsNoCommand(t *testing.T) {
	for _, body := range []string{"", "/", "/defectgat", "/defectgatex", "/defectgate\t", "/defectgate\tstatus", "/defectgate\rstatus", "/defectgate.", "/defectgate/x",
		"/defect gate status", "defectgate status", "please /defectgate status", "/defectgate\u00a0status", "/defectgate-status", "/defectgate\x00"} {
		silent(t, body)
	}
}

func TestARefusalSaysWhatIsWantedAndWhere(t *testing.T) {
	const (
		fp     = "/defectgate false-positive "
		accept = "/defectgate accept CVE-2026-12345 "
		ghsa   = "GHSA-ab12-cd34-ef56"
	)
	for body, want := range map[string]struct {
		message string
		column  int
	}{
		"/defectgate acept":         {`"acept" is no command: write accept, false-positive, override, approve, revoke, status or help.`, 13},
		"/defectgate  Accept now":   {`"Accept" is no command: write accept, false-positive, override, approve, revoke, status or help. Did you mean accept?`, 14},
		"/defectgate falsepositive": {`"falsepositive" is no command: write accept, false-positive, override, approve, revoke, status or help. Did you mean false-positive?`, 13},
		"/defectgate " + strings.Repeat("y", 41): {
			`"` + strings.Repeat("y", 40) + `"… is no command: write accept, false-positive, override, approve, revoke, status or help.`, 13},
		"/defectgate         status":     {"More than 8 spaces stand here: write one.", 20},
		"/defectgate status now":         {`The command status is complete before "now": remove it and what follows.`, 20},
		"/defectgate help me":            {`The command help is complete before "me": remove it and what follows.`, 18},
		"/defectgate approve":            {"The id of a record is wanted here, but the line ends.", 20},
		"/defectgate approve dgx_1":      {`"dgx_1" is no id of a record: write dgx_ with 26 digits and capital letters, as the reply to the sign-off shows it.`, 21},
		"/defectgate revoke DGX_1" + why: {`"DGX_1" is no id of a record: write dgx_ with 26 digits and capital letters, as the reply to the sign-off shows it.`, 20},
		"/defectgate approve dgx_81JZX3M8Q4T6W9Y2B5D7F0GHKN": {
			`"dgx_81JZX3M8Q4T6W9Y2B5D7F0GHKN" is no id of a record: write dgx_ with 26 digits and capital letters, as the reply to the sign-off shows it.`, 21},
		"/defectgate approve dgx_01JZX3M8Q4T6W9Y2B5D7F0GHKU": {
			`"dgx_01JZX3M8Q4T6W9Y2B5D7F0GHKU" is no id of a record: write dgx_ with 26 digits and capital letters, as the reply to the sign-off shows it.`, 21},
		"/defectgate approve " + record + why:               {`The command approve is complete before "because": remove it and what follows.`, 52},
		"/defectgate approve " + record + " at":             {"A commit is wanted here, but the line ends.", 54},
		"/defectgate approve " + record + " at c0ffee":      {`"c0ffee" is no commit: write 7 to 64 of its hexadecimal digits.`, 55},
		"/defectgate approve " + record + " at main-branch": {`"main-branch" is no commit: write 7 to 64 of its hexadecimal digits.`, 55},
		"/defectgate approve " + record + " at " + strings.Repeat("a", 65): {
			`"` + strings.Repeat("a", 40) + `"… is no commit: write 7 to 64 of its hexadecimal digits.`, 55},
		"/defectgate accept":                                    {"The id of a defect is wanted here, but the line ends.", 19},
		"/defectgate accept until 2026-12-31":                   {`The id of a defect is wanted here; the word "until" stands here.`, 20},
		accept:                                                  {`The word "until" is wanted here, but the line ends.`, 34},
		accept + "because whatever":                             {`The word "until" is wanted here; "because" stands here.`, 35},
		accept + "at c0ffee1 in pkg:npm/a":                      {`The word "until" is wanted here; "in" stands here.`, 46},
		accept + "Until 2026-12-31":                             {`The word "until" is wanted here; "Until" stands here.`, 35},
		accept + "until":                                        {"A day, as YYYY-MM-DD, is wanted here, but the line ends.", 40},
		accept + "until 2026-12-31":                             {`The word "because" is wanted here, but the line ends.`, 51},
		accept + "until 2026-12-31 since then":                  {`The word "because" is wanted here; "since" stands here.`, 52},
		accept + "until 2026-12-31 because         nine spaces": {"More than 8 spaces stand here: write one.", 67},
		fp + "CVE-2026-12345 until 2026-12-31":                  {`The word "because" is wanted here; "until" stands here.`, 43},
		fp + "CVE-2026-12345, " + ghsa + why:                    {"The id of a defect is missing beside a comma: write ids with a comma between them, and no space.", 43},
		fp + ",CVE-2026-12345" + why:                            {"The id of a defect is missing beside a comma: write ids with a comma between them, and no space.", 28},
		fp + "aaa,bbb,ccc,ddd,eee,fff" + why:                    {"A sixth defect stands here: name at most 5, and the others in a comment of their own.", 48},
		fp + "rule-a,rule-b,RULE-A" + why:                       {`The defect "RULE-A" stands here twice: name it once.`, 42},
		fp + record + why:                                       {`"` + record + `" names a record: the id of a defect is wanted here.`, 28},
		fp + "CVE-2026-123" + why:                               {`"CVE-2026-123" is no CVE: write it as CVE-2026-12345.`, 28},
		fp + "CVE-2026-12345678901234567890" + why:              {`"CVE-2026-12345678901234567890" is no CVE: write it as CVE-2026-12345.`, 28},
		fp + "aaa,cve-26-1234" + why:                            {`"cve-26-1234" is no CVE: write it as CVE-2026-12345.`, 32},
		fp + "GHSA-abc-def-ghi" + why:                           {`"GHSA-abc-def-ghi" is no advisory of GitHub: write it as GHSA-abcd-2345-wxyz.`, 28},
		fp + "*" + why:                                          {`"*" is no id of a defect: 3 to 80 letters, digits and "-_.:" are wanted, as the report of the gate shows it.`, 28},
		fp + "ab" + why:                                         {`"ab" is no id of a defect: 3 to 80 letters, digits and "-_.:" are wanted, as the report of the gate shows it.`, 28},
		fp + "-ab" + why:                                        {`"-ab" is no id of a defect: 3 to 80 letters, digits and "-_.:" are wanted, as the report of the gate shows it.`, 28},
		fp + strings.Repeat("a", 81) + why: {
			`"` + strings.Repeat("a", 40) + `"… is no id of a defect: 3 to 80 letters, digits and "-_.:" are wanted, as the report of the gate shows it.`, 28},
		fp + "abc in" + why: {
			`"because" is no package URL that can be compared: write pkg:type/name or pkg:type/name@version, without ? and #.`, 35},
		fp + "abc in pkg:deb/debian/a@1?arch=amd64" + why: {
			`"pkg:deb/debian/a@1?arch=amd64" is no package URL that can be compared: write pkg:type/name or pkg:type/name@version, without ? and #.`, 35},
		fp + "abc in pkg:npm/a@" + why:  {`"pkg:npm/a@" is no package URL that can be compared: write pkg:type/name or pkg:type/name@version, without ? and #.`, 35},
		fp + "abc in PKG:npm/a@1" + why: {`"PKG:npm/a@1" is no package URL that can be compared: write pkg:type/name or pkg:type/name@version, without ? and #.`, 35},
		fp + "abc in pkg:npm/*" + why:   {`"pkg:npm/*" is no package URL that can be compared: write pkg:type/name or pkg:type/name@version, without ? and #.`, 35},
		fp + "abc in pkg:npm/" + strings.Repeat("a", 197) + why: {
			`"pkg:npm/` + strings.Repeat("a", 32) + `"… is no package URL that can be compared: write pkg:type/name or pkg:type/name@version, without ? and #.`, 35},
		"/defectgate revoke " + record + "," + record + why: {
			`"dgx_01JZX3M8Q4T6W9Y2B5D7F0GHKN,dgx_01JZX"… is no id of a record: write dgx_ with 26 digits and capital letters, as the reply to the sign-off shows it.`, 20},
		"/defectgate revoke abc," + record + why: {`"` + record + `" names a record: the id of a defect is wanted here.`, 24},
		"/defectgate revoke " + record:           {`The word "because" is wanted here, but the line ends.`, 50},
		"/defectgate override 4h" + why:          {`The word "for" is wanted here; "4h" stands here.`, 22},
		"/defectgate override for":               {"A number of hours, as 4h, is wanted here, but the line ends.", 25},
	} {
		r := refused(t, signoff.Syntax, body)
		require.Equal(t, want.message, r.Message, "%q", body)
		require.Equal(t, want.column, r.Column, "%q", body)
		requireExample(t, r)
	}
}

// requireExample holds that a line which is shown as a correct one is taken.
func requireExample(t require.TestingT, r *signoff.Refusal) {
	require.NotEmpty(t, r.Example, r.Message)
	body := r.Example
	if !strings.HasPrefix(body, "/") {
		body = "/defectgate false-positive CVE-2026-12345" + why + "\n" + body
	} else if strings.Contains(body, "override") {
		body += "\nticket: OPS-1234"
	}
	accepted(t, body)
}

func TestTheExampleIsOfTheVerbThatWasMeant(t *testing.T) {
	for _, verb := range []string{"accept", "false-positive", "override", "approve", "revoke", "status", "help"} {
		for _, body := range []string{"/defectgate " + verb + " !", "/defectgate " + strings.ToUpper(verb[:3]) + verb[3:]} {
			require.True(t, strings.HasPrefix(refused(t, refusalOf(body), body).Example, "/defectgate "+verb), "%q", body)
		}
	}
	require.Contains(t, refused(t, signoff.Syntax, "/defectgate xyz").Example, "/defectgate accept ")
}

// refusalOf gives the code that a comment is refused with.
func refusalOf(body string) signoff.Code {
	_, _, r := signoff.Parse(body)
	return r.Code
}

func TestT31OnlyADayThatExistsIsADay(t *testing.T) {
	line := func(day string) string { return "/defectgate accept CVE-2026-12345 until " + day + why }
	for _, day := range []string{"2026-02-28", "2028-02-29", "2000-02-29", "2026-12-31", "1971-01-01", "2149-12-31"} { // past or too far is judged elsewhere
		require.Equal(t, day, accepted(t, line(day)).Until)
	}
	for _, day := range []string{"2026-02-30", "2026-02-29", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32",
		"2026-1-31", "2026-01-1", "26-01-31", "02026-01-31", "+2026-01-31", "-2026-01-31", "2026/01/31", "2026.01.31", "20260131", "31-01-2026", "01/31/2026",
		"2026-01-31T00:00:00Z", "2026-01-31Z", "2026-01-31+14:00", "2026-W05-6", "2026-031", "2026-Jan-31", "tomorrow", "never", "0x7e-01-31", "2026-01-3l"} {
		r := refused(t, signoff.Date, line(day))
		require.Equal(t, `"`+day+`" is no day: write it as YYYY-MM-DD, a day that exists.`, r.Message)
		require.Equal(t, 41, r.Column)
		requireExample(t, r)
	}
	for _, day := range []string{"0000-01-01", "0001-01-01", "1970-12-31", "2150-01-01", "9999-12-31"} {
		require.Equal(t, `"`+day+`" is no day: write a year between 1971 and 2149.`, refused(t, signoff.Date, line(day)).Message)
	}
}

func TestT31HoursAreWholeAndFew(t *testing.T) {
	line := func(hours string) string { return "/defectgate override for " + hours + why + "\nticket: OPS-1" }
	for hours, want := range map[string]int{"1h": 1, "9h": 9, "10h": 10, "72h": 72} {
		require.Equal(t, want, accepted(t, line(hours)).Hours)
	}
	for _, hours := range []string{"0h", "00h", "73h", "99h", "100h", "04h", "4", "4H", "4 h", "4.5h", "+4h", "-4h", "h", "4hh", "4d", "1e1h", "0x4h", "1_0h",
		"18446744073709551617h", "because"} {
		r := refused(t, signoff.Hours, line(hours))
		hours, _, _ = strings.Cut(hours, " ")
		require.Equal(t, `"`+hours+`" is no time for an override: write 1h to 72h.`, r.Message)
		require.Equal(t, 26, r.Column)
		requireExample(t, r)
	}
}
