package github

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"testing"

	"github.com/stretchr/testify/require"
)

// Of an archive counts what is what its id says, up to where it can be read.
func TestAnArchiveGivesWhatItsIDsSay(t *testing.T) {
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	files := tar.NewWriter(zipped)
	for _, text := range []string{"one", "another", "not asked for"} {
		require.NoError(t, files.WriteHeader(&tar.Header{Name: "acme-shop/" + text, Mode: 0o644, Size: int64(len(text))}))
		_, err := files.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, files.Close())
	require.NoError(t, zipped.Close())
	one := blobIDs([]byte("one"))[0]
	require.Equal(t, "43dd47ea691c90a5fa7827892c70241913351963", one, "as git hash-object says")
	wanted := map[string]bool{one: true, blobIDs([]byte("something else"))[0]: true}
	require.Equal(t, map[string][]byte{one: []byte("one")}, filesOf(packed.Bytes(), wanted))
	for cut := range packed.Len() {
		require.LessOrEqual(t, len(filesOf(packed.Bytes()[:cut], wanted)), 1)
	}
}
