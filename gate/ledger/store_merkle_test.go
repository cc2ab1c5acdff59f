package ledger_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/defectgate/defectgate/gate/ledger/store"
)

// othersVerify has another implementation of Merkle trees look at proofs that the tables give, for entries and sizes that nobody chose.
func othersVerify(t *testing.T, s *store.Store) {
	t.Helper()
	head, err := s.Head(t.Context())
	require.NoError(t, err)
	for range 200 {
		older := 1 + rand.Int64N(head.Size)
		size := older + rand.Int64N(head.Size-older+1)
		index := rand.Int64N(older)
		e, err := s.Entry(t.Context(), index)
		require.NoError(t, err)
		root, err := s.RootAt(t.Context(), size)
		require.NoError(t, err)
		hashes, err := s.Prove(t.Context(), index, size)
		require.NoError(t, err)
		require.NoError(t, proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(index), uint64(size), e.Leaf[:], bytesIn(hashes), root[:]))
		e.Leaf[0]++
		require.Error(t, proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(index), uint64(size), e.Leaf[:], bytesIn(hashes), root[:]))

		then, err := s.RootAt(t.Context(), older)
		require.NoError(t, err)
		growth, err := s.ProveGrowth(t.Context(), older, size)
		require.NoError(t, err)
		require.NoError(t, proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(older), uint64(size), bytesIn(growth), then[:], root[:]))
	}
	root, err := s.RootAt(t.Context(), head.Size)
	require.NoError(t, err)
	require.Equal(t, head.Root, root)
}

// bytesIn gives hashes as the other implementation takes them.
func bytesIn[H ~[32]byte](hashes []H) [][]byte {
	list := make([][]byte, len(hashes))
	for i := range hashes {
		list[i] = hashes[i][:]
	}
	return list
}
