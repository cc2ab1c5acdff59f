package github_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/github"
)

// page writes an answer with one alert, and what the list says of itself.
func page(repository, said string) string {
	return `{"data":{"repository":{` + repository + `"vulnerabilityAlerts":{` + said + `"nodes":[` + alertNode + `]}}}}`
}

const (
	more = `"pageInfo":{"hasNextPage":true,"endCursor":"x"},`
	last = `"pageInfo":{"hasNextPage":false,"endCursor":null},`
)

func TestIncompleteExportIsPartial(t *testing.T) {
	for _, c := range []struct {
		what, document string
		failed         bool
	}{
		{"nothing is said", page(``, ``), false},
		{"the last page", page(``, last), false},
		{"another page", page(``, more), true},
		{"as many as there are", page(``, `"totalCount":1,`), false},
		{"fewer than there are", page(``, `"totalCount":2,`), true},
		{"all pages, one behind the other", page(``, more) + "\n" + page(``, last), false},
		{"all pages, in an array", `[` + page(``, more) + `,` + page(``, last) + `]`, false},
		{"pages that make up the total", page(``, more+`"totalCount":2,`) + page(``, last+`"totalCount":2,`), false},
		{"pages that do not", page(``, more+`"totalCount":3,`) + page(``, last+`"totalCount":3,`), true},
		{"the last page is missing", page(``, more) + page(``, more), true},
		{"the last page of another repository", page(`"name":"a",`, more) + page(`"name":"b",`, last), true},
		{"fewer repositories than there are",
			`{"data":{"search":{"repositoryCount":2,"nodes":[{"vulnerabilityAlerts":{"nodes":[]}}]}}}`, true},
		{"more repositories", `{"data":{"search":{"pageInfo":{"hasNextPage":true},"nodes":[{"vulnerabilityAlerts":{"nodes":[]}}]}}}`, true},
		{"more alerts of one repository", `{"data":{"search":{"nodes":[{"vulnerabilityAlerts":{` + more + `"nodes":[]}},{"vulnerabilityAlerts":{` +
			last + `"nodes":[]}}]}}}`, true},
		{"a repository that may not be read", `{"data":{"search":{"nodes":[null,{"vulnerabilityAlerts":{"nodes":[]}}]}}}`, true},
		{"a repository of an edge that may not be read",
			`{"data":{"search":{"edges":[{"node":null},{"node":{"vulnerabilityAlerts":{"nodes":[]}}}]}}}`, true},
		{"an alert that may not be read", `{"data":{"repository":{"vulnerabilityAlerts":{"nodes":[null]}}}}`, true},
		{"an edge without an alert", `{"data":{"repository":{"vulnerabilityAlerts":{"edges":[{"cursor":"x"}]}}}}`, true},
		{"alerts that may not be read", `{"data":{"repository":{"vulnerabilityAlerts":null}}}`, true},
		{"alerts that are not enabled", page(`"hasVulnerabilityAlertsEnabled":false,`, ``), true},
		{"errors", `{"data":{"repository":null},"errors":[{"type":"NOT_FOUND","message":"Could not resolve"}]}`, true},
		{"another list of which there is more", `{"data":{"repository":{"issues":{"totalCount":9,"nodes":[{}]},"vulnerabilityAlerts":{"nodes":[]}}}}`, false},
	} {
		_, scan := parse(t, github.GraphQL, c.document)
		require.Equal(t, c.failed, scan.Failed != "", "%s: %s", c.what, scan.Failed)
	}
}

func TestProofOfWatchedManifests(t *testing.T) {
	const enabled, manifests = `"hasVulnerabilityAlertsEnabled":true,`, `"dependencyGraphManifests":{"totalCount":1},`
	const none = `"vulnerabilityAlerts":{"nodes":[]}`
	for repositories, want := range map[string]bool{
		`{` + enabled + manifests + none + `}`: true,
		`{` + enabled + none + `}`:             false,
		`{` + manifests + none + `}`:           false,
		`{` + none + `}`:                       false,
		`{` + enabled + `"dependencyGraphManifests":{"totalCount":0},` + none + `}`:                          false,
		`{` + enabled + manifests + none + `},{` + none + `}`:                                                false,
		`{` + enabled + manifests + none + `},{` + none + `,` + enabled + manifests[:len(manifests)-1] + `}`: true,
	} {
		_, scan := parse(t, github.GraphQL, `{"data":{"search":{"nodes":[`+repositories+`]}}}`)
		require.Equal(t, want, scan.Proof != "", repositories)
	}
}

func TestAlertsAreFoundWhereverTheyStand(t *testing.T) {
	const alerts = `{"vulnerabilityAlerts":{"nodes":[` + alertNode + `]}}`
	for _, document := range []string{
		alerts, `{"repository":` + alerts + `}`, `{"data":{"repository":` + alerts + `}}`, `[{"data":{"node":` + alerts + `}}]`,
		`{"data":{"nodes":[` + alerts + `]}}`, `{"data":{"organization":{"repositories":{"nodes":[` + alerts + `]}}}}`,
		`{"data":{"search":{"edges":[{"node":` + alerts + `}]}}}`, `{"data":{"first":` + alerts + `,"second":{}}}`,
		`{"data":{"repository":{"vulnerabilityAlerts":{"edges":[{"node":` + alertNode + `}]}}}}`,
	} {
		findings, scan := parse(t, github.GraphQL, document)
		require.Len(t, findings, 1, document)
		require.Empty(t, scan.Failed)
	}
}

func TestAnswerWithoutAlertsIsAnError(t *testing.T) {
	for _, document := range []string{``, `null`, `{}`, `[]`, `{"data":null}`, `{"data":{"repository":{"name":"a"}}}`, `"a"`,
		`{"data":{"repository":{"vulnerabilityAlerts":{}}}}`, `{"data":{"repository":{"vulnerabilityAlerts":{"totalCount":3}}}}`,
		`{"data":{"repository":{"vulnerabilityAlerts":{"nodes":[{}]}}}}`} {
		_, _, err := reporttest.Parse(github.GraphQL, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestVersionIsOneThatIsPinned(t *testing.T) {
	for requirement, want := range map[string]string{
		"= 5.3.29": "5.3.29", ">= 1, < 2": "", "= 1, != 2": "", "^1.0": "", "": "",
	} {
		findings, _ := parse(t, github.GraphQL, `{"vulnerabilityAlerts":{"nodes":[{"vulnerableRequirements":"`+requirement+`",
			"securityVulnerability":{"advisory":{"ghsaId":"GHSA-aaaa-bbbb-cccc"}}}]}}`)
		require.Equal(t, want, findings[0].Component.Version, requirement)
	}
}
