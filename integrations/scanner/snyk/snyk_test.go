package snyk_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/snyk"
)

func TestSnyk(t *testing.T) { reporttest.Testdata(t, snyk.Format) }

func FuzzSnyk(f *testing.F) { reporttest.Fuzz(f, snyk.Format) }

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, snyk.Format, map[string]bool{
		`{"vulnerabilities":[{"isUpgradable":true,"description":"` + large + `"}]}`:                         true,
		`[{"vulnerabilities":[],"ok":true,"dependencyCount":1,"policy":"` + large + `"}]`:                   true,
		`{"dependencyCount":1,"filesystemPolicy":false,"remediation":"` + large + `","vulnerabilities":[]}`: true,
		`{"applications":[{"vulnerabilities":[{"isUpgradable":true,"x":"` + large + `"}]}]}`:                true,
		`{"licensesPolicy":null,"vulnerabilities":[{"description":"` + large + `"}]}`:                       true,
		`{"ok":false,"error":"` + large + `","path":"/src"}`:                                                false,
		`{"ok":false,"error":"Authentication failed","path":"/src"}`:                                        true,
		`[{"ok":false,"error":"x","path":"/src"},{"vulnerabilities":[]}]`:                                   true,
		`[{"issues":[{"issueId":"a","fixInfo":{}}],"issuesData":{}}]`:                                       true,
		`{"infrastructureAsCodeIssues":[]}`:                                                                 true,
		`{"ok":true,"id":"1","uri":"https://app.example","isMonitored":true,"path":"/src"}`:                 false,
		`{"vulnerabilities":[{"id":"CVE-2026-1","severity":"High"}],"scan":{}}`:                             false,
		`{"vulnerabilities":[],"bomFormat":"CycloneDX"}`:                                                    false,
		`[{"scan_id":"1","vulnerabilities":[{"issue_id":"XRAY-1"}]}]`:                                       false,
		`{"dependencyCount":1,"vulnerabilities":[]}` + "\n" + `{"dependencyCount":1,"vulnerabilities":[]}`:  false,
		`[]`:   false,
		`{}`:   false,
		`null`: false,
		``:     false,
	})
}

func TestProjectWithoutIssuesIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `null`, `[null]`, `[{}]`, `{"ok":true,"dependencyCount":7}`, `{"ok":false,"error":"","path":"/src"}`,
		`[{"vulnerabilities":[]},{"dependencyCount":7}]`, `{"issues":[{"issueId":"a"}],"issuesData":{}}`, `{"applications":[{"vulnerabilities":[]}]}`,
		`{"vulnerabilities":null,"dependencyCount":7}`, `{"infrastructureAsCodeIssues":null,"infrastructureAsCodeSuccesses":[{}]}`} {
		_, _, err := reporttest.Parse(snyk.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestProjectThatWasNotTestedFailsTheScan(t *testing.T) {
	const tested = `{"vulnerabilities":[],"ok":true,"dependencyCount":7}`
	for document, want := range map[string]string{
		`{"ok":false,"error":"first\nsecond","path":"/src"}`:                              "/src: first",
		`[` + tested + `,{"ok":false,"error":"x","path":"/a"},{"error":"y","path":"/b"}]`: "/a: x",
		`{"vulnerabilities":[],"ok":true,"applications":[{"error":"x","path":"app"}]}`:    "app: x",
		`{"vulnerabilities":[],"ok":false,"dependencyCount":7,"displayTargetFile":"a"}`:   "a: the project is not ok, and has no issue that would say why",
		`{"vulnerabilities":[{"id":"A"}],"ok":false}`:                                     "",
		`{"vulnerabilities":[],"filtered":{"ignore":[{"id":"A"}]},"ok":false}`:            "",
		`{"vulnerabilities":[],"infrastructureAsCodeIssues":[{"id":"A"}],"ok":false}`:     "",
		`[` + tested + `,` + tested + `]`:                                                 "",
	} {
		_, scan, err := reporttest.Parse(snyk.Format, []byte(document))
		require.NoError(t, err, document)
		require.Equal(t, want, scan.Failed, document)
	}
}

func TestDependenciesProveTheScan(t *testing.T) {
	for document, want := range map[string]string{
		`{"vulnerabilities":[],"dependencyCount":0}`: "",
		`{"vulnerabilities":[]}`:                     "",
		`[{"vulnerabilities":[],"dependencyCount":0},{"vulnerabilities":[],"dependencyCount":3}]`:                "",
		`[{"vulnerabilities":[],"dependencyCount":2},{"vulnerabilities":[],"dependencyCount":3}]`:                "dependencies tested: 5",
		`[{"vulnerabilities":[]},{"vulnerabilities":[],"dependencyCount":3}]`:                                    "",
		`[{"infrastructureAsCodeIssues":[]},{"vulnerabilities":[],"dependencyCount":3}]`:                         "dependencies tested: 3",
		`{"vulnerabilities":[],"dependencyCount":2,"applications":[{"vulnerabilities":[],"dependencyCount":3}]}`: "dependencies tested: 5",
		`{"infrastructureAsCodeIssues":[],"infrastructureAsCodeSuccesses":[]}`:                                   "",
		`{"infrastructureAsCodeIssues":[],"infrastructureAsCodeSuccesses":[{},{}]}`:                              "checks that passed: 2",
		`{"infrastructureAsCodeIssues":[],"infrastructureAsCodeSuccesses":[null,"",1]}`:                          "",
	} {
		_, scan, err := reporttest.Parse(snyk.Format, []byte(document))
		require.NoError(t, err, document)
		require.Equal(t, want, scan.Proof, document)
	}
}

func first(t *testing.T, issue string) gate.Finding {
	findings, _, err := reporttest.Parse(snyk.Format, []byte(`{"vulnerabilities":[{"id":"SNYK-1",`+issue+`}]}`))
	require.NoError(t, err, issue)
	return findings[0]
}

func TestTheGraverOfBothWordsCounts(t *testing.T) {
	for words, want := range map[string]gate.Severity{
		`"severity":"high","severityWithCritical":"critical"`: gate.Critical,
		`"severity":"high","severityWithCritical":"low"`:      gate.High,
		`"severity":"low"`:                                gate.Low,
		`"severityWithCritical":"medium"`:                 gate.Medium,
		`"severity":"low","severityWithCritical":"spicy"`: gate.Critical,
		`"severity":"spicy","severityWithCritical":"low"`: gate.Critical,
		`"severity":null`:                                 gate.Critical,
		`"severity":"low","severityWithCritical":null`:    gate.Low,
		`"title":"not rated"`:                             gate.Unknown,
	} {
		require.Equal(t, want, first(t, words).Rating.Severity, words)
	}
}

func TestKinds(t *testing.T) {
	for members, want := range map[string]gate.Kind{
		`"type":"license"`:                  gate.License,
		`"type":"license","malicious":true`: gate.License,
		`"malicious":true`:                  gate.Malware,
		`"type":"vuln"`:                     gate.Vulnerability,
		`"malicious":false,"name":"a"`:      gate.Vulnerability,
	} {
		require.Equal(t, want, first(t, members).Kind, members)
	}
	findings, _, err := reporttest.Parse(snyk.Format, []byte(`{"vulnerabilities":[{"id":"snyk:lic:npm:vice:GPL-3.0"}]}`))
	require.NoError(t, err)
	require.Equal(t, gate.License, findings[0].Kind, "its id says so")
}

const (
	grave    = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
	borrowed = `"CVSSv3":"` + grave + `","cvssScore":9.8,"severity":"low","cvssDetails":[{"assigner":"NVD","cvssV3Vector":"` + grave + `"}]`
)

// The severity of a package of a distribution is the distribution's, so the vector of the NVD does not decide. Elsewhere it is Snyk's.
func TestVectorOfSomebodyElse(t *testing.T) {
	require.Equal(t, gate.Low, first(t, `"language":"linux",`+borrowed).Rating.Severity)
	require.Equal(t, gate.Critical, first(t, `"language":"js",`+borrowed).Rating.Severity)
	require.Equal(t, gate.Critical, first(t, `"language":"linux","severity":"low","CVSSv3":"`+grave+`"`).Rating.Severity)
	require.Equal(t, gate.Critical, first(t, `"language":"linux","CVSSv3":"`+grave+`","cvssDetails":[{"assigner":"NVD","cvssV3Vector":"`+grave+`"}]`).Rating.Severity,
		"without a word there is nothing but the vector")
	nvd := first(t, `"language":"linux",`+borrowed).Ratings
	require.Len(t, nvd, 1)
	require.Equal(t, "nvd", nvd[0].Party)
	require.Equal(t, gate.Critical, nvd[0].Severity)
}

func TestOthersAreKeptOnce(t *testing.T) {
	require.Empty(t, first(t, `"severity":"low","nvdSeverity":null`).Ratings)
	require.Len(t, first(t, `"severity":"low","nvdSeverity":"high"`).Ratings, 1)
	require.Len(t, first(t, `"severity":"low","nvdSeverity":"high","cvssDetails":[{"assigner":"NVD","severity":"high"}]`).Ratings, 1)
}

func TestImpossibleProbabilityIsAnError(t *testing.T) {
	for _, epss := range []string{"1.5", `"-0.1"`, `"often"`, "1e999"} {
		_, _, err := reporttest.Parse(snyk.Format, []byte(`{"vulnerabilities":[{"id":"SNYK-1","epssDetails":{"probability":`+epss+`}}]}`))
		require.ErrorIs(t, err, report.ErrShape, epss)
	}
}

func TestIssueWithoutIDIsAnError(t *testing.T) {
	for _, members := range []string{`"vulnerabilities":[{"title":"x"}]`, `"vulnerabilities":[],"filtered":{"ignore":[{"title":"x"}]}`,
		`"infrastructureAsCodeIssues":[{"title":"x"}]`, `"vulnerabilities":[],"applications":[{"vulnerabilities":[{"title":"x"}]}]`} {
		_, _, err := reporttest.Parse(snyk.Format, []byte(`{`+members+`}`))
		require.ErrorContains(t, err, "without an id", members)
	}
}

func TestWhatNobodyKnowsToBeSilencedIsOpen(t *testing.T) {
	findings, _, err := reporttest.Parse(snyk.Format, []byte(
		`{"vulnerabilities":[{"id":"SNYK-1","filtered":{"ignored":[{"reason":"x"}]}}],"filtered":{"ignore":[{"id":"SNYK-2"}]}}`))
	require.NoError(t, err)
	require.Equal(t, gate.Open, findings[0].State, "it stands among the vulnerabilities")
	require.Equal(t, gate.Suppressed, findings[1].State)
	require.Equal(t, &gate.Word{Said: gate.Suppressed}, findings[1].Word)
}

func TestOrderOfMembersChangesNothing(t *testing.T) {
	const issues = `"vulnerabilities":[{"id":"SNYK-1","name":"a","version":"1"}]`
	for _, document := range []string{
		`{` + issues + `,"applications":[{` + issues + `,"displayTargetFile":"b","packageManager":"pip"}],"displayTargetFile":"a","packageManager":"npm"}`,
		`{"applications":[{"packageManager":"pip","displayTargetFile":"b",` + issues + `}],"packageManager":"npm","displayTargetFile":"a",` + issues + `}`,
	} {
		findings, scan, err := reporttest.Parse(snyk.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, 2, scan.Read)
		places := map[string]string{}
		for _, f := range findings {
			places[f.Location.Path] = f.Component.PURL
		}
		require.Equal(t, map[string]string{"a": "pkg:npm/a@1", "b": "pkg:pypi/a@1"}, places)
	}
}

func TestRemedyIsTheNearestPackageThatChanges(t *testing.T) {
	for paths, want := range map[string]string{
		`"from":["w@1","a@1","b@1"],"upgradePath":[false,"a@2","b@2"]`: "upgrade to a@2",
		`"from":["w@1","a@1","b@1"],"upgradePath":[false,"a@1","b@2"]`: "upgrade to b@2",
		`"from":["w@1","a@1"],"upgradePath":[false,false]`:             "",
		`"from":["w@1","a@1"],"upgradePath":[]`:                        "",
		`"from":["w@1","a@1"],"upgradePath":null`:                      "",
		`"from":[["w@1","a@1"],["a@1"]],"upgradePath":[false,"a@2"]`:   "upgrade to a@2",
		`"name":"a"`: "",
	} {
		require.Equal(t, want, first(t, paths).Remedy, paths)
	}
}
