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
	_, none := read(t, "testdata/none.json")
	require.Equal(t, "targets scanned: 2", none.Proof)
	_, unproven := read(t, "testdata/unproven.json")
	require.Empty(t, unproven.Proof)
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
