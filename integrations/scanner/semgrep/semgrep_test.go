package semgrep_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/semgrep"
)

func TestSemgrep(t *testing.T) { reporttest.Testdata(t, semgrep.Format) }

func FuzzSemgrep(f *testing.F) { reporttest.Fuzz(f, semgrep.Format) }

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, semgrep.Format, map[string]bool{
		`{"results":[],"errors":[]}`: true,
		`{"errors":[],"results":[]}`: true,
		`{"version":"1.50.0","results":[],"errors":[],"paths":{"scanned":[]},"skipped_rules":[]}`:          true,
		`{"errors":[{"code":3,"level":"warn","type":"Syntax error","message":"` + large + `"}]}`:           true,
		`{"errors":[],"paths":{"scanned":["a.go","` + large + `"]},"results":[]}`:                          true,
		`{"errors":[],"interfile_languages_used":[],"paths":{"_comment":"` + large + `"}}`:                 true,
		`{"results":[{"check_id":"a","path":"b","extra":{"lines":"` + large + `"}}]}`:                      true,
		`{"results":[{"check_id":"a","end":{"line":1},"extra":{"lines":"` + large + `"}}]}`:                true,
		`{"errors":[],"generated_at":"2026-01-01T00:00:00Z","metrics":{"_totals":{"loc":1}},"results":[]}`: false,
		`{"errors":[],"results":[{"test_id":"B101","filename":"a.py"}]}`:                                   false,
		`{"results":{"failed_checks":[{"check_id":"CKV_1"}]},"check_type":"terraform"}`:                    false,
		`{"errors":[],"mobsfscan_version":"0.0.6","results":{}}`:                                           false,
		`{"results":[]}`: false,
		`{"results":[{"vulnerabilities":[]}],"errors":[]}`:     false,
		`[{"results":[],"errors":[]}]`:                         false,
		`{"results":[],"errors":[]}` + "\n" + `{"results":[]}`: false,
		`{"errors":[{"code":1,"message":"m"}],"data":null}`:    false,
	})
}

func parse(t *testing.T, document string) ([]gate.Finding, gate.Scan) {
	findings, scan, err := reporttest.Parse(semgrep.Format, []byte(document))
	require.NoError(t, err)
	return findings, scan
}

// one reads a result with such members in `extra`.
func one(t *testing.T, extra string) gate.Finding {
	findings, _ := parse(t, `{"results":[{"check_id":"a.b.rule","path":"a.go","start":{"line":3},"extra":{`+extra+`}}]}`)
	require.Len(t, findings, 1)
	return findings[0]
}

func TestReportWithoutResultsIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `{"errors":[],"paths":{"scanned":["a.go"]},"version":"1.50.0"}`, `[]`, `null`} {
		_, _, err := reporttest.Parse(semgrep.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
	_, _, err := reporttest.Parse(semgrep.Format, []byte(`{"results":[{"path":"a.go"}]}`))
	require.ErrorIs(t, err, report.ErrShape, "a result without its rule")
}

func TestProof(t *testing.T) {
	const scanned = `"paths":{"scanned":["a.go","b.go"]}`
	for members, proven := range map[string]bool{
		`"version":"1.50.0","errors":[],` + scanned:                                            true,
		`"version":"1.50.0","errors":[],"skipped_rules":[],"time":{"rules":["a"]},` + scanned:  true,
		`"version":"1.50.0",` + scanned:                                                        false,
		`"version":"1.50.0","errors":null,` + scanned:                                          false,
		`"version":"1.50.0","errors":[],"skipped_rules":null,` + scanned:                       false,
		`"version":"develop","errors":[],` + scanned:                                           false,
		`"version":"1.50.0","errors":[],"paths":{"scanned":[""," ",null]}`:                     false,
		`"version":"1.50.0","errors":[],"paths":{"scanned":["","a"]}`:                          true,
		`"version":"1.50.0","errors":[],"paths":{"scanned":null}`:                              false,
		`"version":"0.120.0","errors":[],` + scanned:                                           false,
		`"errors":[],` + scanned:                                                               false,
		`"version":"1.50.0","errors":[],"paths":{"scanned":[]}`:                                false,
		`"version":"1.50.0","errors":[]`:                                                       false,
		`"version":"1.50.0","errors":[{"level":"info","type":"Incompatible rule"}],` + scanned: false,
		`"version":"1.50.0","errors":[{"level":"error","type":"Fatal error"}],` + scanned:      false,
		`"version":"1.50.0","skipped_rules":[{"rule_id":"a"}],` + scanned:                      false,
		`"version":"1.50.0","time":{"rules":[]},` + scanned:                                    false,
		`"version":"1.50.0","errors":[],"paths":{"scanned":["a"],"skipped":[{"path":"b","reason":"analysis_failed_parser_or_internal_error"}]}`: false,
		`"version":"1.50.0","errors":[],"paths":{"scanned":["a"],"skipped":[{"path":"b","reason":"too_big"},{"path":"c","reason":"Dotfile"}]}`:  true,
	} {
		for _, document := range []string{`{"results":[],` + members + `}`, `{` + members + `,"results":[]}`} {
			_, scan := parse(t, document)
			require.Equal(t, proven, scan.Proof != "", members)
		}
	}
}

func TestNullIsNoListOfResults(t *testing.T) {
	_, scan := parse(t, `{"version":"1.50.0","results":null,"errors":[],"paths":{"scanned":["a.go"]}}`)
	require.Empty(t, scan.Proof)
	require.Equal(t, "it has null for `results`", scan.Unproven)
}

func TestPathThatIsNoTextIsAnError(t *testing.T) {
	for _, scanned := range []string{`[1]`, `[{}]`, `[["a"]]`, `"a"`, `{"a":"b"}`, `7`} {
		_, _, err := reporttest.Parse(semgrep.Format, []byte(`{"results":[],"errors":[],"version":"1.50.0","paths":{"scanned":`+scanned+`}}`))
		require.ErrorContains(t, err, report.ErrShape.Error(), scanned)
	}
}

func TestErrors(t *testing.T) {
	for errors, want := range map[string]gate.Scan{
		`[{"level":"error","type":"Fatal error","path":"a.go","message":"boom\nmore"},{"level":"error","type":"b"}]`:         {Failed: "Fatal error: a.go: boom"},
		`[{"level":"error","type":"InvalidRuleSchemaError","long_msg":"bad rule"}]`:                                          {Failed: "InvalidRuleSchemaError: bad rule"},
		`[{"level":"error","type":"Fatal error","path":"a.go","message":"Fatal error at line a.go:1:\n boom\n====[ trace"}]`: {Failed: "Fatal error at line a.go:1: boom"},
		`[{"level":"severe","type":"Timeout"}]`: {Failed: "Timeout"},
		`[{"code":2}]`:                          {Failed: "error of no type"},
		`[{"level":"warn","type":["PartialParsing",[{"path":"a.js"}]],"path":"a.js"},{"level":"warn","type":["PartialParsing",[]],"path":"b.js"}]`: {
			Warnings: []string{"PartialParsing: 2, the first: a.js"}},
		`[{"level":"warn","type":"Timeout","rule_id":"r"},{"level":"info","type":"Missing plugin"}]`: {Warnings: []string{"Missing plugin: 1", "Timeout: 1, the first: r"}},
		`null`: {},
	} {
		_, scan := parse(t, `{"errors":`+errors+`,"results":[]}`)
		require.Equal(t, want.Failed, scan.Failed, errors)
		require.Equal(t, want.Warnings, scan.Warnings, errors)
	}
}

func TestWhatIsOnlyForThoseWhoAreLoggedInIsNoAnchor(t *testing.T) {
	f := one(t, `"fingerprint":"requires login","lines":"requires login"`)
	require.Equal(t, gate.Anchor{}, f.Anchor)
	f = one(t, `"fingerprint":"00ff_0","lines":"eval(x)"`)
	require.Equal(t, gate.Anchor{Hash: "00ff_0", Snippet: "eval(x)"}, f.Anchor)
}

func TestIgnored(t *testing.T) {
	require.Equal(t, gate.Suppressed, one(t, `"is_ignored":true`).State)
	require.Equal(t, &gate.Word{By: "nosemgrep comment", Said: gate.Suppressed}, one(t, `"is_ignored":true`).Word)
	for _, extra := range []string{`"is_ignored":false`, `"is_ignored":null`, `"message":"m"`} {
		require.Equal(t, gate.Open, one(t, extra).State, extra)
	}
}

func TestUnproven(t *testing.T) {
	const scanned, nowhere = `"version":"1.50.0","paths":{"scanned":["a.go"]}`, `"version":"1.50.0","paths":{"scanned":[]}`
	const failed = `,"errors":[{"level":"error","type":"Fatal error"}]`
	for members, want := range map[string]string{
		scanned: "",
		nowhere: "it names no scanned path",
		`"version":"1.50.0","paths":{"scanned":[""]}`: "it names no scanned path",
		`"version":"1.50.0","paths":{"scanned":null}`: "it has null for `paths.scanned`",
		`"paths":null`:                       "it has null for `paths`",
		scanned + `,"errors":null`:           "it has null for `errors`",
		`"skipped_rules":null,"errors":null`: "it has null for `skipped_rules`, `errors`",
		nowhere + failed:                     "it names no scanned path, and has errors or skipped rules",
		scanned + failed:                     "it has errors or skipped rules",
		scanned + `,"time":{"rules":[]}`:     "it names no rule",
		scanned + `,"errors":[{"level":"warn","type":"Timeout"}]`: "it has errors or skipped rules",
		scanned + `,"skipped_rules":[{"rule_id":"a"}]`:            "it has errors or skipped rules",
		`"errors":[],"version":"1.50.0"`:                          "", // it does not say what it looked at
		`"version":"0.120.0","paths":{"scanned":["a.go"]}`:        "",
	} {
		_, scan := parse(t, `{"results":[],`+members+`}`)
		require.Equal(t, want, scan.Unproven, members)
		require.False(t, scan.Proof != "" && scan.Unproven != "", members)
	}
}
