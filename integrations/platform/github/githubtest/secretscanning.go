package githubtest

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// SecretAlert is an alert of secret scanning.
type SecretAlert struct {
	Number     int
	State      string // open or resolved
	Resolution string // false_positive, wont_fix, revoked or used_in_tests; "" for none
	Type       string
	Secret     string
	Validity   string // active, inactive or unknown
	Locations  []Location
	Created    time.Time
	More       map[string]any // members of the JSON that take the place of what is made of the above

	repository *Repository
}

// Location is where a secret is: in a file of a commit, or else in what Details say.
type Location struct {
	Path    string
	Line    int
	Type    string         // "" for commit
	Details map[string]any // of another type, as {"issue_comment_url": …}
}

// AddSecretAlert adds an alert; what is not set is made up.
func (r *Repository) AddSecretAlert(a SecretAlert) *SecretAlert {
	s := r.server
	s.mu.Lock()
	defer s.mu.Unlock()
	a.Number, a.repository = len(r.SecretAlerts)+1, r
	a.State, a.Type = cmp.Or(a.State, "open"), cmp.Or(a.Type, "example_token")
	a.Secret, a.Validity = cmp.Or(a.Secret, "made-up-for-a-test"), cmp.Or(a.Validity, "unknown")
	if a.Locations == nil {
		a.Locations = []Location{{Path: "README.md", Line: 1}}
	}
	if a.Created.IsZero() {
		a.Created = s.clock()
	}
	r.SecretAlerts = append(r.SecretAlerts, &a)
	return &a
}

func secretScanningOff() answer {
	return refused(http.StatusNotFound, "Secret scanning is disabled on this repository.")
}

// listSecretAlerts leads to other pages by their numbers, or by cursors where it was asked for one, and be it empty.
func listSecretAlerts(c *call) answer {
	if c.repository.Off["secret-scanning"] {
		return secretScanningOff()
	}
	state, types := c.value("state"), c.value("secret_type")
	resolution, validity := c.value("resolution"), c.value("validity")
	all := slices.DeleteFunc(slices.Clone(c.repository.SecretAlerts), func(a *SecretAlert) bool {
		return state != "" && a.State != state || types != "" && !slices.Contains(strings.Split(types, ","), a.Type) ||
			resolution != "" && !slices.Contains(strings.Split(resolution, ","), a.Resolution) ||
			validity != "" && !slices.Contains(strings.Split(validity, ","), a.Validity)
	})
	c.value("sort") // nothing changes an alert, so both orders are the same
	order(c, all, "desc", func(a *SecretAlert) int64 { return int64(a.Number) })
	part := paged[*SecretAlert]
	if byAfter, byBefore := c.has("after"), c.has("before"); byAfter || byBefore {
		part = afterCursor[*SecretAlert]
	}
	hidden := c.value("hide_secret") == "true"
	some, header := part(c, all)
	return answer{status: http.StatusOK, header: header, body: rendered(some, func(a *SecretAlert) object { return a.shape(hidden) })}
}

func (a *SecretAlert) shape(hidden bool) object {
	r := a.repository
	at := r.at("/secret-scanning/alerts/%d", a.Number)
	resolved, by := any(nil), any(nil)
	if a.State == "resolved" {
		resolved, by = stamp(a.Created), r.server.brief(r.Owner)
	}
	all := object{
		"number": a.Number, "state": a.State, "resolution": orNull(a.Resolution), "resolved_at": resolved, "resolved_by": by, "resolution_comment": nil,
		"secret_type": a.Type, "secret_type_display_name": a.Type, "secret": a.Secret, "validity": a.Validity, "url": at,
		"html_url": r.page("/security/secret-scanning/%d", a.Number), "locations_url": at + "/locations", "created_at": stamp(a.Created),
		"updated_at": stamp(a.Created), "push_protection_bypassed": false, "push_protection_bypassed_by": nil, "push_protection_bypassed_at": nil,
		"publicly_leaked": false, "multi_repo": false,
	}
	if hidden {
		delete(all, "secret")
	}
	maps.Copy(all, a.More)
	return all
}

func listLocations(c *call) answer {
	for _, a := range c.repository.SecretAlerts {
		if int64(a.Number) == c.number("alert_number") {
			return list(c, a.Locations, func(l Location) object { return l.shape(c.repository) })
		}
	}
	return notFound()
}

func (l Location) shape(r *Repository) object {
	if l.Type != "" {
		return object{"type": l.Type, "details": l.Details}
	}
	at := r.store.commits[r.refs["refs/heads/"+r.DefaultBranch]]
	blob := ""
	if e, found := r.store.lookUp(at.tree, l.Path); found {
		blob = e.sha
	}
	return object{"type": "commit", "details": object{
		"path": l.Path, "start_line": l.Line, "end_line": l.Line, "start_column": 1, "end_column": 2, "blob_sha": blob,
		"blob_url": r.at("/git/blobs/%s", blob), "commit_sha": at.sha, "commit_url": r.at("/git/commits/%s", at.sha),
	}}
}
