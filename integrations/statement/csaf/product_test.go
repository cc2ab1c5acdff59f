package csaf_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/statement/csaf"
)

const fixed = `"product_status":{"fixed":["A"]}`

// A branch that nobody understands could be the one that narrows its product to a version.
func TestBranchThatNobodyUnderstandsIsRefused(t *testing.T) {
	const product = `"product":{"product_id":"A","name":"a","product_identification_helper":{"purl":"pkg:npm/a"}}`
	for members, problem := range map[string]string{
		`"category":"product_version"`:                             `a branch of the category "product_version" has no name`,
		`"category":"product_version","name":""`:                   `a branch of the category "product_version" has no name`,
		`"category":"product_version","name":null`:                 `a branch of the category "product_version" has no name`,
		`"category":"product_version","nmae":"1.0"`:                `a branch of the category "product_version" has no name`,
		`"category":"product_version_range"`:                       `a branch of the category "product_version_range" has no name`,
		`"category":"vendor","name":""`:                            `a branch of the category "vendor" has no name`,
		`"name":"1.0"`:                                             `the category of the branch "1.0" is ""`,
		`"category":null,"name":"1.0"`:                             `the category of the branch "1.0" is ""`,
		`"category":"product_versions","name":"1.0"`:               `the category of the branch "1.0" is "product_versions"`,
		`"category":"Product_Version","name":"1.0"`:                `the category of the branch "1.0" is "Product_Version"`,
		`"category":"product_version","name":1`:                    "want a text, have a number",
		`"category":["product_version"],"name":"1"`:                "want a text, have a list",
		`"category":"product_version","name":"1","name":"2"`:       "duplicate",
		`"category":"product_name","name":"a","category":"vendor"`: "duplicate",
	} {
		_, _, err := reporttest.ParseStatements(csaf.Format, of(`"branches":[{`+product+`,`+members+`}]`, fixed))
		require.ErrorContains(t, err, problem, members)
		_, _, err = reporttest.ParseStatements(csaf.Format, of(`"branches":[{"category":"vendor","name":"v","branches":[{`+members+`,`+product+`}]}]`, fixed))
		require.ErrorContains(t, err, problem, members)
		require.ErrorContains(t, err, "/product_tree/branches/0/branches/0", members)
	}
	for _, category := range []string{"architecture", "host_name", "language", "legacy", "platform", "product_family", "product_name", "specification", "vendor"} {
		require.Nil(t, versionsOf(t, "pkg:npm/a", fmt.Sprintf(`"category":%q,"name":"n"`, category)))
	}
}

// productOf gives the one product of a document.
func productOf(t *testing.T, tree string) (gate.Product, gate.Scan) {
	statements, scan, err := reporttest.ParseStatements(csaf.Format, of(tree, fixed))
	require.NoError(t, err)
	require.Len(t, statements[0].Products, 1)
	return statements[0].Products[0], scan
}

func TestPackageURLInDoubtMatchesNothing(t *testing.T) {
	const empty = `1 package URL cannot be read, and matches nothing: "pkg:npm/a@"`
	for helper, warning := range map[string]string{
		`"purl":"pkg:npm/a@"`:                          empty,
		`"purls":["pkg:npm/a@"]`:                       empty,
		`"purls":["pkg:npm/a@","pkg:npm/a?vers="]`:     empty,
		`"purl":"pkg:npm/a?vers="`:                     `1 package URL cannot be read, and matches nothing: "pkg:npm/a?vers="`,
		`"purl":"pkg:npm"`:                             `1 package URL cannot be read, and matches nothing: "pkg:npm"`,
		`"purls":["pkg:npm/a@","pkg:npm/a@1.0.0?x=y"]`: "",
	} {
		p, scan := productOf(t, `"full_product_names":[{"product_id":"A","product_identification_helper":{`+helper+`}}]`)
		if warning == "" {
			require.Equal(t, "pkg:npm/a@1.0.0?x=y", p.PURL)
			require.Empty(t, scan.Warnings)
			continue
		}
		require.Equal(t, []string{warning}, scan.Warnings, helper)
		require.True(t, p.PURL == "pkg:npm" || p.Versions != nil && !p.Versions.Contains("1.0.0"), helper)
	}
	p, scan := productOf(t, `"full_product_names":[{"product_id":"B","product_identification_helper":{"purl":"pkg:npm/a@"}},{"product_id":"C"}],
		"relationships":[{"product_reference":"B","relates_to_product_reference":"C",
			"full_product_name":{"product_id":"A","product_identification_helper":{"purl":"pkg:npm/a"}}}]`)
	require.False(t, p.Versions.Contains("1.0.0"), "a relationship does not make up for it")
	require.Equal(t, []string{empty}, scan.Warnings)
}

func TestHashesOfNoFileAreRefused(t *testing.T) {
	for _, hash := range []string{`{}`, `null`, `{"filename":"a"}`, `{"file_hashes":[]}`, `{"file_hashs":[{"algorithm":"sha256","value":"00"}]}`} {
		full := `{"product_id":"A","product_identification_helper":{"purl":"pkg:npm/a@1.0.0","hashes":[` + hash + `]}}`
		_, _, err := reporttest.ParseStatements(csaf.Format, of(`"full_product_names":[`+full+`]`, fixed))
		require.ErrorIs(t, err, report.ErrShape, hash)
		require.ErrorContains(t, err, `the product "A" has hashes without file_hashes`)
	}
}

// What is said of a component in a product is said of the versions that the component's branch names and of those that the relationship names.
func TestRelationshipWidensNoComponent(t *testing.T) {
	helper := func(purl string) string { return fmt.Sprintf(`"product_identification_helper":{"purl":%q}`, purl) }
	const exact, ranged = `"category":"product_version","name":"1.5.0"`, `"category":"product_version_range","name":"vers:npm/<2.0.0"`
	for _, c := range []struct{ component, branch, own, purl, in, out string }{
		{"", exact, "pkg:npm/a", "pkg:npm/a", "1.5.0", "1.6.0"},
		{"", ranged, "pkg:npm/a", "pkg:npm/a", "1.6.0", "2.0.0"},
		{"", `"category":"patch_level","name":"p1"`, "pkg:npm/a", "pkg:npm/a", "", "1.5.0"},
		{"pkg:npm/a", ranged, "pkg:npm/a@1.5.0", "pkg:npm/a@1.5.0", "1.5.0", "2.0.0"},
		{"pkg:npm/a", exact, "pkg:npm/a?vers=vers:npm/%3C3.0.0", "pkg:npm/a?vers=vers:npm/%3C3.0.0", "", "1.5.0"},
		{"pkg:npm/a", exact, "pkg:npm/a@", "pkg:npm/a@", "", "1.5.0"},
		{"pkg:npm/a", exact, "pkg:npm/b@1.6.0", "pkg:npm/a", "1.5.0", "1.6.0"},
		{"pkg:npm/a", exact, "pkg:npm/a", "pkg:npm/a", "1.5.0", "1.6.0"},
		{"pkg:npm/a", exact, "pkg:npm", "pkg:npm/a", "1.5.0", "1.6.0"},
	} {
		p, _ := productOf(t, `"branches":[{`+c.branch+`,"product":{"product_id":"B",`+helper(c.component)+`}}],"full_product_names":[{"product_id":"C"}],
			"relationships":[{"product_reference":"B","relates_to_product_reference":"C","full_product_name":{"product_id":"D",`+helper("")+`}},
				{"product_reference":"D","relates_to_product_reference":"C","full_product_name":{"product_id":"A",`+helper(c.own)+`}}]`)
		require.Equal(t, c.purl, p.PURL, c)
		require.NotNil(t, p.Versions, c)
		require.True(t, c.in == "" || p.Versions.Contains(c.in), "%s in %s", c.in, p.Versions)
		require.False(t, p.Versions.Contains(c.out), "%s in %s", c.out, p.Versions)
	}
}
