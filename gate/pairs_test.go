package gate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// pair is two findings as parsers emit them, and why they are one defect, or two.
type pair struct {
	why  string
	a, b gate.Finding
}

// ofKind makes a finding of a component. The first of the ids is the tool's own, the others are what it calls aliases, and those that begin with a
// tilde are related.
func ofKind(kind gate.Kind, tool, ids, purl string) gate.Finding {
	f := gate.Finding{Tool: tool, Kind: kind, Component: gate.Component{PURL: purl}}
	for i, id := range strings.Fields(ids) {
		related, isRelated := strings.CutPrefix(id, "~")
		switch {
		case i == 0:
			f.ID = id
		case isRelated:
			f.Related = append(f.Related, related)
		default:
			f.Aliases = append(f.Aliases, id)
		}
	}
	return f
}

func vuln(tool, ids, purl string) gate.Finding { return ofKind(gate.Vulnerability, tool, ids, purl) }

func rated(severity gate.Severity, f gate.Finding) gate.Finding {
	f.Rating = gate.Rating{Party: f.Tool, Severity: severity}
	return f
}

func inVersion(version string, f gate.Finding) gate.Finding {
	f.Component.Version = version
	return f
}

// weakness makes a finding in code. Its anchor is no other finding's: each tool hashes or quotes in its own way.
func weakness(tool, rule, path string, line int, cwes ...int) gate.Finding {
	return gate.Finding{Tool: tool, Kind: gate.Code, ID: rule, CWEs: cwes, Location: gate.Location{Path: path, Line: line},
		Anchor: gate.Anchor{Hash: fmt.Sprint(tool, rule, path, line)}}
}

func leak(tool, rule, path string, line int, secret string) gate.Finding {
	f := weakness(tool, rule, path, line)
	f.Kind, f.Secret = gate.Secret, secret
	return f
}

// privateKey is the text of a key, less most of it, and parted so that no scanner of this repository takes it for one.
const privateKey = "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nDzD8XwIDAQAB\n-----END " + "RSA PRIVATE KEY-----"

// What several tools say of one component. Syft, and so Grype, writes the id of /etc/os-release into package URLs of distributions; Trivy its own
// name of the family. Dependency-Track, CycloneDX and Snyk pass on what they were given.
var alike = []pair{
	{"a CVE, and the GHSA that is it",
		rated(gate.Critical, vuln("trivy", "CVE-2021-44228", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1")),
		rated(gate.High, vuln("grype", "GHSA-jfh8-c2jp-5v3q CVE-2021-44228", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"))},
	{"a GHSA and a PYSEC; PyPI's capital",
		vuln("grype", "GHSA-v6rh-hp5x-86rv CVE-2021-44420", "pkg:pypi/Django@3.2.9"),
		vuln("pip-audit", "PYSEC-2021-439 CVE-2021-44420 GHSA-v6rh-hp5x-86rv", "pkg:pypi/django@3.2.9")},
	{"PEP 503: an underscore is a dash",
		vuln("trivy", "CVE-2024-6221", "pkg:pypi/flask-cors@4.0.1"),
		vuln("grype", "GHSA-hxwh-jpp2-84pm CVE-2024-6221", "pkg:pypi/Flask_Cors@4.0.1")},
	{"PEP 503: a dot is a dash",
		vuln("grype", "GHSA-58pv-8j8x-9vj2", "pkg:pypi/jaraco.context@5.3.0"),
		vuln("osv-scanner", "GHSA-58pv-8j8x-9vj2", "pkg:pypi/jaraco-context@5.3.0")},
	{"a scope with and without percent-encoding; a package URL without version",
		inVersion("7.22.0", vuln("npm-audit", "GHSA-67hx-6x53-jw92", "pkg:npm/%40babel/traverse@7.22.0")),
		inVersion("7.22.0", vuln("dependency-track", "GHSA-67hx-6x53-jw92 CVE-2023-45133", "pkg:npm/@babel/traverse"))},
	{"Snyk's id with a CVE; Snyk finds it low",
		rated(gate.Low, vuln("snyk", "SNYK-JS-MINIMIST-2429795 CVE-2021-44906", "pkg:npm/minimist@1.2.5")),
		rated(gate.Critical, vuln("trivy", "CVE-2021-44906", "pkg:npm/minimist@1.2.5"))},
	{"NuGet's capitals, which Snyk drops",
		vuln("snyk", "SNYK-DOTNET-SYSTEMNETHTTP-72439 CVE-2018-8292 GHSA-7jgj-8wvc-jh57", "pkg:nuget/system.net.http@4.3.0"),
		vuln("trivy", "CVE-2018-8292", "pkg:nuget/System.Net.Http@4.3.0")},
	{"Go's own id; versions in one way or the other",
		inVersion("v0.9.0", vuln("govulncheck", "GO-2023-2102 CVE-2023-39325 GHSA-4374-p667-p6c8", "pkg:golang/golang.org/x/net")),
		vuln("grype", "GHSA-4374-p667-p6c8 CVE-2023-39325", "pkg:golang/golang.org/x/net@v0.9.0")},
	{"the capital of a module, which Trivy drops",
		vuln("trivy", "CVE-2022-21235", "pkg:golang/github.com/masterminds/vcs@v1.13.1"),
		vuln("grype", "GHSA-6635-c626-vj4r CVE-2022-21235", "pkg:golang/github.com/Masterminds/vcs@v1.13.1")},
	{"Go's standard library, its version with and without a letter",
		vuln("govulncheck", "GO-2024-2687 CVE-2023-45288", "pkg:golang/stdlib@v1.21.5"),
		vuln("grype", "CVE-2023-45288", "pkg:golang/stdlib@1.21.5")},
	{"a major version of a module, which Syft made a subpath in 2024 and 2025 (anchore/syft#4316)",
		vuln("trivy", "CVE-2025-30204", "pkg:golang/github.com/golang-jwt/jwt/v5@v5.2.1"),
		vuln("grype", "GHSA-mh63-6h87-95cp CVE-2025-30204", "pkg:golang/github.com/golang-jwt/jwt@v5.2.1#v5")},
	{"the end of a long module path, which Syft made a subpath in 2024 and 2025 (anchore/syft#4395)",
		vuln("trivy", "CVE-2023-45142", "pkg:golang/go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp@v0.42.0"),
		vuln("grype", "GHSA-rcjv-mgp8-qvmr CVE-2023-45142", "pkg:golang/go.opentelemetry.io/contrib/instrumentation@v0.42.0#net/http/otelhttp")},
	{"one of the two GHSAs of a RUSTSEC, which names the CVE",
		vuln("cargo-audit", "RUSTSEC-2026-0047 CVE-2026-3338 GHSA-hfpc-8r3f-gw53 GHSA-jchq-39cv-q4wj", "pkg:cargo/aws-lc-sys@0.30.0"),
		vuln("github", "GHSA-jchq-39cv-q4wj", "pkg:cargo/aws-lc-sys@0.30.0")},
	{"the type of a Maven artifact",
		vuln("dependency-check", "CVE-2022-42889", "pkg:maven/org.apache.commons/commons-text@1.9"),
		vuln("cyclonedx", "GHSA-599f-7c49-w659 CVE-2022-42889", "pkg:maven/org.apache.commons/commons-text@1.9?type=jar")},
	{"Packagist; Dependabot tells no version",
		vuln("trivy", "CVE-2022-24775", "pkg:composer/guzzlehttp/psr7@1.8.3"),
		vuln("github", "GHSA-q7rv-6hp3-vh96 CVE-2022-24775", "pkg:composer/guzzlehttp/psr7")},
	{"the platform of a gem",
		vuln("trivy", "CVE-2022-24836", "pkg:gem/nokogiri@1.13.3"),
		vuln("grype", "GHSA-crjr-9rc5-ghw8 CVE-2022-24836", "pkg:gem/nokogiri@1.13.3?platform=x86_64-linux")},
	{"capitals of a GHSA",
		vuln("osv-scanner", "GHSA-7fj7-39wj-c64f CVE-2022-3215", "pkg:swift/github.com/apple/swift-nio@2.41.0"),
		vuln("jfrog-xray", "GHSA-7FJ7-39WJ-C64F", "pkg:swift/github.com/apple/swift-nio@2.41.0")},
	{"a GitHub action: Syft has no type for it but that of repositories",
		vuln("grype", "GHSA-mrrh-fwg8-r2c3 CVE-2025-30066", "pkg:github/tj-actions/changed-files@v44"),
		vuln("github", "GHSA-mrrh-fwg8-r2c3 CVE-2025-30066", "pkg:githubactions/tj-actions/changed-files")},
	{"Debian: qualifiers; one has NVD's severity, the other Debian's",
		rated(gate.High, vuln("trivy", "CVE-2023-0464", "pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u3?arch=amd64&distro=debian-11.6")),
		rated(gate.Low, vuln("grype", "CVE-2023-0464", "pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u3?arch=amd64&distro=debian-11&upstream=openssl"))},
	{"Debian: an epoch in the version, or as a qualifier",
		vuln("trivy", "CVE-2018-1000021", "pkg:deb/debian/git@2.20.1-2%2Bdeb10u3?arch=amd64&distro=debian-10.7&epoch=1"),
		vuln("grype", "CVE-2018-1000021", "pkg:deb/debian/git@1:2.20.1-2+deb10u3?arch=amd64")},
	{"Debian: a record that is named after the CVE",
		vuln("osv-scanner", "DEBIAN-CVE-2023-0464 CVE-2023-0464", "pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u3"),
		vuln("trivy", "CVE-2023-0464 ~DSA-5417-1", "pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u3?arch=amd64&distro=debian-11.6")},
	{"Alpine: two ways to write distro",
		vuln("trivy", "CVE-2019-1551", "pkg:apk/alpine/libssl1.1@1.1.1b-r1?arch=x86_64&distro=3.9.4"),
		vuln("grype", "CVE-2019-1551", "pkg:apk/alpine/libssl1.1@1.1.1b-r1?arch=x86_64&upstream=openssl&distro=alpine-3.9.4")},
	{"Red Hat: qualifiers",
		vuln("trivy", "CVE-2019-18276", "pkg:rpm/redhat/bash@4.2.46-33.el7?arch=x86_64&distro=redhat-7.7"),
		vuln("grype", "CVE-2019-18276", "pkg:rpm/redhat/bash@4.2.46-33.el7?arch=x86_64&distro=rhel-7.7&upstream=bash-4.2.46-33.el7.src.rpm")},
	{"Red Hat: Syft wrote rhel (aquasecurity/trivy#3485)",
		vuln("trivy", "CVE-2019-18276", "pkg:rpm/redhat/bash@4.2.46-33.el7?arch=x86_64&distro=redhat-7.7"),
		vuln("dependency-track", "CVE-2019-18276", "pkg:rpm/rhel/bash@4.2.46-33.el7?arch=x86_64&distro=rhel-7.7")},
	{"Amazon Linux: amazon is amzn (google/osv-scalibr#885)",
		vuln("trivy", "CVE-2023-38545", "pkg:rpm/amazon/libcurl-minimal@8.0.1-1.amzn2023?arch=x86_64&distro=amazon-2023"),
		vuln("dependency-track", "CVE-2023-38545", "pkg:rpm/amzn/libcurl-minimal@8.0.1-1.amzn2023?arch=x86_64&distro=amzn-2023")},
	{"Oracle Linux: oracle is ol",
		vuln("trivy", "CVE-2019-3823", "pkg:rpm/oracle/curl@7.61.1-8.el8?arch=x86_64&distro=oracle-8.0"),
		vuln("dependency-track", "CVE-2019-3823 ~ELSA-2019-3701", "pkg:rpm/ol/curl@7.61.1-8.el8?arch=x86_64&distro=ol-8.0")},
	{"AlmaLinux: alma is almalinux",
		vuln("trivy", "CVE-2021-3712", "pkg:rpm/alma/openssl-libs@1.1.1k-4.el8?arch=x86_64&distro=alma-8.5&epoch=1"),
		vuln("grype", "CVE-2021-3712 ~RHSA-2021:5226", "pkg:rpm/almalinux/openssl-libs@1.1.1k-4.el8?arch=x86_64&distro=almalinux-8.5&epoch=1")},
	{"SUSE Linux Enterprise: suse is sles",
		vuln("snyk", "CVE-2023-0464", "pkg:rpm/suse/libopenssl1_1@1.1.1l-150400.7.25.1"),
		vuln("grype", "CVE-2023-0464", "pkg:rpm/sles/libopenssl1_1@1.1.1l-150400.7.25.1?arch=x86_64&distro=sles-15.4")},
	{"openSUSE: Trivy wrote opensuse.leap (aquasecurity/trivy#7971)",
		vuln("trivy", "CVE-2019-1551", "pkg:rpm/opensuse.leap/libopenssl1_1@1.1.0i-lp151.8.3.1?arch=x86_64&distro=opensuse.leap-15.1"),
		vuln("dependency-track", "CVE-2019-1551", "pkg:rpm/opensuse/libopenssl1_1@1.1.0i-lp151.8.3.1?arch=x86_64&distro=opensuse-leap-15.1")},
	{"CBL-Mariner: cbl-mariner is mariner",
		vuln("trivy", "CVE-2022-0261", "pkg:rpm/cbl-mariner/vim@8.2.4081-1.cm1?arch=x86_64&distro=cbl-mariner-1.0"),
		vuln("grype", "CVE-2022-0261", "pkg:rpm/mariner/vim@8.2.4081-1.cm1?arch=x86_64&distro=mariner-1.0")},
	{"malware",
		vuln("osv-scanner", "MAL-2023-1035 GHSA-8348-2q94-ffjx", "pkg:npm/flot-axis@1.0.0"),
		vuln("dependency-track", "MAL-2023-1035", "pkg:npm/flot-axis")},
}

// What two tools see at one place, or of one secret.
var alikeInCode = []pair{
	{"one line; a dot before the path",
		rated(gate.High, weakness("bandit", "B602", "./app/run.py", 12, 78)),
		rated(gate.Medium, weakness("semgrep", "python.lang.security.audit.subprocess-shell-true.subprocess-shell-true", "app/run.py", 12, 78))},
	{"one line of Go",
		weakness("gosec", "G401", "internal/sum.go", 27, 328),
		weakness("semgrep", "go.lang.security.audit.crypto.use_of_weak_crypto.use-of-md5", "internal/sum.go", 27, 328)},
	{"two lines apart; a path of Windows",
		weakness("gosec", "G201", `internal\store\find.go`, 41, 89),
		weakness("codeql", "go/sql-injection", "internal/store/find.go", 43, 89)},
	{"an address of a file",
		weakness("codeql", "rb/sql-injection", "file://app/models/user.rb", 9, 89),
		weakness("brakeman", "SQL Injection", "app/models/user.rb", 8, 89)},
	{"the lowest of several CWEs",
		weakness("codeql", "js/path-injection", "src/files.js", 30, 22, 23, 36, 73, 99),
		weakness("semgrep", "javascript.lang.security.audit.path-traversal.path-join-resolve-traversal", "src/files.js", 30, 22)},
	{"one secret; rules of two names",
		leak("gitleaks", "github-pat", "deploy.sh", 3, "ghp_"+strings.Repeat("a1B2", 9)),
		leak("trufflehog", "Github", "deploy.sh", 3, "ghp_"+strings.Repeat("a1B2", 9))},
	{"one secret in two files",
		leak("gitleaks", "aws-access-token", "prod.env", 1, "AKIAIOSFODNN7EXAMPLE"),
		leak("gitlab", "AWS", "charts/values.yaml", 88, "AKIAIOSFODNN7EXAMPLE")},
	{"one private key, which TruffleHog ends with a line feed",
		leak("gitleaks", "private-key", "id_rsa", 1, privateKey),
		leak("trufflehog", "PrivateKey", "id_rsa", 1, privateKey+"\n")},
	{"one private key, from a file with line ends of Windows",
		leak("gitleaks", "private-key", "id_rsa", 1, strings.ReplaceAll(privateKey, "\n", "\r\n")),
		leak("trufflehog", "PrivateKey", "id_rsa", 1, privateKey+"\n")},
}

func TestPairsThatMerge(t *testing.T) {
	pairs := slices.Concat(alike, alikeInCode)
	require.GreaterOrEqual(t, len(pairs), 30)
	for _, p := range pairs {
		t.Run(p.why, func(t *testing.T) {
			for _, findings := range [][]gate.Finding{{p.a, p.b}, {p.b, p.a}} {
				defects := mergeTools(findings...)
				require.Len(t, defects, 1, names(defects))
				d := defects[0]
				assert.ElementsMatch(t, []string{p.a.Tool, p.b.Tool}, d.Tools)
				assert.ElementsMatch(t, []string{p.a.Tool + ".json", p.b.Tool + ".json"}, d.Sources)
				assert.Equal(t, max(p.a.Rating.Severity, p.b.Rating.Severity), d.Severity, "the higher")
				assert.Subset(t, append(d.Names(), d.Related...), append([]string{canonical(p.a.ID), canonical(p.b.ID)}, p.a.Related...))
			}
			assert.Equal(t, mergeTools(p.a, p.b), mergeTools(p.b, p.a))
		})
	}
}

// mergeTools merges findings of tools, each of which has one report.
func mergeTools(findings ...gate.Finding) []*gate.Defect {
	entries := make([]entry, len(findings))
	for i, f := range findings {
		entries[i] = entry{f.Tool + ".json", f}
	}
	return merge(gate.MergeOptions{SecretKey: []byte("key")}, entries)
}

// canonical spells a GHSA as GitHub does.
func canonical(id string) string {
	if rest, ok := strings.CutPrefix(id, "GHSA-"); ok {
		return "GHSA-" + strings.ToLower(rest)
	}
	return id
}

func TestPairsOfThreeScanners(t *testing.T) {
	const openssl = "pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u3"
	for name, findings := range map[string][]gate.Finding{
		"a CVE, a GHSA, a PYSEC": {
			vuln("trivy", "CVE-2021-44420", "pkg:pypi/django@3.2.9"),
			vuln("grype", "GHSA-v6rh-hp5x-86rv CVE-2021-44420", "pkg:pypi/Django@3.2.9"),
			vuln("pip-audit", "PYSEC-2021-439 CVE-2021-44420", "pkg:pypi/Django")},
		"two of them know nothing of each other's ids": {
			vuln("trivy", "CVE-2023-45133", "pkg:npm/%40babel/traverse@7.22.0"),
			vuln("npm-audit", "GHSA-67hx-6x53-jw92", "pkg:npm/%40babel/traverse@7.22.0"),
			vuln("github", "GHSA-67hx-6x53-jw92 CVE-2023-45133", "pkg:npm/%40babel/traverse")},
		"an advisory of a distribution": {
			rated(gate.High, vuln("trivy", "CVE-2023-0464 ~DSA-5417-1", openssl+"?arch=amd64&distro=debian-11.6")),
			rated(gate.Low, vuln("grype", "CVE-2023-0464", openssl+"?arch=amd64&distro=debian-11&upstream=openssl")),
			rated(gate.Medium, vuln("osv-scanner", "DEBIAN-CVE-2023-0464 CVE-2023-0464", openssl))},
		"a weakness": {
			weakness("bandit", "B602", "./app/run.py", 12, 78),
			weakness("semgrep", "subprocess-shell-true", "app/run.py", 13, 78),
			weakness("codeql", "py/command-line-injection", `app\run.py`, 14, 78, 88)},
	} {
		t.Run(name, func(t *testing.T) {
			defects := mergeTools(findings...)
			for range findings {
				findings = append(findings[1:], findings[0])
				require.Equal(t, defects, mergeTools(findings...), "in any order")
			}
			require.Len(t, defects, 1)
			assert.Len(t, defects[0].Tools, 3)
			assert.Len(t, defects[0].Sources, 3)
		})
	}
}
