package githubtest

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// DependabotAlert is an alert of Dependabot.
type DependabotAlert struct {
	Number    int
	State     string // open, fixed, dismissed or auto_dismissed
	Ecosystem string
	Package   string
	Manifest  string
	Scope     string // runtime or development
	GHSA, CVE string
	Severity  string // low, medium, high or critical
	Summary   string
	Range     string // of the vulnerable versions
	Patched   string // first version without it; "" for none
	Vector    string // of CVSS 3
	Score     float64
	EPSS      float64 // probability; 0 for none
	CWEs      []string
	Created   time.Time
	More      map[string]any // members of the JSON that take the place of what is made of the above

	repository *Repository
}

// AddDependabotAlert adds an alert; what is not set is made up.
func (r *Repository) AddDependabotAlert(a DependabotAlert) *DependabotAlert {
	s := r.server
	s.mu.Lock()
	defer s.mu.Unlock()
	a.Number, a.repository = len(r.DependabotAlerts)+1, r
	a.State, a.Ecosystem, a.Package = cmp.Or(a.State, "open"), cmp.Or(a.Ecosystem, "npm"), cmp.Or(a.Package, "left-pad")
	a.Manifest, a.Scope, a.GHSA = cmp.Or(a.Manifest, "package-lock.json"), cmp.Or(a.Scope, "runtime"), cmp.Or(a.GHSA, "GHSA-aaaa-bbbb-cccc")
	a.Severity, a.Summary, a.Range = cmp.Or(a.Severity, "high"), cmp.Or(a.Summary, "Something is wrong"), cmp.Or(a.Range, "< 1.2.3")
	if a.Created.IsZero() {
		a.Created = s.clock()
	}
	r.DependabotAlerts = append(r.DependabotAlerts, &a)
	return &a
}

func listDependabotAlerts(c *call) answer {
	if c.repository.Off["dependabot"] {
		return refused(http.StatusForbidden, "Dependabot alerts are disabled for this repository.")
	}
	wants := func(name string) func(string) bool {
		asked := c.value(name)
		return func(has string) bool { return asked == "" || slices.Contains(strings.Split(asked, ","), has) }
	}
	state, severity, ecosystem := wants("state"), wants("severity"), wants("ecosystem")
	pack, manifest, scope := wants("package"), wants("manifest"), wants("scope")
	all := slices.DeleteFunc(slices.Clone(c.repository.DependabotAlerts), func(a *DependabotAlert) bool {
		return !(state(a.State) && severity(a.Severity) && ecosystem(a.Ecosystem) && pack(a.Package) && manifest(a.Manifest) && scope(a.Scope))
	})
	c.value("sort") // nothing changes an alert, so all orders are the same
	order(c, all, "desc", func(a *DependabotAlert) int64 { return int64(a.Number) })
	some, header := afterCursor(c, all)
	return answer{status: http.StatusOK, header: header, body: rendered(some, (*DependabotAlert).shape)}
}

// hasDependabotAlerts says by its status alone whether they are enabled.
func hasDependabotAlerts(c *call) answer {
	if c.repository.Off["dependabot"] {
		return notFound()
	}
	return answer{status: http.StatusNoContent}
}

func (a *DependabotAlert) shape() object {
	r := a.repository
	of := object{"ecosystem": a.Ecosystem, "name": a.Package}
	vulnerability := object{"package": of, "severity": a.Severity, "vulnerable_version_range": a.Range, "first_patched_version": nil}
	if a.Patched != "" {
		vulnerability["first_patched_version"] = object{"identifier": a.Patched}
	}
	fixed, automatic, dismissed, by := any(nil), any(nil), any(nil), any(nil)
	switch a.State {
	case "fixed":
		fixed = stamp(a.Created)
	case "auto_dismissed":
		automatic = stamp(a.Created)
	case "dismissed":
		dismissed, by = stamp(a.Created), r.server.brief(r.Owner)
	}
	all := object{
		"number": a.Number, "state": a.State, "url": r.at("/dependabot/alerts/%d", a.Number), "html_url": r.page("/security/dependabot/%d", a.Number),
		"dependency":        object{"package": of, "manifest_path": a.Manifest, "scope": a.Scope, "relationship": "direct"},
		"security_advisory": a.advisory(vulnerability), "security_vulnerability": vulnerability, "created_at": stamp(a.Created),
		"updated_at": stamp(a.Created), "fixed_at": fixed, "auto_dismissed_at": automatic, "dismissed_at": dismissed, "dismissed_by": by,
		"dismissed_reason": nil, "dismissed_comment": nil,
	}
	maps.Copy(all, a.More)
	return all
}

func (a *DependabotAlert) advisory(vulnerability object) object {
	identifiers := []any{object{"type": "GHSA", "value": a.GHSA}}
	if a.CVE != "" {
		identifiers = append(identifiers, object{"type": "CVE", "value": a.CVE})
	}
	all := object{
		"ghsa_id": a.GHSA, "cve_id": orNull(a.CVE), "summary": a.Summary, "description": a.Summary, "severity": a.Severity,
		"identifiers": identifiers, "references": []any{object{"url": a.repository.server.page("/advisories/%s", a.GHSA)}},
		"cvss": object{"vector_string": orNull(a.Vector), "score": a.Score}, "vulnerabilities": []any{vulnerability},
		"cvss_severities": object{"cvss_v3": object{"vector_string": orNull(a.Vector), "score": a.Score}, "cvss_v4": nil},
		"cwes":            rendered(a.CWEs, func(id string) object { return object{"cwe_id": id, "name": id} }),
		"published_at":    stamp(a.Created), "updated_at": stamp(a.Created), "withdrawn_at": nil,
	}
	if a.EPSS != 0 {
		all["epss"] = object{"percentage": a.EPSS, "percentile": a.EPSS}
	}
	return all
}
