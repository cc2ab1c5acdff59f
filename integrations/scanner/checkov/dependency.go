package checkov

import (
	"path"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// details are what a record on a dependency holds: a vulnerability, or a licence and the policy that it breaks.
type details struct {
	ID        string        `json:"id"`
	Severity  *string       `json:"severity"`
	Package   string        `json:"package_name"`
	Version   string        `json:"package_version"`
	Type      string        `json:"package_type"` // of images: "python", "nodejs", "os"; mostly empty otherwise
	Registry  string        `json:"package_registry"`
	Link      string        `json:"link"`
	CVSS      report.Number `json:"cvss"`
	Vector    string        `json:"vector"`
	Text      string        `json:"description"`
	Published report.Time   `json:"published_date"`
	Fixed     []string      `json:"fixed_versions"`
	Lowest    string        `json:"lowest_fixed_version"`
	Fix       string        `json:"fix_version"`
	License   string        `json:"license"`
	Policy    string        `json:"policy"`
}

// describe makes a finding one of a component.
func (d *details) describe(r *record, f *gate.Finding, dates *report.Dates) {
	ecosystem := d.ecosystem(r.FilePath)
	f.Component = gate.Component{
		PURL: report.EcosystemURL(ecosystem, d.name(ecosystem), d.Version),
		Name: firstNonEmpty(d.Package, r.path()), Version: d.Version, // without a name, packages of all files would be one
	}
	if r.Summary != "" {
		f.Title = r.Summary
	}
	if f.Kind == gate.License {
		return
	}
	dates.Read("published_date", &d.Published)
	f.ID, f.Related = d.ID, nil // the check's own ids are spellings of this one
	f.Title = firstNonEmpty(report.FirstLine(d.Text), f.Title)
	f.URL = firstNonEmpty(d.Link, f.URL)
	f.Published = d.Published.Time
	f.Component.Fixed = d.fixed()
	f.Rating = r.rate(gate.Opinion{Vector: d.Vector, Score: d.CVSS.Float})
}

// unfixable is what Checkov writes for no version.
const unfixable = "N/A"

// fixed lists the versions that have the fix. Which member holds them depends on where Checkov took the vulnerability from.
func (d *details) fixed() []string {
	versions := d.Fixed
	if len(versions) == 0 {
		versions = []string{d.Lowest, d.Fix}
	}
	versions = slices.DeleteFunc(versions, func(v string) bool { return v == "" || v == unfixable })
	if len(versions) == 0 {
		return nil
	}
	return versions
}

// registries and manifests name the ecosystem of a package whose type is empty.
var (
	registries = map[string]string{"registry.npmjs.org": "npm", "pypi.org": "pypi", "repo1.maven.org": "maven", "repo.maven.apache.org": "maven",
		"proxy.golang.org": "go", "rubygems.org": "rubygems", "api.nuget.org": "nuget"}
	manifests = map[string]string{"package.json": "npm", "package-lock.json": "npm", "yarn.lock": "npm", "bower.json": "npm",
		"requirements.txt": "pypi", "pipfile": "pypi", "pipfile.lock": "pypi", "poetry.lock": "pypi", "pyproject.toml": "pypi",
		"go.mod": "go", "go.sum": "go", "pom.xml": "maven", "build.gradle": "maven", "build.gradle.kts": "maven", "gradle.properties": "maven",
		"gemfile": "rubygems", "gemfile.lock": "rubygems", "composer.json": "packagist", "composer.lock": "packagist",
		"cargo.toml": "cargo", "cargo.lock": "cargo", "packages.config": "nuget", "paket.lock": "nuget", "packages.lock.json": "nuget"}
)

// ecosystem is the type of the package, else what its registry or the file that names it tells, else nothing.
func (d *details) ecosystem(file string) string {
	switch d.Type {
	case "":
	case "jar":
		return "java"
	default:
		return d.Type
	}
	_, address, _ := strings.Cut(d.Registry, "://")
	host, _, _ := strings.Cut(address, "/")
	file = strings.ToLower(path.Base(file))
	if strings.HasSuffix(file, ".csproj") {
		return "nuget"
	}
	return firstNonEmpty(registries[host], manifests[file])
}

// name writes a package of Maven as people do: group and artifact are parted by an underscore in vulnerabilities of images.
func (d *details) name(ecosystem string) string {
	group, artifact, parted := strings.Cut(d.Package, "_")
	if parted && (ecosystem == "java" || ecosystem == "maven") && strings.Contains(group, ".") && !strings.Contains(d.Package, ":") {
		return group + ":" + artifact
	}
	return d.Package
}

func firstNonEmpty(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
