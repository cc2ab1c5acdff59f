package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

func TestAnonymous(t *testing.T) {
	for address, want := range map[string]string{
		"https://user:secret@example.com/a?b=c@d": "https://example.com/a?b=c@d",
		"https://user@example.com:8443":           "https://example.com:8443",
		"user:secret@example.com/a":               "example.com/a",
		"https://user:a/b@example.com/x":          "https://example.com/x",
		"https://us%er:p@example.com/":            "https://example.com/",
		"https://example.com/a@b":                 "https://example.com/a@b",
		"example.com:443":                         "example.com:443",
		"":                                        "",
	} {
		require.Equal(t, want, report.Anonymous(address))
	}
}
