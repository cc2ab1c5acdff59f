package yarnaudit

import (
	"regexp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/npm"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// issue is what is wrong with a package, as Yarn 4 prints it.
type issue struct {
	ID         report.Word `json:"ID"` // the number of the advisory, or "name (deprecation)"
	Title      string      `json:"Issue"`
	URL        string      `json:"URL"`
	Severity   report.Word `json:"Severity"`
	Vulnerable string      `json:"Vulnerable Versions"`
	Installed  []string    `json:"Tree Versions"`
	Dependents []string    `json:"Dependents"`
}

// deprecation ends the id of what is no vulnerability.
const deprecation = " (deprecation)"

// issue emits a finding for each version that is in the tree.
func (p *parser) issue(name string, i *issue) error {
	if i.URL == "" && i.ID.Label != nil && strings.HasSuffix(*i.ID.Label, deprecation) {
		p.Scan.Drop("package that is deprecated")
		return nil
	}
	a := npm.Advisory{Number: i.ID, Package: name, Title: i.Title, URL: i.URL, Severity: i.Severity, Vulnerable: i.Vulnerable}
	if len(i.Installed) == 0 {
		i.Installed = []string{""}
	}
	for _, version := range i.Installed {
		if err := p.Take(p.Finding(&a, version, i.location())); err != nil {
			return err
		}
	}
	return nil
}

// instance is what Yarn adds to the name of a package that has peers: it changes with them.
var instance = regexp.MustCompile(`@virtual:[0-9a-f]+#`)

func (i *issue) location() gate.Location {
	if len(i.Dependents) == 0 {
		return gate.Location{}
	}
	return gate.Location{Logical: instance.ReplaceAllString(i.Dependents[0], "@")}
}

// versionAt gives the version that came into the tree by a path.
func versionAt(path string, copies []npm.Copy) string {
	for _, c := range copies {
		if slices.Contains(c.Paths, path) || len(copies) == 1 {
			return c.Version
		}
	}
	return ""
}
