package tree_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// The other implementation of RFC 6962, which shares no code with tlog: it computes the same roots, takes our proofs, and refuses what we refuse.
func TestAnotherImplementationAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, 300).Draw(t, "size")
		entries := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 9), int(size), int(size)).Draw(t, "entries")
		l := &log{t: t}
		for _, entry := range entries {
			l.add(entry)
		}
		theirs := roots(t, entries)
		for n := range size + 1 {
			require.Equal(t, theirs[n], bytesOf(l.at(n).Root), "root of %d entries", n)
		}
		agreeOnInclusion(t, l, size, rapid.Int64Range(0, size-1).Draw(t, "index"))
		agreeOnGrowth(t, l, size, rapid.Int64Range(1, size).Draw(t, "older"))
	})
}

// roots computes the root of every beginning of a log with the other implementation alone.
func roots(t require.TestingT, entries [][]byte) [][]byte {
	grown := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	list := [][]byte{rfc6962.DefaultHasher.EmptyRoot()}
	for _, entry := range entries {
		require.NoError(t, grown.Append(rfc6962.DefaultHasher.HashLeaf(entry), nil))
		root, err := grown.GetRootHash(nil)
		require.NoError(t, err)
		list = append(list, root)
	}
	return list
}

func agreeOnInclusion(t require.TestingT, l *log, size, index int64) {
	whole := l.at(size)
	both := func(leaf tlog.Hash, hashes []tlog.Hash, at int64, c tree.Checkpoint) (ours, theirs error) {
		_, ours = tree.Proof{Index: at, Hashes: hashes, Checkpoint: c.Body()}.Verify(leaf, nil)
		return ours, proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(at), uint64(c.Size), leaf[:], lists(hashes), c.Root[:])
	}
	hashes := l.inclusion(size, index)
	agree(t, true, "as it is")(both(l.leaves[index], hashes, index, whole))
	for name, changed := range changes(hashes) {
		agree(t, false, name)(both(l.leaves[index], changed, index, whole))
	}
	leaf, root, larger := l.leaves[index], whole, whole
	leaf[0] ^= 1
	root.Root[31] ^= 1
	larger.Size = size * 2
	agree(t, false, "leaf")(both(leaf, hashes, index, whole))
	agree(t, false, "root")(both(l.leaves[index], hashes, index, root))
	agree(t, false, "size")(both(l.leaves[index], hashes, index, larger))
	agree(t, false, "index")(both(l.leaves[index], hashes, size, whole))
}

func agreeOnGrowth(t require.TestingT, l *log, size, older int64) {
	both := func(hashes []tlog.Hash, from, to tree.Checkpoint) (ours, theirs error) {
		return tree.Consistent(from, to, hashes),
			proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(from.Size), uint64(to.Size), lists(hashes), from.Root[:], to.Root[:])
	}
	hashes, from, to := l.growth(size, older), l.at(older), l.at(size)
	agree(t, true, "as it is")(both(hashes, from, to))
	agree(t, true, "from nothing")(both(nil, l.at(0), to))
	for name, changed := range changes(hashes) {
		agree(t, false, name)(both(changed, from, to))
	}
	root, newer := from, to
	root.Root[0] ^= 1
	newer.Root[0] ^= 1
	agree(t, false, "older root")(both(hashes, root, to))
	agree(t, false, "newer root")(both(hashes, from, newer))
	agree(t, false, "from nothing with hashes")(both([]tlog.Hash{{1}}, l.at(0), to))
	if older < size {
		agree(t, false, "turned")(both(hashes, to, from))
	}
}

// agree holds what both implementations say of one thing against what is right.
func agree(t require.TestingT, fine bool, what string) func(ours, theirs error) {
	return func(ours, theirs error) {
		require.Equal(t, fine, ours == nil, fmt.Sprintf("%s, ours: %v", what, ours))
		require.Equal(t, fine, theirs == nil, fmt.Sprintf("%s, theirs: %v", what, theirs))
	}
}

func lists(hashes []tlog.Hash) (list [][]byte) {
	for _, h := range hashes {
		list = append(list, bytesOf(h))
	}
	return list
}

func bytesOf(h tlog.Hash) []byte { return h[:] }
