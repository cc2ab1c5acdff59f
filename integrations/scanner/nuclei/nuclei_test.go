package nuclei_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/nuclei"
)

func TestJSON(t *testing.T) { reporttest.TestdataMatching(t, nuclei.JSON, "*.json") }

func TestLines(t *testing.T) { reporttest.TestdataMatching(t, nuclei.Lines, "*.jsonl") }

func FuzzJSON(f *testing.F) { reporttest.FuzzMatching(f, nuclei.JSON, "*.json") }

// FuzzLines cuts documents in two. JSON lines that are cut at a line end are whole, so that the findings of both parts are those of the document;
// where the first part ends within a line it must be an error.
func FuzzLines(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.jsonl")
	require.NoError(f, err)
	for _, path := range paths {
		document, err := os.ReadFile(path)
		require.NoError(f, err)
		for at := range document {
			if document[at] == '\n' || at%50 == 0 {
				f.Add(document, uint32(at))
			}
		}
	}
	f.Fuzz(func(t *testing.T, document []byte, end uint32) {
		whole, scan, err := reporttest.Parse(nuclei.Lines, document)
		if err != nil || len(document) == 0 {
			return
		}
		require.Equal(t, scan.Read, len(whole))
		at := int(end) % len(document)
		begin, _, err := reporttest.Parse(nuclei.Lines, document[:at])
		if err != nil {
			return
		}
		rest, _, err := reporttest.Parse(nuclei.Lines, document[at:])
		require.NoError(t, err, "cut at byte %d, within a line", at)
		require.Len(t, whole, len(begin)+len(rest))
		for i := range whole {
			require.NotEmpty(t, strings.TrimSpace(whole[i].ID))
		}
	})
}

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	type claims struct{ json, lines bool }
	for document, want := range map[string]claims{
		`[{"template-id":"a","info":{"name":"b"}}]`:                                        {json: true},
		`[{"template":"a.yaml","template-id":"a","template-encoded":"` + large:             {json: true},
		`[{"info":{"severity":"low"},"matched-at":"a","request":"` + large:                 {json: true},
		`{"template-id":"a","info":{"name":"b"}}`:                                          {lines: true},
		`{"templateID":"a","info":{"name":"b"}}` + "\n" + `{"templateID":"a","info":{}}`:   {lines: true},
		`{"template-id":"a","info":{"name":"b"},"response":"` + large + `"}` + "\n" + `{}`: {lines: true},
		`{"info":{"name":"b"},"matcher-status":true,"response":"` + large:                  {lines: true},
		`[]`: {},
		``:   {},
		`{"info":{"title":"api","version":"1"},"paths":{}}`: {},
		`[{"rule_id":"a","info":{"name":"b"}}]`:             {},
		`{"id":"a","info":{"name":"b","severity":"low"}}`:   {}, // a template
		`{"DetectorName":"AWS","SourceMetadata":{}}`:        {},
	} {
		o, err := report.Sketch(reporttest.Bytes(document))
		require.NoError(t, err)
		require.Equal(t, want, claims{nuclei.JSON.Detect(o), nuclei.Lines.Detect(o)}, "%.90s", document)
	}
}

func TestDocumentOfTheOtherFormatIsAnError(t *testing.T) {
	for _, document := range []string{`null`, `{}`, `{"template-id":"a"}`, ``, `[null]`, `[{}]`} {
		_, _, err := reporttest.Parse(nuclei.JSON, []byte(document))
		require.Error(t, err, document)
	}
	for _, document := range []string{`null`, `{}`, `[]`, `[{"template-id":"a"}]`, `{"template-id":"a"}` + "\n" + `{"info":{}}`, `{"template-id":"a"}` + "\n{"} {
		_, _, err := reporttest.Parse(nuclei.Lines, []byte(document))
		require.Error(t, err, document)
	}
}

func TestErrorNamesTheEntry(t *testing.T) {
	_, _, err := reporttest.Parse(nuclei.Lines, []byte(`{"template-id":"a"}`+"\n"+`{"template-id":" "}`))
	require.ErrorIs(t, err, report.ErrShape)
	require.ErrorContains(t, err, "entry 2: ")
}

// one reads a document of one entry, as both formats must.
func one(t *testing.T, members string) gate.Finding {
	t.Helper()
	findings, _, err := reporttest.Parse(nuclei.Lines, []byte(`{"template-id":"t",`+members+`}`))
	require.NoError(t, err)
	same, _, err := reporttest.Parse(nuclei.JSON, []byte(`[{"template-id":"t",`+members+`}]`))
	require.NoError(t, err)
	require.Equal(t, same, findings)
	require.Len(t, findings, 1)
	return findings[0]
}

func TestWhatNeverMatchedProvesAScanOnlyWhereNoLineCanBeLost(t *testing.T) {
	const missed = `{"template-id":"a","matcher-status":false}`
	_, scan, err := reporttest.Parse(nuclei.JSON, []byte(`[`+missed+`]`))
	require.NoError(t, err)
	require.Equal(t, "templates that did not match: 1", scan.Proof)
	_, scan, err = reporttest.Parse(nuclei.Lines, []byte(missed))
	require.NoError(t, err)
	require.Empty(t, scan.Proof)
	require.Equal(t, map[string]int{"template that did not match": 1}, scan.Dropped)
}

func TestTemplateThatFailedFailsTheScan(t *testing.T) {
	for _, format := range []report.Format{nuclei.Lines, nuclei.JSON} {
		document := `{"template-id":"a","host":"b","matcher-status":false,"error":"no address\nfor host"}`
		if format.Cut == "" {
			document = `[` + document + `]`
		}
		findings, scan, err := reporttest.Parse(format, []byte(document))
		require.NoError(t, err)
		require.Empty(t, findings)
		require.Empty(t, scan.Proof)
		require.Equal(t, "a at b: no address", scan.Failed)
	}
}

func TestMatchIsAFindingUnlessTheReportSaysThatItIsNone(t *testing.T) {
	for _, status := range []string{`"host":"a"`, `"matcher-status":null`, `"matcher-status":true`, `"matcher-status":true,"error":"late"`} {
		require.Equal(t, "t", one(t, status).ID, status)
	}
}

func TestImpossibleProbabilityIsAnError(t *testing.T) {
	for _, epss := range []string{"1.5", "-0.1", `"often"`} {
		_, _, err := reporttest.Parse(nuclei.Lines, []byte(`{"template-id":"a","info":{"classification":{"epss-score":`+epss+`}}}`))
		require.ErrorIs(t, err, report.ErrShape, epss)
	}
}

func TestSeverity(t *testing.T) {
	for info, want := range map[string]gate.Severity{
		`"severity":"info"`: gate.None, `"severity":"Low"`: gate.Low, `"severity":"unknown"`: gate.Unknown, `"severity":""`: gate.Critical, `"name":"a"`: gate.Unknown,
		`"severity":"low","classification":{"cvss-score":9.1}`: gate.Critical,
	} {
		require.Equal(t, want, one(t, `"info":{`+info+`}`).Rating.Severity, info)
	}
}

func TestProductOfAVulnerability(t *testing.T) {
	const cve = `"cve-id":"CVE-2026-11111"`
	for members, want := range map[string]string{
		`"metadata":{"product":"p"},"classification":{` + cve + `,"cpe":"cpe:2.3:a:v:q:1"}`:   "p",
		`"metadata":{"product":["p"]},"classification":{` + cve + `,"cpe":"cpe:2.3:a:v:q:1"}`: "q",
		`"classification":{` + cve + `,"cpe":"cpe:/a:v:q:1"}`:                                 "h",
	} {
		f := one(t, `"host":"h","info":{`+members+`}`)
		require.Equal(t, gate.Vulnerability, f.Kind)
		require.Equal(t, []string{"CVE-2026-11111"}, f.Aliases)
		require.Equal(t, want, f.Component.Name, members)
	}
}

func TestRandomValuesInAddressesDoNotMoveAFinding(t *testing.T) {
	place := func(members string) gate.Fingerprint {
		f := one(t, members)
		return gate.NewFingerprinter(nil).Identify(&f).Fingerprints[0]
	}
	require.Equal(t, place(`"matched-at":"https://a/b?c=1"`), place(`"matched-at":"https://a/b?c=2"`))
	require.NotEqual(t, place(`"matched-at":"https://a/b"`), place(`"matched-at":"https://a/c"`))
	require.NotEqual(t, place(`"matched-at":"a","matcher-name":"x"`), place(`"matched-at":"a","matcher-name":"y"`))
	const cwe = `"info":{"classification":{"cwe-id":"cwe-200"}},"matched-at":"a"`
	require.NotEqual(t, place(cwe), place(cwe+`,"extractor-name":"z"`))
}
