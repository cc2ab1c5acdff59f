package tree_test

import (
	"crypto/ed25519"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// FuzzProof: what is read as a proof has one spelling, and is verified without a panic.
func FuzzProof(f *testing.F) {
	l := grow(f, 9, "entry")
	private, public := signing(f)
	for _, index := range []int64{0, 4, 8} {
		signed, err := l.at(9).Sign(private)
		require.NoError(f, err)
		p := tree.Proof{Index: index, Hashes: l.inclusion(9, index), Checkpoint: signed}
		f.Add(p.Marshal())
		p.Checkpoint = l.at(9).Body()
		f.Add(p.Marshal())
	}
	f.Add([]byte("c2sp.org/tlog-proof@v1\nextra aGVsbG8=\nindex 0\n\n" + l.at(1).Body()))
	f.Add([]byte("c2sp.org/tlog-proof@v1\nindex 0\n\no\n9223372036854775807\n" + tree.Empty().String() + "\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := tree.ParseProof(text)
		if err != nil {
			return
		}
		if !strings.HasPrefix(string(text), "c2sp.org/tlog-proof@v1\nextra ") {
			require.Equal(t, text, p.Marshal())
		}
		again, err := tree.ParseProof(p.Marshal())
		require.NoError(t, err)
		require.Equal(t, p, again)
		for _, keys := range [][]ed25519.PublicKey{nil, {public}} {
			if c, err := p.Verify(l.leaves[0], keys); err == nil {
				require.Less(t, p.Index, c.Size)
			}
		}
	})
}

// FuzzCheckpoint: what is read as a checkpoint has one spelling, but for a last line end; what counts as signed, others open too.
func FuzzCheckpoint(f *testing.F) {
	l := grow(f, 9, "entry")
	private, public := signing(f)
	signed, err := l.at(9).Sign(private)
	require.NoError(f, err)
	f.Add(signed)
	f.Add(l.at(9).Body())
	f.Add(l.at(0).Body() + "\n— x AAAAAAA=\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := tree.ParseCheckpoint(text, nil)
		if err != nil {
			return
		}
		body, _, isSigned := strings.Cut(text, "\n\n")
		require.Equal(t, isSigned, tree.IsSigned(text))
		require.Equal(t, strings.TrimSuffix(body, "\n")+"\n", c.Body())
		again, err := tree.ParseCheckpoint(c.Body(), nil)
		require.NoError(t, err)
		require.Equal(t, c, again)
		if _, err := tree.ParseCheckpoint(text, []ed25519.PublicKey{public}); err == nil {
			opened, err := note.Open([]byte(text), verifier(t, c.Origin, public))
			require.NoError(t, err)
			require.Equal(t, c.Body(), opened.Text)
		}
	})
}

// FuzzGrowth: what is read as a proof of growth has one spelling, and is held against checkpoints without a panic.
func FuzzGrowth(f *testing.F) {
	l := grow(f, 9, "entry")
	f.Add(tree.Growth{Older: 3, Newer: 9, Hashes: l.growth(9, 3)}.Marshal())
	f.Add(tree.Growth{Older: 8, Newer: 9, Hashes: l.growth(9, 8)}.Marshal())
	f.Add(tree.Growth{Newer: 9}.Marshal())
	f.Fuzz(func(t *testing.T, text []byte) {
		g, err := tree.ParseGrowth(text)
		if err != nil {
			return
		}
		require.Equal(t, text, g.Marshal())
		older := tree.Checkpoint{Origin: origin, Size: g.Older, Root: tlog.Hash{1}}
		newer := tree.Checkpoint{Origin: origin, Size: g.Newer, Root: tlog.Hash{2}}
		require.Error(t, tree.Consistent(older, newer, g.Hashes), "no hashes lead to roots that were made up")
	})
}
