package cyclonedx_test

import (
	"bytes"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/cyclonedx"
)

var forms = map[string]cdx.BOMFileFormat{"JSON": cdx.BOMFileFormatJSON, "XML": cdx.BOMFileFormatXML}

// TestBomsOfTheLibrary holds the reader against the specification's own library: what that writes, in both forms and every version
// that has vulnerabilities, gives the same findings.
func TestBomsOfTheLibrary(t *testing.T) {
	for _, version := range []cdx.SpecVersion{cdx.SpecVersion1_4, cdx.SpecVersion1_5, cdx.SpecVersion1_6, cdx.SpecVersion1_7} {
		for name, form := range forms {
			t.Run(version.String()+" "+name, func(t *testing.T) {
				findings, scan := parseEncoded(t, version, form)
				require.Equal(t, libraryScan(), scan)
				require.Equal(t, libraryFindings(), findings)
			})
		}
	}
}

func TestBomsOfTheLibraryBeforeVulnerabilities(t *testing.T) {
	for _, version := range []cdx.SpecVersion{cdx.SpecVersion1_2, cdx.SpecVersion1_3} {
		for _, form := range forms {
			findings, scan := parseEncoded(t, version, form)
			require.Empty(t, findings)
			require.Empty(t, scan.Proof)
			require.Equal(t, "bomscan", scan.Tool.Name)
		}
	}
}

func parseEncoded(t *testing.T, version cdx.SpecVersion, form cdx.BOMFileFormat) ([]gate.Finding, gate.Scan) {
	var document bytes.Buffer
	require.NoError(t, cdx.NewBOMEncoder(&document, form).EncodeVersion(libraryBom(), version))
	findings, scan, err := reporttest.Parse(cyclonedx.Format, document.Bytes())
	require.NoError(t, err, document.String())
	return findings, scan
}

func libraryBom() *cdx.BOM {
	score := 8.1
	b := cdx.NewBOM()
	b.SerialNumber = "urn:uuid:2c1d3a0e-9f62-4a94-8a47-0d6f6a6a0c55"
	b.Metadata = &cdx.Metadata{
		Timestamp: "2026-03-04T05:06:07Z",
		Authors:   &[]cdx.OrganizationalContact{{Name: "Ines Ferrer"}},
		Tools:     &cdx.ToolsChoice{Tools: &[]cdx.Tool{{Vendor: "example", Name: "bomscan", Version: "2"}}}, //nolint:staticcheck // 1.4 has no other
		Component: &cdx.Component{BOMRef: "root", Type: cdx.ComponentTypeApplication, Name: "till", Version: "5"},
	}
	b.Components = &[]cdx.Component{{
		BOMRef: "outer", Type: cdx.ComponentTypeLibrary, Name: "outer", Version: "1",
		Components: &[]cdx.Component{{
			BOMRef: "inner", Type: cdx.ComponentTypeLibrary, Group: "@a", Name: "inner", Version: "2", PackageURL: "pkg:npm/%40a/inner@2",
		}},
	}}
	b.Services = &[]cdx.Service{{BOMRef: "service", Name: "billing", Version: "3"}}
	b.Vulnerabilities = &[]cdx.Vulnerability{{
		ID:          "CVE-2026-1",
		Source:      &cdx.Source{Name: "NVD", URL: "https://nvd.nist.gov/vuln/detail/CVE-2026-1"},
		References:  &[]cdx.VulnerabilityReference{{ID: "GHSA-2222-3333-4444", Source: &cdx.Source{Name: "GitHub"}}},
		Ratings:     &[]cdx.VulnerabilityRating{{Source: &cdx.Source{Name: "NVD"}, Score: &score, Severity: cdx.SeverityHigh, Method: cdx.ScoringMethodCVSSv3, Vector: "AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H"}},
		CWEs:        &[]int{79},
		Description: "Text with <markup> & \"quotes\"",
		Analysis:    &cdx.VulnerabilityAnalysis{State: cdx.IASInTriage, Detail: "later"},
		Affects: &[]cdx.Affects{
			{Ref: "inner", Range: &[]cdx.AffectedVersions{{Version: "2", Status: cdx.VulnerabilityStatusAffected}, {Version: "2.1", Status: cdx.VulnerabilityStatusNotAffected}}},
			{Ref: "service"},
			{Ref: "root"},
		},
	}}
	return b
}

func libraryScan() gate.Scan {
	return gate.Scan{
		Tool:    gate.Tool{Name: "bomscan", Version: "2"},
		Ended:   report.ParseTime("2026-03-04T05:06:07Z"),
		Subject: gate.Subject{Name: "till"},
		Read:    3,
	}
}

func libraryFindings() []gate.Finding {
	of := func(c gate.Component) gate.Finding {
		return gate.Finding{
			Tool:      "bomscan",
			Kind:      gate.Vulnerability,
			ID:        "CVE-2026-1",
			Aliases:   []string{"GHSA-2222-3333-4444"},
			Title:     "Text with <markup> & \"quotes\"",
			URL:       "https://nvd.nist.gov/vuln/detail/CVE-2026-1",
			Rating:    gate.Rating{Party: "NVD", Label: "high", CVSS: "3.0", Vector: "CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", Score: 8.1, Severity: gate.High},
			CWEs:      []int{79},
			Component: c,
			State:     gate.UnderInvestigation,
			Word:      &gate.Word{By: "Ines Ferrer", Reason: "later", Said: gate.UnderInvestigation},
		}
	}
	return []gate.Finding{
		of(gate.Component{PURL: "pkg:npm/%40a/inner@2", Name: "@a/inner", Version: "2", Fixed: []string{"2.1"}}),
		of(gate.Component{Name: "billing", Version: "3"}),
		of(gate.Component{Name: "till", Version: "5"}),
	}
}
