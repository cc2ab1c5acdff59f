package junit_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/golden"
	"github.com/defectgate/defectgate/integrations/output/junit"
	"github.com/defectgate/defectgate/integrations/output/outputtest"
)

func written(t require.TestingT, r *gate.Report) string {
	var out bytes.Buffer
	require.NoError(t, junit.Write(&out, r))
	return out.String()
}

// erroneous is the example with a source that is missing.
func erroneous() *gate.Report {
	r := outputtest.Example()
	r.Decision.Verdict, r.Decision.Problems = gate.Error, []string{`source "grype.json" is missing: no such file`}
	r.Decision.Inputs = append(r.Decision.Inputs, gate.Evidence{
		Kind: gate.ReportKind, Source: "grype.json", Status: gate.Missing, Required: true, Hint: "scan first:\n  grype -o json"})
	return r
}

func TestJUnitIsATestReport(t *testing.T) {
	for name, r := range map[string]*gate.Report{"fail": outputtest.Example(), "error": erroneous()} {
		t.Run(name, func(t *testing.T) {
			golden.File(t, filepath.Join("testdata", name+".xml"), written(t, r))
		})
	}
}

// element is one of the text, with what stands in it.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Elements []element  `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (e *element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// shape is what an element may be, so that both JUnit.xsd of windyroad/JUnit-Schema and junit-10.xsd of jenkinsci/xunit-plugin take it: its attributes,
// each with the form of its value, and its elements in their order.
type shape struct {
	attrs    map[string]string
	elements string
}

const (
	token    = `^\S+( \S+)*$` // xs:token of one character or more
	count    = `^\d+$`
	anything = `(?s)^.*$`
)

var shapes = map[string]shape{
	"testsuites": {nil, `^(testsuite )*$`},
	"testsuite": {map[string]string{"id": count, "package": token, "name": token, "timestamp": `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$`, "hostname": token,
		"tests": count, "failures": count, "errors": count, "skipped": count, "time": `^\d+$`}, `^properties (testcase )*system-out system-err $`},
	"properties": {nil, `^(property )*$`},
	"property":   {map[string]string{"name": token, "value": anything}, `^$`},
	"testcase":   {map[string]string{"name": token, "classname": token, "time": `^\d+$`}, `^((skipped|error|failure) )?$`},
	"failure":    {map[string]string{"message": anything, "type": anything}, `^$`},
	"error":      {map[string]string{"message": anything, "type": anything}, `^$`},
	"skipped":    {map[string]string{"message": anything}, `^$`},
	"system-out": {nil, `^$`},
	"system-err": {nil, `^$`},
}

// parse reads the text as XML and holds it against the shapes.
func parse(t require.TestingT, text string) *element {
	var root element
	dec := xml.NewDecoder(strings.NewReader(strings.TrimSpace(text)))
	require.NoError(t, dec.Decode(&root))
	_, err := dec.Token()
	require.ErrorIs(t, err, io.EOF, "nothing but white space stands behind the root")
	require.Equal(t, "testsuites", root.XMLName.Local)
	hold(t, &root)
	return &root
}

func hold(t require.TestingT, e *element) {
	want, known := shapes[e.XMLName.Local]
	require.True(t, known, "%s is no element of JUnit", e.XMLName.Local)
	require.Len(t, e.Attrs, len(want.attrs), e.XMLName.Local)
	for name, form := range want.attrs {
		require.Regexp(t, form, e.attr(name), "%s/@%s", e.XMLName.Local, name)
	}
	var names strings.Builder
	for i := range e.Elements {
		names.WriteString(e.Elements[i].XMLName.Local + " ")
		hold(t, &e.Elements[i])
	}
	require.Regexp(t, want.elements, names.String(), e.XMLName.Local)
}

// counts adds up the cases of a report by how they end, and holds the figures of each suite against its cases.
func counts(t require.TestingT, root *element) map[string]int {
	all := map[string]int{}
	for i := range root.Elements {
		suite := &root.Elements[i]
		require.Equal(t, strconv.Itoa(i), suite.attr("id"))
		have, names := map[string]int{}, map[string]bool{}
		for _, c := range suite.Elements {
			if c.XMLName.Local != "testcase" {
				continue
			}
			require.False(t, names[c.attr("name")], "two cases are called %q", c.attr("name"))
			names[c.attr("name")] = true
			have["tests"]++
			for _, ended := range c.Elements {
				have[ended.XMLName.Local]++
			}
		}
		for figure, name := range map[string]string{"tests": "tests", "failures": "failure", "errors": "error", "skipped": "skipped"} {
			require.Equal(t, strconv.Itoa(have[name]), suite.attr(figure), "%s of %s", figure, suite.attr("name"))
			all[name] += have[name]
		}
	}
	return all
}

func TestFiguresAreThoseOfTheCases(t *testing.T) {
	require.Equal(t, map[string]int{"tests": 10, "failure": 3, "skipped": 6, "error": 0}, counts(t, parse(t, written(t, outputtest.Example()))))
	require.Equal(t, map[string]int{"tests": 11, "failure": 3, "skipped": 6, "error": 1}, counts(t, parse(t, written(t, erroneous()))))
	require.Equal(t, map[string]int{"tests": 10_010, "failure": 10_003, "skipped": 6, "error": 0},
		counts(t, parse(t, written(t, outputtest.Many(10_000, "same")))))
}

func TestCasesHaveNamesOfTheirOwn(t *testing.T) {
	r := outputtest.Example()
	for _, name := range []string{"x", "x (2)", "x", "x (2)", "x", "x (3)"} {
		j := outputtest.Judged("CVE-2026-0009", gate.Low, outputtest.Denied("low"))
		j.Component.Name, j.Component.Version = name, ""
		r.Decision.Evaluation.Findings = append(r.Decision.Evaluation.Findings, j)
	}
	require.Equal(t, 9, counts(t, parse(t, written(t, r)))["failure"])
}

// A decision that blocks is never green, whatever its rules say.
func TestWhatBlocksIsNeverGreen(t *testing.T) {
	for verdict, want := range map[gate.Verdict]string{gate.Fail: "failure", gate.Error: "error", "other": "error"} {
		r := &gate.Report{Decision: gate.Decision{Verdict: verdict, Clock: gate.Clock{Now: outputtest.Now}}}
		require.Equal(t, 1, counts(t, parse(t, written(t, r)))[want], verdict)
	}
	r := outputtest.Example()
	r.Decision.Evaluator.Rules = nil // of a rule that nobody knows, and at a level that nobody knows
	r.Decision.Evaluation.Findings[0].Violations[0].Level = "block"
	require.Equal(t, 3, counts(t, parse(t, written(t, r)))["failure"])
	r = &gate.Report{Decision: gate.Decision{Verdict: gate.Pass, Evaluator: gate.Evaluator{Rules: []gate.RuleInfo{{ID: "a/b"}, {ID: "a/c"}}}}}
	require.Equal(t, map[string]int{"tests": 2, "failure": 0, "skipped": 0, "error": 0}, counts(t, parse(t, written(t, r))))
}

// notXML are characters that XML 1.0 does not have, §2.2.
var notXML = regexp.MustCompile("[^\x09\x0a\x0d\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")

func assertWellFormed(t *testing.T, payload string) {
	out := written(t, outputtest.Hostile(payload))
	require.False(t, notXML.MatchString(out))
	outputtest.Harmless(t, out)
	innocent := counts(t, parse(t, written(t, outputtest.Hostile(strings.Repeat("x", len(payload))))))
	require.Equal(t, innocent, counts(t, parse(t, out)))
}

func TestHostileTextStaysText(t *testing.T) {
	for _, payload := range outputtest.Payloads {
		assertWellFormed(t, payload)
	}
	r := outputtest.Example()
	r.Decision.Evaluation.Findings[0].Violations[0].Message = `]]> "<b>" & 'x' ünïcödé`
	require.Contains(t, parse(t, written(t, r)).Elements[2].Elements[1].Elements[0].attr("message"), `]]> "<b>" & 'x' ünïcödé`)
}

func FuzzJUnitIsWellFormed(f *testing.F) {
	for _, payload := range outputtest.Payloads {
		f.Add(payload)
	}
	f.Fuzz(assertWellFormed)
}

// What is too long is cut, and says so.
func TestLinesThatAreLeftOutAreCounted(t *testing.T) {
	r := outputtest.Example()
	r.Decision.Verdict, r.Decision.Problems = gate.Error, []string{"a source is missing"}
	r.Decision.Inputs[2].Required, r.Decision.Inputs[2].Hint = true, strings.TrimSpace(strings.Repeat("do this\n", 21))
	page := written(t, r)
	require.Equal(t, 20, strings.Count(page, "do this"))
	require.Contains(t, page, "do this\n… and 1 more line</error>")
}
