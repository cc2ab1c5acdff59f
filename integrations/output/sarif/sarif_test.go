package sarif_test

import (
	"bytes"
	"compress/gzip"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/golden"
	"github.com/defectgate/defectgate/integrations/output/outputtest"
	"github.com/defectgate/defectgate/integrations/output/sarif"
)

type object = map[string]any

func written(t require.TestingT, r *gate.Report) []byte {
	var out bytes.Buffer
	require.NoError(t, sarif.Write(&out, r))
	return out.Bytes()
}

// official is the schema of OASIS, see testdata/README.md.
func official(t *testing.T) *jsonschema.Schema {
	schema, err := compiled()
	require.NoError(t, err)
	return schema
}

var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	return compiler.Compile(filepath.Join("testdata", "sarif-schema-2.1.0.json"))
})

// valid holds a log against the schema, and gives its one run.
func valid(t *testing.T, schema *jsonschema.Schema, text []byte) object {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(document))
	runs := document.(object)["runs"].([]any)
	require.Len(t, runs, 1)
	return runs[0].(object)
}

func TestSARIFIsValid(t *testing.T) {
	failed, empty := outputtest.Example(), outputtest.Example()
	failed.Decision.Verdict, failed.Decision.Problems = gate.Error, []string{`source "grype.json" is missing: no such file`}
	failed.Decision.ExitCode = 3
	empty.Decision.Verdict, empty.Decision.ExitCode, empty.Decision.Evaluation = gate.Pass, 0, gate.Evaluation{}
	empty.Decision.Artifact, empty.Decision.Evaluator = gate.Artifact{}, gate.Evaluator{}
	schema := official(t)
	for name, r := range map[string]*gate.Report{"fail": outputtest.Example(), "error": failed, "pass": empty} {
		t.Run(name, func(t *testing.T) {
			text := written(t, r)
			golden.File(t, filepath.Join("testdata", name+".sarif"), string(text))
			run := valid(t, schema, text)
			invocation := run["invocations"].([]any)[0].(object)
			require.Equal(t, r.Decision.Verdict != gate.Error, invocation["executionSuccessful"])
			require.Equal(t, string(rune('0'+r.Decision.ExitCode)), invocation["exitCode"].(interface{ String() string }).String())
		})
	}
	require.Error(t, schema.Validate(object{"version": "2.1.0", "runs": []any{object{"results": []any{}}}}), "the schema refuses a run without a tool")
}

// Code scanning drops or refuses what lacks one of these, or is empty.
func TestCodeScanningTakesEveryResult(t *testing.T) {
	schema := official(t)
	for name, r := range map[string]*gate.Report{"example": outputtest.Example(), "hostile": outputtest.Hostile("\u200b"), "without": outputtest.Hostile("")} {
		t.Run(name, func(t *testing.T) {
			run := valid(t, schema, written(t, r))
			require.NotEmpty(t, run["results"])
			for _, v := range run["results"].([]any) {
				result := v.(object)
				at := result["locations"].([]any)[0].(object)["physicalLocation"].(object)
				require.NotEmpty(t, at["artifactLocation"].(object)["uri"])
				require.Contains(t, at["region"], "startLine")
				require.NotContains(t, at["region"], "startColumn")
				require.NotEmpty(t, result["message"].(object)["text"])
				require.NotEmpty(t, result["ruleId"])
				require.NotEmpty(t, result["partialFingerprints"].(object)["primaryLocationLineHash"])
			}
			driver, extension := run["tool"].(object)["driver"].(object), run["tool"].(object)["extensions"].([]any)[0].(object)
			for _, v := range append(driver["rules"].([]any), extension["rules"].([]any)...) {
				rule := v.(object)
				for _, text := range []string{"shortDescription", "fullDescription", "help"} {
					require.NotEmpty(t, rule[text].(object)["text"], text)
				}
			}
		})
	}
}

func TestEqualDecisionsAreEqualBytes(t *testing.T) {
	text := written(t, outputtest.Example())
	for range 20 {
		require.Equal(t, string(text), string(written(t, outputtest.Example())))
	}
}

// An alert stays the same one when another alias, rule or version of its defect is known, and when time passes.
func TestFingerprintsStay(t *testing.T) {
	hashes := func(r *gate.Report) (all []any) {
		run := valid(t, official(t), written(t, r))
		for _, v := range run["results"].([]any) {
			all = append(all, v.(object)["ruleId"], v.(object)["partialFingerprints"])
		}
		return all
	}
	before, r := hashes(outputtest.Example()), outputtest.Example()
	for i := range r.Decision.Evaluation.Findings {
		j := &r.Decision.Evaluation.Findings[i]
		j.Fingerprints = append([]gate.Fingerprint{{1}}, j.Fingerprints...)
		if !j.Kind.OfComponent() {
			j.Fingerprints = j.Fingerprints[1:] // it has one
		}
		if j.Component.Version != "" {
			j.Component.Version, j.Occurrences[0].Version = "9", "9"
		}
		if len(j.Violations) > 0 {
			j.Violations = append(j.Violations, gate.Violation{Rule: "a/b", Level: j.Violations[0].Level, Exception: j.Violations[0].Exception})
		}
	}
	r.Decision.Clock.Now = outputtest.Now.AddDate(0, 0, 40)
	require.Equal(t, before, hashes(r))
	require.Len(t, before, 2*9)
}

// Only what an exception covers has a suppression: some take one that is not accepted for one that is.
func TestOnlyCoveredResultsAreSuppressed(t *testing.T) {
	have := map[string][]string{}
	for _, v := range valid(t, official(t), written(t, outputtest.Example()))["results"].([]any) {
		result := v.(object)
		key := result["level"].(string)
		if list, ok := result["suppressions"].([]any); ok {
			key += " " + list[0].(object)["status"].(string) + ": " + list[0].(object)["justification"].(string)
		}
		have[key] = append(have[key], result["ruleId"].(string))
	}
	require.Equal(t, map[string][]string{
		"error":   {"scan/coverage", "CVE-2026-0001", "CVE-2026-0002"},
		"warning": {"budget/count", "go.sql-injection"},
		"note accepted: EX-1, accepted by alice through 2026-11-03: not reachable; meanwhile: WAF rule 4711; ticket: SEC-12": {"CVE-2026-0003"},
		"note accepted: dgx_1, said to be none by bob through 2026-12-04: test data":                                         {"CVE-2026-0007"},
		"note accepted: dgx_2, overridden by carol through 2026-11-01 18:00 UTC: hotfix; ticket: INC-7":                      {"scan/coverage", "CVE-2026-0008"},
	}, have)
}

// pieces is a writer that knows how much came at once.
type pieces struct {
	gzip.Writer
	largest, all int
}

func (p *pieces) Write(text []byte) (int, error) {
	p.largest, p.all = max(p.largest, len(text)), p.all+len(text)
	return p.Writer.Write(text)
}

// More than code scanning takes is left out, the least bad, and counted. The log is written as it is made.
func TestALongLogIsCut(t *testing.T) {
	r := outputtest.Many(25_100, strings.Repeat("a long title ", 20))
	var packed bytes.Buffer
	to := &pieces{Writer: *gzip.NewWriter(&packed)}
	require.NoError(t, sarif.Write(to, r))
	require.NoError(t, to.Close())
	require.Less(t, to.largest, 1<<20)
	require.Greater(t, to.all, 25<<20)
	require.Less(t, packed.Len(), 10<<20, "code scanning takes 10 MiB")

	unpacked, err := gzip.NewReader(&packed)
	require.NoError(t, err)
	var document object
	require.NoError(t, json.UnmarshalRead(unpacked, &document))
	run := document["runs"].([]any)[0].(object)
	results := run["results"].([]any)
	require.Len(t, results, 25_000-4, "with the rules of the gate there are 25,000 rules")
	require.Len(t, run["tool"].(object)["driver"].(object)["rules"], 25_000-4-3)
	bad := map[any]int{}
	for _, v := range results[3:] {
		require.Equal(t, "error", v.(object)["level"])
		bad[v.(object)["properties"].(object)["severity"]]++
	}
	require.Equal(t, map[any]int{"critical": 6276, "high": 6276, "medium": 6275, "low": 6166}, bad)
	notes := run["invocations"].([]any)[0].(object)["toolExecutionNotifications"].([]any)
	require.Contains(t, notes[len(notes)-1].(object)["message"].(object)["text"], "113 results are left out")
}

func TestScoresAreThoseOfTheSeverity(t *testing.T) {
	for _, c := range []struct {
		severity gate.Severity
		scores   []float64
		want     string
	}{
		{gate.Critical, []float64{9.8, 9.1, 5}, "9.8"}, {gate.High, []float64{9.8, 7}, "7.0"}, {gate.Medium, nil, "5.5"}, {gate.Low, []float64{9.8}, "2.0"},
		{gate.Critical, nil, "9.5"}, {gate.High, nil, "8.0"}, {gate.Unknown, []float64{5}, ""}, {gate.None, nil, ""}, {gate.Critical, []float64{10}, "10.0"},
	} {
		r := &gate.Report{}
		j := outputtest.Judged("CVE-2026-0001", c.severity, outputtest.Denied("x"))
		for _, score := range c.scores {
			j.Ratings = append(j.Ratings, gate.Rating{Score: score})
		}
		r.Decision.Evaluation.Findings = []gate.Judged{j}
		run := valid(t, official(t), written(t, r))
		rule := run["tool"].(object)["driver"].(object)["rules"].([]any)[0].(object)["properties"].(object)
		for _, properties := range []object{rule, run["results"].([]any)[0].(object)["properties"].(object)} {
			have, _ := properties["security-severity"].(string)
			require.Equal(t, c.want, have, "%v", c)
		}
	}
}

// each calls see with every string of a document, and with the name of the member that it is.
func each(v any, name string, see func(name, text string)) {
	switch v := v.(type) {
	case object:
		for member, value := range v {
			see("", member)
			each(value, member, see)
		}
	case []any:
		for _, element := range v {
			each(element, name, see)
		}
	case string:
		see(name, v)
	}
}

// T22, T25, T27
func TestHostileTextStaysText(t *testing.T) {
	schema := official(t)
	for _, payload := range outputtest.Payloads {
		text := written(t, outputtest.Hostile(payload))
		outputtest.Harmless(t, string(text))
		paths := 0
		each(valid(t, schema, text), "", func(name, text string) {
			outputtest.Harmless(t, "> "+text)
			switch name {
			case "text":
				require.NotContains(t, text, "](", "it is a link in SARIF")
			case "uri":
				paths++
				require.NotRegexp(t, `^/|^[A-Za-z]+:|(^|/)\.\.(/|$)|[^!-~]`, text, payload)
			}
		})
		require.NotZero(t, paths)
	}
}
