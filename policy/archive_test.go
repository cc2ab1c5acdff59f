package policy_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/policy"
)

// TestArchivesThatHideARule packs rules in ways in which OPA's loader does not see them.
func TestArchivesThatHideARule(t *testing.T) {
	const text = "package main\n\ndeny contains \"x\" if input.summary.open > 3"
	file := func(name string) tar.Header {
		return tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600, Size: int64(len(text))}
	}
	for name, c := range map[string]struct {
		members []tar.Header
		behind  string
		want    string
	}{
		"all is seen":           {[]tar.Header{{Typeflag: tar.TypeDir, Name: "a/", Mode: 0o700}, file("a/b.rego"), file("README.md")}, "", ""},
		"a hard link":           {[]tar.Header{file("a.rego"), {Typeflag: tar.TypeLink, Name: "b.rego", Linkname: "a.rego"}}, "", `"b.rego" is a link`},
		"a symbolic link":       {[]tar.Header{file("a.rego"), {Typeflag: tar.TypeSymlink, Name: "b.rego", Linkname: "a.rego"}}, "", `"b.rego" is a link`},
		"a file twice":          {[]tar.Header{file("a.rego"), file("./a.rego")}, "", `"a.rego" stands twice`},
		"an ending in capitals": {[]tar.Header{file("a.rego"), file("b.REGO")}, "", `"b.REGO" would be left out`},
		"bytes behind the end":  {[]tar.Header{file("a.rego")}, "more", "behind its last file"},
	} {
		t.Run(name, func(t *testing.T) {
			var packed bytes.Buffer
			zip := gzip.NewWriter(&packed)
			pack := tar.NewWriter(zip)
			for _, m := range c.members {
				require.NoError(t, pack.WriteHeader(&m))
				if m.Typeflag == tar.TypeReg {
					_, err := pack.Write([]byte(text))
					require.NoError(t, err)
				}
			}
			require.NoError(t, pack.Close())
			require.NoError(t, zip.Close())
			packed.WriteString(c.behind)
			path := filepath.Join(t.TempDir(), "bundle.tar.gz")
			require.NoError(t, os.WriteFile(path, packed.Bytes(), 0o600))
			_, err := policy.Read(path)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}
