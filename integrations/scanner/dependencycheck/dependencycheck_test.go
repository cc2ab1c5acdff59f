package dependencycheck_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/dependencycheck"
)

func TestDependencyCheck(t *testing.T) { reporttest.Testdata(t, dependencycheck.Format) }

func FuzzDependencyCheck(f *testing.F) { reporttest.Fuzz(f, dependencycheck.Format) }

const namespace = "https://jeremylong.github.io/DependencyCheck/dependency-check.4.1.xsd"

func TestDetect(t *testing.T) {
	for document, want := range map[string]bool{
		`<analysis xmlns="` + namespace + `"/>`:                                          true,
		`<a:analysis xmlns:a="` + namespace + `"/>`:                                      true,
		`<analysis xmlns="https://www.owasp.org/index.php/OWASP_Dependency_Check#1.2"/>`: true,
		`{"reportSchema":"1.1","scanInfo":{}}`:                                           true,
		`{"dependencies":[{"evidenceCollected":{}}],"reportSchema":"1.1"}`:               true,
		`{"dependencies":[{"fileName":"a","isVirtual":true}]}`:                           true,
		`<analysis/>`: false,
		`<analysis xmlns="http://example.com/"/>`:                                                  false,
		`<bom xmlns="` + namespace + `"/>`:                                                         false,
		`{"dependencies":[{"name":"lodash","version":"1"}]}`:                                       false,
		`{"dependencies":{"lodash":"1"},"scanInfo":{}}`:                                            false,
		"{\"reportSchema\":\"1.1\",\"scanInfo\":{}}\n{\"reportSchema\":\"1.1\",\"scanInfo\":{}}\n": false,
		`{}`: false, `[]`: false, `null`: false, ``: false,
	} {
		o, err := report.Sketch(reporttest.Bytes(document))
		require.NoError(t, err)
		require.Equal(t, want, dependencycheck.Format.Detect(o), document)
	}
}

func xml(dependencies string) string {
	return `<analysis xmlns="` + namespace + `"><scanInfo><dataSource><name>NVD API Last Checked</name><timestamp>2026-01-01T00:00:00Z</timestamp>
		</dataSource></scanInfo>` + dependencies + `</analysis>`
}

func dependency(vulnerabilities string) string {
	return xml(`<dependencies><dependency><fileName>a.jar</fileName><vulnerabilities>` + vulnerabilities + `</vulnerabilities></dependency></dependencies>`)
}

func TestReportWithoutDependenciesIsAnError(t *testing.T) {
	for _, document := range []string{xml(""), `<analysis/>`, `<analysis xmlns="http://example.com/"><dependencies/></analysis>`, `<other xmlns="` + namespace + `"><dependencies/></other>`,
		`{"reportSchema":"1.1"}`, `{}`, `[]`, `null`} {
		_, _, err := reporttest.Parse(dependencycheck.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
	_, _, err := reporttest.Parse(dependencycheck.Format, nil)
	require.Error(t, err)
}

func TestOnlyDependenciesAndDatabaseProveAScan(t *testing.T) {
	one := `<dependencies><dependency><fileName>a</fileName></dependency></dependencies>`
	for document, proof := range map[string]string{
		xml(one):               "dependencies scanned: 1",
		xml(`<dependencies/>`): "",
		`<analysis xmlns="` + namespace + `"><scanInfo/>` + one + `</analysis>`:     "",
		strings.Replace(xml(one), "2026-01-01T00:00:00Z", "", 1):                    "",
		strings.Replace(xml(one), "NVD API Last Checked", "VersionCheckOn", 1):      "",
		strings.Replace(xml(one), "2026-01-01T00:00:00Z", "05/11/2016 14:00:38", 1): "dependencies scanned: 1",
	} {
		_, scan, err := reporttest.Parse(dependencycheck.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, proof, scan.Proof, document)
	}
}

func TestExceptionOfTheAnalysisFailsTheScan(t *testing.T) {
	for _, document := range []string{
		`{"scanInfo":{"analysisExceptions":[{"exception":{"message":"no network\nmore"}}]},"dependencies":[]}`,
		xml(`<dependencies><dependency><analysisExceptions><exception><message>no network</message></exception></analysisExceptions></dependency>
			</dependencies>`),
	} {
		_, scan, err := reporttest.Parse(dependencycheck.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, "analysis exception: no network", scan.Failed)
	}
	_, scan, err := reporttest.Parse(dependencycheck.Format, []byte(`{"scanInfo":{"analysisExceptions":[]},"dependencies":[]}`))
	require.NoError(t, err)
	require.Empty(t, scan.Failed)
}

func TestSuppressedVulnerabilityIsKept(t *testing.T) {
	findings, _, err := reporttest.Parse(dependencycheck.Format, []byte(dependency(
		`<suppressedVulnerability source="NVD"><name>CVE-2020-1</name><notes>not ours</notes></suppressedVulnerability>`)))
	require.NoError(t, err)
	require.Len(t, findings, 1)
	require.Equal(t, gate.Suppressed, findings[0].State)
	require.Equal(t, &gate.Word{By: "Dependency-Check suppression file", Reason: "not ours", Said: gate.Suppressed}, findings[0].Word)
}

func TestVulnerabilityWithoutNameIsAnError(t *testing.T) {
	_, _, err := reporttest.Parse(dependencycheck.Format, []byte(dependency(`<vulnerability source="NVD"><severity>LOW</severity></vulnerability>`)))
	require.ErrorIs(t, err, report.ErrShape)
}

func TestSecondSeverityIsAnError(t *testing.T) {
	for _, twice := range []string{
		`<severity>HIGH</severity><severity>LOW</severity>`,
		`<severity/><severity>LOW</severity>`,
		`<cvssV3><baseScore>9.8</baseScore><baseScore>1</baseScore></cvssV3>`,
		`<name>CVE-2020-2</name>`,
	} {
		_, _, err := reporttest.Parse(dependencycheck.Format, []byte(dependency(`<vulnerability><name>CVE-2020-1</name>`+twice+`</vulnerability>`)))
		require.ErrorIs(t, err, report.ErrShape, twice)
	}
}

func TestSeverity(t *testing.T) {
	for entry, want := range map[string]gate.Severity{
		``:                           gate.Unknown,
		`<severity/>`:                gate.Critical,
		`<severity>spicy</severity>`: gate.Critical,
		`<severity unscored="true">moderate</severity>`:                                                          gate.Medium,
		`<cvssV3><baseSeverity>LOW</baseSeverity></cvssV3>`:                                                      gate.Low,
		`<cvssV3><baseScore>8.1</baseScore></cvssV3>`:                                                            gate.High,
		`<cvssV3><baseScore>11</baseScore></cvssV3>`:                                                             gate.Critical,
		`<severity>LOW</severity><cvssV2><score>7.5</score></cvssV2><cvssV3><baseScore>3.1</baseScore></cvssV3>`: gate.Low,
		`<severity>LOW</severity><cvssV4><vectorString>CVSS:4.0/nonsense</vectorString></cvssV4>`:                gate.Critical,
	} {
		findings, _, err := reporttest.Parse(dependencycheck.Format, []byte(dependency(`<vulnerability><name>CVE-2020-1</name>`+entry+`</vulnerability>`)))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Rating.Severity, entry)
	}
}

func TestDatesThatNobodyCanMeanAreCounted(t *testing.T) {
	findings, scan, err := reporttest.Parse(dependencycheck.Format, []byte(dependency(`<vulnerability><name>CVE-2020-1</name>
		<knownExploitedVulnerability><dateAdded>0202-01-01</dateAdded></knownExploitedVulnerability></vulnerability>`)))
	require.NoError(t, err)
	require.NotNil(t, findings[0].KEV)
	require.Len(t, scan.Warnings, 1)
}

func TestReportThatListsNoDependenciesSaysSo(t *testing.T) {
	const want = "it lists 0 dependencies"
	for document, want := range map[string]string{
		xml(`<dependencies/>`):                            want,
		`{"reportSchema":"1.1","dependencies":[]}`:        want,
		`{"reportSchema":"1.1","dependencies":[{}]}`:      "",
		xml(`<dependencies><dependency/></dependencies>`): "",
	} {
		_, scan, err := reporttest.Parse(dependencycheck.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, want, scan.Unproven, document)
	}
}

func TestDependencyWithoutAnyNameIsThatOfItsPath(t *testing.T) {
	findings, _, err := reporttest.Parse(dependencycheck.Format, []byte(
		`{"dependencies":[{"filePath":"/lib/a.jar","vulnerabilities":[{"name":"CVE-2020-1"}]}]}`))
	require.NoError(t, err)
	require.Equal(t, "/lib/a.jar", findings[0].Component.Name)
}
