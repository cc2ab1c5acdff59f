package gosec_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/gosec"
)

func TestGosec(t *testing.T) { reporttest.Testdata(t, gosec.Format) }

func FuzzGosec(f *testing.F) { reporttest.Fuzz(f, gosec.Format) }

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, gosec.Format, map[string]bool{
		`{"Golang errors":{"a.go":[{"line":1,"column":1,"error":"` + large + `"}]},"Issues":[],"Stats":{}}`:  true,
		`{"Issues":[{"severity":"LOW","confidence":"HIGH","rule_id":"G104","code":"` + large + `"}]}`:        true,
		`{"GosecVersion":"2.22.0","Issues":[{"code":"` + large + `"}]}`:                                      true,
		`{"Issues":[],"Stats":{"files":1,"lines":1,"nosec":0,"found":0}}`:                                    true,
		`{"Issues":null,"Stats":{"files":1,"lines":1,"nosec":0,"found":0}}`:                                  true,
		`{"Issues":[{"FromLinter":"gosec","Text":"t","Severity":"","SourceLines":[],"Pos":{}}],"Report":{}}`: false,
		`{"Issues":[],"Stats":{}}`:                  false,
		`{"issues":[],"stats":{"nosec":0}}`:         false,
		`[{"Golang errors":{}}]`:                    false,
		`{"Golang errors":{}}` + "\n" + `{"a":"b"}`: false,
	})
}

func TestReportWithoutIssuesIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `{"Golang errors":{},"Stats":{"files":7}}`, `[]`, `null`} {
		_, _, err := reporttest.Parse(gosec.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestProof(t *testing.T) {
	for stats, want := range map[string]string{
		`{"files":3,"found":0}`:                     "files scanned: 3",
		`{"files":3}`:                               "files scanned: 3",
		`{"files":0,"found":0}`:                     "",
		`{"files":3,"found":2}`:                     "", // found, and taken out of the report
		`{"lines":9}`:                               "",
		`{"files":3,"lines":9,"nosec":0,"found":0}`: "files scanned: 3",
	} {
		for _, document := range []string{`{"Issues":[],"Stats":` + stats + `}`, `{"Stats":` + stats + `,"Issues":null}`} {
			_, scan, err := reporttest.Parse(gosec.Format, []byte(document))
			require.NoError(t, err)
			require.Equal(t, want, scan.Proof, stats)
		}
	}
}

func TestGolangErrorFailsTheScan(t *testing.T) {
	for errors, want := range map[string]string{
		`{"a.go":[{"line":4,"column":2,"error":"undefined: x\nmore"},{"line":5,"error":"y"}],"b.go":[{"error":"z"}]}`: "a.go, line 4: undefined: x",
		`{"example.org/app":[{"line":0,"column":0,"error":"no such package"}]}`:                                       "example.org/app: no such package",
		`{}`: "", `null`: "", `{"a.go":[]}`: "",
	} {
		_, scan, err := reporttest.Parse(gosec.Format, []byte(`{"Golang errors":`+errors+`,"Issues":[],"Stats":{"files":1}}`))
		require.NoError(t, err)
		require.Equal(t, want, scan.Failed)
	}
}

func TestSuppressions(t *testing.T) {
	for members, want := range map[string]*gate.Word{
		`"nosec":false,"suppressions":null`:                                           nil,
		`"nosec":true,"suppressions":null`:                                            {By: "#nosec comment", Said: gate.Suppressed},
		`"nosec":true,"suppressions":[{"kind":"inSource","justification":"why"}]`:     {By: "#nosec comment", Reason: "why", Said: gate.Suppressed},
		`"suppressions":[{"kind":"external","justification":"Globally suppressed."}]`: {By: "gosec configuration", Reason: "Globally suppressed.", Said: gate.Suppressed},
		`"suppressions":[{"kind":"review","justification":"why"}]`:                    nil,
		`"suppressions":[{"kind":"review"},{"kind":"inSource"}]`:                      {By: "#nosec comment", Said: gate.Suppressed},
	} {
		findings, _, err := reporttest.Parse(gosec.Format, []byte(`{"Issues":[{"rule_id":"G104",`+members+`}]}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Word, members)
		require.Equal(t, want != nil, findings[0].State == gate.Suppressed, members)
	}
}

func TestSilencedLinesAreAWarningWhereTheReportDoesNotHoldThem(t *testing.T) {
	const counts = `"Stats":{"files":1,"nosec":2}`
	for issues, warned := range map[string]bool{`[]`: true, `[{"rule_id":"G104"}]`: true, `[{"rule_id":"G104","nosec":true}]`: false} {
		_, scan, err := reporttest.Parse(gosec.Format, []byte(`{"Issues":`+issues+`,`+counts+`}`))
		require.NoError(t, err)
		require.Equal(t, warned, len(scan.Warnings) == 1, issues)
	}
}

func TestCodeKeepsItsAnchorWhenLinesMove(t *testing.T) {
	anchor := func(code string) string {
		findings, _, err := reporttest.Parse(gosec.Format, []byte(`{"Issues":[{"rule_id":"G101","code":"`+code+`"}]}`))
		require.NoError(t, err)
		return findings[0].Anchor.Snippet
	}
	require.Equal(t, "f()\n\t1.g()\n", anchor(`9: f()\n10: \t1.g()\n`))
	require.Equal(t, anchor(`9: f()\n10: \t1.g()\n`), anchor(`99: f()\n100: \t1.g()\n`))
}

func TestLines(t *testing.T) {
	for line, want := range map[string]int{"12": 12, "12-14": 12, "0": 0, "": 0, "-3": 0, "x": 0} {
		findings, _, err := reporttest.Parse(gosec.Format, []byte(`{"Issues":[{"rule_id":"G101","line":"`+line+`"}]}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Location.Line, line)
	}
}

func TestIssueWithoutARuleIsAnError(t *testing.T) {
	_, _, err := reporttest.Parse(gosec.Format, []byte(`{"Issues":[{"severity":"LOW","details":"d"}]}`))
	require.ErrorIs(t, err, report.ErrShape)
}

func TestUnproven(t *testing.T) {
	for stats, want := range map[string]string{
		`{"files":0,"found":0}`: "it counts 0 files",
		`{"files":3,"found":2}`: "it counts 2 issues and lists 0",
		`{"files":0,"found":2}`: "it counts 2 issues and lists 0",
		`{"files":3,"found":0}`: "",
		`{"lines":9}`:           "", // it does not say how much it looked at
	} {
		_, scan, err := reporttest.Parse(gosec.Format, []byte(`{"Issues":[],"Stats":`+stats+`}`))
		require.NoError(t, err)
		require.Equal(t, want, scan.Unproven, stats)
	}
}

func TestIssuesThatWereLeftOutAreAWarning(t *testing.T) {
	_, scan, err := reporttest.Parse(gosec.Format, []byte(`{"Issues":[{"rule_id":"G104"}],"Stats":{"files":3,"found":4}}`))
	require.NoError(t, err)
	require.Empty(t, scan.Proof)
	require.Equal(t, "it counts 4 issues and lists 1", scan.Unproven)
	require.Equal(t, []string{"issues that gosec found and left out of the report: 3"}, scan.Warnings)
}
