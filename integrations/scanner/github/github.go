// Package github reads alerts that were exported from GitHub: those of code scanning, of Dependabot and of secret scanning as its REST API lists
// them (`gh api --paginate "/repos/OWNER/REPO/code-scanning/alerts?state=open"`, also of organisations and enterprises), and those of Dependabot
// as its GraphQL API gives them (`vulnerabilityAlerts`).
//
// The REST API gives an array for each page. Old versions of gh, and `--jq .`, print the pages one behind the other; `--slurp` makes an array of
// arrays. All of these are read. Alerts that were dismissed or fixed are in an export unless the query leaves them out.
//
// https://docs.github.com/rest/code-scanning/code-scanning#list-code-scanning-alerts-for-a-repository
// https://docs.github.com/rest/dependabot/alerts#list-dependabot-alerts-for-a-repository
// https://docs.github.com/rest/secret-scanning/secret-scanning#list-secret-scanning-alerts-for-a-repository
// https://docs.github.com/graphql/reference/objects#repositoryvulnerabilityalert
package github

import (
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// The names of the formats.
const (
	codeScanningName = "github-code-scanning"
	dependabotName   = "github-dependabot"
	leaksName        = "github-secret-scanning"
	graphQLName      = "github-dependabot-graphql"
)

// What is said of all that the REST API lists.
const (
	entry = "an alert"
	cut   = "the array does not end; of pages one behind the other, by a receipt only"
	notes = `Pages may stand one behind the other or in an array of pages. An export of one page that is just full, 30 or 100 alerts in one
array, makes the source "partial", for it may be the first of several: "gh api --paginate --slurp" shows that all were asked for. A dismissed or
resolved alert is suppressed, with who, why and when, unless its reason is a statement: "false positive" and "inaccurate" are false positives,
"not_used" is not affected, "revoked" is fixed. An alert that is "fixed" is fixed, too. Statements count only where the source says
"statements: trusted", and leave the alert open otherwise: ask the API for "state=open" where only open alerts matter. What an unknown state means
nobody knows, and the alert is open. An export without alerts proves nothing, for it does not say whether anything was scanned. Alerts are about the
repository that they name; of several repositories there is a warning. The rating of a code scanning alert is "rule.security_severity_level", and
where a rule has none, "rule.severity"; its kind follows from the rule and the tool, and its repository and number hold it to its place.
` + dependabotNotes + `
Secret scanning rates nothing: the severity of its alerts is unknown. A secret whose "validity" is "active" is verified. The secret itself is shown
nowhere; where the export hides it, the number of the alert stands for it.`

	// dependabotNotes are said of GraphQL, too.
	dependabotNotes = `A Dependabot alert does not say which version is installed. Its rating is the severity for the package, with the vector of
the newest version of CVSS.`
)

// CodeScanning is the list of code scanning alerts.
var CodeScanning = report.Format{
	Name:  codeScanningName,
	Title: "GitHub code scanning alerts: the REST API's array",
	Detect: func(o *report.Outline) bool {
		return lists(o, "most_recent_instance", "instances_url") && lists(o, "rule", "tool")
	},
	Parse: parseCodeScanning,
	Entry: entry,
	Cut:   cut,
	Notes: notes,
}

// Dependabot is the list of Dependabot alerts.
var Dependabot = report.Format{
	Name:   dependabotName,
	Title:  "GitHub Dependabot alerts: the REST API's array",
	Detect: func(o *report.Outline) bool { return lists(o, "security_advisory", "security_vulnerability") },
	Parse:  parseDependabot,
	Entry:  entry,
	Cut:    cut,
	Notes:  notes,
}

// SecretScanning is the list of secret scanning alerts.
var SecretScanning = report.Format{
	Name:  leaksName,
	Title: "GitHub secret scanning alerts: the REST API's array",
	Detect: func(o *report.Outline) bool {
		return lists(o, "secret_type") && lists(o, "state", "locations_url", "resolution")
	},
	Parse: parseSecretScanning,
	Entry: entry,
	Cut:   cut,
	Notes: notes,
}

// lists reports whether the document is an array of objects, or of arrays of objects, that have one of several members.
func lists(o *report.Outline, members ...string) bool {
	if o.Root != report.Array {
		return false
	}
	for _, member := range members {
		if o.HasAny("[]."+member, "[][]."+member) {
			return true
		}
	}
	return false
}
