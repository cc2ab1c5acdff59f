package phrase_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

func TestAComponentHasAName(t *testing.T) {
	for want, c := range map[string]gate.Component{
		"":                 {},
		"openssl 1.0":      {Name: "openssl", Version: "1.0", PURL: "pkg:apk/alpine/libssl@1.1"},
		"openssl":          {Name: "openssl"},
		"@acme/cart 1.2.3": {PURL: "pkg:npm/%40acme/cart@1.2.3?arch=x"},
		"org.acme/cart 2":  {PURL: "pkg:maven/org.acme/cart", Version: "2"},
		"cart":             {PURL: "pkg:npm/cart"},
		"acme:cart 1":      {PURL: "acme:cart", Version: "1"},
	} {
		require.Equal(t, want, phrase.Component(c))
	}
}
