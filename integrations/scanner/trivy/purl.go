package trivy

import (
	"strings"

	"github.com/package-url/packageurl-go"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// osPackages are the result types of operating systems, with the type and namespace of their package URLs
// (https://github.com/package-url/purl-spec/tree/main/types).
var osPackages = map[string]string{
	"alma": "rpm/almalinux", "alpine": "apk/alpine", "amazon": "rpm/amzn", "azurelinux": "rpm/azurelinux",
	"cbl-mariner": "rpm/cbl-mariner", "centos": "rpm/centos", "chainguard": "apk/chainguard", "debian": "deb/debian",
	"fedora": "rpm/fedora", "opensuse": "rpm/opensuse", "opensuse.leap": "rpm/opensuse", "opensuse-leap": "rpm/opensuse",
	"opensuse-tumbleweed": "rpm/opensuse", "oracle": "rpm/oracle", "photon": "rpm/photon", "redhat": "rpm/redhat",
	"rocky": "rpm/rocky", "suse linux enterprise micro": "rpm/suse", "suse linux enterprise server": "rpm/suse",
	"ubuntu": "deb/ubuntu", "wolfi": "apk/wolfi",
}

// languages are the result types of language packages, with the type of their package URLs.
var languages = map[string]string{
	"bundler": "gem", "bun": "npm", "cargo": "cargo", "cocoapods": "cocoapods", "composer": "composer", "composer-vendor": "composer",
	"conan": "conan", "conda-pkg": "conda", "dotnet-core": "nuget", "gemspec": "gem", "gobinary": "golang", "gomod": "golang",
	"gradle": "maven", "hex": "hex", "jar": "maven", "mix": "hex", "node-pkg": "npm", "npm": "npm", "nuget": "nuget", "packages-config": "nuget",
	"packages-props": "nuget", "pip": "pypi", "pipenv": "pypi", "pnpm": "npm", "poetry": "pypi", "pom": "maven", "pub": "pub",
	"python-pkg": "pypi", "rustbinary": "cargo", "sbt": "maven", "swift": "swift", "uv": "pypi", "yarn": "npm",
}

// purl is the package URL that Trivy gives, or, of a version that gives none, the one that follows from the result's type.
func (v *vulnerability) purl(h head) string {
	if v.identifier.purl != "" {
		return v.identifier.purl
	}
	if os := osPackages[h.Type]; os != "" {
		kind, namespace, _ := strings.Cut(os, "/")
		return packageurl.NewPackageURL(kind, namespace, v.pkg, v.installed, nil, "").ToString()
	}
	return report.PackageURL(languages[h.Type], v.pkg, v.installed)
}
