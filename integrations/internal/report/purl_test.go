package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

func TestEcosystemURL(t *testing.T) {
	for _, c := range []struct{ ecosystem, name, version, want string }{
		{"npm", "@babel/core", "7.0.0", "pkg:npm/%40babel/core@7.0.0"},
		{"PyPI", "Django", "3.2", "pkg:pypi/Django@3.2"},
		{"Maven", "org.apache.logging.log4j:log4j-core", "2.14.1", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"},
		{"Go", "github.com/gin-gonic/gin", "v1.9.0", "pkg:golang/github.com/gin-gonic/gin@v1.9.0"},
		{"Debian:12", "openssl", "3.0.9-1", "pkg:deb/debian/openssl@3.0.9-1"},
		{"crates.io", "smallvec", "1.6.0", "pkg:cargo/smallvec@1.6.0"},
		{"Packagist", "twig/twig", "", "pkg:composer/twig/twig"},
		{"nobody's", "a", "1", ""},
		{"npm", "", "1", ""},
	} {
		require.Equal(t, c.want, report.EcosystemURL(c.ecosystem, c.name, c.version))
	}
}
