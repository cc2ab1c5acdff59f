package report

import (
	"strings"

	"github.com/package-url/packageurl-go"
)

// PackageURL writes the package URL of a package that a report gives by name: kind is a type of package URLs ("npm", "pypi", "golang"), and
// the name is as people of that kind write it. Maven and Clojure part the group with a colon, all others part namespaces with slashes.
// https://github.com/package-url/purl-spec/blob/main/PURL-TYPES.rst
func PackageURL(kind, name, version string) string {
	if kind == "" || name == "" {
		return ""
	}
	namespace, short := splitName(kind, name)
	return packageurl.NewPackageURL(kind, namespace, short, version, nil, "").ToString()
}

func splitName(kind, name string) (namespace, short string) {
	separator := "/"
	if kind == packageurl.TypeMaven {
		separator = ":"
	}
	if i := strings.LastIndex(name, separator); i > 0 {
		return name[:i], name[i+1:]
	}
	return "", name
}

// ecosystems are the names that advisory databases and forges give to kinds of packages, in lower case, with the type of their package URLs:
// those of the OSV schema (https://ossf.github.io/osv-schema/#defined-ecosystems), of GitHub's advisories, and of package managers.
var ecosystems = map[string]string{
	"npm": "npm", "yarn": "npm", "pnpm": "npm", "bun": "npm", "node": "npm", "nodejs": "npm", "javascript": "npm",
	"pypi": "pypi", "pip": "pypi", "pipenv": "pypi", "poetry": "pypi", "setuptools": "pypi", "uv": "pypi", "python": "pypi",
	"maven": "maven", "gradle": "maven", "sbt": "maven", "java": "maven",
	"go": "golang", "gomod": "golang", "golang": "golang", "gomodules": "golang",
	"rubygems": "gem", "bundler": "gem", "gem": "gem", "ruby": "gem",
	"crates.io": "cargo", "cargo": "cargo", "rust": "cargo",
	"packagist": "composer", "composer": "composer", "php": "composer",
	"nuget": "nuget", "dotnet": "nuget", "paket": "nuget",
	"hex": "hex", "erlang": "hex", "mix": "hex", "pub": "pub", "dart": "pub",
	"conancenter": "conan", "conan": "conan", "conda": "conda", "hackage": "hackage", "cran": "cran", "bitnami": "bitnami",
	"swifturl": "swift", "swift": "swift", "cocoapods": "cocoapods", "github actions": "githubactions", "actions": "githubactions",
	"alpine": "apk", "wolfi": "apk", "chainguard": "apk", "debian": "deb", "ubuntu": "deb",
	"red hat": "rpm", "rocky linux": "rpm", "almalinux": "rpm", "suse": "rpm", "opensuse": "rpm", "mageia": "rpm", "openeuler": "rpm",
	"deb": "deb", "rpm": "rpm", "apk": "apk",
}

// distributions are the namespaces of packages of operating systems.
var distributions = map[string]string{
	"alpine": "alpine", "wolfi": "wolfi", "chainguard": "chainguard", "debian": "debian", "ubuntu": "ubuntu", "red hat": "redhat",
	"rocky linux": "rocky", "almalinux": "almalinux", "suse": "suse", "opensuse": "opensuse", "mageia": "mageia", "openeuler": "openeuler",
}

// EcosystemURL writes the package URL of a package of an ecosystem: "PyPI", "crates.io", "Debian:12". It is empty for one that is not known.
func EcosystemURL(ecosystem, name, version string) string {
	ecosystem, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(ecosystem)), ":")
	kind := ecosystems[ecosystem]
	if namespace := distributions[ecosystem]; namespace != "" && name != "" {
		return packageurl.NewPackageURL(kind, namespace, name, version, nil, "").ToString()
	}
	return PackageURL(kind, name, version)
}
