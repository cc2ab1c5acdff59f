package gate_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// named makes a vulnerability of a component that is known by its name alone.
func named(tool, id, name string) gate.Finding {
	f := vuln(tool, id, "")
	f.Component.Name = name
	return f
}

func setting(tool, rule, path string) gate.Finding {
	f := weakness(tool, rule, path, 1)
	f.Kind, f.Anchor = gate.Misconfiguration, gate.Anchor{Snippet: "FROM debian:12"}
	return f
}

// What looks alike in components, and is two.
var unlike = []pair{
	{"binary packages of one source",
		vuln("trivy", "CVE-2019-1551", "pkg:deb/debian/libssl1.1@1.1.0k-1~deb9u1?arch=amd64&distro=debian-9.9"),
		vuln("grype", "CVE-2019-1551", "pkg:deb/debian/openssl@1.1.0k-1~deb9u1?arch=amd64&distro=debian-9")},
	{"a binary package, and its source as a qualifier of another",
		vuln("trivy", "CVE-2019-5094", "pkg:deb/debian/e2fsprogs@1.43.4-2?arch=amd64&distro=debian-9.9"),
		vuln("grype", "CVE-2019-5094", "pkg:deb/debian/libss2@1.43.4-2?arch=amd64&upstream=e2fsprogs")},
	{"Debian and Ubuntu",
		vuln("trivy", "CVE-2019-18276", "pkg:deb/debian/bash@4.4-5?arch=amd64&distro=debian-9.9"),
		vuln("grype", "CVE-2019-18276", "pkg:deb/ubuntu/bash@4.4.18-2ubuntu1.2?arch=amd64&distro=ubuntu-18.04")},
	{"Rocky and Alma",
		vuln("trivy", "CVE-2021-3712", "pkg:rpm/rocky/openssl-libs@1.1.1k-4.el8?arch=x86_64&distro=rocky-8.5&epoch=1"),
		vuln("grype", "CVE-2021-3712", "pkg:rpm/almalinux/openssl-libs@1.1.1k-4.el8?arch=x86_64&distro=almalinux-8.5&epoch=1")},
	{"CentOS and Red Hat",
		vuln("trivy", "CVE-2019-18276", "pkg:rpm/centos/bash@4.2.46-31.el7?arch=x86_64&distro=centos-7.6.1810"),
		vuln("grype", "CVE-2019-18276", "pkg:rpm/redhat/bash@4.2.46-33.el7?arch=x86_64&distro=rhel-7.7")},
	{"openSUSE and SUSE Linux Enterprise",
		vuln("trivy", "CVE-2019-1551", "pkg:rpm/opensuse/libopenssl1_1@1.1.0i-lp151.8.3.1?arch=x86_64"),
		vuln("grype", "CVE-2019-1551", "pkg:rpm/sles/libopenssl1_1@1.1.0i-14.3.1?arch=x86_64&distro=sles-15.1")},
	{"Amazon Linux and Oracle Linux",
		vuln("trivy", "CVE-2023-38545", "pkg:rpm/amazon/libcurl@8.0.1-1.amzn2023"),
		vuln("grype", "CVE-2023-38545", "pkg:rpm/ol/libcurl@7.76.1-26.el9")},
	{"one name and CVE in two ecosystems",
		vuln("npm-audit", "GHSA-9v3m-8fp8-mj99 CVE-2019-8331", "pkg:npm/bootstrap@3.3.5"),
		vuln("trivy", "CVE-2019-8331", "pkg:nuget/bootstrap@3.3.5")},
	{"two packages that bundle one library",
		vuln("npm-audit", "GHSA-j7hp-h8jx-5ppr CVE-2023-4863", "pkg:npm/electron@25.8.0"),
		vuln("pip-audit", "GHSA-j7hp-h8jx-5ppr CVE-2023-4863", "pkg:pypi/pillow@9.5.0")},
	{"a library, and a part of it that is published alone",
		vuln("trivy", "CVE-2021-23337", "pkg:npm/lodash@4.17.20"),
		vuln("snyk", "SNYK-JS-LODASHTEMPLATE-1088054 CVE-2021-23337 GHSA-35jh-r3h4-6jhm", "pkg:npm/lodash.template@4.5.0")},
	{"a scope is no prefix",
		vuln("npm-audit", "GHSA-67hx-6x53-jw92", "pkg:npm/%40babel/traverse@7.22.0"),
		vuln("grype", "GHSA-67hx-6x53-jw92 CVE-2023-45133", "pkg:npm/babel-traverse@6.26.0")},
	{"log4j-core and log4j-api",
		vuln("grype", "GHSA-jfh8-c2jp-5v3q CVE-2021-44228", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"),
		vuln("dependency-check", "CVE-2021-44228", "pkg:maven/org.apache.logging.log4j/log4j-api@2.14.1")},
	{"one GHSA in two artifacts",
		vuln("grype", "GHSA-36p3-wjmg-h94x CVE-2022-22965", "pkg:maven/org.springframework/spring-beans@5.3.17"),
		vuln("osv-scanner", "GHSA-36p3-wjmg-h94x CVE-2022-22965", "pkg:maven/org.springframework.boot/spring-boot-starter-web@2.6.5")},
	{"one artifact of two groups",
		vuln("trivy", "CVE-2016-1000338", "pkg:maven/org.bouncycastle/bcprov-jdk14@1.38"),
		vuln("dependency-check", "CVE-2016-1000338", "pkg:maven/bouncycastle/bcprov-jdk14@138")},
	{"two major versions of a Go module",
		vuln("trivy", "CVE-2025-30204", "pkg:golang/github.com/golang-jwt/jwt/v4@v4.5.1"),
		vuln("govulncheck", "GO-2025-3553 CVE-2025-30204 GHSA-mh63-6h87-95cp", "pkg:golang/github.com/golang-jwt/jwt/v5@v5.2.1")},
	{"two major versions of a Go module, as Syft wrote them in 2024 and 2025",
		vuln("grype", "GHSA-mh63-6h87-95cp CVE-2025-30204", "pkg:golang/github.com/golang-jwt/jwt@v4.5.1#v4"),
		vuln("grype", "GHSA-mh63-6h87-95cp CVE-2025-30204", "pkg:golang/github.com/golang-jwt/jwt@v5.2.1#v5")},
	{"two Go modules of one repository, as Syft wrote them in 2024 and 2025",
		vuln("grype", "GHSA-rcjv-mgp8-qvmr CVE-2023-45142", "pkg:golang/go.opentelemetry.io/contrib/instrumentation@v0.42.0#net/http/otelhttp"),
		vuln("grype", "GHSA-rcjv-mgp8-qvmr CVE-2023-45142",
			"pkg:golang/go.opentelemetry.io/contrib/instrumentation@v0.42.0#github.com/emicklei/go-restful/otelrestful")},
	{"one project under two names of PyPI",
		vuln("pip-audit", "GHSA-75c9-jrh4-79mc CVE-2022-29216", "pkg:pypi/tensorflow@2.8.0"),
		vuln("osv-scanner", "GHSA-75c9-jrh4-79mc CVE-2022-29216", "pkg:pypi/tensorflow-gpu@2.8.0")},
	{"PEP 503 exchanges a dash, it does not drop it",
		vuln("trivy", "CVE-2024-6221", "pkg:pypi/flask-cors@4.0.1"),
		vuln("grype", "CVE-2024-6221", "pkg:pypi/flaskcors@4.0.1")},
	{"npm exchanges no dash",
		vuln("trivy", "CVE-2021-23337", "pkg:npm/lodash.template@4.5.0"),
		vuln("grype", "CVE-2021-23337", "pkg:npm/lodash-template@4.5.0")},
	{"two CVEs of one attack",
		vuln("govulncheck", "GO-2023-2102 CVE-2023-39325 GHSA-4374-p667-p6c8 ~CVE-2023-44487", "pkg:golang/golang.org/x/net@v0.9.0"),
		vuln("trivy", "CVE-2023-44487 GHSA-qppj-fm5r-hxr3", "pkg:golang/golang.org/x/net@v0.9.0")},
	{"two CVEs of one GO id",
		vuln("grype", "GHSA-4r78-hx75-jjj2 CVE-2018-17847", "pkg:golang/golang.org/x/net@v0.0.0-20180911220305-26e67e76b6c3"),
		vuln("osv-scanner", "GHSA-mv93-wvcp-7m7r CVE-2018-17848", "pkg:golang/golang.org/x/net@v0.0.0-20180911220305-26e67e76b6c3")},
	{"two CVEs that share an alias",
		vuln("grype", "CVE-2018-17847 GO-2022-0197", "pkg:golang/golang.org/x/net@v0.0.0-20180911220305-26e67e76b6c3"),
		vuln("trivy", "CVE-2018-17848 GO-2022-0197", "pkg:golang/golang.org/x/net@v0.0.0-20180911220305-26e67e76b6c3")},
	{"two CVEs of one id of Snyk",
		vuln("trivy", "CVE-2022-0235 SNYK-JS-NODEFETCH-2342118", "pkg:npm/node-fetch@2.6.6"),
		vuln("grype", "CVE-2022-1365 SNYK-JS-NODEFETCH-2342118", "pkg:npm/node-fetch@2.6.6")},
	{"two CVEs of one RHSA",
		vuln("trivy", "CVE-2018-0734 ~RHSA-2019:2304", "pkg:rpm/centos/openssl-libs@1.0.2k-16.el7?arch=x86_64&epoch=1"),
		vuln("grype", "CVE-2019-1559 ~RHSA-2019:2304", "pkg:rpm/centos/openssl-libs@1.0.2k-16.el7?arch=x86_64&epoch=1")},
	{"two CVEs of one DSA, one of them called its alias",
		vuln("osv-scanner", "DSA-4539-1 CVE-2019-1547", "pkg:deb/debian/libssl1.1@1.1.0k-1~deb9u1"),
		vuln("trivy", "CVE-2019-1563 ~DSA-4539-1", "pkg:deb/debian/libssl1.1@1.1.0k-1~deb9u1?arch=amd64")},
	{"an advisory that names no CVE, and a CVE",
		vuln("trivy", "openSUSE-SU-2020:0062-1", "pkg:rpm/opensuse/libopenssl1_1@1.1.0i-lp151.8.3.1?arch=x86_64"),
		vuln("grype", "CVE-2019-1551", "pkg:rpm/opensuse/libopenssl1_1@1.1.0i-lp151.8.3.1?arch=x86_64")},
	{"an id of Snyk that names no CVE, and a CVE",
		vuln("snyk", "SNYK-JS-LODASH-590103", "pkg:npm/lodash@4.17.15"),
		vuln("npm-audit", "GHSA-35jh-r3h4-6jhm CVE-2021-23337", "pkg:npm/lodash@4.17.15")},
	{"two CVEs of one package",
		vuln("trivy", "CVE-2019-14806", "pkg:pypi/werkzeug@0.11"),
		vuln("pip-audit", "CVE-2020-28724", "pkg:pypi/Werkzeug@0.11")},
	{"malware and a vulnerability of one package",
		vuln("osv-scanner", "MAL-2025-46974", "pkg:npm/debug@4.4.2"),
		vuln("grype", "CVE-2017-16137", "pkg:npm/debug@2.6.8")},
	{"a vulnerability and a licence of one package",
		vuln("trivy", "CVE-2022-21363", "pkg:maven/mysql/mysql-connector-java@8.0.27"),
		ofKind(gate.License, "osv-scanner", "GPL-2.0", "pkg:maven/mysql/mysql-connector-java@8.0.27")},
	{"two licences of one package",
		ofKind(gate.License, "osv-scanner", "MPL-1.1", "pkg:maven/org.javassist/javassist@3.28.0-GA"),
		ofKind(gate.License, "dependency-track", "LGPL-2.1", "pkg:maven/org.javassist/javassist@3.28.0-GA")},
	{"a name without package URL could be anybody's",
		named("dependency-check", "CVE-2023-0464", "openssl"),
		vuln("trivy", "CVE-2023-0464", "pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u3?arch=amd64&distro=debian-11.6")},
}

// What looks alike in code, and is two.
var unlikeInCode = []pair{
	{"three lines apart", weakness("bandit", "B602", "app/run.py", 12, 78), weakness("semgrep", "subprocess-shell-true", "app/run.py", 15, 78)},
	{"one tool at neighbouring lines", weakness("gosec", "G104", "main.go", 10, 703), weakness("gosec", "G104", "main.go", 11, 703)},
	{"one rule at two places of a file", weakness("semgrep", "formatted-template-string", "test.go", 27, 79),
		weakness("semgrep", "formatted-template-string", "test.go", 54, 79)},
	{"one CWE in two files", weakness("bandit", "B602", "app/run.py", 12, 78), weakness("semgrep", "subprocess-shell-true", "lib/run.py", 12, 78)},
	{"a file of the same name deeper down", weakness("bandit", "B602", "run.py", 12, 78),
		weakness("codeql", "py/command-line-injection", "app/run.py", 12, 78, 88)},
	{"a capital of a path", weakness("bandit", "B602", "App/run.py", 12, 78), weakness("semgrep", "subprocess-shell-true", "app/run.py", 12, 78)},
	{"two CWEs at one line", weakness("bandit", "B608", "app/run.py", 12, 89), weakness("semgrep", "subprocess-shell-true", "app/run.py", 12, 78)},
	{"no CWE at one line", weakness("eslint", "security/detect-object-injection", "a.js", 4), weakness("semgrep", "insecure-object-assign", "a.js", 4)},
	{"whole files have no line", weakness("sonarqube", "python:S5332", "a.py", 0, 319), weakness("semgrep", "insecure-transport", "a.py", 0, 319)},
	{"two secrets at one line", leak("gitleaks", "aws-access-token", ".env", 1, "AKIAIOSFODNN7EXAMPLE"),
		leak("trufflehog", "AWS", ".env", 1, "AKIAI44QH8DHBEXAMPLE")},
	{"two secrets that differ in a capital", leak("gitleaks", "generic-api-key", ".env", 1, "a1b2c3d4e5f6g7h8"),
		leak("trufflehog", "Generic", ".env", 1, "a1b2c3d4e5f6g7H8")},
	{"a secret, and a weakness at its line", leak("gitleaks", "generic-api-key", "conf.py", 5, "s3cr3t-of-the-app"),
		weakness("bandit", "B105", "conf.py", 5, 259)},
	{"one rule in two Dockerfiles", setting("trivy", "DS002", "Dockerfile"), setting("trivy", "DS002", "build/Dockerfile")},
	{"a setting, and a weakness of its file", setting("trivy", "DS002", "Dockerfile"), weakness("semgrep", "missing-user", "Dockerfile", 1, 250)},
}

func TestPairsThatStayTwo(t *testing.T) {
	pairs := slices.Concat(unlike, unlikeInCode)
	require.GreaterOrEqual(t, len(pairs), 30)
	for _, p := range pairs {
		t.Run(p.why, func(t *testing.T) {
			for _, findings := range [][]gate.Finding{{p.a, p.b}, {p.b, p.a}} {
				defects := mergeTools(findings...)
				require.Len(t, defects, 2, names(defects))
				assert.ElementsMatch(t, []string{p.a.Tool, p.b.Tool}, slices.Concat(defects[0].Tools, defects[1].Tools), "each has one tool")
				for _, print := range defects[0].Fingerprints {
					assert.NotContains(t, defects[1].Fingerprints, print, "the next scan must not take one for the other")
				}
			}
			assert.Equal(t, mergeTools(p.a, p.b), mergeTools(p.b, p.a))
		})
	}
}
