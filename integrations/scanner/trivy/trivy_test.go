package trivy_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/trivy"
)

func TestTrivy(t *testing.T) { reporttest.Testdata(t, trivy.Format) }

func FuzzTrivy(f *testing.F) { reporttest.Fuzz(f, trivy.Format) }

func read(t *testing.T, path string) ([]gate.Finding, gate.Scan) {
	document, err := os.ReadFile(path)
	require.NoError(t, err)
	findings, scan, err := reporttest.Parse(trivy.Format, document)
	require.NoError(t, err)
	return findings, scan
}

func TestSortedKeysChangeNothing(t *testing.T) {
	findings, scan := read(t, "testdata/image.json")
	sortedFindings, sortedScan := read(t, "testdata/sorted.json")
	require.ElementsMatch(t, findings, sortedFindings)
	require.Equal(t, scan, sortedScan)
}

// A tool that sorts keys puts SchemaVersion and Target far behind what is looked at to recognise a document.
func TestDetectsLargeSortedReport(t *testing.T) {
	packages := strings.Repeat(`{"Name":"anvil"},`, 20<<10)
	o, err := report.Sketch(reporttest.Bytes(`{"ArtifactName":"a","ArtifactType":"container_image","Results":[{"Class":"os-pkgs","Packages":[` +
		packages + `{}],"Target":"a","Type":"debian"}],"SchemaVersion":2}`))
	require.NoError(t, err)
	require.False(t, o.Has("SchemaVersion"))
	require.True(t, trivy.Format.Detect(o))
}

func TestModifiedFindingWithoutFindingIsAnError(t *testing.T) {
	for _, entry := range []string{`{"Type":"secret","Status":"ignored"}`, `{"Type":"secret","Status":"ignored","Finding":null}`} {
		_, _, err := reporttest.Parse(trivy.Format, []byte(
			`{"Results":[{"Target":"a","Class":"secret","ExperimentalModifiedFindings":[`+entry+`]}]}`))
		require.ErrorIs(t, err, report.ErrShape)
	}
}

func TestOnlyTargetsProveAScan(t *testing.T) {
	_, none := read(t, "testdata/empty-proven.json")
	require.Equal(t, "targets scanned: 2", none.Proof)
	_, unproven := read(t, "testdata/empty-unproven.json")
	require.Empty(t, unproven.Proof)
	require.NotEmpty(t, unproven.Unproven, "no receipt makes up for a target")
}

// A schema of tomorrow may keep its findings where nobody looks, and a target of no class was not scanned for anything.
func TestUnknownSchemasAndTargetsProveNothing(t *testing.T) {
	for _, version := range []string{"-1", "3", "99"} {
		_, _, err := reporttest.Parse(trivy.Format, []byte(`{"SchemaVersion": `+version+`, "ArtifactName": "a", "Results": [{"Target": "x", "Class": "os-pkgs"}]}`))
		require.ErrorContains(t, err, "schema version "+version+" is not known")
	}
	_, scan, err := reporttest.Parse(trivy.Format, []byte(`{"SchemaVersion": 2, "ArtifactName": "a", "Results": [{"Target": "x"}]}`))
	require.NoError(t, err)
	require.Empty(t, scan.Proof)
}

// result wraps the members of one result into a report.
func result(members string) []byte {
	return []byte(`{"SchemaVersion":2,"ArtifactName":"a","Results":[{"Target":"t","Class":"lang-pkgs","Type":"npm",` + members + `}]}`)
}

func TestEntriesWithoutIDAreErrors(t *testing.T) {
	for members, want := range map[string]string{
		`"Vulnerabilities":[{"VulnerabilityID":"CVE-2026-1"},{"PkgName":"p"}]`:               "at /Results/0/Vulnerabilities/1: ",
		`"Vulnerabilities":[{"VulnerabilityID":" "}]`:                                        "at /Results/0/Vulnerabilities/0: ",
		`"Misconfigurations":[{"Status":"FAIL"}]`:                                            "at /Results/0/Misconfigurations/0: ",
		`"Secrets":[{"Title":"key"}]`:                                                        "at /Results/0/Secrets/0: ",
		`"Licenses":[{"Name":null}]`:                                                         "at /Results/0/Licenses/0: ",
		`"ExperimentalModifiedFindings":[{"Type":"secret","Status":"ignored","Finding":{}}]`: "at /Results/0/ExperimentalModifiedFindings/0: ",
	} {
		_, _, err := reporttest.Parse(trivy.Format, result(members))
		require.ErrorIs(t, err, report.ErrShape, members)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "without an id")
		require.NotEmpty(t, gate.HintOf(err))
	}
}

func TestOlderNameOfACheckIsItsID(t *testing.T) {
	findings, scan, err := reporttest.Parse(trivy.Format, result(`"Misconfigurations":[{"AVDID":"AVD-DS-0002"},{"Status":"PASS"}]`))
	require.NoError(t, err)
	require.Equal(t, "AVD-DS-0002", findings[0].ID)
	require.Empty(t, findings[0].Related)
	require.Equal(t, 1, scan.Dropped["passed check"])
}

func TestDatesThatNobodyCanMean(t *testing.T) {
	findings, scan, err := reporttest.Parse(trivy.Format, result(`"Vulnerabilities":[
		{"VulnerabilityID":"CVE-2026-1","PublishedDate":"1970-01-01T00:00:00Z"},{"VulnerabilityID":"CVE-2026-2","PublishedDate":"1969-07-20"},
		{"VulnerabilityID":"CVE-2026-3","PublishedDate":"0001-01-01T00:00:00Z"},{"VulnerabilityID":"CVE-2026-4","PublishedDate":"2026-01-31T00:00:00Z"}],
		"ExperimentalModifiedFindings":[{"Status":"ignored","Finding":{"VulnerabilityID":"CVE-2026-5","PublishedDate":"1970-01-02"}}]`))
	require.NoError(t, err)
	require.Equal(t, []string{"3 dates before 1971 count as not known (PublishedDate)"}, scan.Warnings)
	require.True(t, findings[0].Published.IsZero())
	require.False(t, findings[3].Published.IsZero())
}

func TestObjectOfAnotherIsNoEmptyReport(t *testing.T) {
	_, _, err := reporttest.Parse(trivy.Format, []byte(`{"error":"too many requests","code":429}`))
	require.ErrorContains(t, err, "neither `Results` nor any other member of Trivy")
	_, _, err = reporttest.Parse(trivy.Format, []byte(`{"error":"none","Results":null}`))
	require.NoError(t, err)
}

// A description is a title where there is none. It is a text wherever it stands.
func TestDescriptionOfAnotherKindIsAnError(t *testing.T) {
	for _, members := range []string{`"Title":"t","Description":7`, `"Description":7,"Title":"t"`, `"Title":"t","Description":{}`, `"Description":[]`} {
		_, _, err := reporttest.Parse(trivy.Format, []byte(`{"SchemaVersion":2,"ArtifactName":"a","Results":[{"Target":"t","Class":"lang-pkgs","Type":"npm",`+
			`"Vulnerabilities":[{"VulnerabilityID":"CVE-2026-1","PkgName":"p","Severity":"LOW",`+members+`}]}]}`))
		require.ErrorIs(t, err, report.ErrShape, members)
		require.ErrorContains(t, err, "at /Results/0/Vulnerabilities/0/Description: ", members)
	}
}
