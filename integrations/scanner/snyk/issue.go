package snyk

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// issue is a vulnerability, a licence or a malicious package, on one path of dependencies or on all of them.
type issue struct {
	ID          string      `json:"id"`
	Type        string      `json:"type"` // "license"; else absent, "vuln" or "vulnerability"
	Title       string      `json:"title"`
	Names       texts       `json:"name"` // one for each path
	Version     string      `json:"version"`
	From        paths       `json:"from"`
	Manager     string      `json:"packageManager"`
	Language    string      `json:"language"`
	Malicious   bool        `json:"malicious"`
	Published   report.Time `json:"publicationTime"`
	Disclosed   report.Time `json:"disclosureTime"`
	FixedIn     []string    `json:"fixedIn"`
	NearestFix  string      `json:"nearestFixedInVersion"`
	UpgradePath upgrades    `json:"upgradePath"`
	Alternative []string    `json:"alternativeIds"`
	Identifiers struct {
		CVE         []string `json:"CVE"`
		GHSA        []string `json:"GHSA"`
		CWE         []string `json:"CWE"`
		Alternative []string `json:"ALTERNATIVE"`
	} `json:"identifiers"`
	References []struct {
		URL string `json:"url"`
	} `json:"references"`
	EPSS struct {
		Probability report.Number `json:"probability"`
	} `json:"epssDetails"`
	Exploits struct {
		Sources []string `json:"sources"`
	} `json:"exploitDetails"`
	Legal []struct {
		Content string `json:"legalContent"`
	} `json:"legalInstructionsArray"`
	Filtered silenced `json:"filtered"`
	assessment
}

func (i *issue) settle(dates *report.Dates) {
	dates.Read("publicationTime", &i.Published)
	dates.Read("disclosureTime", &i.Disclosed)
}

// finding makes the finding of one path.
func (i *issue) finding(of *project, path int) (*gate.Finding, error) {
	f := &gate.Finding{
		Tool:      formatName,
		Kind:      i.kind(),
		ID:        i.ID,
		Aliases:   slices.Concat(i.Identifiers.CVE, i.Identifiers.GHSA),
		Related:   slices.Concat(i.Alternative, i.Identifiers.Alternative),
		Title:     report.FirstLine(i.Title),
		Remedy:    i.remedy(),
		CWEs:      report.CWEs(i.Identifiers.CWE...),
		Component: i.component(of, path),
		Location:  gate.Location{Path: of.file()},
		Published: i.Published.Time,
	}
	if f.Published.IsZero() {
		f.Published = i.Disclosed.Time
	}
	if len(i.References) > 0 {
		f.URL = i.References[0].URL
	}
	f.Rating, f.Ratings = i.ratings(i.Language == "linux")
	return f, i.threats(f)
}

// licence is how the ids of licence issues begin.
const licence = "snyk:lic:"

func (i *issue) kind() gate.Kind {
	switch {
	case i.Type == "license" || strings.HasPrefix(i.ID, licence):
		return gate.License
	case i.Malicious:
		return gate.Malware
	}
	return gate.Vulnerability
}

// remedy is the upgrade that is nearest to the user, else what a lawyer wrote.
func (i *issue) remedy() string {
	if upgrade := i.UpgradePath.first(i.From); upgrade != "" {
		return "upgrade to " + upgrade
	}
	for _, instruction := range i.Legal {
		return report.FirstLine(instruction.Content)
	}
	return ""
}

// threats adds EPSS and KEV. A probability that is none is an error: left out, it would make a threat look smaller.
func (i *issue) threats(f *gate.Finding) error {
	if p := i.EPSS.Probability.Float; p != nil {
		if !(*p >= 0 && *p <= 1) {
			return fmt.Errorf("%w: EPSS of %q is %s, no probability", report.ErrShape, i.ID, strconv.FormatFloat(*p, 'g', -1, 64))
		}
		f.EPSS = p
	}
	for _, source := range i.Exploits.Sources {
		if strings.Contains(strings.ToUpper(source), "CISA") {
			f.KEV = &gate.KEV{}
		}
	}
	return nil
}

// component is the package at the end of one path. Issues that are grouped have one version for all of their paths, which is that of the first.
func (i *issue) component(of *project, path int) gate.Component {
	c := gate.Component{Name: i.Names.at(path), Version: i.Version, Fixed: i.FixedIn}
	c.Name = strings.TrimSuffix(c.Name, "@"+i.Version) // C and C++: the version is part of the name
	if path < len(i.From) && len(i.From) > 1 {
		steps := i.From[path]
		if version, ok := strings.CutPrefix(steps[len(steps)-1], c.Name+"@"); ok {
			c.Version = version
		}
	}
	if i.NearestFix != "" && !slices.Contains(c.Fixed, i.NearestFix) {
		c.Fixed = append(slices.Clip(c.Fixed), i.NearestFix)
	}
	c.PURL = packageURL(cmp.Or(i.Manager, of.Manager), c.Name, c.Version)
	c.Name = cmp.Or(c.Name, of.name()) // without a name, issues of all projects would be of one component
	return c
}
