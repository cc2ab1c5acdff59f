package defectdojo_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/defectdojo"
)

func TestJSON(t *testing.T) { reporttest.TestdataMatching(t, defectdojo.JSON, "*.json") }

func TestCSV(t *testing.T) { reporttest.TestdataMatching(t, defectdojo.CSV, "*.csv") }

func FuzzJSON(f *testing.F) { reporttest.FuzzMatching(f, defectdojo.JSON, "*.json") }

// FuzzCSV cuts sheets in two. A sheet that is cut at a line end is a shorter one, see the format's Cut; cut elsewhere it must be an error, and
// what is read of the beginning is what is read of the whole.
func FuzzCSV(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.csv")
	require.NoError(f, err)
	for _, path := range paths {
		sheet, err := os.ReadFile(path)
		require.NoError(f, err)
		for at := range sheet {
			f.Add(sheet, uint32(at))
		}
	}
	f.Fuzz(func(t *testing.T, sheet []byte, end uint32) {
		whole, scan, err := reporttest.Parse(defectdojo.CSV, sheet)
		if err != nil || len(sheet) == 0 {
			return
		}
		require.Len(t, whole, scan.Read)
		beginning := sheet[:int(end)%len(sheet)]
		part, _, err := reporttest.Parse(defectdojo.CSV, beginning)
		if err != nil {
			return
		}
		require.True(t, endsWhole(beginning), "cut within a line")
		require.LessOrEqual(t, len(part), len(whole))
		for i := range part {
			require.Equal(t, whole[i].ID, part[i].ID)
		}
	})
}

// endsWhole tells whether a sheet ends with a line break, or with the flag that DefectDojo's columns mostly end with.
func endsWhole(sheet []byte) bool {
	end := strings.ToLower(strings.TrimRight(string(sheet), " \t"))
	return strings.HasSuffix(string(sheet), "\n") || strings.HasSuffix(end, "true") || strings.HasSuffix(end, "false")
}

func TestDetectJSON(t *testing.T) {
	for document, want := range map[string]bool{
		`{"findings":[{"title":"a","severity":"Low"}]}`:               true,
		`{"findings":[{"severity":"Low","title":"a"}],"type":"Tool"}`: true,
		`{"findings":[]}`:                                           true,
		`{"findings":[{}]}`:                                         true,
		`{"name":"a","findings":null}`:                              true,
		`{"findings":[{"rule_id":"a","severity":"Low"}]}`:           false,
		`{"findings":[{"id":"a"}]}`:                                 false,
		`{"meta":{"application":"Dependency-Track"},"findings":[]}`: false,
		`{"findings":[{"component":{},"vulnerability":{"title":"a"},"matrix":"a"}]}`: false,
		"{\"findings\":[]}\n{\"findings\":[]}\n":                                     false,
		`{"name":"a"}`:                                                               false, `{}`: false, `[]`: false, `null`: false, ``: false,
	} {
		o, err := report.Sketch(reporttest.Bytes(document))
		require.NoError(t, err)
		require.Equal(t, want, defectdojo.JSON.Detect(o), document)
		require.False(t, defectdojo.CSV.Detect(o), document)
	}
}

func TestDetectCSV(t *testing.T) {
	for document, want := range map[string]bool{
		"Date,Title,CweId,Url,Severity,Description\n":                true,
		"Severity, Description , Title,Date":                         true,
		"\"Title\",\"Severity\",\"Description\",\"Date\"\r\nA,B,C,D": true,
		"date,title,severity,description\n":                          false,
		"Date,Title,Severity\n":                                      false,
		"Date;Title;Severity;Description\n":                          false,
		"#defectgate,1\n":                                            false,
		"text":                                                       false,
	} {
		o, err := report.Sketch(reporttest.Bytes(document))
		require.NoError(t, err)
		require.Equal(t, want, defectdojo.CSV.Detect(o), document)
		require.False(t, defectdojo.JSON.Detect(o), document)
	}
}

func TestDocumentWithoutFindingsIsAnError(t *testing.T) {
	for _, document := range []string{`{"name":"a","type":"b"}`, `{}`, `[]`, `null`} {
		_, _, err := reporttest.Parse(defectdojo.JSON, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
	for _, document := range []string{"a,b\n1,2\n", "Date,Title,Severity\n", "Date,Title,Severity,Description,Title\n"} {
		_, _, err := reporttest.Parse(defectdojo.CSV, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestFindingWithoutAnyIDIsAnError(t *testing.T) {
	_, _, err := reporttest.Parse(defectdojo.JSON, []byte(`{"findings":[{"severity":"Low","description":"text"}]}`))
	require.ErrorIs(t, err, report.ErrShape)
	_, _, err = reporttest.Parse(defectdojo.CSV, []byte(header+"2026-01-01,,Low,text,\n"))
	require.ErrorContains(t, err, "line 2")
	require.ErrorIs(t, err, report.ErrShape)
}

const header = "Date,Title,Severity,Description,Active\n"

func TestSheetThatEndsInsideALineIsCut(t *testing.T) {
	for _, document := range []string{"", "Date,Title,Sev", header + "2026-01-01,a,Hi", header + "2026-01-01,a,High,text,TRU", header + "2026-01-01,a,High,text,",
		header + "2026-01-01,a,High,\"text\n", header + "2026-01-01,a,High,\"text"} {
		_, _, err := reporttest.Parse(defectdojo.CSV, []byte(document))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, document)
	}
	for _, whole := range []string{"2026-01-01,a,High,text,TRUE", "2026-01-01,a,High,text,false", "2026-01-01,a,High,text,\r\n", "2026-01-01,a,High,text,\n"} {
		findings, _, err := reporttest.Parse(defectdojo.CSV, []byte(header+whole))
		require.NoError(t, err)
		require.Len(t, findings, 1)
	}
}

func TestMalformedSheetIsNotCut(t *testing.T) {
	for _, line := range []string{"2026-01-01,a,High\n", "2026-01-01,a,High,text,,,\n", "2026-01-01,a,High,te\"xt,\n", "2026-01-01,a\xff,High,text,\n"} {
		_, _, err := reporttest.Parse(defectdojo.CSV, []byte(header+line))
		require.Error(t, err)
		require.NotErrorIs(t, err, io.ErrUnexpectedEOF, line)
	}
}

// read parses one finding with a title and these members more.
func read(t *testing.T, members string) gate.Finding {
	findings, _, err := reporttest.Parse(defectdojo.JSON, []byte(`{"findings":[{"title":"a"`+members+`}]}`))
	require.NoError(t, err)
	require.Len(t, findings, 1)
	return findings[0]
}

func TestState(t *testing.T) {
	for flags, want := range map[string]gate.State{
		``:                                     gate.Open,
		`,"active":true`:                       gate.Open,
		`,"active":null`:                       gate.Open,
		`,"active":"perhaps"`:                  gate.Open,
		`,"duplicate":true`:                    gate.Open,
		`,"verified":false`:                    gate.Open,
		`,"false_p":false,"is_mitigated":null`: gate.Open,
		`,"under_review":true`:                 gate.UnderInvestigation,
		`,"active":false`:                      gate.Suppressed,
		`,"active":false,"duplicate":false`:    gate.Suppressed,
		`,"active":false,"duplicate":true`:     gate.Open,
		`,"active":false,"duplicate":true,"risk_accepted":true`: gate.Suppressed,
		`,"active":false,"under_review":true`:                   gate.Suppressed,
		`,"risk_accepted":true`:                                 gate.Suppressed,
		`,"out_of_scope":true,"false_p":true`:                   gate.Suppressed,
		`,"false_p":true,"active":false`:                        gate.FalsePositive,
		`,"is_mitigated":true,"active":false`:                   gate.Fixed,
	} {
		f := read(t, flags)
		require.Equal(t, want, f.State, flags)
		if want != gate.Open {
			require.Equal(t, want, f.Word.Said)
			require.NotEmpty(t, f.Word.Reason)
		}
	}
}

func TestEmptyCellSaysNothing(t *testing.T) {
	findings, _, err := reporttest.Parse(defectdojo.CSV, []byte(header+"2026-01-01,a,,text,\n"))
	require.NoError(t, err)
	require.Equal(t, gate.Open, findings[0].State)
	require.Equal(t, gate.Critical, findings[0].Rating.Severity, "but a severity is required")
}

func TestSeverity(t *testing.T) {
	for members, want := range map[string]gate.Severity{
		``:                                       gate.Unknown,
		`,"severity":null`:                       gate.Critical,
		`,"severity":"Info"`:                     gate.None,
		`,"severity":"Low"`:                      gate.Low,
		`,"severity":"Bad"`:                      gate.Critical,
		`,"severity":"Low","cvssv3_score":8.1`:   gate.High,
		`,"severity":"Low","cvssv3_score":"N/A"`: gate.Low,
		`,"severity":"Low","cvssv3_score":81`:    gate.Critical,
		`,"severity":"Low","cvssv4_score":2,"cvssv3_score":9.8`: gate.Low,
		`,"severity":"Low","cvssv3":"CVSS:3.1/nonsense"`:        gate.Critical,
	} {
		require.Equal(t, want, read(t, members).Rating.Severity, members)
	}
}

func TestImpossibleProbabilityIsAnError(t *testing.T) {
	for _, epss := range []string{"1.5", "-0.1", `"12"`} {
		_, _, err := reporttest.Parse(defectdojo.JSON, []byte(`{"findings":[{"title":"a","epss_score":`+epss+`}]}`))
		require.ErrorIs(t, err, report.ErrShape, epss)
	}
	require.Nil(t, read(t, `,"epss_score":"N/A"`).EPSS)
	require.InDelta(t, 0.5, *read(t, `,"epss_score":"0.5"`).EPSS, 0)
}

func TestKindAndID(t *testing.T) {
	for members, want := range map[string]struct {
		kind gate.Kind
		id   string
	}{
		``:                         {gate.Code, "a"},
		`,"unique_id_from_tool":7`: {gate.Code, "a"},
		`,"vuln_id_from_tool":"R"`: {gate.Code, "R"},
		`,"vuln_id_from_tool":"R","cve":"CVE-2020-1"`:                                            {gate.Code, "CVE-2020-1"},
		`,"vulnerability_ids":["GHSA-1","CVE-2020-1"]`:                                           {gate.Code, "CVE-2020-1"},
		`,"component_name":"c"`:                                                                  {gate.Code, "a"},
		`,"component_name":"c","vulnerability_ids":["RHSA-2020:1"]`:                              {gate.Vulnerability, "RHSA-2020:1"},
		`,"component_name":"c","cve":"CVE-2020-1","vulnerability_ids":["GHSA-1"],"cwe":"CWE-79"`: {gate.Vulnerability, "CVE-2020-1"},
	} {
		f := read(t, members)
		require.Equal(t, want.kind, f.Kind, members)
		require.Equal(t, want.id, f.ID, members)
	}
}

func TestSeveralCVEsAreNoAliases(t *testing.T) {
	f := read(t, `,"component_name":"c","vulnerability_ids":["CVE-2020-1","GHSA-1"]`)
	require.Equal(t, []string{"GHSA-1"}, f.Aliases)
	f = read(t, `,"component_name":"c","vulnerability_ids":["CVE-2020-1","GHSA-1","CVE-2020-2"]`)
	require.Empty(t, f.Aliases)
	require.Equal(t, []string{"CVE-2020-2", "GHSA-1"}, f.Related)
}

func TestFixWithoutAVersionIsAFix(t *testing.T) {
	for members, fixed := range map[string][]string{
		``: nil, `,"fix_available":false`: nil, `,"fix_available":true`: {"a version that is not named"}, `,"fix_available":true,"fix_version":2.1`: {"2.1"},
	} {
		require.Equal(t, fixed, read(t, `,"component_name":"c","cve":"CVE-2020-1"`+members).Component.Fixed, members)
	}
}

func TestEndpointKeepsNoCredentials(t *testing.T) {
	for endpoint, want := range map[string]string{
		`"https://me:not-a-real-secret@a.example/x?token=1#y"`:                         "https://a.example/x",
		`"me:not-a-real-secret@a.example:80?token=1"`:                                  "a.example:80",
		`"http://[not an address?token=1"`:                                             "http://[not an address",
		`{"protocol":"https","host":"a.example","port":8443,"query":"token=1"}`:        "https://a.example:8443",
		`{"host":"a.example","userinfo":"me:not-a-real-secret","path":"/x","port":""}`: "a.example/x",
	} {
		require.Equal(t, want, read(t, `,"endpoints":[`+endpoint+`]`).Location.Logical)
	}
}

func TestFindingsWithoutAPlaceAreToldApartByTheirTitles(t *testing.T) {
	one, two := read(t, `,"cwe":521`), read(t, `,"cwe":521,"service":"s"`)
	require.Equal(t, one.Anchor.Hash, two.Anchor.Hash)
	require.Equal(t, "a", one.Anchor.Hash)
	require.Equal(t, "u", read(t, `,"cwe":521,"unique_id_from_tool":"u"`).Anchor.Hash)
	require.Empty(t, read(t, `,"file_path":"x","line":3`).Anchor)
}

func TestDate(t *testing.T) {
	day := time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC)
	for written, want := range map[string]time.Time{
		"02/03/2026": day, "2/3/2026": day, "2026-02-03": day, "2026/02/03": day, "Feb 3, 2026": day, "3 February 2026": day, "20260203": day,
		"2026-02-03T01:00:00+01:00": day, "02/03/2026 00:00:00": day, "3.2.2026": day,
		"28/02/2026": time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC), "soon": {}, "": {},
	} {
		require.Equal(t, want, read(t, `,"date":"`+written+`"`).FirstSeen, written)
	}
	require.True(t, read(t, `,"date":null`).FirstSeen.IsZero())
}

func TestTool(t *testing.T) {
	for members, want := range map[string]string{
		``: "defectdojo-generic", `,"type":"Generic Findings Import"`: "defectdojo-generic", `,"type":"Tool (Generic Findings Import)"`: "Tool",
		`,"type":"Tool"`: "Tool", `,"type":null`: "defectdojo-generic",
	} {
		findings, scan, err := reporttest.Parse(defectdojo.JSON, []byte(`{"findings":[{"title":"a"}]`+members+`}`))
		require.NoError(t, err)
		require.Equal(t, want, scan.Tool.Name)
		require.Equal(t, want, findings[0].Tool)
	}
}

func TestCertainty(t *testing.T) {
	for members, want := range map[string]gate.Certainty{
		``: "", `,"scanner_confidence":0`: "", `,"scanner_confidence":1`: gate.HighCertainty, `,"scanner_confidence":4`: gate.MidCertainty,
		`,"scanner_confidence":7`: gate.LowCertainty, `,"scanner_confidence":70`: "", `,"scanner_confidence":7,"verified":true`: gate.Verified,
	} {
		require.Equal(t, want, read(t, members).Certainty, members)
	}
}
