package cargoaudit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/cargoaudit"
)

func TestCargoAudit(t *testing.T) { reporttest.Testdata(t, cargoaudit.Format) }

func FuzzCargoAudit(f *testing.F) { reporttest.Fuzz(f, cargoaudit.Format) }

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, cargoaudit.Format, map[string]bool{
		`{"database":{"advisory-count":1},"lockfile":{"dependency-count":1},"vulnerabilities":{"list":[]}}`: true,
		`{"vulnerabilities":{"list":[{"advisory":{"description":"` + large + `"}}]},"database":{}}`:         true,
		`{"warnings":{"yanked":[{"package":{"checksum":"` + large + `"}}]},"vulnerabilities":{"list":[]}}`:  true,
		`{"vulnerabilities":{"found":false,"count":0,"list":[]},"warnings":{}}`:                             true,
		`{"lockfile":{"dependency-count":1}} {"lockfile":{"dependency-count":1}}`:                           false,
		`{"vulnerabilities":[{"id":"CVE-2026-1"}],"lockfile":"Cargo.lock"}`:                                 false,
		`{"vulnerabilities":{"lathe":{"severity":"high"}},"metadata":{}}`:                                   false,
		`{"vulnerabilities":[],"dependencyCount":1}`:                                                        false,
		`[{"lockfile":{"dependency-count":1}}]`:                                                             false,
		`{}`:                                                                                                false,
		`[]`:                                                                                                false,
	})
}

func TestReportWithoutListIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `[]`, `null`, `{"lockfile":{"dependency-count":7},"warnings":{}}`,
		`{"lockfile":{"dependency-count":7},"vulnerabilities":{"found":false,"count":0}}`} {
		_, _, err := reporttest.Parse(cargoaudit.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestListShorterThanItsCountFailsTheScan(t *testing.T) {
	for vulnerabilities, want := range map[string]string{
		`"count":2,"list":[]`: "the report counts more vulnerabilities than it lists: 2 and 0",
		`"list":[],"count":1`: "the report counts more vulnerabilities than it lists: 1 and 0",
		`"count":0,"list":[]`: "",
		`"list":[]`:           "",
	} {
		_, scan, err := reporttest.Parse(cargoaudit.Format, []byte(`{"vulnerabilities":{`+vulnerabilities+`}}`))
		require.NoError(t, err)
		require.Equal(t, want, scan.Failed, vulnerabilities)
	}
}

func TestWarningsAreRatedByTheirKind(t *testing.T) {
	for kind, want := range map[string]gate.Severity{"unsound": gate.Medium, "unmaintained": gate.Low, "yanked": gate.Low, "notice": gate.None,
		"haunted": gate.Critical} {
		findings, _, err := reporttest.Parse(cargoaudit.Format, []byte(
			`{"vulnerabilities":{"list":[]},"warnings":{"`+kind+`":[{"advisory":{"id":"RUSTSEC-2026-1"},"package":{"name":"a"}}]}}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Rating.Severity, kind)
	}
}

func TestWarningWithoutAdvisoryIsAnErrorUnlessTheVersionWasYanked(t *testing.T) {
	parse := func(kind string) error {
		_, _, err := reporttest.Parse(cargoaudit.Format, []byte(
			`{"vulnerabilities":{"list":[]},"warnings":{"`+kind+`":[{"package":{"name":"a","version":"1.0.0"},"advisory":null}]}}`))
		return err
	}
	require.NoError(t, parse("yanked"))
	require.ErrorContains(t, parse("unsound"), "without an id")
}

func TestListOfWarningsIsRefused(t *testing.T) {
	_, _, err := reporttest.Parse(cargoaudit.Format, []byte(
		`{"vulnerabilities":{"list":[]},"warnings":[{"package":"rasp","message":"unmaintained","url":null}]}`))
	require.ErrorIs(t, err, report.ErrShape)
	require.ErrorContains(t, err, "before 0.12")
}

func TestSeveralReportsAreRefused(t *testing.T) {
	const one = `{"lockfile":{"dependency-count":7},"vulnerabilities":{"list":[]}}`
	_, _, err := reporttest.Parse(cargoaudit.Format, []byte(one+"\n"+one))
	require.ErrorContains(t, err, "a second JSON value")
}

func TestUnproven(t *testing.T) {
	const looked, none = `"lockfile":{"dependency-count":7}`, `,"vulnerabilities":{"count":0,"list":[]}`
	for members, want := range map[string]gate.Scan{
		looked + none: {Proof: "packages of the lock file: 7"},
		looked + none + `,"database":{"advisory-count":9}`:  {Proof: "packages of the lock file: 7"},
		looked + none + `,"database":{"advisory-count":0}`:  {Unproven: "its database has 0 advisories"},
		`"lockfile":{"dependency-count":0}` + none:          {Unproven: "it counts 0 packages in the lock file"},
		`"lockfile":{}` + none:                              {},
		looked + `,"vulnerabilities":{"count":1,"list":[]}`: {Unproven: "it counts 1 vulnerabilities and lists 0"},
	} {
		_, scan, err := reporttest.Parse(cargoaudit.Format, []byte(`{`+members+`}`))
		require.NoError(t, err)
		require.Equal(t, want.Proof, scan.Proof, members)
		require.Equal(t, want.Unproven, scan.Unproven, members)
	}
}

func TestListWithoutItsCountProvesNothing(t *testing.T) {
	for vulnerabilities, want := range map[string]string{`"count":0,"list":[]`: "packages of the lock file: 7", `"list":[]`: ""} {
		_, scan, err := reporttest.Parse(cargoaudit.Format, []byte(
			`{"database":{"advisory-count":9},"lockfile":{"dependency-count":7},"vulnerabilities":{`+vulnerabilities+`}}`))
		require.NoError(t, err)
		require.Equal(t, want, scan.Proof, vulnerabilities)
		require.Empty(t, scan.Unproven)
	}
}
