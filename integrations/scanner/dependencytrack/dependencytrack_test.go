package dependencytrack_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/dependencytrack"
)

func TestDependencyTrack(t *testing.T) { reporttest.Testdata(t, dependencytrack.Format) }

func FuzzDependencyTrack(f *testing.F) { reporttest.Fuzz(f, dependencytrack.Format) }

func TestDetect(t *testing.T) {
	for document, want := range map[string]bool{
		`{"meta":{"application":"Dependency-Track"}}`:                         true,
		`{"findings":[{"vulnerability":{},"component":{},"matrix":"a:b:c"}]}`: true,
		`{"findings":[{"vulnerability":{},"component":{},"analysis":{}}]}`:    true,
		`{"meta":{"application":"Another"},"findings":[]}`:                    false,
		`{"findings":[{"title":"a","severity":"High"}]}`:                      false,
		`[{"vulnerability":{},"component":{},"matrix":"a:b:c"}]`:              false,
		"{\"meta\":{\"application\":\"Dependency-Track\"}}\n{}\n":             false,
		`{}`: false, `[]`: false, `null`: false, ``: false,
	} {
		o, err := report.Sketch(reporttest.Bytes(document))
		require.NoError(t, err)
		require.Equal(t, want, dependencytrack.Format.Detect(o), document)
	}
}

func TestDocumentWithoutFindingsIsAnError(t *testing.T) {
	for _, document := range []string{`{"version":"1.0","meta":{"application":"Dependency-Track"},"project":{}}`, `{}`, `[]`, `null`} {
		_, _, err := reporttest.Parse(dependencytrack.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestDocumentProvesNoScan(t *testing.T) {
	for _, document := range []string{`{"findings":[]}`, `{"findings":null,"project":{"name":"a"},"meta":{"version":"4.14.0"}}`} {
		_, scan, err := reporttest.Parse(dependencytrack.Format, []byte(document))
		require.NoError(t, err)
		require.Empty(t, scan.Proof)
	}
}

func read(t *testing.T, members string) gate.Finding {
	findings, _, err := reporttest.Parse(dependencytrack.Format, []byte(`{"findings":[{"component":{"name":"a"},`+members+`}]}`))
	require.NoError(t, err)
	require.Len(t, findings, 1)
	return findings[0]
}

func TestState(t *testing.T) {
	for analysis, want := range map[string]gate.State{
		`{}`:                                           gate.Open,
		`{"state":"NOT_SET"}`:                          gate.Open,
		`{"state":"EXPLOITABLE"}`:                      gate.Open,
		`{"state":"SOMETHING_NEW"}`:                    gate.Open,
		`{"state":"not_affected"}`:                     gate.Open,
		`{"state":"IN_TRIAGE"}`:                        gate.UnderInvestigation,
		`{"state":"FALSE_POSITIVE"}`:                   gate.FalsePositive,
		`{"state":"NOT_AFFECTED"}`:                     gate.NotAffected,
		`{"state":"RESOLVED"}`:                         gate.Fixed,
		`{"isSuppressed":true}`:                        gate.Suppressed,
		`{"isSuppressed":true,"state":"NOT_AFFECTED"}`: gate.Suppressed,
		`{"isSuppressed":false,"state":null}`:          gate.Open,
	} {
		f := read(t, `"vulnerability":{"vulnId":"CVE-2020-1"},"analysis":`+analysis)
		require.Equal(t, want, f.State, analysis)
		if want != gate.Open {
			require.Equal(t, want, f.Word.Said)
		}
	}
}

func TestReasonOfAState(t *testing.T) {
	for analysis, want := range map[string]string{
		`"state":"NOT_AFFECTED","detail":"not called"`: "NOT_AFFECTED: not called",
		`"state":"NOT_AFFECTED"`:                       "NOT_AFFECTED",
		`"detail":"not called"`:                        "not called",
		`"state":""`:                                   "",
	} {
		require.Equal(t, want, read(t, `"vulnerability":{"vulnId":"CVE-2020-1"},"analysis":{"isSuppressed":true,`+analysis+`}`).Word.Reason)
	}
}

func TestSeverity(t *testing.T) {
	for vulnerability, want := range map[string]gate.Severity{
		``:                         gate.Unknown,
		`,"severity":null`:         gate.Critical,
		`,"severity":"UNASSIGNED"`: gate.Unknown,
		`,"severity":"INFO"`:       gate.None,
		`,"severity":"SEVERE"`:     gate.Critical,
		`,"severity":"LOW","cvssV3BaseScore":8.1`:                      gate.High,
		`,"severity":"LOW","cvssV3BaseScore":81`:                       gate.Critical,
		`,"severity":"LOW","cvssV2BaseScore":10,"cvssV3BaseScore":3.1`: gate.Low,
	} {
		require.Equal(t, want, read(t, `"vulnerability":{"vulnId":"CVE-2020-1"`+vulnerability+`}`).Rating.Severity, vulnerability)
	}
}

func TestImpossibleProbabilityIsAnError(t *testing.T) {
	for _, epss := range []string{"1.5", "-0.1", `"high"`} {
		_, _, err := reporttest.Parse(dependencytrack.Format, []byte(`{"findings":[{"vulnerability":{"vulnId":"CVE-2020-1","epssScore":`+epss+`}}]}`))
		require.ErrorIs(t, err, report.ErrShape, epss)
	}
}

func TestFindingWithoutIDIsAnError(t *testing.T) {
	_, _, err := reporttest.Parse(dependencytrack.Format, []byte(`{"findings":[{"component":{"name":"a"}}]}`))
	require.ErrorIs(t, err, report.ErrShape)
}

func TestReferencesAreATextOrAList(t *testing.T) {
	require.Equal(t, "https://example.com/a", read(t, `"vulnerability":{"vulnId":"CVE-2020-1","references":"* [https://example.com/a](https://example.com/a)"}`).URL)
	require.Equal(t, "https://example.com/a", read(t, `"vulnerability":{"vulnId":"CVE-2020-1","references":["https://example.com/a","https://example.com/b"]}`).URL)
	require.Empty(t, read(t, `"vulnerability":{"vulnId":"CVE-2020-1","references":null}`).URL)
}

func TestComponentWithoutNameIsToldFromOthers(t *testing.T) {
	for component, want := range map[string]string{
		`"group":"g","name":"n"`: "g/n", `"name":"n","uuid":"u"`: "n", `"cpe":"cpe:2.3:a:b:c","uuid":"u"`: "cpe:2.3:a:b:c", `"uuid":"u"`: "u",
	} {
		findings, scan, err := reporttest.Parse(dependencytrack.Format, []byte(
			`{"findings":[{"component":{`+component+`},"vulnerability":{"vulnId":"CVE-2026-11111"}}]}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Component.Name)
		require.Empty(t, scan.Unproven)
	}
}
