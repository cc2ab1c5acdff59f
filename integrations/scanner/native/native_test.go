package native_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/native"
)

func TestJSON(t *testing.T)   { reporttest.TestdataMatching(t, native.JSON, "*.json") }
func TestNDJSON(t *testing.T) { reporttest.TestdataMatching(t, native.NDJSON, "*.ndjson") }
func TestCSV(t *testing.T)    { reporttest.TestdataMatching(t, native.CSV, "*.csv") }

func FuzzJSON(f *testing.F)   { reporttest.FuzzMatching(f, native.JSON, "*.json") }
func FuzzNDJSON(f *testing.F) { reporttest.FuzzMatching(f, native.NDJSON, "*.ndjson") }
func FuzzCSV(f *testing.F)    { reporttest.FuzzMatching(f, native.CSV, "*.csv") }

// A document of lines is cut wherever one likes, at the ends of lines too: it never is a shorter document.
func TestCutAnywhereIsAnError(t *testing.T) {
	for pattern, format := range map[string]report.Format{"*.json": native.JSON, "*.ndjson": native.NDJSON, "*.csv": native.CSV} {
		paths, err := filepath.Glob(filepath.Join("testdata", pattern))
		require.NoError(t, err)
		for _, path := range paths {
			document, err := os.ReadFile(path)
			require.NoError(t, err)
			document = bytes.TrimRight(document, "\r\n,") // behind the count a spreadsheet fills up with empty cells
			for at := range document {
				_, _, err := reporttest.Parse(format, document[:at])
				require.Error(t, err, "%s cut at %d", path, at)
				if at > 0 && (format.Name != native.CSV.Name || document[at-1] == '\n') {
					require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%s cut at %d", path, at)
				}
			}
		}
	}
}

func TestNothingButTheEndIsAnEmptyDocument(t *testing.T) {
	findings, scan, err := reporttest.Parse(native.NDJSON, []byte(`{"defectgate":1,"tool":{"name":"x"}}`+"\n"+`{"end":true,"count":0}`))
	require.NoError(t, err)
	require.Empty(t, findings)
	require.Empty(t, scan.Proof)
	_, scan, err = reporttest.Parse(native.CSV, []byte("#defectgate,1\n#tool,x\n#scanned,1\nid,kind,severity\n#end,0\n"))
	require.NoError(t, err)
	require.Equal(t, "1 thing looked at", scan.Proof)
}

func TestOnlyOneFormatClaimsADocument(t *testing.T) {
	for document, want := range map[string]string{
		`{"defectgate":1,"defects":[]}`:                "defectgate",
		`{"defectgate":1}{"end":true,"count":0}`:       "defectgate-ndjson",
		"#defectgate,1\n":                              "defectgate-csv",
		"\"#defectgate\",1\r\n":                        "defectgate-csv",
		"#defectgate;1\n":                              "defectgate-csv",
		`[{"defectgate":1}]`:                           "",
		`{"defects":[]}`:                               "",
		"id,kind,severity\n":                           "",
		`{"Defectgate":1}`:                             "",
		"\n\n" + `{"defectgate":1,` + "\n" + `"tool":`: "defectgate",
	} {
		o, err := report.Sketch(reporttest.Bytes(document))
		require.NoError(t, err)
		claims := ""
		for _, f := range []report.Format{native.JSON, native.NDJSON, native.CSV} {
			if f.Detect(o) {
				claims += f.Name
			}
		}
		require.Equal(t, want, claims, document)
	}
}

func TestSeverity(t *testing.T) {
	for record, want := range map[string]gate.Severity{
		``:                                     gate.Unknown,
		`,"severity":"unknown"`:                gate.Unknown,
		`,"severity":"High"`:                   gate.High,
		`,"severity":"showstopper"`:            gate.Critical,
		`,"severity":""`:                       gate.Critical,
		`,"severity":null`:                     gate.Critical,
		`,"severity":null,"score":1`:           gate.Critical,
		`,"score":4.5`:                         gate.Medium,
		`,"score":11`:                          gate.Critical,
		`,"severity":"low","score":9.8`:        gate.Critical,
		`,"severity":"low","vector":"AV:?"`:    gate.Critical,
		`,"severity":"low","score":null`:       gate.Low,
		`,"ratings":[{"party":"x","score":9}]`: gate.Unknown,
	} {
		findings, _, err := reporttest.Parse(native.JSON, document(`{"id":"x","kind":"design"`+record+`}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Rating.Severity, record)
	}
}

// What people found has no line: it must be known again in whatever order it is written, and not be mixed up with the same running
// number of somebody else.
func TestIdentityOfWhatPeopleFound(t *testing.T) {
	one, two := `{"id":"1","kind":"design","cwes":[639]}`, `{"id":"2","kind":"design","cwes":[639]}`
	prints := func(document []byte) map[string]gate.Fingerprint {
		findings, _, err := reporttest.Parse(native.JSON, document)
		require.NoError(t, err)
		identify, prints := gate.NewFingerprinter(nil), map[string]gate.Fingerprint{}
		for i := range findings {
			prints[findings[i].ID] = identify.Identify(&findings[i]).Fingerprints[0]
		}
		return prints
	}
	first := prints(document(one, two))
	require.NotEqual(t, first["1"], first["2"])
	require.Equal(t, first, prints(document(two, one)))
	require.Equal(t, first["2"], prints(document(two))["2"])
	other := bytes.Replace(document(one), []byte(`"test"`), []byte(`"bug bounty"`), 1)
	require.NotEqual(t, first["1"], prints(other)["1"])
}

// An error of the one who takes the findings ends the reading and comes back as it is.
func TestEmitStops(t *testing.T) {
	stop := errors.New("enough")
	for path, format := range map[string]report.Format{
		"penetration-test.json": native.JSON, "bug-bounty.ndjson": native.NDJSON, "incident.csv": native.CSV,
	} {
		content, err := os.ReadFile(filepath.Join("testdata", path))
		require.NoError(t, err)
		_, err = format.Parse(reporttest.Bytes(content), func(*gate.Finding) error { return stop })
		require.ErrorIs(t, err, stop)
		require.NotContains(t, err.Error(), "PT-", "the record is not to blame")
	}
}

// document wraps records into a JSON report.
func document(records ...string) []byte {
	return []byte(`{"defectgate":1,"tool":{"name":"test"},"defects":[` + strings.Join(records, ",") + `]}`)
}

// BenchmarkJSON reads records of about 350 bytes.
func BenchmarkJSON(b *testing.B) {
	const records = 10_000
	list := make([]string, records)
	for i := range list {
		list[i] = fmt.Sprintf(`{"id":"CVE-2026-%d","kind":"vulnerability","severity":"high","vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",`+
			`"title":"Path traversal when an archive is unpacked","cwes":[22],"component":{"purl":"pkg:npm/archive-%d@1.2.3",`+
			`"name":"archive-%d","version":"1.2.3","fixed":["1.2.4"]},"location":{"path":"web/package-lock.json"},`+
			`"published":"2026-01-31T09:30:00Z","epss":0.0123}`, i, i%1000, i%1000)
	}
	content := document(list...)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		_, err := native.JSON.Parse(reporttest.Bytes(content), func(*gate.Finding) error { return nil })
		require.NoError(b, err)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/records, "ns/record")
	b.ReportMetric(float64(len(content))/records, "B/record")
}
