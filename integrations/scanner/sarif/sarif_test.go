package sarif_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/sarif"
)

func TestSARIF(t *testing.T) { reporttest.Testdata(t, sarif.Format) }

func FuzzSARIF(f *testing.F) { reporttest.Fuzz(f, sarif.Format) }

// parse reads a document of the given runs.
func parse(runs string) ([]gate.Finding, gate.Scan, error) {
	return reporttest.Parse(sarif.Format, []byte(`{"version":"2.1.0","runs":`+runs+`}`))
}

// one reads a document of one run, given what else it holds, and of one result.
func one(t *testing.T, run, result string) gate.Finding {
	findings, _, err := parse(`[{"tool":{"driver":{"name":"Lookout"}},"results":[` + result + `]` + run + `}]`)
	require.NoError(t, err)
	require.Len(t, findings, 1)
	return findings[0]
}

func TestDocumentsThatAreNoReport(t *testing.T) {
	for name, document := range map[string]string{
		"no runs":       `{"version":"2.1.0","runs":[]}`,
		"null runs":     `{"version":"2.1.0","runs":null}`,
		"absent runs":   `{"version":"2.1.0"}`,
		"older version": `{"version":"2.0.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[]}]}`,
		"no version":    `{"runs":[{"tool":{"driver":{"name":"x"}},"results":[]}]}`,
		"runs in a row": `{"version":"2.1.0","runs":{}}`,
	} {
		_, _, err := reporttest.Parse(sarif.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, name)
	}
	_, _, err := reporttest.Parse(sarif.Format, []byte(`{"version":"1.0.0","runs":[{}]}`))
	require.ErrorContains(t, err, `"1.0.0"`, "the version is named")
}

func TestDetection(t *testing.T) {
	for document, claimed := range map[string]bool{
		`{"version":"2.1.0","runs":[]}`:                                         true,
		`{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","runs":[]}`: true,
		`{"runs":[{"results":[{"message":{"text":"tool and version come later"`: true,
		`{"runs":[{"artifacts":[{"location":{"uri":"so do results"`:             true,
		`{"runs":[{"id":1,"status":"completed"}]}`:                              false,
		`{"version":"2.1.0","results":[]}`:                                      false,
		`[{"runs":[{"tool":{"driver":{"name":"x"}}}]}]`:                         false,
	} {
		o, err := report.Sketch(reporttest.Bytes(document))
		require.NoError(t, err)
		require.Equal(t, claimed, sarif.Format.Detect(o), document)
	}
}

func TestRunsThatAreNotWhole(t *testing.T) {
	for run, want := range map[string]string{
		`"results":null`:                "did not begin",
		`"columnKind":"utf16CodeUnits"`: "did not begin",
		`"results":[],"externalPropertyFileReferences":{"results":[{"location":{"uri":"r.sarif"}}]}`:                   "other files",
		`"results":[],"invocations":[{"executionSuccessful":false}]`:                                                   "executionSuccessful is false",
		`"results":[],"invocations":[{"executionSuccessful":false,"exitCode":7}]`:                                      "exit code 7",
		`"results":[],"invocations":[{"executionSuccessful":false,"exitCodeDescription":"out of disk","exitCode":7}]`:  "out of disk",
		`"results":[],"invocations":[{"executionSuccessful":true,"exitSignalName":"SIGKILL"}]`:                         "SIGKILL",
		`"results":[],"invocations":[{"toolExecutionNotifications":[{"level":"error","message":{"text":"crashed"}}]}]`: "crashed",
	} {
		_, scan, err := parse(`[{"tool":{"driver":{"name":"Lookout"}},` + run + `}]`)
		require.NoError(t, err)
		require.Contains(t, scan.Failed, want)
		require.Empty(t, scan.Proof)
	}
	_, scan, err := reporttest.Parse(sarif.Format,
		[]byte(`{"version":"2.1.0","runs":[{"results":[]}],"inlineExternalProperties":[{"runGuid":"g","results":[{"ruleId":"x"}]}]}`))
	require.NoError(t, err)
	require.Contains(t, scan.Failed, "inlineExternalProperties")
}

func TestAnErrorInASuccessfulRunOnlyTakesTheProof(t *testing.T) {
	_, scan, err := parse(`[{"results":[],"artifacts":[{}],"invocations":[{"executionSuccessful":true,
		"toolExecutionNotifications":[{"level":"error","message":{"text":"cannot parse a.c"}}]}]}]`)
	require.NoError(t, err)
	require.Empty(t, scan.Failed)
	require.Empty(t, scan.Proof)
}

func TestPaths(t *testing.T) {
	bases := `,"originalUriBaseIds":{
		"%SRCROOT%":{"uri":"file:///ci/my%20shop/"},
		"BIN":{"uri":"file:///ci/my%20shop/bin"},
		"OUT":{"uri":"file:///elsewhere/out/"},
		"A":{"uri":"a/","uriBaseId":"B"},"B":{"uri":"b/","uriBaseId":"A"},
		"HIDDEN":{"description":{"text":"no uri"}}},
		"invocations":[{"executionSuccessful":true,"workingDirectory":{"uri":"file:///home/ada/shop"}}]`
	for artifact, want := range map[string]string{
		`{"uri":"src/a.c"}`:                           "src/a.c",
		`{"uri":"./src/a.c","uriBaseId":"%SRCROOT%"}`: "src/a.c",
		`{"uri":"a.c","uriBaseId":"BIN"}`:             "bin/a.c",
		`{"uri":"a.c","uriBaseId":"OUT"}`:             "a.c",
		`{"uri":"a.c","uriBaseId":"HIDDEN"}`:          "a.c",
		`{"uri":"a.c","uriBaseId":"NOWHERE"}`:         "a.c",
		`{"uri":"file:///ci/my%20shop/src/a%2Bb.c"}`:  "src/a+b.c",
		`{"uri":"file:/ci/my%20shop/src/a.c"}`:        "src/a.c",
		`{"uri":"file:///home/ada/shop/src/a.c"}`:     "src/a.c",
		`{"uri":"/home/ada/shop/src/a.c"}`:            "src/a.c",
		`{"uri":"file:///home/ada/shopping/a.c"}`:     "/home/ada/shopping/a.c",
		`{"uri":"file:///C:/shop/a.c"}`:               "C:/shop/a.c",
		`{"uri":"src\\a.c"}`:                          "src/a.c",
		`{"uri":"100%.c"}`:                            "100%.c",
		`{"index":3}`:                                 "",
		`{"index":-1}`:                                "",
	} {
		f := one(t, bases, `{"ruleId":"r","locations":[{"physicalLocation":{"artifactLocation":`+artifact+`}}]}`)
		require.Equal(t, want, f.Location.Path, artifact)
	}
	f := one(t, bases, `{"ruleId":"r","locations":[{"physicalLocation":{"artifactLocation":{"uri":"x.c","uriBaseId":"A"}}}]}`)
	require.True(t, strings.HasSuffix(f.Location.Path, "b/a/x.c"), "bases in a circle end")
}

func TestRuleThatIndexAndIDDisagreeOn(t *testing.T) {
	findings, _, err := parse(`[{"tool":{"driver":{"name":"Lookout","rules":[
		{"id":"A","defaultConfiguration":{"level":"note"}},{"id":"B","defaultConfiguration":{"level":"error"}}]}},
		"results":[{"ruleId":"B","ruleIndex":0},{"ruleId":"C","ruleIndex":1},{"ruleId":"C","ruleIndex":9},{"ruleIndex":-1}]}]`)
	require.NoError(t, err)
	var got []string
	for _, f := range findings {
		got = append(got, f.ID+" "+f.Rating.Severity.String())
	}
	require.Equal(t, []string{"B high", "C high", "C medium", "result without rule medium"}, got)
}

func TestSecretsStayInTheReport(t *testing.T) {
	const secret = "AKIA-IS-SECRET"
	result := `{"ruleId":"r","message":{"text":"` + secret + `"},"properties":{"tags":["secret"]},
		"fixes":[{"description":{"text":"remove ` + secret + `"}}],"locations":[{"physicalLocation":
		{"artifactLocation":{"uri":"a"},"region":{"snippet":{"text":"` + secret + `"}},"contextRegion":{"snippet":{"text":"` + secret + `"}}}}]}`
	f := one(t, "", result)
	require.Equal(t, gate.Secret, f.Kind)
	require.NotContains(t, fmt.Sprintf("%+v", f), secret)
}

func TestLongTextsAreCut(t *testing.T) {
	f := one(t, "", `{"ruleId":"r","message":{"text":"`+strings.Repeat("ä", 1<<20)+`"}}`)
	require.Less(t, len(f.Title), 400)
	require.True(t, strings.HasSuffix(f.Title, "ä…"))
}

// TestMemoryIsFlat reads many results with long code flows: what is held at any time must not grow with their number.
func TestMemoryIsFlat(t *testing.T) {
	result := `{"ruleId":"r","message":{"text":"m"},"codeFlows":["` + strings.Repeat("x", 10_000) + `"]},`
	document := reporttest.Bytes(`{"version":"2.1.0","runs":[{"results":[` + strings.Repeat(result, 5000) + `{}]}]}`)
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	read, most := 0, uint64(0)
	_, err := sarif.Format.Parse(document, func(*gate.Finding) error {
		if read++; read%1000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc-min(before.HeapAlloc, now.HeapAlloc))
		}
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 5001, read)
	require.Less(t, most, uint64(8<<20), "of a document of 50 MB")
}

// A result may name no rule. It is known by its place then: those of one component would be one defect.
func TestResultsWithoutRule(t *testing.T) {
	findings, _, err := parse(`[{"tool":{"driver":{"name":"OSV-Scanner"}},"results":[
		{"message":{"text":"Package 'lodash@4.17.4' is bad"}},{"ruleId":" ","message":{"text":"Package 'lodash@4.17.4' is worse"}},
		{"ruleId":"CVE-2026-1","message":{"text":"Package 'lodash@4.17.4' has a name"}}]}]`)
	require.NoError(t, err)
	identify, known := gate.NewFingerprinter(nil), map[gate.Fingerprint]bool{}
	for i := range findings {
		known[identify.Identify(&findings[i]).Fingerprints[0]] = true
	}
	require.Len(t, known, 3)
	require.Equal(t, "result without rule", findings[1].ID)
	require.Equal(t, "Package 'lodash@4.17.4' is worse", findings[1].Title)
	require.Equal(t, []gate.Kind{gate.Code, gate.Code, gate.Vulnerability}, []gate.Kind{findings[0].Kind, findings[1].Kind, findings[2].Kind})
}

func TestDatesThatNobodyCanMean(t *testing.T) {
	findings, scan, err := parse(`[{"tool":{"driver":{"name":"Lookout"}},"results":[
		{"ruleId":"r","provenance":{"firstDetectionTimeUtc":"1970-01-01T00:00:00Z"}},
		{"ruleId":"r","kind":"pass","provenance":{"firstDetectionTimeUtc":"1970-01-01T00:00:00Z"}}],
		"invocations":[{"executionSuccessful":true,"toolExecutionNotifications":[{"level":"error","message":{"text":"cannot parse a.c"}}]}]}]`)
	require.NoError(t, err)
	require.Equal(t, []string{"the scanner reports an error and calls the scan successful: cannot parse a.c",
		"1 date before 1971 counts as not known (firstDetectionTimeUtc)"}, scan.Warnings)
	require.True(t, findings[0].FirstSeen.IsZero())
}

// TestSuppressionsThatSayNothing keeps results open that nobody asked to leave out.
func TestSuppressionsThatSayNothing(t *testing.T) {
	for suppressions, want := range map[string]gate.State{
		`[{"kind":"inSource"}]`: gate.Suppressed, `[{"kind":"external","status":"accepted"}]`: gate.Suppressed,
		`[null]`: gate.Open, `[{}]`: gate.Open, `[{"status":"accepted"}]`: gate.Open, `[{"kind":"somewhere"}]`: gate.Open,
		`[{"kind":"inSource"},{}]`: gate.Open,
	} {
		require.Equal(t, want, one(t, "", `{"ruleId":"r","suppressions":`+suppressions+`}`).State, suppressions)
	}
}

func TestRunsAboutTwoCommitsAreNoWholeScan(t *testing.T) {
	run := func(commit string) string {
		return `{"tool":{"driver":{"name":"x"}},"versionControlProvenance":[{"repositoryUri":"https://example.com/a/b","revisionId":"` + commit + `"}],
			"invocations":[{"executionSuccessful":true}],"results":[]}`
	}
	for second, want := range map[string]string{"aaaa": "", "bbbb": "its runs are about two: commit aaaa and bbbb", "": ""} {
		_, scan, err := reporttest.Parse(sarif.Format, []byte(`{"version":"2.1.0","runs":[`+run("aaaa")+`,`+run(second)+`]}`))
		require.NoError(t, err)
		require.Equal(t, want, scan.Failed)
		require.Equal(t, "aaaa", scan.Subject.Commit)
		require.Equal(t, want == "", scan.Proof != "")
	}
}
