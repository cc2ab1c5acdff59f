package jfrogxray_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/jfrogxray"
)

func TestFilesAreKnownByTheirNames(t *testing.T) {
	for id, want := range map[string]gate.Component{
		"generic://sha256:00aa/libfoo.so":     {Name: "libfoo.so", Version: "sha256:00aa"},
		"generic://sha256:00aa/usr/libbar.so": {Name: "libbar.so", Version: "sha256:00aa"},
		"sha256:00aa/libfoo.so":               {Name: "libfoo.so", Version: "sha256:00aa"},
		"docker://sha256:00aa/workshop/app:1": {Name: "app", Version: "1"},
		"docker://sha256:00aa":                {Name: "sha256:00aa"},
		"docker://workshop/app:1.4":           {Name: "workshop/app", Version: "1.4"},
		"docker://hub.example:5000/app:1.4":   {Name: "hub.example:5000/app", Version: "1.4"},
		"docker://hub.example:5000/app":       {Name: "hub.example:5000/app"},
	} {
		require.Equal(t, want, rows(t, `"vulnerable_component":"`+id+`"`)[0].Component, id)
	}
}

func TestIssueOfNoPackageIsOneOfItsPlace(t *testing.T) {
	for document, want := range map[string]string{
		`{"rows":[{"issue_id":"X","path":"repo/a.tar"}]}`:                                                   "repo/a.tar",
		`{"rows":[{"type":"license","license":"GPL","path":"repo/a.tar"}]}`:                                 "repo/a.tar",
		`[{"vulnerabilities":[{"issue_id":"X"}],"component_id":"npm://shed:2"}]`:                            "npm://shed:2",
		`[{"scan_id":"a"},{"violations":[{"issue_id":"X"}],"component_id":"npm://shed:2"},{"scan_id":"b"}]`: "npm://shed:2",
		`{"vulnerabilities":[{"issue_id":"X","components":{}}],"component_id":"npm://shed:2"}`:              "npm://shed:2",
		`{"securityViolations":[{"issueId":"X","components":[{"location":{"file":"a/package.json"}}]}]}`:    "a/package.json",
	} {
		findings, _, err := reporttest.Parse(jfrogxray.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Component.Name, document)
	}
}

func TestReportThatSaysThatNothingWasScanned(t *testing.T) {
	for document, want := range map[string]string{
		`[{"component_id":"a","status":"completed"}]`:                          "it lists a scan without a scan_id",
		`[{"scan_id":"a","status":"completed"},{"vulnerabilities":[]}]`:        "it lists a scan without a scan_id",
		`{"vulnerabilities":[]}`:                                               "it lists a scan without a scan_id",
		`[{"scan_id":"a"}]`:                                                    "", // old versions print no status
		`[{"vulnerabilities":[{"issue_id":"X"}]}]`:                             "",
		`{"securityViolations":[],"scansStatus":{}}`:                           "its scansStatus names no scan that was made",
		`{"scansStatus":{"scaScanStatusCode":null},"securityViolations":null}`: "its scansStatus names no scan that was made",
		`{"scansStatus":{},"securityViolations":[{"issueId":"X"}]}`:            "",
		`{"securityViolations":[]}`:                                            "",
		`{"rows":[],"total_rows":0}`:                                           "",
		`[]`:                                                                   "",
	} {
		_, scan, err := reporttest.Parse(jfrogxray.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, want, scan.Unproven, document)
	}
}
