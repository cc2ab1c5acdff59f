package vers_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/vers"
)

func TestRangeContains(t *testing.T) {
	for text, c := range map[string]struct{ in, out string }{
		"vers:npm/>=1.0.0|<2.0.0|!=1.5.0":                 {"1.0.0 1.5.1 1.5.0-rc.1 2.0.0-alpha", "1.5.0 2.0.0 0.9.9 1.0.0-alpha 1.5 latest"},
		"vers:npm/1.2.3|>=2.0.0|<5.0.0":                   {"1.2.3 2.0.0 4.9.9", "1.2.4 5.0.0 1.2.3-0"},
		"vers:npm/<1.0.0|>=2.0.0|<=3.0.0|>4.0.0":          {"0.1.0 2.0.0 3.0.0 4.0.1", "1.0.0 1.5.0 3.0.1 4.0.0"},
		"vers:npm/>1.0.0-alpha.9":                         {"1.0.0-alpha.10 1.0.0-beta 1.0.0", "1.0.0-alpha.9 1.0.0-alpha.1 1.0.0-9"},
		"vers:npm/!=1.0.0":                                {"1.0.1 0.1.0", "1.0.0 1.0.0+build 1.0 x"},
		"vers:npm/1.0.0|!=2.0.0":                          {"1.0.0", "2.0.0 3.0.0"},
		"vers:npm/*":                                      {"1.0.0 anything", ""},
		"vers:*":                                          {"1 2", ""},
		"vers:none/*":                                     {"", "1 2"},
		"vers:golang/>=1.2.0|<1.4.0":                      {"v1.2.0 1.3.9 v1.3.0+incompatible v1.4.0-0.20250101000000-0123456789ab", "v1.4.0 v1.4.0+incompatible v1.2.0-rc.1 1.2"},
		"vers:golang/<v0.0.0-20250601000000-aaaaaaaaaaaa": {"v0.0.0-20250101000000-ffffffffffff", "v0.0.0-20250701000000-000000000000 v0.0.0"},
		"vers:pypi/>=1.0|<2.0":                            {"1.0.0 1.1.post1 2.0rc1 2.0.dev1 1.5+ubuntu-1", "2.0.0 1.0a1 1!1.5 1.0.dev0 x"},
		"vers:pypi/1.0":                                   {"1 1.0.0 v1.0", "1.0.post1 1.0+a"},
		"vers:maven/>=1.0.0-beta1|<=1.7.5":                {"1.0.0-beta-2 1.0.0 1.7.5 1.7.5.Final 1.7.5-SNAPSHOT", "1.0.0-alpha1 1.7.5-1 1.7.5-sp 1.0-beta-1-2-3"},
		"vers:maven/<31.1-jre":                            {"31.0.1-jre 31.1-android", "31.1-jre 31.2-android"},
		"vers:gem/>=2.2.0|!=2.2.1|<2.3.0":                 {"2.2 2.2.2 2.3.0.rc1 2.3.0-1", "2.2.1 2.3 2.2.0.pre1"},
		"vers:deb/>=1:1.2-1|<1:1.2-3+deb12u1":             {"1:1.2-1 1:1.2-3 1:1.2-3~bpo1", "1.2-2 1:1.2~rc1-1 1:1.2-3+deb12u1 1:1.2-3+deb12u2"},
		"vers:rpm/<0:4.18.0-553.el8":                      {"4.18.0-552.9.el8 0:4.18.0-80.el8 4.18.0~rc1-900", "4.18.0-553.el8 1:1.0-1 4.18.0-553.1.el8 4.18.0^git1-1"},
		"vers:apk/>=1.2.0-r1|<1.2.5_p1":                   {"1.2.0-r2 1.2.5 1.2.5_rc1-r3 1.2.3a", "1.2.0 1.2.0-r0 1.2.0_rc1-r5 1.2.5_p1 1.2.5a"},
		"vers:alpine/<3.0":                                {"2.9-r0", "3.0"},
		"vers:generic/7.1|7.2":                            {"7.1 7.2", "7.10 7.1.0 7"},
		"vers:npm/1.0|2.0":                                {"1.0", "1.0.0"},
		"vers:generic/!=7.1":                              {"", "7.1 7.2"},
		"vers:generic/>=7.1|7.0":                          {"", "7.0 7.1 7.2"},
		"vers:npm/>=1.0|<2.0.0|0.1.0":                     {"", "0.1.0 1.0 1.0.0 1.5.0"},
		"vers:deb/<99999999999999999999":                  {"", "1 99999999999999999998"},
		"vers:npm/<99999999999999999999.0.0":              {"1.0.0 99999999999999999998.0.0", "99999999999999999999.0.0"},
		"vers:rpm/1%2B2|%3E3":                             {"", "1 2"},
		"vers:generic/1%7C2%25":                           {"1|2%", "1"},
	} {
		r, err := vers.Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, text, r.String())
		for version := range strings.FieldsSeq(c.in) {
			require.True(t, r.Contains(version), "%s in %s", version, text)
		}
		for version := range strings.FieldsSeq(c.out) {
			require.False(t, r.Contains(version), "%s not in %s", version, text)
		}
	}
}

// A version that is not known lies in a range of all versions alone.
func TestNoVersionIsInNoRange(t *testing.T) {
	for text, want := range map[string]bool{"vers:npm/*": true, "vers:npm/<1.0.0": false, "vers:generic/1": false, "vers:npm/!=1.0.0": false} {
		r, err := vers.Parse(text)
		require.NoError(t, err)
		require.Equal(t, want, r.Contains(""), text)
		require.Equal(t, want, r.Contains("1."+strings.Repeat("0", 300)), text)
	}
}

func TestVersionIsNoLongerThanItsBound(t *testing.T) {
	r, err := vers.Parse("vers:pypi/>=1")
	require.NoError(t, err)
	require.True(t, r.Contains(strings.Repeat("1", 256)))
	require.False(t, r.Contains(strings.Repeat("1", 257)))
}

// Spellings that the rules of an ecosystem take for one, or do not.
func TestSpellings(t *testing.T) {
	for text, c := range map[string]struct{ in, out string }{
		"vers:maven/<1":      {"1-a1 1-alpha-1 1-b2 1-m3 1-cr1", "1-a-1 1-final-2 1-ga2 1-0 1.0.0 1-final 1-GA 1-sp"},
		"vers:maven/1":       {"1.0 1-0 1.0.0.Final 1-ga 1-release", "1-1 1-00001 1-final-2"},
		"vers:maven/>=1":     {"1 1-sp-2 1.0.1-alpha", "1-final-2 1-alpha"},
		"vers:gem/1.a":       {"1.0.a 1.0.0.a 1.a.0 1.a.0.0", "1 1.0.1.a 1.a.1"},
		"vers:gem/1-2":       {"1.pre.2", "1.2 1.0"},
		"vers:pypi/1rc1":     {"1.0-c.1 v1.0PRE1 1_preview1", "1.0rc2 1.0"},
		"vers:pypi/1.post1":  {"1-1 1.r1 1rev1 1.0-post.1", "1.1 1"},
		"vers:apk/1.05":      {"1.05", "1.5 1.050"},
		"vers:golang/v1.0.0": {"1.0.0 v1.0.0 v1.0.0+incompatible", "v1 vv1.0.0 v1.0"},
	} {
		r, err := vers.Parse(text)
		require.NoError(t, err, text)
		for version := range strings.FieldsSeq(c.in) {
			require.True(t, r.Contains(version), "%s in %s", version, text)
		}
		for version := range strings.FieldsSeq(c.out) {
			require.False(t, r.Contains(version), "%s not in %s", version, text)
		}
	}
}

func TestWhatIsNoRangeIsRefused(t *testing.T) {
	for text, problem := range map[string]string{
		"":                                     `does not begin with "vers:"`,
		"vls/>=1|<2":                           `does not begin with "vers:"`,
		"VERS:npm/1.0.0":                       `does not begin with "vers:"`,
		"vers:NPM/1.0.0":                       "names no ecosystem",
		"vers:invalid/*":                       "names no ecosystem",
		"vers:npm":                             "names no ecosystem",
		"vers:/1":                              "names no ecosystem",
		"vers:npm/>=1.0.0| <2.0.0":             "has blanks",
		"vers:npm/1.0.0é":                      "not ASCII",
		"vers:npm/":                            "names no version",
		"vers:npm/|1.0.0":                      "names no version",
		"vers:npm/1.0.0||2.0.0":                "names no version",
		"vers:npm/1.0.0|":                      "names no version",
		"vers:npm/>=":                          "names no version",
		"vers:npm/1.0.0|*":                     "has to be escaped",
		"vers:npm/*|*":                         "has to be escaped",
		"vers:npm/1.0=0":                       "has to be escaped",
		"vers:npm/1.0%2G0":                     "not escaped properly",
		"vers:npm/1.0.0|1.0.0":                 "stands twice",
		"vers:npm/>1.0.0|<1.0.0+build":         "stands twice",
		"vers:pypi/1.0|1.0.0":                  "stands twice",
		"vers:generic/1|2|1":                   "stands twice",
		"vers:npm/>1.0.0|>2.0.0":               "one of them says nothing",
		"vers:npm/<1.0.0|<=2.0.0":              "one of them says nothing",
		"vers:npm/>=1.0.0|1.5.0":               "one of them says nothing",
		"vers:npm/1.5.0|<2.0.0":                "one of them says nothing",
		"vers:npm/>=1.0.0|!=1.2.0|>1.5.0":      "one of them says nothing",
		"vers:npm/" + strings.Repeat("1", 257): "1 to 256 bytes",
		"vers:npm/" + strings.Repeat("1|", 1000) + "1": "more than 1000 constraints",
		"vers:npm/" + strings.Repeat("1", 1<<20):       "longer than",
	} {
		_, err := vers.Parse(text)
		require.ErrorIs(t, err, vers.ErrRange, text)
		require.ErrorContains(t, err, problem)
		require.Less(t, len(err.Error()), 300)
	}
}

func FuzzRange(f *testing.F) {
	for _, text := range []string{"vers:npm/>=1.0.0|<2.0.0|!=1.5.0", "vers:golang/v1.0.0+incompatible", "vers:pypi/1!1.0a1.post2.dev3+l.1|>2", "vers:maven/1-alpha-1|>=2.Final",
		"vers:gem/1.0.rc1-2", "vers:deb/1:1.0~rc1-1+b1", "vers:rpm/<1:2^git-3", "vers:apk/1.0a_rc1_p2-r3", "vers:generic/%41", "vers:*"} {
		for _, version := range []string{"1.0.0", "1:2~3-4", "1.0_rc1-r0", ""} {
			f.Add(text, version)
		}
	}
	f.Fuzz(func(t *testing.T, text, version string) {
		r, err := vers.Parse(text)
		if err != nil {
			return
		}
		r.Contains(version)
		if r.String() != text {
			t.Fatalf("%q is written %q", text, r)
		}
		if !r.Contains(version) && strings.HasSuffix(text, "/*") && !strings.HasPrefix(text, "vers:none/") {
			t.Fatal("a range of all versions lacks one")
		}
	})
}

func TestTrustedRanges(t *testing.T) {
	require.True(t, vers.Trusted("vers:npm/<2.0.0").Contains("1.0.0"))
	for _, text := range []string{"", "vls/<2", "<2.0.0", "all versions", "vers:npm/<2.0.0 "} {
		r := vers.Trusted(text)
		require.NotNil(t, r)
		require.Equal(t, text, r.String())
		require.False(t, r.Contains("1.0.0"), text)
		require.False(t, r.Contains(""), text)
	}
}

func TestExactlyOneVersion(t *testing.T) {
	for _, version := range []string{"1.0.0", "v1", "1.0+a", "<2|=*!%", "R3 (beta)", "é"} {
		require.True(t, vers.Exactly("nobodys", version).Contains(version), version)
		require.False(t, vers.Exactly("nobodys", version).Contains(version+"1"), version)
	}
	require.True(t, vers.Exactly("PyPI", "1.0").Contains("1.0.0"))
	require.False(t, vers.Exactly("", "1").Contains("1"))
	require.False(t, vers.Exactly("npm", "").Contains(""))
}

func TestRangeOfAPackage(t *testing.T) {
	require.Nil(t, vers.OfPackage("pkg:npm/a@1.0.0?arch=arm"))
	require.Nil(t, vers.OfPackage("no package"))
	require.Equal(t, "vers:npm/<2.0.0", vers.OfPackage("pkg:npm/a?vers=vers:npm/%3C2.0.0").String())
	require.False(t, vers.OfPackage("pkg:npm/a?vers=%3C2").Contains("1.0.0"))
}

// "pkg:npm/a@" is not "pkg:npm/a": whoever wrote it did not mean every version.
func TestPackageURLThatBeginsAVersionAndGivesNone(t *testing.T) {
	for _, purl := range []string{"pkg:npm/a@", "pkg:npm/%40s/a@", "pkg:npm/a@?arch=x", "pkg:npm/a@?arch=x@1", "pkg:npm/a@#s", "pkg:npm/a@#s?x@1", "pkg:npm/a@@",
		"pkg:npm/a?vers=", "pkg:npm/a?vers", "pkg:npm/a@1?VERS=", "pkg:npm/a?arch=x&vers="} {
		_, err := vers.Package(purl)
		require.ErrorIs(t, err, vers.ErrHollow, purl)
		require.NotNil(t, vers.OfPackage(purl), purl)
		for _, version := range []string{"", "1"} {
			require.False(t, vers.OfPackage(purl).Contains(version), purl)
		}
	}
	for _, purl := range []string{"pkg:npm/a", "pkg:npm/@s/a", "pkg:npm/a@1", "pkg:npm/a?x=@", "pkg:npm/a#x@", "pkg:npm/a?"} {
		_, err := vers.Package(purl)
		require.NoError(t, err, purl)
		require.Nil(t, vers.OfPackage(purl), purl)
	}
}

func TestPackageURLsInDoubtAreTold(t *testing.T) {
	var d vers.Doubts
	d.Note([]gate.Product{{}, {PURL: "pkg:npm/a@1", Within: &gate.Product{PURL: "pkg:oci/till"}}})
	require.Empty(t, d.Warnings())
	d.Note([]gate.Product{{PURL: "pkg:npm/a", Within: &gate.Product{PURL: "pkg:oci/till@"}}})
	require.Equal(t, []string{`1 package URL cannot be read, and matches nothing: "pkg:oci/till@"`}, d.Warnings())
	d.Note([]gate.Product{{PURL: "pkg:npm"}, {PURL: "pkg:oci/till@"}})
	require.Equal(t, []string{`2 package URLs cannot be read, and match nothing: "pkg:oci/till@" is the first`}, d.Warnings())
}

func TestWhatLiesInTwoRangesCannotBeTold(t *testing.T) {
	two, three := vers.Trusted("vers:npm/<2.0.0"), vers.Trusted("vers:npm/<3.0.0")
	require.Nil(t, vers.Both(nil, nil))
	require.Equal(t, two, vers.Both(two, nil))
	require.Equal(t, two, vers.Both(nil, two))
	require.Equal(t, two, vers.Both(two, vers.Trusted("vers:npm/<2.0.0")))
	require.False(t, vers.Both(two, three).Contains("1.0.0"))
}

func TestExcept(t *testing.T) {
	for _, c := range []struct {
		in     string
		others []string
		yes    string
		no     string
	}{
		{"vers:npm/*", nil, "1.0.0 x", ""},
		{"vers:npm/*", []string{"vers:npm/1.5.0"}, "1.0.0 1.5.1", "1.5.0 x"},
		{"vers:npm/>=1.0.0", []string{"vers:npm/<1.2.0", "vers:npm/2.0.0"}, "1.2.0 3.0.0", "1.0.0 2.0.0 0.1.0"},
		{"vers:npm/*", []string{"vers:npm/*"}, "", "1.0.0 x"},
		{"vers:npm/*", []string{"vers:none/*"}, "1.0.0 x", ""},
		{"vers:npm/*", []string{"<2"}, "", "1.0.0 3.0.0"},
		{"vers:nuget/1.0|2.0", []string{"vers:nuget/2.0"}, "1.0", "2.0 3.0"},
		{"vers:nuget/1.0|2.0", []string{"vers:nuget/!=2.0"}, "", "1.0 2.0"},
		{"vers:nuget/1.0|2.0", []string{"vers:nuget/>2.0"}, "", "1.0 2.0"},
	} {
		others := make([]gate.Versions, len(c.others))
		for i, text := range c.others {
			others[i] = vers.Trusted(text)
		}
		r := vers.Except(vers.Trusted(c.in), others)
		for version := range strings.FieldsSeq(c.yes) {
			require.True(t, r.Contains(version), "%s in %s", version, r)
		}
		for version := range strings.FieldsSeq(c.no) {
			require.False(t, r.Contains(version), "%s not in %s", version, r)
		}
	}
	require.Equal(t, "vers:npm/* without <2, x", vers.Except(vers.Trusted("vers:npm/*"), []gate.Versions{vers.Trusted("<2"), vers.Trusted("x")}).String())
}
