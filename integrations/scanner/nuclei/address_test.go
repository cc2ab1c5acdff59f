package nuclei_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/nuclei"
)

func TestPasswordsInAddressesAreKeptNowhere(t *testing.T) {
	for written, want := range map[string]string{
		"https://me:hunter2@host.example/a?b=c": "https://host.example/a",
		"https://me:hunter2/x@host.example/a":   "https://host.example/a",
		"https://me:hunter2?x#y@host.example/a": "https://host.example/a",
		"https://me:hunter2%zz@host.example/a":  "https://host.example/a",
		"https://me:hun@ter2@host.example/a":    "https://host.example/a",
		"me:hunter2@host.example:8080":          "host.example:8080",
		"me:hunter2/x@host.example/a":           "host.example/a",
		"https://host.example:8080/@scope/a":    "https://host.example:8080/@scope/a",
		"https://host.example/%zz/@scope":       "https://host.example/%zz/@scope",
		"host.example:8080/@scope":              "host.example:8080/@scope",
	} {
		for _, members := range []string{`"matched-at":%q,"host":%q`, `"matched":%q,"url":%q`} {
			f := one(t, fmt.Sprintf(members, written, written)+fmt.Sprintf(`,"info":{"name":%q}`, "Login at "+written))
			require.Equal(t, want, f.Location.Logical, written)
			require.NotContains(t, fmt.Sprintf("%+v", f), "ter2", written)
		}
		f := one(t, fmt.Sprintf(`"template-id":"CVE-2026-11111","host":%q`, written)[len(`"template-id":"CVE-2026-11111",`):]+
			`,"info":{"classification":{"cve-id":"CVE-2026-11111"}}`)
		require.NotContains(t, fmt.Sprintf("%+v", f), "ter2", written)
		require.NotEmpty(t, f.Component.Name)
	}
	_, scan, err := reporttest.Parse(nuclei.JSON, []byte(`[{"template-id":"a","host":"https://me:hunter2@h","matcher-status":false,
		"error":"no answer of https://me:hunter2@h/x"}]`))
	require.NoError(t, err)
	require.Equal(t, "a at https://h: no answer of https://h/x", scan.Failed)
}

func TestVulnerabilityOfNoHostIsOneOfItsAddress(t *testing.T) {
	f := one(t, `"matched-at":"h.example:22","info":{"classification":{"cve-id":"CVE-2026-11111"}}`)
	require.Equal(t, "h.example:22", f.Component.Name)
}
