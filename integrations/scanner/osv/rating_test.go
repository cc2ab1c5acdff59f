package osv_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/osv"
)

const (
	mild  = `{"type":"CVSS_V4","score":"CVSS:4.0/AV:L/AC:H/AT:P/PR:H/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N"}`
	grave = `{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}`
)

func TestTheWorseOfRecordAndGroupIsTheRating(t *testing.T) {
	for members, want := range map[string]gate.Rating{
		`"severity":[` + mild + `]`:                   {Party: "osv-scanner", Severity: gate.Medium},
		`"severity":[` + grave + `]`:                  {Party: "ghsa", Severity: gate.Critical},
		`"severity":[` + grave + `,` + mild + `]`:     {Party: "ghsa", Severity: gate.Critical},
		`"severity":[` + mild + `,` + grave + `]`:     {Party: "ghsa", Severity: gate.Critical},
		`"database_specific":{"severity":"HIGH"}`:     {Party: "ghsa", Severity: gate.High},
		`"database_specific":{"severity":"MODERATE"}`: {Party: "ghsa", Severity: gate.Medium},
		`"database_specific":{"severity":"SPICY"}`:    {Party: "ghsa", Severity: gate.Critical},
		`"database_specific":{"severity":null}`:       {Party: "osv-scanner", Severity: gate.Medium},
		`"database_specific":{"severity":{"a":1}}`:    {Party: "osv-scanner", Severity: gate.Medium},
		`"severity":[{"type":"CVSS_V5","score":"?"}]`: {Party: "ghsa", Severity: gate.Critical},
		`"severity":[{"type":"Other","score":"hm"}]`:  {Party: "ghsa", Severity: gate.Critical},
		`"severity":[]`: {Party: "osv-scanner", Severity: gate.Medium},
	} {
		f := one(t, `"groups":[{"ids":["GHSA-2222-3333-4444"],"max_severity":"5.3"}],"vulnerabilities":[{"id":"GHSA-2222-3333-4444",`+members+`}]`)[0]
		require.Equal(t, want, gate.Rating{Party: f.Rating.Party, Severity: f.Rating.Severity}, members)
		require.Len(t, f.Ratings, 1, "the other one is kept")
	}
}

func TestScoreOfTheGroupThatCannotBeReadIsCritical(t *testing.T) {
	for score, want := range map[string]gate.Severity{`"11.0"`: gate.Critical, `"often"`: gate.Critical, `"-1"`: gate.Critical, `""`: gate.Low, `"0.0"`: gate.Low, `7.2`: gate.High} {
		f := one(t, `"groups":[{"ids":["A-1"],"max_severity":`+score+`}],"vulnerabilities":[{"id":"A-1","severity":[`+mild+`]}]`)[0]
		require.Equal(t, want, f.Rating.Severity, score)
	}
}

func TestWordOfTheReleaseThatIsScanned(t *testing.T) {
	for affected, want := range map[string]gate.Severity{
		`{"package":{"name":"a","ecosystem":"Debian:12"},"ecosystem_specific":{"urgency":"low"}},
			{"package":{"name":"a","ecosystem":"Debian:11"},"ecosystem_specific":{"urgency":"high"}}`: gate.Low,
		`{"package":{"name":"a","ecosystem":"Debian:12"},"ecosystem_specific":{"urgency":"not yet assigned"}}`: gate.Unknown,
		`{"package":{"name":"a","ecosystem":"Debian:12"},"ecosystem_specific":{"urgency":"unimportant"}}`:      gate.Low,
		`{"package":{"name":"a","ecosystem":"Debian:12"},"ecosystem_specific":["high"]}`:                       gate.Unknown,
		`{"package":{"name":"b","ecosystem":"Debian:12"},"ecosystem_specific":{"urgency":"high"}}`:             gate.High,
		`{"package":{"name":"a","ecosystem":"npm"},"severity":[` + grave + `]}`:                                gate.Critical,
	} {
		f := one(t, `"vulnerabilities":[{"id":"A-1","affected":[`+affected+`]}]`)[0]
		require.Equal(t, want, f.Rating.Severity, affected)
	}
}

func TestVectorWithoutAnyImpactIsKept(t *testing.T) {
	const harmless = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"
	f := one(t, `"vulnerabilities":[{"id":"A-1","severity":[{"type":"CVSS_V3","score":"`+harmless+`"}]}]`)[0]
	require.Equal(t, gate.Rating{Party: "a", CVSS: "3.1", Vector: harmless, Severity: gate.None}, f.Rating)
}

func TestFixedVersionsAreThoseOfThePackage(t *testing.T) {
	affected := func(name, ecosystem, fixed string) string {
		return `{"package":{"name":"` + name + `","ecosystem":"` + ecosystem + `"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"` + fixed + `"}]}]}`
	}
	for list, want := range map[string][]string{
		affected("A_b", "PyPI", "1") + "," + affected("c", "PyPI", "2"):                 {"1"},
		affected("a.b", "npm", "1") + "," + affected("a-b", "PyPI:x", "2"):              {"2"},
		affected("a-b", "PyPI:x", "1") + "," + affected("a-b", "PyPI", "2"):             {"2"},
		affected("c", "PyPI", "1") + "," + affected("d", "npm", "2"):                    {"1", "2"},
		affected("a-b", "PyPI", "1") + "," + affected("a-b", "PyPI", "1"):               {"1"},
		`{"package":{"name":"a-b"},"ranges":[{"type":"GIT","events":[{"fixed":"0"}]}]}`: nil,
	} {
		findings, _, err := reporttest.Parse(osv.Format, []byte(`{"results":[{"packages":[{"package":{"name":"A.B","version":"0","ecosystem":"PyPI"},
			"vulnerabilities":[{"id":"A-1","affected":[`+list+`]}]}]}]}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Component.Fixed, list)
	}
}
