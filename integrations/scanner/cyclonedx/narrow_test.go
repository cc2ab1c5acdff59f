package cyclonedx_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/cyclonedx"
)

const resolved = `"analysis":{"state":"resolved"}`

// What is passed over could be what narrows the statement. A report of findings is read all the same.
func TestMemberThatNobodyKnowsIsRefusedInAStatement(t *testing.T) {
	for _, c := range []struct{ affects, metadata, problem string }{
		{`{"ref":"b","version":[{"version":"1.0.0"}]}`, "", `at /vulnerabilities/0: not of this format: "version" is no member of affects`},
		{`{"ref":"b"},{"ref":"b","Versions":[],"Range":1}`, "", `"Range" is no member of affects`},
		{`{"ref":"b","versions":[{"version":"1.0.0","statsu":"unaffected"}]}`, "", `"statsu" is no member of affects[].versions`},
		{`{"ref":"b","versions":[{"version":"1.0.0","status":"unafected"}]}`, "", `the status of a version is "unafected"`},
		{`{"ref":"b"}`, `,"componnet":{"purl":"pkg:oci/till"}`, `metadata has "componnet"`},
		{`{"ref":"b"}`, `,"component":null`, `metadata has "component", which is null`},
	} {
		document := vexOf(`"affects":[`+c.affects+`],`+resolved, c.metadata)
		_, _, err := reporttest.ParseStatements(cyclonedx.VEX, document)
		require.ErrorIs(t, err, report.ErrShape, c)
		require.ErrorContains(t, err, c.problem)
		require.NotEmpty(t, gate.HintOf(err))
		_, _, err = reporttest.Parse(cyclonedx.Format, document)
		require.NoError(t, err, c)
	}
	for inside, problem := range map[string]string{
		`<affects><target><ref>b</ref><version><version>1</version></version></target></affects>`:                                        `"version" is no member of affects`,
		`<affects><target><ref>b</ref><versions><version><version>1</version><state>x</state></version></versions></target></affects>`:   `"state" is no member of affects[].versions`,
		`<affects><target><ref>b</ref><versions><version><version>1</version><status>x</status></version></versions></target></affects>`: `the status of a version is "x"`,
	} {
		_, _, err := reporttest.ParseStatements(cyclonedx.VEX, []byte(vulnerabilityWith(inside)))
		require.ErrorContains(t, err, problem)
		_, _, err = reporttest.Parse(cyclonedx.Format, []byte(vulnerabilityWith(inside)))
		require.NoError(t, err, inside)
	}
	_, _, err := reporttest.ParseStatements(cyclonedx.VEX, []byte(bom(`<metadata><componnet/></metadata>`)))
	require.ErrorContains(t, err, `metadata has "componnet"`)
	_, _, err = reporttest.ParseStatements(cyclonedx.VEX, vexOf(`"affects":[{"ref":"b"}],`+resolved,
		`,"lifecycles":[],"tools":[],"licenses":[],"properties":[],"distributionConstraints":{}`))
	require.NoError(t, err)
}

func TestVersionsThatAreNullAreNotAllVersions(t *testing.T) {
	got, _ := statementsOf(t, `"affects":[{"ref":"b","versions":null}],`+resolved, "")
	require.NotNil(t, got[0].Products[0].Versions)
	require.False(t, got[0].Products[0].Versions.Contains("1.0.0"))
}

func TestPackageURLInDoubtMatchesNothing(t *testing.T) {
	for _, c := range []struct{ ref, versions, metadata, purl string }{
		{"pkg:npm/p@", ``, "", "pkg:npm/p@"},
		{"urn:cdx:2/1#pkg:npm/p@", ``, "", "pkg:npm/p@"},
		{"pkg:npm/p?vers=", ``, "", "pkg:npm/p?vers="},
		{"pkg:npm/p@", `{"version":"1.0.0"}`, "", "pkg:npm/p@"},
		{"pkg:npm/p@", `{"range":"vers:npm/*","status":"unaffected"}`, "", "pkg:npm/p@"},
		{"b", ``, `,"component":{"purl":"pkg:oci/till@"}`, "pkg:oci/till@"},
		{"b", ``, `,"component":{"purl":"pkg:oci/till@","version":"1"}`, "pkg:oci/till@"},
		{"pkg:oci/till@", ``, `,"component":{"purl":"pkg:oci/till@"}`, "pkg:oci/till@"},
	} {
		got, scan := statementsOf(t, `"affects":[{"ref":"`+c.ref+`","versions":[`+c.versions+`]}],`+resolved, c.metadata)
		require.Equal(t, []string{`1 package URL cannot be read, and matches nothing: "` + c.purl + `"`}, scan.Warnings, c)
		require.Len(t, got, 1)
		p := got[0].Products[0]
		if p.Within != nil {
			p = *p.Within
		}
		require.Equal(t, c.purl, p.PURL)
		require.False(t, p.Versions == nil || p.Versions.Contains("1.0.0"), c)
	}
}

// A component is meant in the version that the bom has of it, wherever the bom says which that is.
func TestComponentIsMeantInItsVersion(t *testing.T) {
	const bare = `"name":"x","purl":"pkg:npm/x"`
	for members, want := range map[string]struct{ purl, in, out string }{
		bare:                       {"pkg:npm/x", "1.0.0", ""},
		bare + `,"version":""`:     {"pkg:npm/x", "1.0.0", ""},
		bare + `,"version":"1.0"`:  {"pkg:npm/x@1.0", "1.0", ""},
		bare + `,"version":"1@?#"`: {"pkg:npm/x@1%40%3F%23", "", ""},
		bare + `,"versionRange":"vers:npm/<2.0.0"`:              {"pkg:npm/x", "1.0.0", "2.0.0"},
		bare + `,"versionRange":""`:                             {"pkg:npm/x", "", "1.0.0"},
		bare + `,"versionRange":"<2.0.0"`:                       {"pkg:npm/x", "", "1.0.0"},
		`"purl":"pkg:npm/x@1.5.0","version":"2"`:                {"pkg:npm/x@1.5.0", "1.5.0", ""},
		`"purl":"pkg:npm/x?vers=vers:npm/*","version":"2"`:      {"pkg:npm/x@2?vers=vers:npm%2F%2A", "2", ""},
		`"purl":"pkg:npm/x?vers=vers:npm/*","versionRange":"a"`: {"pkg:npm/x?vers=vers:npm/*", "", "2"},
	} {
		document := strings.Replace(string(vexOf(`"affects":[{"ref":"x"}],`+resolved, "")), `"components":[`, `"components":[{"bom-ref":"x",`+members+`},`, 1)
		statements, _, err := reporttest.ParseStatements(cyclonedx.VEX, []byte(document))
		require.NoError(t, err)
		p := statements[0].Products[0]
		require.Equal(t, want.purl, p.PURL, members)
		require.True(t, want.in == "" || p.Versions == nil || p.Versions.Contains(want.in), members)
		require.False(t, want.out != "" && (p.Versions == nil || p.Versions.Contains(want.out)), members)
	}
	got, _ := statementsOf(t, `"affects":[{"ref":"b"}],`+resolved, `,"component":{"purl":"pkg:oci/till","version":"5"}`)
	require.Equal(t, "pkg:oci/till@5", got[0].Products[0].Within.PURL)
	require.Contains(t, got[0].Products[0].Within.Names, "pkg:oci/till", "the configuration can still call it ours as the bom spells it")
	inXML := `<components><library bom-ref="b"><purl>pkg:npm/b</purl><versionRange>vers:npm/&lt;2.0.0</versionRange></library></components>`
	statements, _, err := reporttest.ParseStatements(cyclonedx.VEX, []byte(strings.Replace(vulnerabilityWith(
		`<analysis><state>resolved</state></analysis><affects><target><ref>b</ref></target></affects>`), "<vulnerabilities>", inXML+"<vulnerabilities>", 1)))
	require.NoError(t, err)
	require.Equal(t, "vers:npm/<2.0.0", fmt.Sprint(statements[0].Products[0].Versions))
}

// The specification of CycloneDX demands no justification, unlike those of OpenVEX and CSAF.
func TestNotAffectedCountsWithoutAJustification(t *testing.T) {
	got, _ := statementsOf(t, `"affects":[{"ref":"a"}],"analysis":{"state":"not_affected"}`, "")
	require.Equal(t, gate.NotAffected, got[0].State)
	require.Empty(t, got[0].Word.Reason)
}
