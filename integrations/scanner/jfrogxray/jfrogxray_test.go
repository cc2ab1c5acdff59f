package jfrogxray_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/jfrogxray"
)

func TestJFrogXray(t *testing.T) { reporttest.Testdata(t, jfrogxray.Format) }

func FuzzJFrogXray(f *testing.F) { reporttest.Fuzz(f, jfrogxray.Format) }

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, jfrogxray.Format, map[string]bool{
		`{"rows":[{"vulnerable_component":"npm://a:1","summary":"` + large + `"}],"total_rows":1}`: true,
		`{"rows":[],"total_rows":0}`: true,
		`{"rows":[],"columns":[]}`:   false,
		`[{"vulnerabilities":[{"components":{},"issue_id":"XRAY-1","x":"` + large + `"}],"scan_id":"a"}]`: true,
		`[{"violations":[{"components":{},"watch_name":"w","x":"` + large + `"}]}]`:                       true,
		`{"scan_id":"a","vulnerabilities":[]}`:                                                            true,
		`[{"scan_id":"a","component_id":"b"}]`:                                                            true,
		`{"scan_id":"a","results":[]}`:                                                                    false,
		`{"vulnerabilities":[{"severity":"Low","impactedPackageName":"a","summary":"` + large + `"}]}`:    true,
		`{"vulnerabilities":null,"securityViolations":null}`:                                              true,
		`{"vulnerabilities":[{"id":"a","severity":"High"}]}`:                                              false,
		`{"vulnerabilities":[],"dependencyCount":1,"ok":true}`:                                            false,
		`{"total_violations":1,"violations":[{"issue_id":"XRAY-1","watch_name":"w","description":"d"}]}`:  false,
		`{"rows":[],"total_rows":0}` + "\n" + `{"rows":[],"total_rows":0}`:                                false,
		`[]`:   false,
		`{}`:   false,
		`null`: false,
		``:     false,
	})
}

func TestDocumentWithoutFindingsIsAnError(t *testing.T) {
	for _, document := range []string{``, `{}`, `null`, `[null]`, `[{}]`, `{"total_rows":0}`, `[{"scan_id":"a"},{"status":"completed"}]`, `[[]]`} {
		_, _, err := reporttest.Parse(jfrogxray.Format, []byte(document))
		require.Error(t, err, document)
	}
}

func TestWhatFailsTheScan(t *testing.T) {
	for document, want := range map[string]string{
		`{"total_rows":3,"rows":[{"issue_id":"XRAY-1"}]}`:                                                  "the document is a page of a longer report: it has 1 of 3 rows",
		`{"rows":[{"type":"operational_risk"}],"total_rows":1}`:                                            "",
		`{"rows":[],"total_rows":0}`:                                                                       "",
		`[{"scan_id":"a","status":"completed"},{"scan_id":"b","status":"x"}]`:                              "b: the scan is x",
		`{"scan_id":"a","component_id":"npm://a:1","error":"no"}`:                                          "npm://a:1: no",
		`{"scan_id":"a","status":"Completed"}`:                                                             "",
		`{"securityViolations":[],"errors":[{"filePath":"a","errorMessage":"no\nmore"},{"filePath":"b"}]}`: "a: no",
		`{"securityViolations":[],"scansStatus":{"scaScanStatusCode":0,"iacScanStatusCode":31}}`:           "iacScanStatusCode is 31: the scan failed",
	} {
		_, scan, err := reporttest.Parse(jfrogxray.Format, []byte(document))
		require.NoError(t, err, document)
		require.Equal(t, want, scan.Failed, document)
		require.False(t, want != "" && scan.Proof != "", "what failed proves nothing: %s", document)
	}
}

func TestScansProveThemselvesTogether(t *testing.T) {
	for document, want := range map[string]string{
		`[{"scan_id":"a","status":"completed"},{"scan_id":"b","status":"completed"}]`: "scans that completed: 2",
		`[{"scan_id":"a","status":"completed"},{"scan_id":"b"}]`:                      "",
		`[{"component_id":"a","status":"completed"}]`:                                 "",
		`{"securityViolations":[],"scansStatus":{}}`:                                  "",
		`{"securityViolations":[],"scansStatus":{"scaScanStatusCode":null}}`:          "",
		`{"securityViolations":[],"scansStatus":{"scaScanStatusCode":0,"b":null}}`:    "scans with the status 0: 1",
		`{"securityViolations":[],"scansStatus":null}`:                                "",
	} {
		_, scan, err := reporttest.Parse(jfrogxray.Format, []byte(document))
		require.NoError(t, err, document)
		require.Equal(t, want, scan.Proof, document)
	}
}

func TestTotalThatIsNoCountIsAnError(t *testing.T) {
	for _, total := range []string{`"0"`, `"3"`, `"many"`, `null`, `{}`, `[0]`, `true`, `1.5`, `-1`, `1e999`} {
		for _, document := range []string{`{"total_rows":` + total + `,"rows":[]}`, `{"rows":[{"issue_id":"XRAY-1"}],"total_rows":` + total + `}`} {
			_, _, err := reporttest.Parse(jfrogxray.Format, []byte(document))
			require.ErrorIs(t, err, report.ErrShape, document)
			require.ErrorContains(t, err, "at /total_rows: not of this format: want a count, have "+total)
		}
	}
}

func TestCodeThatIsNoNumberIsAnError(t *testing.T) {
	for _, code := range []string{`"0"`, `"?"`, `{}`, `[0]`, `false`} {
		_, _, err := reporttest.Parse(jfrogxray.Format, []byte(`{"securityViolations":[],"scansStatus":{"scaScanStatusCode":`+code+`}}`))
		require.ErrorIs(t, err, report.ErrShape, code)
		require.ErrorContains(t, err, "scaScanStatusCode", code)
	}
}

func TestUnproven(t *testing.T) {
	for document, want := range map[string]string{
		`{"rows":null,"total_rows":0}`:                 "its `rows` are null",
		`{"rows":[],"total_rows":0}`:                   "",
		`{"rows":[]}`:                                  "",
		`{"securityViolations":[],"scansStatus":null}`: "its scansStatus names no scan that was made",
		`{"securityViolations":[],"scansStatus":{"scaScanStatusCode":null}}`: "its scansStatus names no scan that was made",
		`{"securityViolations":[]}`: "",
	} {
		_, scan, err := reporttest.Parse(jfrogxray.Format, []byte(document))
		require.NoError(t, err, document)
		require.Equal(t, want, scan.Unproven, document)
	}
}

func rows(t *testing.T, members string) []gate.Finding {
	findings, _, err := reporttest.Parse(jfrogxray.Format, []byte(`{"rows":[{"issue_id":"XRAY-1",`+members+`}]}`))
	require.NoError(t, err, members)
	return findings
}

// Two CVEs are two vulnerabilities: as aliases of one finding they would become one defect.
func TestEachCVEIsAFinding(t *testing.T) {
	findings := rows(t, `"cves":[{"cve":"CVE-2026-1"},{"cve":"CVE-2026-2"}]`)
	require.Len(t, findings, 2)
	require.Equal(t, []string{"CVE-2026-1"}, findings[0].Aliases)
	require.Equal(t, []string{"CVE-2026-2"}, findings[1].Aliases)
}

func TestVectorOfTheRating(t *testing.T) {
	const grave2, grave3, mild3 = `"cvss_v2_vector":"CVSS:2.0/AV:N/AC:L/Au:N/C:C/I:C/A:C"`, `"cvss_v3_vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"`,
		`"cvss_v3_vector":"CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"`
	for cve, want := range map[string]gate.Severity{
		grave2 + `,` + mild3: gate.Low,
		grave2:               gate.Critical,
		grave3:               gate.Critical,
		grave2 + `,"cvss_v3_score":0,"cvss_v3_vector":""`: gate.Critical,
		`"cvss_v3_score":9.8`:                             gate.Critical,
		`"cvss_v3_score":"x"`:                             gate.Critical,
		`"cvss_v3_vector":"CVSS:9.9/X"`:                   gate.Critical,
		`"cve":"CVE-2026-1"`:                              gate.Low,
	} {
		require.Equal(t, want, rows(t, `"severity":"Low","cves":[{`+cve+`}]`)[0].Rating.Severity, cve)
	}
	require.Equal(t, gate.Critical, rows(t, `"severity":"Low","cvss3_max_score":9.8`)[0].Rating.Severity)
	require.Equal(t, gate.Critical, rows(t, `"severity":"Spicy"`)[0].Rating.Severity)
	require.Equal(t, gate.None, rows(t, `"severity":"Information"`)[0].Rating.Severity)
	require.Equal(t, gate.Unknown, rows(t, `"severity":"Unknown"`)[0].Rating.Severity)
}

func TestOnlyNotApplicableIsAStatement(t *testing.T) {
	for word, want := range map[string]gate.State{"not_applicable": gate.NotAffected, "Not Applicable": gate.NotAffected, "applicable": gate.Open,
		"not_scanned": gate.Open, "not_covered": gate.Open, "undetermined": gate.Open, "": gate.Open} {
		require.Equal(t, want, rows(t, `"applicability_result":"`+word+`"`)[0].State, word)
	}
}

func TestComponentIDs(t *testing.T) {
	for id, want := range map[string]string{
		"npm://@tools/lathe:1.2.3":           "pkg:npm/%40tools/lathe@1.2.3",
		"gav://org.example:lathe:1.2.3":      "pkg:maven/org.example/lathe@1.2.3",
		"gav://org.example:lathe":            "pkg:maven/org.example/lathe",
		"pip://chisel:1.0":                   "pkg:pypi/chisel@1.0",
		"go://example.com/rasp:v1.0.0":       "pkg:golang/example.com/rasp@v1.0.0",
		"alpine://3.20:musl:1.2.5-r0":        "pkg:apk/alpine/musl@1.2.5-r0",
		"deb://ubuntu:noble:glue:2:1.6.4-3":  "pkg:deb/ubuntu/glue@2:1.6.4-3",
		"deb://debian:bookworm:glue:1.6":     "pkg:deb/debian/glue@1.6",
		"rpm://9:glue:1:3.0.7-27.el9":        "pkg:rpm/glue@1:3.0.7-27.el9",
		"rpm://9:glue:3.0.7-27.el9":          "pkg:rpm/glue@3.0.7-27.el9",
		"rpm://glue:1:3.0.7":                 "pkg:rpm/glue@1:3.0.7",
		"rpm://glue":                         "pkg:rpm/glue",
		"docker://workshop/app:1.4":          "",
		"generic://sha256:00aa/tools.tar.gz": "",
		"lathe":                              "",
		"":                                   "",
	} {
		require.Equal(t, want, rows(t, `"vulnerable_component":"`+id+`"`)[0].Component.PURL, id)
	}
	require.Equal(t, "lathe", rows(t, `"vulnerable_component":"lathe"`)[0].Component.Name)
}

func TestFindingWithoutIDIsAnError(t *testing.T) {
	for _, document := range []string{`{"rows":[{"severity":"High","cves":[{"cvss_v3_score":1}]}]}`, `{"rows":[{"type":"license"}]}`,
		`[{"vulnerabilities":[{"components":{}}]}]`, `[{"violations":[{"type":"license","components":{}}]}]`, `{"securityViolations":[{}]}`,
		`{"securityViolations":[],"sast":[{"file":"a"}]}`} {
		_, _, err := reporttest.Parse(jfrogxray.Format, []byte(document))
		require.ErrorContains(t, err, "without an id", document)
	}
}

func TestSecretLeavesNoTrace(t *testing.T) {
	findings, _, err := reporttest.Parse(jfrogxray.Format, []byte(`{"securityViolations":[],"secrets":[{"ruleId":"r","snippet":"not-a-real-secret-2",
		"finding":"not-a-real-secret-2","scannerShortDescription":"d"}]}`))
	require.NoError(t, err)
	require.Empty(t, findings[0].Secret)
	require.Empty(t, findings[0].Anchor.Snippet)
	require.Equal(t, "d", findings[0].Title)
}
