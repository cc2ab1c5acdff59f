package signoff_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/signoff"
)

const good = `exceptions:
  - id: EX-1
    defect: CVE-2026-0001
    reason: not reachable
    approver: alice
    granted: 2026-01-31
    expires: 2026-02-28
`

func TestAnExceptionHoldsThroughTheEndOfItsLastDay(t *testing.T) {
	exceptions, err := signoff.ParseFile("exceptions.yaml", []byte(good))
	require.NoError(t, err)
	require.Len(t, exceptions, 1)
	require.Equal(t, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), exceptions[0].Until)
	require.Equal(t, time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), exceptions[0].Granted)
	require.Equal(t, "exceptions.yaml:2", exceptions[0].Origin)
}

func TestAFaultRefusesTheFile(t *testing.T) {
	entry := func(lines string) string { return "exceptions:\n  - " + lines + "\n" }
	const rest = "\n    reason: r\n    approver: a\n    granted: 2026-01-01\n    expires: 2026-02-01"
	for name, c := range map[string]struct{ text, want string }{
		"no bytes":         {"", "x.yaml: the file is empty"},
		"two documents":    {"exceptions: []\n---\nexceptions: []\n", "x.yaml: a second document follows the first: keep all in one"},
		"unknown key":      {entry("id: A\n    defect: C\n    expiry: 2026-01-01" + rest), "x.yaml:4: unknown key expiry"},
		"missing expires":  {entry("id: A\n    defect: C\n    reason: r\n    approver: a\n    granted: 2026-01-01"), "x.yaml:2: expires is missing"},
		"empty scope":      {entry("id: A\n    defect: C\n    scope: {environment: ''}" + rest), "x.yaml:4: environment is empty: fill it in, or remove it"},
		"scope of nothing": {entry("id: A\n    defect: C\n    scope: {branch: ~}" + rest), "x.yaml:4: branch is empty: fill it in, or remove it"},
		"no scope at all":  {entry("id: A\n    defect: C\n    scope:" + rest), "x.yaml:4: scope is empty: fill it in, or remove it"},
		"empty by an alias": {entry("id: A\n    defect: &none ''\n    package: pkg:npm/a\n    scope: {branch: *none}" + rest),
			"x.yaml:3: defect is empty: fill it in, or remove it\nx.yaml:3: branch is empty: fill it in, or remove it"},
		"empty package":   {entry("id: A\n    defect: C\n    package: ''" + rest), "x.yaml:4: package is empty: fill it in, or remove it"},
		"empty control":   {entry("id: A\n    defect: C\n    controls: [WAF, ' ']" + rest), "x.yaml:4: controls is empty: fill it in, or remove it"},
		"unseen approver": {entry("id: A\n    defect: C\n    reason: r\n    approver: \"\\u200b\"\n    granted: 2026-01-01\n    expires: 2026-02-01"), "x.yaml:5: approver is empty: fill it in, or remove it"},
		"blank in an id":  {entry("id: 'A '\n    defect: C" + rest), "x.yaml:2: id \"A \" begins or ends with white space"},
		"empty version":   {entry("id: A\n    package: 'pkg:npm/a@'" + rest), "x.yaml:2: package: \"pkg:npm/a@\" ends before its version: name one, or remove the @"},
		"qualifiers":      {entry("id: A\n    package: 'pkg:deb/debian/a@1?arch=amd64'" + rest), "x.yaml:2: package: \"pkg:deb/debian/a@1?arch=amd64\" has qualifiers or a subpath, which are not compared: remove what follows ? or #"},
		"subpath":         {entry("id: A\n    package: 'pkg:npm/a@1#lib'" + rest), "x.yaml:2: package: \"pkg:npm/a@1#lib\" has qualifiers or a subpath, which are not compared: remove what follows ? or #"},
		"impossible day":  {entry("id: A\n    defect: C\n    reason: r\n    approver: a\n    granted: 2026-01-01\n    expires: 2026-06-31"), "x.yaml:2: expires: \"2026-06-31\" is no day"},
		"no date":         {entry("id: A\n    defect: C\n    reason: r\n    approver: a\n    granted: 2026-01-01\n    expires: never"), "x.yaml:2: expires: \"never\" is no day"},
		"ends too early":  {entry("id: A\n    defect: C\n    reason: r\n    approver: a\n    granted: 2026-03-01\n    expires: 2026-02-01"), "x.yaml:2: expires: 2026-02-01 lies before granted: 2026-03-01"},
		"double id":       {good + "  - id: EX-1\n    defect: C" + rest, "x.yaml:8: id \"EX-1\" stands already in line 2"},
		"names nothing":   {entry("id: A" + rest), "x.yaml:2: it names no defect: write defect, fingerprint or package"},
		"fingerprint":     {entry("id: A\n    fingerprint: abc" + rest), "x.yaml:2: fingerprint: \"abc\" is no fingerprint: 64 hexadecimal digits are wanted"},
		"no approver":     {entry("id: A\n    defect: C\n    reason: r\n    granted: 2026-01-01\n    expires: 2026-02-01"), "x.yaml:2: approver is missing"},
		"duplicate key":   {entry("id: A\n    id: B\n    defect: C" + rest), "x.yaml:3: mapping key \"id\" already defined at line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := signoff.ParseFile("x.yaml", []byte(c.text))
			require.EqualError(t, err, c.want)
		})
	}
}
