package gitlab_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

func TestScanThatDidNotSucceedFailed(t *testing.T) {
	for scan, want := range map[string]string{
		`{"status":"success"}`: "",
		`{}`:                   "",
		`{"status":"failure"}`: `its status is "failure"`,
		`{"status":"partial"}`: `its status is "partial"`,
		`{"status":""}`:        `its status is ""`,
		`{"status":"success","messages":[{"level":"info","value":"a"},{"level":"warn","value":"b"}]}`:  "",
		`{"status":"success","messages":[{"level":"fatal","value":"out of memory\nat"}]}`:              "out of memory",
		`{"status":"success","messages":[{"level":"dire","value":"c"},{"level":"fatal","value":"d"}]}`: "c",
		`{"status":"success","messages":[{"level":"fatal","value":""}]}`:                               "a message without a text",
		`{"status":"failure","messages":[{"level":"fatal","value":"no network"}]}`:                     `its status is "failure": no network`,
	} {
		_, read := parse(t, `{"vulnerabilities":[],"scan":`+scan+`}`)
		require.Equal(t, want, read.Failed, scan)
	}
}

func TestProof(t *testing.T) {
	const file = `[{"path":"go.sum","package_manager":"go","dependencies":[]}]`
	const resource = `[{"method":"GET","type":"url","url":"https://example.com/"}]`
	for _, c := range []struct {
		what, status, files, resources, more string
		proven                               bool
	}{
		{"files of dependencies", `"success"`, file, `[]`, ``, true},
		{"resources", `"success"`, `[]`, resource, ``, true},
		{"success of nothing that is named", `"success"`, `[]`, `[]`, ``, false},
		{"failure", `"failure"`, file, resource, ``, false},
		{"no status", `null`, file, resource, ``, false},
		{"changed files only", `"success"`, file, resource, `,"partial_scan":{"mode":"differential"}`, false},
		{"changed files only, as it was planned", `"success"`, file, resource, `,"partial_scan_mode":"differential"`, false},
		{"all files", `"success"`, file, resource, `,"partial_scan":null`, true},
	} {
		_, scan := parse(t, fmt.Sprintf(`{"vulnerabilities":[],"dependency_files":%s,"scan":{"status":%s,"scanned_resources":%s%s}}`,
			c.files, c.status, c.resources, c.more))
		require.Equal(t, c.proven, scan.Proof != "", c.what)
		require.Equal(t, strings.HasPrefix(c.what, "changed files only"), scan.Unproven == "only what had changed was scanned", c.what)
	}
}

func TestFlagOfAToolDoesNotCloseAFinding(t *testing.T) {
	f := only(t, `{"identifiers":[{"type":"x","value":"R"}],
		"flags":[{"type":"flagged-as-likely-false-positive","origin":"vet","description":"a constant"}]}`)
	require.True(t, f.State.IsOpen())
	require.Equal(t, &gate.Word{By: "vet", Reason: "likely false positive: a constant", Said: gate.UnderInvestigation}, f.Word)
	f = only(t, `{"identifiers":[{"type":"x","value":"R"}],"flags":[{"type":"of-another-type","origin":"vet","description":"?"}]}`)
	require.Equal(t, gate.Open, f.State)
}

func TestImageOfAllFindingsIsTheSubject(t *testing.T) {
	in := func(image string) string {
		return `{"identifiers":[{"type":"cve","value":"CVE-2020-1"}],"location":{"image":"` + image + `","dependency":{"package":{"name":"a"}}}}`
	}
	_, scan := parse(t, `{"vulnerabilities":[`+in("web@sha256:ab")+`,`+in("web@sha256:ab")+`]}`)
	require.Equal(t, gate.Subject{Name: "web@sha256:ab", Digests: []string{"sha256:ab"}}, scan.Subject)
	_, scan = parse(t, `{"vulnerabilities":[`+in("web@sha256:ab")+`,`+in("jobs")+`]}`)
	require.Zero(t, scan.Subject, "the second image may be ours")
	_, scan = parse(t, `{"vulnerabilities":[`+in("web@sha256:ab")+`,`+in("jobs@sha256:cd")+`]}`)
	require.Equal(t, gate.Subject{Digests: []string{"sha256:ab", "sha256:cd"}}, scan.Subject, "ours must be one of them")
}
