package github

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// GraphQL is an export of Dependabot's alerts by a query of one's own.
var GraphQL = report.Format{
	Name:   graphQLName,
	Title:  "GitHub Dependabot alerts: the GraphQL API's `vulnerabilityAlerts`",
	Detect: detectGraphQL,
	Parse:  parseGraphQL,
	Entry:  entry,
	Proof:  "`hasVulnerabilityAlertsEnabled` is true and `dependencyGraphManifests.totalCount` above zero, for every repository",
	Cut:    "the document does not end; of pages one behind the other, the last one says that there is another",
	Notes: `The alerts stand in "vulnerabilityAlerts", wherever the query put that, below "nodes" or "edges"; several answers may stand one behind
the other or in an array. An export is incomplete, and its source "partial", where the last page of a list has a "pageInfo.hasNextPage" that is
true, where a list has fewer nodes than its "totalCount" or "repositoryCount" says, where an alert or a list of alerts is null, where alerts are
not enabled, and where the answer has "errors". An alert without "state" is dismissed or fixed where it has "dismissedAt", "autoDismissedAt" or
"fixedAt". States and reasons mean what they mean in "github-dependabot". ` + dependabotNotes,
}

// above are the places where a query puts what holds alerts, as far as an outline shows them.
var above = []string{"", "repository.", "node.", "nodes[].", "search.nodes[].", "viewer.repositories.nodes[].", "user.repositories.nodes[].",
	"organization.repositories.nodes[].", "repositoryOwner.repositories.nodes[].", "organization.repository."}

// detectGraphQL looks for the list of alerts. One that stands deeper than an outline goes is not seen: the format has to be named.
func detectGraphQL(o *report.Outline) bool {
	for _, answer := range []string{"", "data.", "[].", "[].data."} {
		for _, place := range above {
			if o.Has(answer + place + "vulnerabilityAlerts") {
				return true
			}
		}
	}
	return false
}

func parseGraphQL(d report.Document, emit report.Emit) (gate.Scan, error) {
	x := newExport("dependabot", emit)
	w := walker{export: x, lists: map[string]*list{}}
	answers := 0
	err := report.JSONValues(d, func(dec *report.Decoder) error {
		answers++
		return w.answer(dec)
	})
	if err == nil && !w.found && w.failed == "" {
		err = fmt.Errorf("%w: no `vulnerabilityAlerts` in %d answers", report.ErrShape, answers)
	}
	scan := x.said()
	scan.Failed = cmp.Or(w.failed, w.unfinished())
	scan.Proof = w.proof()
	return scan, err
}

// graphQLAlert is an alert of Dependabot, as the GraphQL API gives it. Which members it has, the query decides.
type graphQLAlert struct {
	CreatedAt    report.Time `json:"createdAt"`
	Path         text        `json:"vulnerableManifestPath"`
	Requirements text        `json:"vulnerableRequirements"`
	Advisory     advisory    `json:"securityAdvisory"`
	Repository   owned       `json:"repository"`
	Version      struct {
		Severity report.Word `json:"severity"`
		Package  pkg         `json:"package"`
		Patched  release     `json:"firstPatchedVersion"`
		Advisory advisory    `json:"advisory"`
	} `json:"securityVulnerability"`

	State           text        `json:"state"`
	FixedAt         report.Time `json:"fixedAt"`
	AutoDismissedAt report.Time `json:"autoDismissedAt"`
	DismissedAt     report.Time `json:"dismissedAt"`
	Dismisser       person      `json:"dismisser"`
	DismissReason   text        `json:"dismissReason"`
	DismissComment  text        `json:"dismissComment"`
}

type owned struct {
	FullName text `json:"nameWithOwner"`
	URL      text `json:"url"`
}

type advisory struct {
	GHSA           text         `json:"ghsaId"`
	Identifiers    []identifier `json:"identifiers"`
	Summary        text         `json:"summary"`
	Permalink      text         `json:"permalink"`
	Classification text         `json:"classification"`
	Severity       report.Word  `json:"severity"`
	CVSS           cvss         `json:"cvss"`
	Severities     struct {
		V3 cvss `json:"cvssV3"`
		V4 cvss `json:"cvssV4"`
	} `json:"cvssSeverities"`
	EPSS epss `json:"epss"`
	CWEs struct {
		Nodes []struct {
			ID string `json:"cweId"`
		} `json:"nodes"`
	} `json:"cwes"`
	References []struct {
		URL text `json:"url"`
	} `json:"references"`
	PublishedAt report.Time `json:"publishedAt"`
}

func (v *advisory) url() text {
	for _, reference := range v.References {
		if v.Permalink == "" && reference.URL != "" {
			return reference.URL
		}
	}
	return v.Permalink
}

func (a *graphQLAlert) dependency() *dependency {
	v := &a.Version.Advisory
	if v.GHSA == "" && len(v.Identifiers) == 0 {
		v = &a.Advisory
	}
	d := &dependency{
		format: graphQLName, ghsa: v.GHSA, identifiers: v.Identifiers, summary: v.Summary, url: v.url(),
		malware:  strings.EqualFold(string(v.Classification), "malware"),
		severity: a.Version.Severity, vectors: []cvss{v.Severities.V4, v.Severities.V3, v.CVSS}, probability: v.EPSS,
		ecosystem: a.Version.Package.Ecosystem, name: a.Version.Package.Name, patched: a.Version.Patched,
		version: exact(a.Requirements), path: a.Path, repository: slug(a.Repository.FullName, a.Repository.URL),
		created: a.CreatedAt, publicised: v.PublishedAt,
		where: closing{
			State: a.State, Reason: a.DismissReason, Comment: a.DismissComment, By: a.Dismisser,
			Closed: a.FixedAt, Dismissed: a.DismissedAt, Auto: a.AutoDismissedAt,
		},
	}
	if d.severity.Label == nil {
		d.severity = v.Severity
	}
	for _, weakness := range v.CWEs.Nodes {
		d.weaknesses = append(d.weaknesses, weakness.ID)
	}
	return d
}

// exact gives the version that a requirement such as "= 5.3.29" pins.
func exact(requirement text) text {
	version, pinned := strings.CutPrefix(strings.TrimSpace(string(requirement)), "= ")
	if !pinned || slices.ContainsFunc([]string{",", " ", "|"}, func(part string) bool { return strings.Contains(version, part) }) {
		return ""
	}
	return text(version)
}
