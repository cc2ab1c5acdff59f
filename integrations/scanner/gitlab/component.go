package gitlab

import (
	"cmp"
	"path"
	"regexp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// component is the package that a vulnerability belongs to. A report can leave out its name; then the file stands for it.
func (v *vulnerability) component(h *header) gate.Component {
	name, version := string(v.Location.Dependency.Package.Name), string(v.Location.Dependency.Version)
	c := gate.Component{
		Name:    cmp.Or(name, string(v.Location.File), string(v.Location.Image)),
		Version: version, Fixed: fixedVersions(string(v.Solution)),
	}
	if v.Location.File != "" {
		c.PURL = ofFile(h.managers[string(v.Location.File)], string(v.Location.File), name, version)
	} else {
		c.PURL = ofSystem(string(v.Location.OperatingSystem), name, version)
	}
	return c
}

// lockFiles tell the kind of packages where a report does not list its files with their package managers, which schema 15 no longer asks for.
var lockFiles = map[string]string{
	"package-lock.json": "npm", "npm-shrinkwrap.json": "npm", "yarn.lock": "npm", "pnpm-lock.yaml": "npm", "package.json": "npm",
	"go.sum": "go", "go.mod": "go", "go.graph": "go", "Cargo.lock": "cargo",
	"Gemfile.lock": "bundler", "gems.locked": "bundler", "composer.lock": "composer",
	"requirements.txt": "pip", "requirements.pip": "pip", "requires.txt": "pip", "Pipfile": "pip", "Pipfile.lock": "pip", "poetry.lock": "pip",
	"uv.lock": "pip", "setup.py": "pip", "pipdeptree.json": "pip",
	"pom.xml": "maven", "maven.graph.json": "maven", "build.gradle": "maven", "build.gradle.kts": "maven", "gradle.lockfile": "maven",
	"dependencies.lock": "maven", "build.sbt": "maven", "dependencies-compile.dot": "maven",
	"packages.lock.json": "nuget", "conan.lock": "conan", "Package.resolved": "swift", "Podfile.lock": "cocoapods", "pubspec.lock": "pub",
}

// ofFile writes the package URL of a dependency. Gemnasium parts the group of Maven with a slash.
func ofFile(manager, file, name, version string) string {
	kind := cmp.Or(manager, lockFiles[path.Base(strings.ReplaceAll(file, `\`, "/"))])
	if java := report.EcosystemURL(kind, "x", ""); strings.HasPrefix(java, "pkg:maven/") && !strings.Contains(name, ":") {
		name = strings.Replace(name, "/", ":", 1)
	}
	return report.EcosystemURL(kind, name, version)
}

// systems are operating systems that the table of ecosystems calls otherwise.
var systems = map[string]string{"redhat": "red hat", "rhel": "red hat", "rocky": "rocky linux", "alma": "almalinux"}

// ofSystem writes the package URL of a package of an operating system such as "debian:9.4" or "alpine 3.12". Libraries of languages have
// names that no package of a system can have, and no package URL.
func ofSystem(system, name, version string) string {
	if strings.ContainsAny(name, "/:@") {
		return ""
	}
	family, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(system)), ":")
	family, _, _ = strings.Cut(family, " ")
	return report.EcosystemURL(cmp.Or(systems[family], family), name, version)
}

// upgrade is how the analyzers advise a fix: "Upgrade to version 2.2.3 or above.", "Upgrade apt from 1.4.8 to 1.4.9".
var upgrade = regexp.MustCompile(`(?i)^upgrade (?:.* )?to (?:versions? )?(.+?)(?:,? or (?:above|later|higher|newer))?\.?$`)

var (
	between = regexp.MustCompile(`,? (?:or|and) |, ?`)
	release = regexp.MustCompile(`^v?\d\S*$`)
)

// fixedVersions reads the versions out of the advice, if it holds nothing else.
func fixedVersions(solution string) []string {
	found := upgrade.FindStringSubmatch(report.FirstLine(solution))
	if found == nil {
		return nil
	}
	versions := between.Split(found[1], -1)
	for _, version := range versions {
		if !release.MatchString(version) {
			return nil
		}
	}
	return versions
}
