package semgrep_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

func TestSeverities(t *testing.T) {
	for member, want := range map[string]gate.Severity{
		`"severity":"CRITICAL"`: gate.Critical, `"severity":"HIGH"`: gate.High, `"severity":"MEDIUM"`: gate.Medium, `"severity":"LOW"`: gate.Low,
		`"severity":"ERROR"`: gate.High, `"severity":"WARNING"`: gate.Medium, `"severity":"INFO"`: gate.Low,
		`"severity":"INVENTORY"`: gate.None, `"severity":"EXPERIMENT"`: gate.Unknown, `"severity":"SPICY"`: gate.Critical,
		`"severity":""`: gate.Critical, `"message":"m"`: gate.Critical,
	} {
		require.Equal(t, want, one(t, member).Rating.Severity, member)
	}
}

func TestMetadataOfAnyShape(t *testing.T) {
	for metadata, want := range map[string][]int{
		`{"cwe":"CWE-79: XSS"}`:                {79},
		`{"cwe":["CWE-79: XSS","CWE-80"]}`:     {79, 80},
		`{"cwe":[79,{"a":1},null]}`:            nil,
		`{"cwe":{"CWE-79":true},"source":[7]}`: nil,
		`{}`:                                   nil, `null`: nil,
	} {
		f := one(t, `"metadata":`+metadata)
		require.Equal(t, want, f.CWEs, metadata)
		require.Empty(t, f.URL)
	}
}

func TestCertainty(t *testing.T) {
	for extra, want := range map[string]gate.Certainty{
		`"metadata":{"confidence":"HIGH"}`:                                        gate.HighCertainty,
		`"metadata":{"confidence":"low"},"validation_state":"NO_VALIDATOR"`:       gate.LowCertainty,
		`"metadata":{"confidence":"LOW"},"validation_state":"CONFIRMED_VALID"`:    gate.Verified,
		`"metadata":{"confidence":"HIGH"},"validation_state":"CONFIRMED_INVALID"`: gate.LowCertainty,
		`"metadata":{"confidence":"HIGH"},"validation_state":"VALIDATION_ERROR"`:  gate.HighCertainty,
		`"metadata":{"confidence":"SURE"}`:                                        "",
		`"message":"m"`:                                                           "",
	} {
		require.Equal(t, want, one(t, extra).Certainty, extra)
	}
}

func TestTextOfASecretIsNowhere(t *testing.T) {
	const text = "not-a-real-secret-1"
	f := one(t, `"message":"found `+text+`","lines":"key = `+text+`","fix":"key = `+text[1:]+`","metadata":{"product":"secrets"},"validation_state":"NO_VALIDATOR"`)
	require.Equal(t, gate.Secret, f.Kind)
	require.Equal(t, "rule", f.Title)
	require.Empty(t, f.Secret+f.Anchor.Snippet+f.Remedy, "the report has the line, and not the secret alone")
	require.Equal(t, gate.Code, one(t, `"validation_state":"NO_VALIDATOR"`).Kind, "code has this member too")
}

const found = `"dependency_match":{"dependency_pattern":{"ecosystem":"pypi","package":"example-rpc"},
	"found_dependency":{"package":"example-rpc","version":"1.47.0","ecosystem":"pypi"}}`

func TestReachability(t *testing.T) {
	for kind, want := range map[string]*gate.Word{
		`["TransitiveUnreachable",{"analyzed_packages":[],"explanation":"no call\nmore"}]`: {
			By: "semgrep", Reason: "TransitiveUnreachable: no call", Said: gate.NotAffected},
		`["TransitiveUnreachable",{"explanation":null}]`: {By: "semgrep", Reason: "TransitiveUnreachable", Said: gate.NotAffected},
		`["TransitiveUnreachable"]`:                      {By: "semgrep", Reason: "TransitiveUnreachable", Said: gate.NotAffected},
		`"TransitiveUnreachable"`:                        nil,
		`"DirectReachable"`:                              nil,
		`["TransitiveReachable",{}]`:                     nil,
		`["TransitiveUndetermined",{}]`:                  nil,
		`["LockfileOnlyMatch","transitive"]`:             nil,
		`["Unreachable"]`:                                nil,
		`[]`:                                             nil,
		`null`:                                           nil,
	} {
		f := one(t, `"sca_info":{"reachable":false,"kind":`+kind+`,`+found+`}`)
		require.Equal(t, want, f.Word, kind)
		require.Equal(t, want != nil, f.State == gate.NotAffected, kind)
	}
	f := one(t, `"is_ignored":true,"sca_info":{"kind":["TransitiveUnreachable",{}],`+found+`}`)
	require.Equal(t, gate.Suppressed, f.State, "what was ignored needs no other word")
}

func TestDependency(t *testing.T) {
	f := one(t, `"message":"m","lines":"x","sca_info":{`+found+`},"metadata":{"sca-vuln-database-identifier":"CVE-2026-12345",
		"publish-date":"1960-01-01T00:00:00Z","references":["https://advisories.example.org/GHSA-aaaa-bbbb-cccc"],
		"sca-fix-versions":[{"example-rpc":"1.53.0"},{"other":"2.0.0"},{"example-rpc":"1.48.1"},7]}`)
	require.Equal(t, gate.Vulnerability, f.Kind)
	require.Equal(t, gate.Component{PURL: "pkg:pypi/example-rpc@1.47.0", Name: "example-rpc", Version: "1.47.0", Fixed: []string{"1.53.0", "1.48.1"}}, f.Component)
	require.Equal(t, []string{"CVE-2026-12345"}, f.Aliases)
	require.Equal(t, []string{"GHSA-aaaa-bbbb-cccc"}, f.Related)
	require.True(t, f.Published.IsZero(), "nobody can mean this day")
	_, scan := parse(t, `{"results":[{"check_id":"ssc-1","extra":{"sca_info":{`+found+`},"metadata":{"publish-date":"1960-01-01T00:00:00Z"}}}]}`)
	require.Equal(t, []string{"1 date before 1971 counts as not known (metadata.publish-date)"}, scan.Warnings)
}

func TestEcosystems(t *testing.T) {
	for ecosystem, want := range map[string]string{
		"npm": "pkg:npm/a@1", "pypi": "pkg:pypi/a@1", "gem": "pkg:gem/a@1", "gomod": "pkg:golang/a@1", "cargo": "pkg:cargo/a@1",
		"maven": "pkg:maven/a@1", "composer": "pkg:composer/a@1", "nuget": "pkg:nuget/a@1", "pub": "pkg:pub/a@1", "swiftpm": "pkg:swift/a@1",
		"cocoapods": "pkg:cocoapods/a@1", "mix": "pkg:hex/a@1", "hex": "pkg:hex/a@1", "opam": "pkg:opam/a@1", "other": "",
	} {
		f := one(t, `"sca_info":{"dependency_match":{"found_dependency":{"package":"a","version":"1","ecosystem":"`+ecosystem+`"}}}`)
		require.Equal(t, want, f.Component.PURL, ecosystem)
		require.Equal(t, "a", f.Component.Name)
	}
}
