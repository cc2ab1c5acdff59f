package sonarqube

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// dependencyRule begins the rules of Dependency-Check's plugin. All of its findings have one of them; what was found stands in the message:
//
//	Filename: NAME | Reference: ID | CVSS Score: 6.4 | Category: CWE-120 | TEXT
//	Filename: NAME | Highest CVSS Score: 7.5 | Amount of CVSS: 2 | References: ID (7.5) ID (5.3)
//
// https://github.com/dependency-check/dependency-check-sonar-plugin
const dependencyRule = "OWASP:UsingComponentWithKnownVulnerability"

// scored matches each id of a list, with its score.
var scored = regexp.MustCompile(`([^\s(),][^(),]*?) \(([^()]*)\)`)

// vulnerabilities makes one finding for each vulnerability that the message names; where it names none, the finding stays one of the rule.
func (i *issue) vulnerabilities(f *gate.Finding) (all []*gate.Finding) {
	said := messageParts(i.Message)
	f.Component = component(cmp.Or(said["Filename"], said["Filepath"]))
	f.CWEs = report.CWEs(said["Category"])
	add := func(id, score string) {
		v := *f
		v.Kind, v.ID, v.Related, v.Rating = gate.Vulnerability, id, []string{i.Rule}, i.scored(f.Rating, score)
		v.Component.Name = cmp.Or(v.Component.Name, v.Location.Path, i.project()) // without a name, those of all files would be of one component
		all = append(all, &v)
	}
	if id := said["Reference"]; id != "" {
		add(id, said["CVSS Score"])
	}
	for _, pair := range scored.FindAllStringSubmatch(said["References"], -1) {
		add(pair[1], pair[2])
	}
	switch {
	case len(all) > 0:
		return all
	case said["References"] != "":
		add(said["References"], "")
		return all
	}
	return []*gate.Finding{f}
}

// messageParts reads what stands between the bars of a message. A part that comes twice, as a category does, is put together.
func messageParts(message string) map[string]string {
	said := map[string]string{}
	for part := range strings.SplitSeq(message, " | ") {
		if key, value, found := strings.Cut(part, ": "); found {
			said[key] = strings.TrimSpace(said[key] + " " + value)
		}
	}
	return said
}

// component reads the name of a file: "NAME:VERSION" where the plugin knows the package, else that of an archive.
func component(file string) gate.Component {
	name, version := file, ""
	if at := strings.LastIndex(file, ":"); at > 0 {
		name, version = file[:at], file[at+1:]
	}
	return gate.Component{Name: name, Version: version}
}

// scored adds the score of one vulnerability to the issue's rating.
func (i *issue) scored(rating gate.Rating, score string) gate.Rating {
	value, err := strconv.ParseFloat(score, 64)
	if err != nil { // the plugin rates the issue by it, too
		return rating
	}
	return report.Rate(formatName, gate.Opinion{Party: formatName, Label: &rating.Label, Score: &value})
}
