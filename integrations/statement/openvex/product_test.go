package openvex_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/statement/openvex"
)

// What is passed over could be what narrows the statement: without its subcomponents it would be about the whole product.
func TestMemberThatNobodyKnowsIsRefused(t *testing.T) {
	for members, problem := range map[string]string{
		`"products":[{"@id":"pkg:oci/till","subcomponent":[{"@id":"pkg:npm/a@1"}]}]`:                            `products/0/subcomponent: not of this format: "subcomponent" is no member of it`,
		`"products":[{"@id":"pkg:oci/till","Subcomponents":[{"@id":"pkg:npm/a@1"}]}]`:                           `products/0/Subcomponents: not of this format: "Subcomponents" is no member`,
		`"products":["pkg:oci/till",{"subcomponents":[{"subcomponents":[{"@id":"pkg:npm/a@1"}]}]}]`:             `products/1/subcomponents/0/subcomponents: not of this format: "subcomponents" is`,
		`"products":[{"@id":"pkg:oci/till","subcomponents":[{"@id":"pkg:npm/a","hash":{"sha-256":"00"}}]}]`:     `products/0/subcomponents/0/hash: not of this format: "hash" is no member`,
		`"products":[{"@id":"pkg:npm/a","identifiers":{"prul":"pkg:npm/a@1"}}]`:                                 `products/0/identifiers/prul: not of this format: "prul" is no member`,
		`"products":["pkg:oci/till"],"subcomponent":["pkg:npm/a@1"]`:                                            `at /statements/0/subcomponent: not of this format: "subcomponent" is no member`,
		`"products":[{"@id":"pkg:oci/till","subcomponents":null}]`:                                              `products/0/subcomponents: not of this format: "subcomponents" is null`,
		`"products":["pkg:oci/till"],"subcomponents":null`:                                                      `at /statements/0/subcomponents: not of this format: "subcomponents" is null`,
		`"products":[{"@id":"pkg:npm/a","identifiers":null}]`:                                                   `products/0/identifiers: not of this format: "identifiers" is null`,
		`"products":[{"@id":"pkg:npm/a","identifiers":{"purl":null}}]`:                                          `products/0/identifiers/purl: not of this format: "purl" is null`,
		`"products":[{"@id":"pkg:npm/a","hashes":null}]`:                                                        `products/0/hashes: not of this format: "hashes" is null`,
		`"products":[{"@id":"pkg:oci/till","subcomponents":"pkg:npm/a@1"}]`:                                     `products/0/subcomponents: not of this format: want a list, have a text`,
		`"products":[{"@id":"pkg:oci/till","subcomponents":{"@id":"pkg:npm/a@1"}}]`:                             `products/0/subcomponents: not of this format: want a list, have an object`,
		`"products":[{"@id":"pkg:oci/till","subcomponents":["pkg:npm/a@1"],"subcomponents":["pkg:npm/a@1"]}]`:   "duplicate",
		`"products":[{"@id":"pkg:npm/a","identifiers":{"purl":1}}]`:                                             `products/0/identifiers/purl: not of this format: want a text, have a number`,
		`"products":[{"@id":"pkg:npm/a","hashes":["sha-256"]}]`:                                                 `products/0/hashes: not of this format: want an object, have a list`,
		`"products":[{"@id":"pkg:npm/a","hashes":{"sha-256":{"value":"00"}}}]`:                                  `products/0/hashes/sha-256: not of this format: want a text, have an object`,
		`"products":["pkg:npm/a"],"Products":[]`:                                                                `"Products" is no member of it`,
		`"products":[7]`:                                                                                        `at /statements/0/products/0: not of this format: want an object, have a number`,
		`"products":[{"@id":"pkg:oci/till","subcomponents":[{"@id":"pkg:npm/a@1"}],"supplier":"A","role":"x"}]`: `"role" is no member of it`,
	} {
		_, _, err := reporttest.ParseStatements(openvex.Format, of(`{"vulnerability":{"name":"CVE-1"},"status":"fixed",`+members+`}`))
		require.ErrorContains(t, err, problem, members)
	}
}

// The members of the specification, and those that the specification's own library writes beside them.
func TestMembersThatSayNothingOfProducts(t *testing.T) {
	for _, members := range []string{
		`"products":[{"@id":"pkg:npm/a@1","supplier":"A","identifiers":{"cpe22":"c","cpe23":"d"},"hashes":{},"subcomponents":[]}]`,
		`"products":["pkg:npm/a@1"],"@id":"s","version":1,"supplier":"A","action_statement_timestamp":"2026-01-01T00:00:00Z","vuln_description":"d"`,
		`"products":["pkg:npm/a@1"],"timestamp":null,"status_notes":null,"justification":null,"impact_statement":null,"action_statement":null,"supplier":null`,
	} {
		got := only(t, members)
		require.Len(t, got, 1)
		require.Equal(t, "pkg:npm/a@1", got[0].PURL)
		require.Nil(t, got[0].Within)
		require.Empty(t, got[0].Digests)
	}
}

func TestPackageURLInDoubtMatchesNothing(t *testing.T) {
	for product, purl := range map[string]string{
		`"pkg:npm/a@"`:                                                   "pkg:npm/a@",
		`{"@id":"pkg:npm/a@"}`:                                           "pkg:npm/a@",
		`{"identifiers":{"purl":"pkg:npm/a@"}}`:                          "pkg:npm/a@",
		`{"@id":"pkg:npm/a","identifiers":{"purl":"pkg:npm/a@"}}`:        "pkg:npm/a@",
		`{"@id":"pkg:npm/a@","identifiers":{"purl":"pkg:npm/a"}}`:        "pkg:npm/a@",
		`{"@id":"pkg:npm/a?vers=","identifiers":{"purl":"pkg:npm/a@1"}}`: "pkg:npm/a?vers=",
		`{"@id":"pkg:npm","identifiers":{"purl":"pkg:npm/a"}}`:           "pkg:npm",
		`{"@id":"pkg:npm/a@1","subcomponents":["pkg:npm/a@"]}`:           "pkg:npm/a@",
		`{"@id":"pkg:npm/a@","subcomponents":["pkg:npm/b"]}`:             "pkg:npm/a@",
	} {
		statements, scan, err := reporttest.ParseStatements(openvex.Format, of(`{"vulnerability":{"name":"CVE-1"},"status":"not_affected",
			"justification":"component_not_present","products":[`+product+`]}`))
		require.NoError(t, err)
		require.Equal(t, []string{`1 package URL cannot be read, and matches nothing: "` + purl + `"`}, scan.Warnings, product)
		p := statements[0].Products[0]
		if p.PURL != purl {
			p = *p.Within
		}
		require.Equal(t, purl, p.PURL, product)
		require.True(t, purl == "pkg:npm" || p.Versions != nil && !p.Versions.Contains("1"), product)
	}
}

func TestRangeOfEitherPackageURLNarrows(t *testing.T) {
	const two, three = "pkg:npm/a?vers=vers:npm/%3C2.0.0", "pkg:npm/a?vers=vers:npm/%3C3.0.0"
	for product, contains := range map[string]bool{
		`{"@id":"` + two + `","identifiers":{"purl":"pkg:npm/a"}}`:     true,
		`{"@id":"pkg:npm/a","identifiers":{"purl":"` + two + `"}}`:     true,
		`{"@id":"` + two + `","identifiers":{"purl":"` + two + `"}}`:   true,
		`{"@id":"` + two + `","identifiers":{"purl":"` + three + `"}}`: false,
	} {
		got := only(t, `"products":[`+product+`]`)[0].Versions
		require.NotNil(t, got, product)
		require.Equal(t, contains, got.Contains("1.0.0"), product)
		require.False(t, got.Contains("2.0.0"), product)
	}
}
