package examples_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The life of one sign-off: the build fails, is signed off, passes; the severity rises, and it fails again; the sign-off is revoked, and it stays failed.
func TestSignOffStory(t *testing.T) {
	run := shell(t, "signoff")
	steps := 0
	step := func(command string, code int, says ...string) {
		t.Helper()
		steps++
		out := strings.Join(strings.Fields(run(command+"; echo exit code $?")), " ") // lines break anywhere
		require.Contains(t, out, fmt.Sprintf("exit code %d", code), "step %d: %s", steps, command)
		for _, words := range says {
			require.Contains(t, out, words, "step %d: %s", steps, command)
		}
	}
	day := func(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }
	grant := func(days int) string {
		return "defectgate exception grant CVE-2022-22965 --until " + day(days) + " --because 'we run no WAR in Tomcat' --key ann.pem"
	}
	step("defectgate key generate --use sign-off --name ann --keys keys.json ann.pem", 0)
	step("defectgate key generate --use sign-off --name ben --keys keys.json ben.pem", 0)
	step("defectgate key generate --use sign-off mallory.pem", 0)

	step("defectgate check monday.json", 1, "1 defect must not ship", "defectgate exception grant CVE-2022-22965 --until "+day(90))
	step(grant(91), 1, "E_DATE", "until "+day(90))
	step(grant(60)+" --requester ann", 1, "E_SELF")
	step("defectgate exception grant CVE-2022-22966 --until "+day(60)+" --because 'we run no WAR' --key ann.pem", 1, "E_UNKNOWN", "CVE-2022-22965")
	step("defectgate exception grant CVE-2022-22965 --until "+day(60)+" --because 'we run no WAR' --key mallory.pem", 2, "is not in the set")
	step(grant(60), 0, "accept by ann")
	step("defectgate check monday.json", 0, "1 accepted risk", "accepted by ann through "+day(60))

	step("defectgate check tuesday.json", 1, "it was given for at most high, and the defect is critical now")
	step("defectgate exception revoke CVE-2022-22965 --because 'a WAR is deployed after all' --key ben.pem", 0, "revoke by ben")
	step("defectgate check tuesday.json", 1, "it was revoked on", "by ben (a WAR is deployed after all)")
	step("defectgate check monday.json", 1, "it was revoked on")
	step("defectgate exception revoke CVE-2022-22965 --because 'a WAR is deployed after all' --key ben.pem", 1, "E_RECORD")

	step("defectgate exception show CVE-2022-22965", 0, "signed off by ann", "pass for production: covers CVE-2022-22965",
		"it was given for at most high", "revoked by ben", "fail for production: covers nothing")
	step("defectgate exception list --at "+day(-1), 0)
	step("defectgate exception verify", 0, "2 sign-offs, 0 of them do not count")
	step("defectgate ledger verify --key keys.json", 0, "0 faults")
}

// A critical risk takes two people, something that holds it down meanwhile, and ends within 30 days.
func TestACriticalRiskTakesTwo(t *testing.T) {
	run := shell(t, "signoff")
	for _, name := range []string{"ann", "ben"} {
		run(fmt.Sprintf("defectgate key generate --use sign-off --name %s --keys keys.json %s.pem", name, name))
	}
	until := time.Now().UTC().AddDate(0, 0, 30).Format(time.DateOnly)
	require.Contains(t, run("defectgate check -q tuesday.json; echo $?"), "FAIL")
	grant := "defectgate exception grant CVE-2022-22965 --until " + until + " --because 'we run no WAR in Tomcat' --key ann.pem"
	require.Contains(t, run(grant), "E_CONTROL")
	require.Contains(t, run(grant+" --control 'the proxy refuses class.*'"), "waits: it has 1 of 2 approvers")
	require.Contains(t, run("defectgate check -q tuesday.json"), "FAIL")
	id := run("defectgate exception list --all --format json | sed 's/.*\"id\":\"\\([^\"]*\\)\".*/\\1/' | tr -d '\\n'")
	require.Contains(t, run("defectgate exception approve "+id+" --key ann.pem"), "E_SELF")
	require.Contains(t, run("defectgate exception approve "+id+" --key ben.pem"), "approve by ben")
	require.Contains(t, run("defectgate exception approve "+id+" --key ben.pem"), "E_SELF")
	require.Contains(t, run("defectgate check tuesday.json"), "accepted by ann, ben through "+until)
}
