package gate

import (
	"regexp"
	"strings"

	"github.com/package-url/packageurl-go"
)

// pythonSeparators spell one name: PEP 503.
var pythonSeparators = regexp.MustCompile(`[-_.]+`)

// distributions are the namespaces that tools give to the RPM packages of one distribution: Syft writes the ID of os-release, Trivy its own name of
// the family, and both have written others before.
var distributions = map[string]string{
	"rhel": "redhat", "amzn": "amazon", "ol": "oracle", "almalinux": "alma", "sles": "suse", "mariner": "cbl-mariner",
	"opensuse.leap": "opensuse", "opensuse-leap": "opensuse", "opensuse-tumbleweed": "opensuse",
}

// readPackage reads a package URL and gives it in the one spelling by which packages are told apart. Qualifiers say which build of a version it is,
// and are no part of the name.
func readPackage(purl string) (packageurl.PackageURL, error) {
	p, err := packageurl.FromString(purl)
	if err != nil {
		return p, err
	}
	switch p.Type {
	case packageurl.TypeGolang: // for two years Syft put what stands behind the third element of a module's path into the subpath
		if p.Subpath != "" {
			p.Namespace, p.Name = p.Namespace+"/"+p.Name, p.Subpath
			if i := strings.LastIndex(p.Subpath, "/"); i >= 0 {
				p.Namespace, p.Name = p.Namespace+"/"+p.Subpath[:i], p.Subpath[i+1:]
			}
		}
	case packageurl.TypeGithub: // as Syft writes an action; advisories write githubactions
		p.Type = "githubactions"
	case packageurl.TypeRPM:
		if family := distributions[strings.ToLower(p.Namespace)]; family != "" {
			p.Namespace = family
		}
	}
	p.Qualifiers, p.Subpath = nil, ""
	return p, nil
}

// packageKey gives type, namespace and name of a package that was read, without case.
func packageKey(p packageurl.PackageURL) string {
	key := strings.ToLower(p.Type + "/" + p.Namespace + "/" + p.Name)
	if p.Type == packageurl.TypePyPi {
		key = pythonSeparators.ReplaceAllString(key, "-")
	}
	return key
}

// packageOf gives what stands for a component in fingerprints, and its package URL without version, qualifiers and subpath.
// A component without a package URL is known by its name.
func packageOf(c Component) (key, purl string) {
	p, err := readPackage(c.PURL)
	if err != nil {
		return strings.ToLower("generic//" + c.Name), ""
	}
	p.Version = ""
	return packageKey(p), p.ToString()
}

// SamePackage reports whether two package URLs name one package, whatever its version is.
func SamePackage(a, b string) bool {
	one, purl := packageOf(Component{PURL: a})
	other, _ := packageOf(Component{PURL: b})
	return purl != "" && one == other
}
