package csaf_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/statement/csaf"
)

func TestCSAF(t *testing.T) { reporttest.Statements(t, csaf.Format, "*.*") }

func FuzzCSAF(f *testing.F) { reporttest.FuzzStatements(f, csaf.Format, "*.*") }

const head = `{"document":{"category":"csaf_vex","csaf_version":"2.0","publisher":{"name":"A"},
	"tracking":{"current_release_date":"2026-01-02T00:00:00Z"}},`

// of makes a document of a product tree and the inside of one vulnerability. The tree comes last: it must not matter.
func of(tree, vulnerability string) []byte {
	return []byte(head + `"vulnerabilities":[{"cve":"CVE-2026-1",` + vulnerability + `}],"product_tree":{` + tree + `}}`)
}

// products makes a tree of products without any order, whose names are their ids.
func products(ids ...string) string {
	var list []string
	for _, id := range ids {
		list = append(list, `{"product_id":"`+id+`","name":"name of `+id+`","product_identification_helper":{"purl":"pkg:npm/`+strings.ToLower(id)+`@1.0.0"}}`)
	}
	return `"full_product_names":[` + strings.Join(list, ",") + `]`
}

func TestWhatIsNoCSAFIsRefused(t *testing.T) {
	const fixed = `"product_status":{"fixed":["A"]}`
	relation := func(id, component, within string) string {
		return fmt.Sprintf(`{"full_product_name":{"product_id":%q,"name":"n"},"product_reference":%q,"relates_to_product_reference":%q}`, id, component, within)
	}
	for document, problem := range map[string]string{
		`[]`: "want an object", `null`: "null", `{}`: "no document.csaf_version", `{"document":{}}`: "no document.csaf_version",
		`{"document":{"csaf_version":"3.0"}}`: `CSAF "3.0" is not known`,
		`{"document":{"csaf_version":2.0}}`:   "csaf_version",
		string(of(products("B"), fixed)):      `at /vulnerabilities/0: not of this format: the product_id "A" is not in the product tree`,
		string(of(products("A", "A"), fixed)): `the product_id "A" stands twice`,
		string(of(products("A")+`,"branches":[{"category":"vendor","name":"v","branches":[{"product":{"product_id":"A","name":"a"}}]}]`, fixed)): `"A" stands twice`,
		string(of(products("A", "B")+`,"relationships":[`+relation("A", "B", "B")+`]`, fixed)):                                                   `"A" stands twice`,
		string(of(products("B")+`,"relationships":[`+relation("A", "C", "B")+`]`, fixed)):                                                        `"C" is not in the product tree`,
		string(of(products("B")+`,"relationships":[`+relation("A", "B", "C")+`]`, fixed)):                                                        `"C" is not in the product tree`,
		string(of(products("B")+`,"relationships":[`+relation("A", "A", "B")+`]`, fixed)):                                                        "part of itself",
		string(of(products("B")+`,"relationships":[`+relation("A", "B", "C")+","+relation("C", "B", "A")+`]`, fixed)):                            "part of itself",
		string(of(products("B")+`,"relationships":[`+relation("A", "B", "B")+","+relation("A", "B", "B")+`]`, fixed)):                            `"A" stands twice`,
		string(of(products("A")+`,"full_product_names":[]`, fixed)):                                                                              "duplicate",
		string(of(`"full_product_names":[{"name":"x"}]`, fixed)):                                                                                 "without product_id",
		string(of(`"product_paths":[{"beginning_product_reference":"A","full_product_name":{"product_id":"B"}}]`, fixed)):                        "part of 0 others",
		string(of(products("A")+`,"product_groups":[{"group_id":"G"},{"group_id":"G"}]`, fixed)):                                                 `group_id "G" stands twice`,
		string(of(products("A"), fixed+`,"flags":[{"label":"component_not_present","product_ids":["B"]}]`)):                                      `"B" is not in the product tree`,
		string(of(products("A"), fixed+`,"threats":[{"category":"impact","details":"d","group_ids":["G"]}]`)):                                    `group_id "G" is not in the product tree`,
	} {
		_, _, err := reporttest.ParseStatements(csaf.Format, []byte(document))
		require.ErrorContains(t, err, problem, document)
	}
}

// Ten paths of ten paths would be ten thousand million products.
func TestProductsOfManyProductsAreRefused(t *testing.T) {
	var paths []string
	for i := range 12 {
		next := fmt.Sprintf(`{"next_product_reference":"P%d"}`, i+1)
		paths = append(paths, fmt.Sprintf(`{"beginning_product_reference":"P%d","full_product_name":{"product_id":"P%d"},"subpaths":[%s]}`,
			i+1, i, strings.TrimSuffix(strings.Repeat(next+",", 10), ",")))
	}
	_, _, err := reporttest.ParseStatements(csaf.Format, of(products("P12")+`,"product_paths":[`+strings.Join(paths, ",")+`]`, `"product_status":{"fixed":["P0"]}`))
	require.ErrorContains(t, err, "more than 20 others")
}

func TestContradictingStatusesAreRefused(t *testing.T) {
	groups := [][]string{{"known_affected", "first_affected", "last_affected"}, {"unknown"}, {"known_not_affected"}, {"fixed", "first_fixed"}, {"under_investigation"}}
	for i, group := range groups {
		for j, others := range groups {
			for _, one := range group {
				for _, other := range others {
					if one == other {
						continue
					}
					_, scan, err := reporttest.ParseStatements(csaf.Format, of(products("A"), fmt.Sprintf(`"product_status":{%q:["A"],%q:["A"],"recommended":["A"]}`, one, other)))
					if i == j {
						require.NoError(t, err)
						require.Equal(t, 1, scan.Read, "%s and %s are said once", one, other)
						continue
					}
					require.ErrorIs(t, err, report.ErrShape, "%s and %s", one, other)
					require.ErrorContains(t, err, `the product "A" is`)
				}
			}
		}
	}
}

// "Not affected" needs its reason: without one it is left out, and the defect stays open.
func TestNotAffectedNeedsAReason(t *testing.T) {
	const groups = `,"product_groups":[{"group_id":"G","product_ids":["A","B"]},{"group_id":"H","product_ids":["B"]}]`
	for remarks, want := range map[string]string{
		``: "",
		`,"flags":[{"label":"component_not_present"}]`:                                                                                       "",
		`,"flags":[{"label":"component_not_present","product_ids":["B"]}]`:                                                                   "",
		`,"flags":[{"label":"component_not_present","group_ids":["H"]}]`:                                                                     "",
		`,"flags":[{"label":"trust_me","product_ids":["A"]}]`:                                                                                "",
		`,"threats":[{"category":"impact","details":" ","product_ids":["A"]}]`:                                                               "",
		`,"threats":[{"category":"impact","details":"none"}]`:                                                                                "",
		`,"threats":[{"category":"exploit_status","details":"none","product_ids":["A"]}]`:                                                    "",
		`,"remediations":[{"category":"vendor_fix","details":"x","product_ids":["A"]}]`:                                                      "",
		`,"flags":[{"label":"component_not_present","product_ids":["A"]}]`:                                                                   "component_not_present",
		`,"flags":[{"label":"component_not_present","group_ids":["G"]}]`:                                                                     "component_not_present",
		`,"threats":[{"category":"impact","details":"never called","product_ids":["A"]}]`:                                                    "never called",
		`,"threats":[{"category":"impact","details":"d","group_ids":["G"]}],"flags":[{"label":"component_not_present","product_ids":["A"]}]`: "component_not_present: d",
	} {
		statements, scan, err := reporttest.ParseStatements(csaf.Format, of(products("A", "B")+groups, `"product_status":{"known_not_affected":["A"]}`+remarks))
		require.NoError(t, err)
		if want == "" {
			require.Empty(t, statements, remarks)
			require.Equal(t, map[string]int{"known_not_affected without a flag or an impact": 1}, scan.Dropped, remarks)
			continue
		}
		require.Equal(t, want, statements[0].Word.Reason)
	}
}

func TestStates(t *testing.T) {
	for status, want := range map[string]gate.State{"known_affected": gate.Open, "first_affected": gate.Open, "last_affected": gate.Open, "unknown": gate.Open,
		"fixed": gate.Fixed, "first_fixed": gate.Fixed, "under_investigation": gate.UnderInvestigation} {
		statements, _, err := reporttest.ParseStatements(csaf.Format, of(products("A"), `"product_status":{"`+status+`":["A"]}`))
		require.NoError(t, err)
		require.Equal(t, want, statements[0].State, status)
	}
	for _, nothing := range []string{`"product_status":{"recommended":["A"]}`, `"product_status":{}`, `"title":"t"`} {
		_, scan, err := reporttest.ParseStatements(csaf.Format, of(products("A"), nothing))
		require.NoError(t, err)
		require.Equal(t, map[string]int{"vulnerability without the status of a product": 1}, scan.Dropped)
	}
}

// versionsOf gives the product of a branch with a package URL of no version, within one branch of another category.
func versionsOf(t *testing.T, purl string, branches ...string) gate.Versions {
	tree := fmt.Sprintf(`{"product":{"product_id":"A","name":"a","product_identification_helper":{"purl":%q}},%s}`, purl, branches[0])
	for _, outer := range branches[1:] {
		tree = `{"branches":[` + tree + `],` + outer + `}`
	}
	statements, _, err := reporttest.ParseStatements(csaf.Format, of(`"branches":[`+tree+`]`, `"product_status":{"fixed":["A"]}`))
	require.NoError(t, err)
	return statements[0].Products[0].Versions
}

func TestBranchesNarrowAPackageURL(t *testing.T) {
	branch := func(category, name string) string { return fmt.Sprintf(`"category":%q,"name":%q`, category, name) }
	ranged, exact := branch("product_version_range", "vers:npm/<2.0.0"), branch("product_version", "1.5.0")
	for _, c := range []struct {
		purl     string
		branches []string
		in, out  string
	}{
		{"pkg:npm/a", []string{ranged}, "1.0.0", "2.0.0"},
		{"pkg:npm/a", []string{branch("architecture", "arm"), ranged}, "1.0.0", "2.0.0"},
		{"pkg:npm/a", []string{branch("product_version_range", "<2")}, "", "1.0.0"},
		{"pkg:npm/a", []string{branch("product_version_range", "vls/<2")}, "", "1.0.0"},
		{"pkg:npm/a", []string{ranged, branch("product_version_range", "vers:npm/>1.0.0")}, "", "1.5.0"},
		{"pkg:npm/a?vers=vers:npm/%3C3.0.0", []string{ranged}, "", "1.0.0"},
		{"pkg:npm/a?vers=vers:npm/%3C3.0.0", []string{branch("vendor", "v")}, "2.5.0", "3.0.0"},
		{"pkg:npm/a", []string{exact}, "1.5.0", "1.5.1"},
		{"pkg:npm/a", []string{branch("language", "de"), exact}, "1.5.0", "1.5.1"},
		{"pkg:generic/a", []string{branch("product_version", "R3 <beta>|=")}, "R3 <beta>|=", "R3"},
		{"pkg:npm/a", []string{exact, branch("product_version", "1")}, "1.5.0", "1.0.0"},
		{"pkg:npm/a", []string{branch("patch_level", "p1"), exact}, "", "1.5.0"},
		{"pkg:npm/a", []string{branch("product_version_range", "vers:all/*")}, "7", ""},
	} {
		v := versionsOf(t, c.purl, c.branches...)
		require.NotNil(t, v, c.branches)
		if c.in != "" {
			require.True(t, v.Contains(c.in), "%s in %s", c.in, v)
		}
		require.False(t, c.out != "" && v.Contains(c.out), "%s in %s", c.out, v)
	}
	require.Nil(t, versionsOf(t, "pkg:npm/a@1.5.0", exact))
	require.Nil(t, versionsOf(t, "pkg:npm/a", branch("product_name", "a")))
}

func TestTimeOfAStatement(t *testing.T) {
	status := `"product_status":{"known_not_affected":["A"]},"threats":[{"category":"impact","details":"d","product_ids":["A"]`
	for vulnerability, want := range map[string]string{
		status + `}]`: "2026-01-02",
		status + `,"date":"2025-12-01T00:00:00Z"}]`: "2025-12-01",
		status + `,"date":"2025-12-01T00:00:00Z"}],"flags":[{"label":"component_not_present","product_ids":["A"],"date":"2025-12-03T00:00:00Z"}]`: "2025-12-03",
	} {
		statements, _, err := reporttest.ParseStatements(csaf.Format, of(products("A"), vulnerability))
		require.NoError(t, err)
		require.Equal(t, want, statements[0].Word.At.Format("2006-01-02"))
	}
	document := strings.Replace(string(of(products("A"), status+`,"date":"1960-01-01"}]`)), `"current_release_date":"2026-01-02T00:00:00Z"`,
		`"revision_history":[{"date":"2026-02-03T00:00:00Z"},{"date":"2026-01-01T00:00:00Z"}]`, 1)
	statements, scan, err := reporttest.ParseStatements(csaf.Format, []byte(document))
	require.NoError(t, err)
	require.Equal(t, "2026-02-03", statements[0].Word.At.Format("2006-01-02"))
	require.Equal(t, []string{"1 date before 1971 counts as not known (threats[].date)"}, scan.Warnings)
}

func TestDateOfTheReleaseThatNobodyCanMean(t *testing.T) {
	document := strings.Replace(string(of(products("A"), `"product_status":{"fixed":["A"]}`)), "2026-01-02", "1960-01-02", 1)
	statements, scan, err := reporttest.ParseStatements(csaf.Format, []byte(document))
	require.NoError(t, err)
	require.Equal(t, []string{"1 date before 1971 counts as not known (tracking.current_release_date)"}, scan.Warnings)
	require.True(t, statements[0].Word.At.IsZero())
}

func TestWithdrawnDocumentSaysNothing(t *testing.T) {
	for _, category := range []string{"csaf_withdrawn", "csaf_superseded"} {
		document := strings.Replace(string(of(products("A"), `"product_status":{"fixed":["A"]}`)), "csaf_vex", category, 1)
		_, scan, err := reporttest.ParseStatements(csaf.Format, []byte(document))
		require.NoError(t, err)
		require.Zero(t, scan.Read)
		require.Equal(t, map[string]int{"the document is withdrawn or superseded": 1}, scan.Dropped)
	}
}

func TestSeveralDocumentsAreNone(t *testing.T) {
	two := append(of(products("A"), `"title":"t"`), of(products("A"), `"title":"t"`)...)
	o, err := report.Sketch(reporttest.Bytes(two))
	require.NoError(t, err)
	require.False(t, csaf.Format.Detect(o))
	_, _, err = reporttest.ParseStatements(csaf.Format, two)
	require.ErrorContains(t, err, "a second JSON value")
}

func TestErrorOfTheReceiverEndsParsing(t *testing.T) {
	_, err := csaf.Format.Parse(reporttest.Bytes(of(products("A"), `"product_status":{"fixed":["A"]}`)), func(*gate.Statement) error { return io.ErrClosedPipe })
	require.ErrorIs(t, err, io.ErrClosedPipe)
}
