package gate_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// identify gives what one source's findings are known by.
func identify(findings ...gate.Finding) []gate.Identity {
	prints := gate.NewFingerprinter([]byte("key"))
	ids := make([]gate.Identity, len(findings))
	for i := range findings {
		ids[i] = prints.Identify(&findings[i])
	}
	return ids
}

func printOf(f gate.Finding) gate.Fingerprint { return identify(f)[0].Fingerprints[0] }

func inPackage(purl string) gate.Finding {
	return gate.Finding{Kind: gate.Vulnerability, ID: "CVE-2024-1", Component: gate.Component{PURL: purl}}
}

func inCode(change func(f *gate.Finding)) gate.Finding {
	f := gate.Finding{Tool: "t", Kind: gate.Code, ID: "rule", CWEs: []int{89, 79}, Location: gate.Location{Path: "src/a.go", Line: 10, Logical: "main"},
		Anchor: gate.Anchor{Hash: "h", Snippet: "x := 1"}}
	change(&f)
	return f
}

func TestPackageSpellings(t *testing.T) {
	for _, equal := range [][]string{
		{"pkg:npm/lodash@1.0.0", "pkg:npm/lodash@2.0.0", "pkg:npm/lodash", "pkg:npm/lodash?arch=x#sub/path", "pkg:NPM/Lodash", "pkg://npm/lodash"},
		{"pkg:npm/%40angular/core@1", "pkg:npm/@angular/core", "pkg:npm/@Angular/Core"},
		{"pkg:pypi/zope.interface", "pkg:pypi/Zope_Interface", "pkg:pypi/zope-interface", "pkg:pypi/zope._-interface", "pkg:pypi/ZOPE..interface"},
		{"pkg:deb/debian/openssl@1?distro=debian-12", "pkg:deb/debian/openssl@3?arch=amd64"},
		{"pkg:maven/org.a/b@1", "pkg:maven/org.a/b@2?type=jar"},
	} {
		for _, spelling := range equal {
			assert.Equal(t, printOf(inPackage(equal[0])), printOf(inPackage(spelling)), spelling)
		}
	}
	different := []string{"pkg:npm/lodash", "pkg:npm/lodash-es", "pkg:npm/a/b", "pkg:npm/a%2Fb/c", "pkg:pypi/lodash", "pkg:npm/a-b",
		"pkg:npm/a.b", "pkg:npm/a_b"}
	seen := map[gate.Fingerprint]string{}
	for _, purl := range different {
		p := printOf(inPackage(purl))
		assert.Empty(t, seen[p], purl)
		seen[p] = purl
	}
}

func TestComponentWithoutPackageURL(t *testing.T) {
	named := func(name string) gate.Finding {
		return gate.Finding{Kind: gate.Vulnerability, ID: "CVE-2024-1", Component: gate.Component{Name: name}}
	}
	assert.Equal(t, printOf(named("OpenSSL")), printOf(named("openssl")))
	assert.Equal(t, printOf(inPackage("pkg:generic/openssl")), printOf(named("openssl")))
	assert.NotEqual(t, printOf(named("openssl")), printOf(named("zlib")))
	broken := named("x")
	broken.Component.PURL = "no package URL"
	assert.Equal(t, printOf(named("x")), printOf(broken))
}

func TestOneFingerprintForEachID(t *testing.T) {
	f := inPackage("pkg:npm/a")
	f.Aliases = []string{"ghsa-AAAA-bbbb-cccc", "cve-2024-1", "DSA-1"}
	id := identify(f)[0]
	assert.Equal(t, []string{"CVE-2024-1", "GHSA-aaaa-bbbb-cccc"}, id.IDs)
	assert.Equal(t, []string{"DSA-1"}, id.Related)
	require.Len(t, id.Fingerprints, 2)
	assert.NotEqual(t, id.Fingerprints[0], id.Fingerprints[1])
	assert.Equal(t, printOf(inPackage("pkg:npm/a")), id.Fingerprints[0], "an alias more changes nothing of the first")
}

func TestKindsDiffer(t *testing.T) {
	seen := map[gate.Fingerprint]gate.Kind{}
	for _, kind := range gate.Kinds() {
		require.True(t, kind.Valid())
		p := printOf(gate.Finding{Kind: kind, ID: "X-1"})
		assert.Empty(t, seen[p], kind)
		seen[p] = kind
	}
	assert.False(t, gate.Kind("bug").Valid())
}

func TestAnchorOrder(t *testing.T) {
	base := printOf(inCode(func(*gate.Finding) {}))
	for name, c := range map[string]struct {
		change func(f *gate.Finding)
		same   bool
	}{
		"the line does not count":         {func(f *gate.Finding) { f.Location.Line = 99 }, true},
		"the snippet does not count":      {func(f *gate.Finding) { f.Anchor.Snippet = "y" }, true},
		"the logical place does not":      {func(f *gate.Finding) { f.Location.Logical = "other" }, true},
		"the layer does not":              {func(f *gate.Finding) { f.Location.Layer = "sha256:1" }, true},
		"the weaknesses do not":           {func(f *gate.Finding) { f.CWEs = []int{22} }, true},
		"nor does severity, title, tool":  {func(f *gate.Finding) { f.Tool, f.Title, f.Rating.Severity = "u", "t", gate.High }, true},
		"Windows paths":                   {func(f *gate.Finding) { f.Location.Path = `src\a.go` }, true},
		"other spellings of paths":        {func(f *gate.Finding) { f.Location.Path = "./src//b/../a.go" }, true},
		"file addresses":                  {func(f *gate.Finding) { f.Location.Path = "file://src/a.go" }, true},
		"the hash counts":                 {func(f *gate.Finding) { f.Anchor.Hash = "i" }, false},
		"the path counts":                 {func(f *gate.Finding) { f.Location.Path = "src/A.go" }, false},
		"the rule counts":                 {func(f *gate.Finding) { f.ID = "other" }, false},
		"a hash is no snippet":            {func(f *gate.Finding) { f.Anchor = gate.Anchor{Snippet: "h"} }, false},
		"a snippet is no logical place":   {func(f *gate.Finding) { f.Anchor, f.Location.Logical = gate.Anchor{}, "h" }, false},
		"a path does not run into a hash": {func(f *gate.Finding) { f.Location.Path, f.Anchor.Hash = "src/a.goh", "" }, false},
	} {
		assert.Equal(t, c.same, base == printOf(inCode(c.change)), name)
	}
}

func TestAnchorsInTheirTurn(t *testing.T) {
	snippet := func(s string, line int) gate.Finding {
		return inCode(func(f *gate.Finding) { f.Anchor, f.Location.Line = gate.Anchor{Snippet: s}, line })
	}
	assert.Equal(t, printOf(snippet("x := 1", 1)), printOf(snippet("\tx\u00a0:=\r\n 1", 2)), "white space does not count")
	assert.NotEqual(t, printOf(snippet("x := 1", 1)), printOf(snippet("x := 2", 1)))
	logical := func(l string, line int) gate.Finding {
		return inCode(func(f *gate.Finding) { f.Anchor, f.Location.Logical, f.Location.Line = gate.Anchor{}, l, line })
	}
	assert.Equal(t, printOf(logical("main", 1)), printOf(logical("main", 2)))
	assert.NotEqual(t, printOf(logical("main", 1)), printOf(logical("init", 1)))
	assert.NotEqual(t, printOf(logical("", 1)), printOf(logical("", 2)), "only the line is left")
}

func TestOrdinals(t *testing.T) {
	same := inCode(func(*gate.Finding) {})
	ids := identify(same, same, same)
	assert.NotEqual(t, ids[0].Fingerprints, ids[1].Fingerprints)
	assert.NotEqual(t, ids[1].Fingerprints, ids[2].Fingerprints)
	assert.Equal(t, ids, identify(same, same, same), "each source counts for itself")
}

func TestSecrets(t *testing.T) {
	const secret = "AKIA-very-secret"
	find := func(change func(f *gate.Finding)) gate.Finding {
		f := gate.Finding{Kind: gate.Secret, ID: "aws-key", Secret: secret, Location: gate.Location{Path: "a.env", Line: 1}}
		change(&f)
		return f
	}
	print := printOf(find(func(*gate.Finding) {}))
	assert.Equal(t, print, printOf(find(func(f *gate.Finding) { f.ID, f.Location.Path, f.CWEs = "other-rule", "b.env", []int{798} })),
		"it follows the secret")
	assert.NotEqual(t, print, printOf(find(func(f *gate.Finding) { f.Secret = "other" })))
	other := find(func(*gate.Finding) {})
	assert.NotEqual(t, print, gate.NewFingerprinter([]byte("other key")).Identify(&other).Fingerprints[0], "a guess needs the key")
	for _, plain := range []string{secret, "secret" + secret, "\x06secret\x10" + secret} {
		assert.NotEqual(t, gate.Fingerprint(sha256.Sum256([]byte(plain))), print)
	}

	hidden := find(func(f *gate.Finding) { f.Secret, f.Anchor.Snippet = "", "password = "+secret })
	changed := find(func(f *gate.Finding) { f.Secret, f.Anchor.Snippet = "", "password = other" })
	assert.Equal(t, printOf(hidden), printOf(changed), "the snippet of a secret is not used")

	m := gate.NewMerger(gate.MergeOptions{SecretKey: []byte("key")})
	f := find(func(f *gate.Finding) { f.Anchor.Snippet = "key=" + secret })
	m.From("report.json")(&f)
	text, err := json.Marshal(m.Defects())
	require.NoError(t, err)
	assert.NotContains(t, string(text)+fmt.Sprintf("%+v", m), secret, "it leaves no trace")
}

func TestFingerprintText(t *testing.T) {
	want := printOf(inPackage("pkg:npm/a"))
	text, err := want.MarshalText()
	require.NoError(t, err)
	assert.Equal(t, want.String(), string(text))
	var got gate.Fingerprint
	require.NoError(t, got.UnmarshalText([]byte(strings.ToUpper(string(text)))))
	assert.Equal(t, want, got)
	for _, bad := range []string{"", "ab", string(text[:62]), string(text) + "00", strings.Repeat("z", 64)} {
		assert.ErrorContains(t, got.UnmarshalText([]byte(bad)), "64 hexadecimal digits", bad)
	}
}
