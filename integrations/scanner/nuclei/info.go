package nuclei

import (
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// info is what a template says of itself.
type info struct {
	Name           string         `json:"name"`
	Severity       report.Word    `json:"severity"`
	Tags           texts          `json:"tags"`
	Reference      texts          `json:"reference"`
	Remediation    string         `json:"remediation"`
	Metadata       metadata       `json:"metadata"`
	Classification classification `json:"classification"`
}

// metadata are whatever the author of a template adds. Their values can be of any kind.
type metadata struct {
	Product any `json:"product"`
}

func (m *metadata) product() string {
	product, _ := m.Product.(string)
	return product
}

type classification struct {
	CVEs   texts         `json:"cve-id"`
	CWEs   texts         `json:"cwe-id"`
	Vector string        `json:"cvss-metrics"`
	Score  report.Number `json:"cvss-score"`
	EPSS   report.Number `json:"epss-score"`
	CPE    string        `json:"cpe"`
}

var cvePattern = regexp.MustCompile(`^CVE-\d{4}-\d{4,}$`)

func isCVE(id string) bool { return cvePattern.MatchString(strings.ToUpper(id)) }

// cves are the ids in the spelling of their database. What authors write otherwise is left out.
func (c *classification) cves() (cves []string) {
	for _, id := range c.CVEs {
		if id = strings.ToUpper(strings.TrimSpace(id)); isCVE(id) && !slices.Contains(cves, id) {
			cves = append(cves, id)
		}
	}
	return cves
}

// vector is written with or without the letters before the version.
func (c *classification) vector() string {
	vector := strings.TrimSpace(c.Vector)
	for _, version := range []string{"3.0/", "3.1/", "4.0/"} {
		if strings.HasPrefix(vector, version) {
			return "CVSS:" + vector
		}
	}
	return vector
}

// product is the fifth part of a name such as "cpe:2.3:a:vendor:product:version:…".
func (c *classification) product() string {
	parts := strings.Split(c.CPE, ":")
	if len(parts) < 5 || parts[1] != "2.3" || parts[4] == "*" {
		return ""
	}
	return parts[4]
}

// texts is a list, or one text that holds a list with commas or line ends.
type texts []string

// UnmarshalJSONFrom reads both; null is an empty list.
func (t *texts) UnmarshalJSONFrom(part *jsontext.Decoder) error {
	dec := report.Within(part)
	if report.IsList(dec) {
		return report.Each(dec, func(text *report.Word) error {
			*t = append(*t, *text.Label)
			return nil
		})
	}
	var list report.Word
	if err := report.Value(dec, &list); err != nil || *list.Label == "" {
		return err
	}
	*t = strings.FieldsFunc(*list.Label, func(r rune) bool { return r == ',' || r == '\n' })
	return nil
}
