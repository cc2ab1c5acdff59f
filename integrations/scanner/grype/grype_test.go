package grype_test

import (
	"os"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/grype"
)

func TestGrype(t *testing.T) { reporttest.Testdata(t, grype.Format) }

func FuzzGrype(f *testing.F) { reporttest.Fuzz(f, grype.Format) }

func TestOrderOfMembersChangesNothing(t *testing.T) {
	document, err := os.ReadFile("testdata/image.json")
	require.NoError(t, err)
	var v any
	require.NoError(t, json.Unmarshal(document, &v))
	sorted, err := json.Marshal(v, json.Deterministic(true))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(sorted), `{"descriptor":`))
	findings, scan, err := reporttest.Parse(grype.Format, document)
	require.NoError(t, err)
	sortedFindings, sortedScan, err := reporttest.Parse(grype.Format, sorted)
	require.NoError(t, err)
	require.Equal(t, findings, sortedFindings)
	require.Equal(t, scan, sortedScan)
}

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	for document, want := range map[string]bool{
		`{"matches":[],"source":null,"distro":{},"descriptor":{"name":"grype"}}`:                               true,
		`{"matches":[],"source":{"type":"image","target":{"config":"` + large + `"}},"descriptor":{}}`:         true,
		`{"descriptor":{"name":"grype"},"ignoredMatches":["` + large + `"],"matches":[]}`:                      true,
		`{"matches":[{"vulnerability":{"description":"` + large + `"}}]}`:                                      false,
		`{"matches":[{"vulnerability":{"id":"CVE-2026-1"},"artifact":{"metadata":"` + large + `"}}]}`:          true,
		`{"matches":[{"id":"a"}],"rules":[]}`:                                                                  false,
		`{"matches":[]}`:                                                                                       false,
		`{"artifacts":[],"source":{"type":"image","target":{}},"descriptor":{"name":"syft"}}`:                  false,
		`[{"matches":[{"vulnerability":{},"artifact":{}}]}]`:                                                   false,
		`{"SchemaVersion":2,"ArtifactName":"a","Results":[{"Target":"t","Vulnerabilities":[],"Class":"cfg"}]}`: false,
	} {
		o, err := report.Sketch(reporttest.Bytes(document))
		require.NoError(t, err)
		require.Equal(t, want, grype.Format.Detect(o), "%.90s", document)
	}
}

func TestAnEmptyReportProvesItsScanByVersionDatabaseAndSubject(t *testing.T) {
	const version, database, subject = `"name":"grype","version":"0.94.0"`, `"db":{"status":{"built":"2026-06-19T04:12:38Z","valid":true}}`,
		`"source":{"type":"image","target":{"userInput":"app:1"}}`
	for document, proven := range map[string]bool{
		`{"matches":[],"descriptor":{` + version + `,` + database + `},` + subject + `}`: true,
		`{"matches":[],"descriptor":{"name":"grype",` + database + `},` + subject + `}`:  false,
		`{"matches":[],"descriptor":{` + version + `},` + subject + `}`:                  false,
		`{"matches":[],"descriptor":{` + version + `,` + database + `}}`:                 false,
	} {
		findings, scan, err := reporttest.Parse(grype.Format, []byte(document))
		require.NoError(t, err)
		require.Empty(t, findings)
		require.Equal(t, proven, scan.Proof != "", document)
	}
}

func TestNullIsNoListOfMatches(t *testing.T) {
	const null = "`matches` is null, and Grype writes a list"
	const rest = `"descriptor":{"name":"grype","version":"0.94.0","db":{"status":{"built":"2026-06-19T04:12:38Z","valid":true}}},"source":{"target":"/"}`
	for document, want := range map[string]gate.Scan{
		`{"matches":null,` + rest + `}`: {Unproven: null},
		`{` + rest + `,"matches":null}`: {Unproven: null},
		`{"matches":null,"ignoredMatches":[{"vulnerability":{"id":"CVE-2026-1"}}],` + rest + `}`: {Failed: null},
		`{"matches":[],` + rest + `}`: {Proof: "scanned with the database of 2026-06-19"},
	} {
		_, scan, err := reporttest.Parse(grype.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, want, gate.Scan{Proof: scan.Proof, Unproven: scan.Unproven, Failed: scan.Failed}, document)
	}
}

func TestReportWithoutMatchesIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `{"descriptor":{"name":"grype"},"source":null}`, `[]`, `null`} {
		_, _, err := reporttest.Parse(grype.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestImpossibleProbabilityIsAnError(t *testing.T) {
	for _, epss := range []string{"1.5", "-0.1", `"often"`, "1e999"} {
		_, _, err := reporttest.Parse(grype.Format, []byte(`{"matches":[{"vulnerability":{"id":"CVE-2026-1","epss":[{"epss":`+epss+`}]}}]}`))
		require.ErrorIs(t, err, report.ErrShape, epss)
	}
}

func TestBrokenDatabaseFailsTheScan(t *testing.T) {
	for db, want := range map[string]string{
		`{"error":{}}`:               "the vulnerability database is not valid",
		`{"error":"too old"}`:        "the vulnerability database is not valid: too old",
		`{"status":{"valid":false}}`: "the vulnerability database is not valid",
		`{"status":{"valid":true}}`:  "",
		`{"error":null}`:             "",
		`null`:                       "",
	} {
		_, scan, err := reporttest.Parse(grype.Format, []byte(`{"matches":[],"descriptor":{"db":`+db+`}}`))
		require.NoError(t, err)
		require.Equal(t, want, scan.Failed, db)
	}
}

const (
	mild  = `"version":"3.1","vector":"CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"`
	grave = `"version":"3.1","vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"`
	old   = `"version":"2.0","vector":"AV:N/AC:L/Au:N/C:C/I:C/A:C"`
	nvd   = `"source":"nvd@nist.gov",`
)

func TestVectorOfTheWord(t *testing.T) {
	for cvss, want := range map[string]gate.Severity{
		`{` + mild + `},{` + old + `}`:                                                   gate.Low, // the newest
		`{` + mild + `},{` + grave + `}`:                                                 gate.Critical,
		`{"type":"Primary",` + mild + `},{"type":"Secondary",` + grave + `}`:             gate.Low,
		`{"type":"Primary",` + nvd + mild + `},{"source":"cna@a.example",` + grave + `}`: gate.Low, // the record's author
		`{"source":"cna@a.example",` + mild + `},{"source":"b.example",` + grave + `}`:   gate.Critical,
		`{"version":"3.1","metrics":{"baseScore":"x"}},{` + mild + `}`:                   gate.Critical,
	} {
		findings, _, err := reporttest.Parse(grype.Format, []byte(
			`{"matches":[{"vulnerability":{"id":"CVE-2026-1","namespace":"nvd:cpe","severity":"Low","cvss":[`+cvss+`]}}]}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Rating.Severity, cvss)
	}
}

func TestMatchWithoutIDIsAnError(t *testing.T) {
	for _, members := range []string{`"matches":[{"vulnerability":{"id":"CVE-2026-1"}},{"vulnerability":{}}]`,
		`"matches":[],"ignoredMatches":[{"vulnerability":{"id":"CVE-2026-1"}},{"relatedVulnerabilities":[{"id":"CVE-2026-2"}]}]`} {
		_, _, err := reporttest.Parse(grype.Format, []byte(`{`+members+`}`))
		require.ErrorIs(t, err, report.ErrShape, members)
		require.ErrorContains(t, err, "atches/1: ")
		require.ErrorContains(t, err, "without an id")
	}
}

func TestDatesThatNobodyCanMean(t *testing.T) {
	findings, scan, err := reporttest.Parse(grype.Format, []byte(`{"matches":[{"vulnerability":{"id":"CVE-2026-1",
		"fix":{"available":[{"date":"1970-01-01"},{"date":"2026-01-31"}]},"knownExploited":[{"dateAdded":"2200-01-01","dueDate":"1960-01-01"}]},
		"relatedVulnerabilities":[{"id":"CVE-2026-1","knownExploited":[{"dateAdded":"2026-02-01"}]}]}]}`))
	require.NoError(t, err)
	require.Equal(t, []string{"3 dates before 1971 or after 2149 count as not known " +
		"(fix.available[].date: 1, knownExploited[].dateAdded: 1, knownExploited[].dueDate: 1)"}, scan.Warnings)
	require.Equal(t, "2026-01-31", findings[0].FixedSince.Format("2006-01-02"), "it does not hide one that can be meant")
	require.Equal(t, "2026-02-01", findings[0].KEV.Added.Format("2006-01-02"))
	require.True(t, findings[0].KEV.Due.IsZero())
}

func TestDatabaseOfADayThatNobodyCanMeanProvesNothing(t *testing.T) {
	_, scan, err := reporttest.Parse(grype.Format, []byte(`{"matches":[],"source":{"target":"/"},
		"descriptor":{"name":"grype","version":"0.94.0","db":{"status":{"built":"2200-01-01T00:00:00Z"}}}}`))
	require.NoError(t, err)
	require.Empty(t, scan.Proof)
}

// An alias that is lost is a defect that no catalogue of threats knows.
func TestRelatedRecordWithoutAnIDIsAnError(t *testing.T) {
	for _, related := range []string{`null`, `{}`, `{"ID":"CVE-2023-39325"}`, `{"id":""}`} {
		_, _, err := reporttest.Parse(grype.Format, []byte(`{"matches":[{"vulnerability":{"id":"GHSA-4374-p667-p6c8"},"relatedVulnerabilities":[`+related+
			`],"artifact":{"name":"net"}}]}`))
		require.ErrorIs(t, err, report.ErrShape, related)
		require.ErrorContains(t, err, "has no id", related)
	}
}
