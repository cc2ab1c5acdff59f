package snyk

import (
	"cmp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// silenced is why an issue is not among the vulnerabilities.
type silenced struct {
	Ignored []ignoreRule `json:"ignored"`
	Patches []struct {
		At report.Time `json:"patched"`
	} `json:"patches"`
}

// ignoreRule is a rule of a .snyk file ("cli") or of Snyk's server ("api").
type ignoreRule struct {
	Reason     string      `json:"reason"`
	ReasonType string      `json:"reasonType"` // "not-vulnerable", "wont-fix", "temporary-ignore"
	Source     string      `json:"source"`
	Created    report.Time `json:"created"`
	Expires    report.Time `json:"expires"`
	By         struct {
		Name  string `json:"name"`
		Email string `json:"email"`
	} `json:"ignoredBy"`
}

// word says who silenced an issue, and why. Where several rules do, it is the first that has a name and a date.
func (p *parser) word(how string, i *issue) *gate.Word {
	word := &gate.Word{Said: gate.Suppressed}
	var reasons []string
	for n := range i.Filtered.Ignored {
		rule := &i.Filtered.Ignored[n]
		p.dates.Read("filtered.ignored[].created", &rule.Created)
		word.By = cmp.Or(word.By, rule.by())
		if word.At.IsZero() {
			word.At = rule.Created.Time
		}
		if why := rule.why(); why != "" {
			reasons = append(reasons, why)
		}
	}
	word.Reason = strings.Join(reasons, "; ")
	if how == "patch" {
		word.Reason = cmp.Or(word.Reason, "patched by Snyk")
	}
	for _, patch := range i.Filtered.Patches {
		p.dates.Read("filtered.patches[].patched", &patch.At)
		if word.At.IsZero() {
			word.At = patch.At.Time
		}
	}
	return word
}

func (r *ignoreRule) by() string {
	if by := cmp.Or(r.By.Name, r.By.Email); by != "" {
		return by
	}
	if r.Source == "cli" {
		return ".snyk file"
	}
	return ""
}

func (r *ignoreRule) why() string {
	var parts []string
	for _, part := range []string{r.ReasonType, report.FirstLine(r.Reason)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	why := strings.Join(parts, ": ")
	if !r.Expires.IsZero() {
		why = strings.TrimSpace(why + " (until " + r.Expires.UTC().Format("2006-01-02") + ")")
	}
	return why
}
