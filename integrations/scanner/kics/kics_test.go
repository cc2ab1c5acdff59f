package kics_test

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/kics"
)

func TestKICS(t *testing.T) { reporttest.Testdata(t, kics.Format) }

func FuzzKICS(f *testing.F) { reporttest.Fuzz(f, kics.Format) }

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, kics.Format, map[string]bool{
		`{"files_scanned":1,"files_parsed":1,"queries_total":235,"queries_failed_to_execute":0,"queries":[]}`: true,
		`{"bill_of_materials":[{"files":[{"issue_type":"BillOfMaterials","value":"` + large:                   true,
		`{"files_failed_to_scan":0,"files_parsed":1,"paths":["` + large:                                       true,
		`{"queries":[{"description":"a","files":[{"issue_type":"MissingAttribute","value":"` + large:          true,
		`{"queries":[{"query_name":"a","query_id":"b","files":[]}]}`:                                          true,
		`{"queries":[]}`: false,
		`{"queries":[{"name":"a","results":[]}]}`:                                          false,
		`{"summary":{"files_failed_to_scan":1},"files_failed_to_scan":1}`:                  false,
		`{"results":[{"rule_id":"a","location":{"filename":"b"}}]}`:                        false,
		`[{"queries":[{"query_id":"a"}]}]`:                                                 false,
		`{"queries":[{"query_id":"a"}]}` + "\n" + `{"queries":[]}`:                         false,
		`{"check_type":"terraform","results":{"failed_checks":[]},"summary":{"failed":0}}`: false,
	})
}

func TestDocumentThatIsNoReportIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `[]`, `null`, `{"files_scanned":1,"queries_total":2}`, `{"queries":[{"query_id":"a"}]}`,
		`{"queries":[{"files":[{"file_name":"a.tf"}]}]}`} {
		_, _, err := reporttest.Parse(kics.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestWhatTheNumbersSayOfTheScan(t *testing.T) {
	const ran = `"queries_total":9,`
	const counted = `"total_counter":0,"files_failed_to_scan":0,`
	for members, want := range map[string]gate.Scan{
		ran + counted + `"files_scanned":2,"files_parsed":2`: {Proof: "9 queries on 2 files"},
		ran + counted + `"files_scanned":2`:                  {Proof: "9 queries on 2 files"},
		ran + `"files_scanned":2,"files_parsed":2`:           {},
		ran + `"total_counter":0,"files_parsed":2`:           {},
		ran + `"files_failed_to_scan":0,"files_parsed":2`:    {},
		ran + `"files_scanned":0,"files_parsed":0`:           {Unproven: "it counts 0 files"},
		ran + `"files_scanned":0`:                            {Unproven: "it counts 0 files"},
		ran:                                                  {},
		`"files_scanned":2,"files_parsed":2`:                 {},
		`"queries_total":0,"files_parsed":2`:                 {Unproven: "it counts 0 queries"},
		`"queries_total":0,"files_parsed":0`:                 {Unproven: "it counts 0 files"},
		`"queries_total":0`:                                  {Unproven: "it counts 0 queries"},
		ran + counted + `"files_scanned":3,"files_parsed":1`: {Proof: "9 queries on 1 files", Failed: "files that could not be parsed: 2"},
		`"files_scanned":1,"files_parsed":3`:                 {},
		`"files_failed_to_scan":1`:                           {Failed: "files that could not be scanned: 1"},
		`"queries_failed_to_execute":4`:                      {Failed: "queries that could not be executed: 4"},
		`"total_counter":5`:                                  {Failed: "results that are counted and not in the report: 5", Unproven: "it counts 5 results and lists 0"},
		ran + `"files_parsed":2,"total_counter":5`: {
			Failed: "results that are counted and not in the report: 5", Unproven: "it counts 5 results and lists 0"},
		`"queries_failed_to_compute_similarity_id":1`: {Warnings: []string{"results for which no similarity id could be computed: 1"}},
		`"lines_ignored":6`:                           {Warnings: []string{"lines that comments silence, of which the report says no more: 6"}},
	} {
		_, scan, err := reporttest.Parse(kics.Format, []byte(`{`+strings.TrimSuffix(members, ",")+`,"queries":[]}`))
		require.NoError(t, err)
		scan.Tool = gate.Tool{}
		require.Equal(t, want, scan, members)
	}
}

func TestNothingOfASecretIsKept(t *testing.T) {
	const secret = "not-a-real-secret-1"
	for _, members := range []string{`"query_name":"Passwords And Secrets - Generic Token"`, `"query_name":"Key in code","category":"Secret Management"`} {
		findings, _, err := reporttest.Parse(kics.Format, []byte(`{"queries":[{"query_id":"a",`+members+`,"files":[{"search_key":"`+secret+`",
			"search_value":"`+secret+`","expected_value":"`+secret+`","actual_value":"`+secret+`","value":"`+secret+`","remediation":"`+secret+`"}]}]}`))
		require.NoError(t, err)
		require.Equal(t, gate.Location{}, findings[0].Location)
		require.Empty(t, findings[0].Remedy)
		require.Empty(t, findings[0].Anchor)
	}
}

func TestWeakness(t *testing.T) {
	for cwe, want := range map[string][]int{`"22"`: {22}, `"CWE-798"`: {798}, `311`: {311}, `""`: nil, `null`: nil, `"none"`: nil} {
		findings, _, err := reporttest.Parse(kics.Format, []byte(`{"queries":[{"files":[{"line":-1}],"query_id":"a","cwe":`+cwe+`}]}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].CWEs, cwe)
		require.Zero(t, findings[0].Location.Line)
	}
}

// changing is a report that gets longer between two readings.
type changing struct {
	reporttest.Bytes
	opened int
}

func (c *changing) Open() (io.ReadCloser, error) {
	if c.opened++; c.opened == 1 {
		return c.Bytes.Open()
	}
	return reporttest.Bytes(`{"queries":[{"query_id":"a","files":[{}]}]}`).Open()
}

func TestReportThatChangesWhileItIsReadIsAnError(t *testing.T) {
	_, err := kics.Format.Parse(&changing{Bytes: reporttest.Bytes(`{"queries":[]}`)}, func(*gate.Finding) error { return nil })
	require.ErrorIs(t, err, report.ErrShape)
	require.ErrorContains(t, err, "changed while it was read")
}
