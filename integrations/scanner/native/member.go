package native

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// member describes one member of the forms. The tables are what README.md, the columns of CSV and the hints of errors come from.
type member struct {
	name     string // with dots; the members of a list's elements behind []
	required bool
	value    string // what is written, with the unit
	meaning  string
	set      func(r *record, cell string) error // reads a cell that is not empty; nil for what CSV cannot hold
}

// headMembers are the members of a report but the records.
var headMembers = []member{
	{name: "defectgate", required: true, value: "`1`", meaning: "version of the format; write it first, so that the document is recognised"},
	{name: "tool.name", required: true, value: "text", meaning: "who or what found the defects"},
	{name: "tool.version", value: "text", meaning: "version of a program"},
	{name: "database.version", value: "text", meaning: "version of the vulnerability database that was used"},
	{name: "database.built", value: "time", meaning: "when that database was built"},
	{name: "started", value: "time", meaning: "start of the scan, test or assessment"},
	{name: "ended", value: "time", meaning: "its end: the age of the report counts from here"},
	{name: "subject.name", value: "text", meaning: "what was looked at, for people"},
	{name: "subject.purl", value: "package URL", meaning: "the same, for programs; not in CSV"},
	{name: "subject.digests", value: "list of `algorithm:hexadecimal`", meaning: "its digests: a report of another artifact is refused"},
	{name: "subject.repository", value: "text", meaning: "its repository: `host/owner/name` or the address"},
	{name: "subject.commit", value: "full hexadecimal id", meaning: "its commit"},
	{name: "scanned", value: "whole number", meaning: "how many things were looked at; above zero it proves a report without defects"},
	{name: "defects", required: true, value: "list of records", meaning: "`[]` if nothing was found; JSON only"},
}

const factorValue = "whole number, 0 to 9"

// recordMembers are the members of one record.
var recordMembers = []member{
	{"id", true, "text", "what the finder calls it: CVE, GHSA, rule or running number", text(func(r *record) *string { return &r.ID })},
	{"aliases", false, "list of texts", "other ids of the same defect: CVE, GHSA, OSV", list(func(r *record) *[]string { return &r.Aliases })},
	{"related", false, "list of texts", "advisories that speak of it", list(func(r *record) *[]string { return &r.Related })},
	{"kind", true, oneOf(gate.Kinds()), "sort of the defect", text(func(r *record) *gate.Kind { return &r.Kind })},
	{"severity", false, oneOf(gate.Severities()), "any other word, an empty one and null count as critical; absent, vector, score and risk decide",
		setSeverity},
	{"vector", false, "CVSS vector", "of version 2.0, 3.0, 3.1 or 4.0; one that cannot be read counts as critical",
		text(func(r *record) *string { return &r.Vector })},
	{"score", false, "number, 0 to 10", "CVSS base score; one that cannot be counts as critical; the worst of severity, vector, score and risk wins",
		number(func(r *record) **float64 { return &r.Score })},
	{"risk.skill_level", true, factorValue, "how much the attackers know", factor(func(r *gate.Risk) **int { return &r.SkillLevel })},
	{"risk.motive", true, factorValue, "how much they gain", factor(func(r *gate.Risk) **int { return &r.Motive })},
	{"risk.opportunity", true, factorValue, "how little access and means they need", factor(func(r *gate.Risk) **int { return &r.Opportunity })},
	{"risk.size", true, factorValue, "how many they are", factor(func(r *gate.Risk) **int { return &r.Size })},
	{"risk.ease_of_discovery", true, factorValue, "how easily they find it", factor(func(r *gate.Risk) **int { return &r.EaseOfDiscovery })},
	{"risk.ease_of_exploit", true, factorValue, "how easily they make use of it", factor(func(r *gate.Risk) **int { return &r.EaseOfExploit })},
	{"risk.awareness", true, factorValue, "how well known it is", factor(func(r *gate.Risk) **int { return &r.Awareness })},
	{"risk.intrusion_detection", true, factorValue, "how surely its use goes unseen",
		factor(func(r *gate.Risk) **int { return &r.IntrusionDetection })},
	{"risk.loss_of_confidentiality", false, factorValue, "technical impact: data disclosed; all four of it, or none where the business impact is given",
		factor(func(r *gate.Risk) **int { return &r.LossOfConfidentiality })},
	{"risk.loss_of_integrity", false, factorValue, "data spoilt", factor(func(r *gate.Risk) **int { return &r.LossOfIntegrity })},
	{"risk.loss_of_availability", false, factorValue, "services lost", factor(func(r *gate.Risk) **int { return &r.LossOfAvailability })},
	{"risk.loss_of_accountability", false, factorValue, "how little leads back to a person",
		factor(func(r *gate.Risk) **int { return &r.LossOfAccountability })},
	{"risk.financial_damage", false, factorValue, "business impact: money lost; all four of it, or none where the technical impact is given",
		factor(func(r *gate.Risk) **int { return &r.FinancialDamage })},
	{"risk.reputation_damage", false, factorValue, "trust lost", factor(func(r *gate.Risk) **int { return &r.ReputationDamage })},
	{"risk.non_compliance", false, factorValue, "duties broken", factor(func(r *gate.Risk) **int { return &r.NonCompliance })},
	{"risk.privacy_violation", false, factorValue, "people whose data gets out", factor(func(r *gate.Risk) **int { return &r.PrivacyViolation })},
	{"ratings[].party", true, "text", "who else rates the defect; its ratings are kept and do not decide", nil},
	{"ratings[].label", false, "as severity", "that party's word", nil},
	{"ratings[].vector", false, "as vector", "that party's vector", nil},
	{"ratings[].score", false, "as score", "that party's score", nil},
	{"title", false, "text", "one line for people", text(func(r *record) *string { return &r.Title })},
	{"remedy", false, "text", "what to do about it", text(func(r *record) *string { return &r.Remedy })},
	{"url", false, "address", "where to read more", text(func(r *record) *string { return &r.URL })},
	{"cwes", false, "list of `79` or `CWE-79`", "weaknesses", setCWEs},
	{"component.purl", false, "package URL", "the component; malware, vulnerability and license need this or the name",
		text(func(r *record) *string { return &r.Component.PURL })},
	{"component.name", false, "text", "its name", text(func(r *record) *string { return &r.Component.Name })},
	{"component.version", false, "text", "the version that has the defect", text(func(r *record) *string { return &r.Component.Version })},
	{"component.fixed", false, "list of texts", "versions that have the fix", list(func(r *record) *[]string { return &r.Component.Fixed })},
	{"location.path", false, "path with slashes", "file; relative to the repository for code",
		text(func(r *record) *string { return &r.Location.Path })},
	{"location.line", false, "whole number from 1", "line of the file; absent for the whole file", setLine},
	{"location.layer", false, "digest", "layer of an image", text(func(r *record) *string { return &r.Location.Layer })},
	{"location.logical", false, "text", "function, resource, screen or endpoint, where there is no file",
		text(func(r *record) *string { return &r.Location.Logical })},
	{"hash", false, "text", "what identifies the place when lines move", text(func(r *record) *string { return &r.Hash })},
	{"snippet", false, "text", "the source text there, where there is no hash; not for secrets", text(func(r *record) *string { return &r.Snippet })},
	{"secret", false, "text", "the secret itself: only a keyed digest of it is kept, by which it is known wherever it stands",
		text(func(r *record) *string { return &r.Secret })},
	{"certainty", false, oneOf(certainties), "how sure the finder is", text(func(r *record) *gate.Certainty { return &r.Certainty })},
	{"state", false, oneOf(gate.States()), "absent is open", text(func(r *record) *string { return &r.State })},
	{"by", false, "text", "who put it into its state", text(func(r *record) *string { return &r.By })},
	{"reason", false, "text", "why", text(func(r *record) *string { return &r.Reason })},
	{"said_at", false, "time", "when", text(func(r *record) *string { return &r.SaidAt })},
	{"first_seen", false, "time", "when it was found; the SLA clock starts here", text(func(r *record) *string { return &r.FirstSeen })},
	{"published", false, "time", "when it became public", text(func(r *record) *string { return &r.Published })},
	{"fixed_since", false, "time", "when a fix became available", text(func(r *record) *string { return &r.FixedSince })},
	{"exploited_since", false, "time", "first sign that it is exploited", text(func(r *record) *string { return &r.ExploitedSince })},
	{"epss", false, "number, 0 to 1", "probability of exploitation within 30 days", number(func(r *record) **float64 { return &r.EPSS })},
	{"kev.added", false, "time", "when it entered a catalogue of known exploited vulnerabilities",
		text(func(r *record) *string { return &r.listed().Added })},
	{"kev.due", false, "time", "the day that the catalogue gives", text(func(r *record) *string { return &r.listed().Due })},
	{"kev.ransomware", false, "true or false", "used by ransomware", setRansomware},
	{"exploited", false, "true or false", "seen in our own production", setExploited},
}

var certainties = []gate.Certainty{gate.Verified, gate.HighCertainty, gate.MidCertainty, gate.LowCertainty}

// oneOf lists the values of a closed set.
func oneOf[T any](values []T) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = fmt.Sprint(v)
	}
	return strings.Join(names, ", ")
}

var indexPattern = regexp.MustCompile(`\[\d+\]`)

// namesBelow lists the names of the members of an object, by its path: "component", "ratings[2]", or "" for the outermost.
func namesBelow(members []member, path string) (names []string) {
	prefix := indexPattern.ReplaceAllString(path, "[]")
	if prefix != "" {
		prefix += "."
	}
	for _, m := range members {
		if rest, below := strings.CutPrefix(m.name, prefix); below {
			name, _, _ := strings.Cut(strings.Replace(rest, "[]", "", 1), ".")
			names = append(names, name)
		}
	}
	return slices.Compact(names)
}
