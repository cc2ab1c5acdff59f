package tree_test

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

const origin = "ledger.example/defects"

// log is a tree in memory.
type log struct {
	t      require.TestingT
	leaves []tlog.Hash
	nodes  []tlog.Hash // by stored index
}

// grow makes a log of some entries. Equal numbers and names make equal logs.
func grow(t require.TestingT, entries int, name string) *log {
	l := &log{t: t}
	for i := range entries {
		l.add(fmt.Appendf(nil, "%s %d", name, i))
	}
	return l
}

func (l *log) add(entry []byte) {
	nodes, err := tlog.StoredHashes(int64(len(l.leaves)), entry, l)
	require.NoError(l.t, err)
	l.nodes = append(l.nodes, nodes...)
	l.leaves = append(l.leaves, tlog.RecordHash(entry))
}

func (l *log) ReadHashes(at []int64) (hashes []tlog.Hash, err error) {
	for _, i := range at {
		hashes = append(hashes, l.nodes[i])
	}
	return hashes, nil
}

// at is the checkpoint of the first entries.
func (l *log) at(size int64) tree.Checkpoint {
	root := tree.Empty()
	if size > 0 {
		var err error
		root, err = tlog.TreeHash(size, l)
		require.NoError(l.t, err)
	}
	return tree.Checkpoint{Origin: origin, Size: size, Root: root}
}

func (l *log) inclusion(size, index int64) tlog.RecordProof {
	hashes, err := tlog.ProveRecord(size, index, l)
	require.NoError(l.t, err)
	return hashes
}

func (l *log) growth(newer, older int64) tlog.TreeProof {
	hashes, err := tlog.ProveTree(newer, older, l)
	require.NoError(l.t, err)
	return hashes
}

// signing makes a key of a log.
func signing(t require.TestingT) (ed25519.PrivateKey, ed25519.PublicKey) {
	k, err := key.Generate("ed25519")
	require.NoError(t, err)
	private, _ := k.Ed25519()
	public, _ := k.Public().Ed25519()
	return private, public
}

// changes gives every way in which a proof's hashes can be changed a little, by name.
func changes(hashes []tlog.Hash) map[string][]tlog.Hash {
	ways := map[string][]tlog.Hash{"hash added": append(slices.Clone(hashes), tlog.Hash{1})}
	for i := range hashes {
		changed := slices.Clone(hashes)
		changed[i][i%len(changed[i])] ^= 1
		ways[fmt.Sprintf("hash %d changed", i)] = changed
		ways[fmt.Sprintf("hash %d dropped", i)] = slices.Delete(slices.Clone(hashes), i, i+1)
		if i > 0 && hashes[i] != hashes[i-1] {
			swapped := slices.Clone(hashes)
			swapped[i], swapped[i-1] = swapped[i-1], swapped[i]
			ways[fmt.Sprintf("hashes %d and %d swapped", i-1, i)] = swapped
		}
	}
	return ways
}

func TestEveryEntryIsProven(t *testing.T) {
	private, public := signing(t)
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, 300).Draw(t, "size")
		index := rapid.Int64Range(0, size-1).Draw(t, "index")
		l := grow(t, int(size), "entry")
		signed, err := l.at(size).Sign(private)
		require.NoError(t, err)
		p := tree.Proof{Index: index, Hashes: l.inclusion(size, index), Checkpoint: signed}
		read, err := tree.ParseProof(p.Marshal())
		require.NoError(t, err)
		require.Equal(t, p.Index, read.Index)
		require.Equal(t, p.Marshal(), read.Marshal())
		for _, keys := range [][]ed25519.PublicKey{nil, {public}} {
			c, err := read.Verify(l.leaves[index], keys)
			require.NoError(t, err)
			require.Equal(t, l.at(size), c)
		}
		for name, hashes := range changes(read.Hashes) {
			changed := read
			changed.Hashes = hashes
			_, err := changed.Verify(l.leaves[index], nil)
			require.EqualError(t, err, fmt.Sprintf("the record is not entry %d of the log %q with %d entries", index, origin, size), name)
		}
		for other := range size {
			if other != index {
				moved := read
				moved.Index = other
				_, err := moved.Verify(l.leaves[index], nil)
				require.Error(t, err, "as entry %d", other)
				_, err = read.Verify(l.leaves[other], nil)
				require.Error(t, err, "entry %d in its place", other)
			}
		}
	})
}

func TestAProofIsOfItsCheckpointAlone(t *testing.T) {
	l := grow(t, 7, "entry")
	private, public := signing(t)
	_, stranger := signing(t)
	proofIn := func(c tree.Checkpoint, by ed25519.PrivateKey) tree.Proof {
		signed, err := c.Sign(by)
		require.NoError(t, err)
		return tree.Proof{Index: 3, Hashes: l.inclusion(7, 3), Checkpoint: signed}
	}
	whole := l.at(7)
	_, err := proofIn(whole, private).Verify(l.leaves[3], []ed25519.PublicKey{public})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		proof tree.Proof
		keys  []ed25519.PublicKey
		want  string
	}{
		"smaller log":    {proofIn(l.at(6), nil), nil, "the record is not entry 3 of the log"},
		"too small":      {proofIn(l.at(3), nil), nil, "the proof is of entry 3, and the checkpoint has 3"},
		"other size":     {proofIn(tree.Checkpoint{Origin: origin, Size: 9, Root: whole.Root}, nil), nil, "the record is not entry 3 of the log"},
		"other root":     {proofIn(tree.Checkpoint{Origin: origin, Size: 7, Root: grow(t, 7, "other").at(7).Root}, nil), nil, "the record is not entry 3 of the log"},
		"not signed":     {proofIn(whole, nil), []ed25519.PublicKey{public}, "the checkpoint is not signed"},
		"signed by else": {proofIn(whole, private), []ed25519.PublicKey{stranger}, "is not signed by a key of the log that counts"},
		"no key counts":  {proofIn(whole, private), []ed25519.PublicKey{}, "is not signed by a key of the log that counts"},
		"no checkpoint":  {tree.Proof{Index: 3, Hashes: l.inclusion(7, 3)}, nil, "this is no checkpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.proof.Verify(l.leaves[3], c.keys)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestTheLogOnlyGrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		newer := rapid.Int64Range(1, 300).Draw(t, "newer")
		older := rapid.Int64Range(0, newer).Draw(t, "older")
		l, fork := grow(t, int(newer), "entry"), grow(t, int(newer), "other")
		g := tree.Growth{Older: older, Newer: newer}
		if older > 0 {
			g.Hashes = l.growth(newer, older)
		}
		read, err := tree.ParseGrowth(g.Marshal())
		require.NoError(t, err)
		require.Equal(t, g.Marshal(), read.Marshal())
		require.NoError(t, tree.Consistent(l.at(older), l.at(newer), read.Hashes))
		for name, hashes := range changes(read.Hashes) {
			require.Error(t, tree.Consistent(l.at(older), l.at(newer), hashes), name)
		}
		if older > 0 {
			require.ErrorContains(t, tree.Consistent(fork.at(older), l.at(newer), read.Hashes), "fork: ")
			require.ErrorContains(t, tree.Consistent(l.at(older), fork.at(newer), read.Hashes), "fork: ")
		}
		if older < newer {
			require.ErrorContains(t, tree.Consistent(l.at(newer), l.at(older), read.Hashes), "rollback: ")
		}
	})
}

func TestWhatNoLogCanShowIsRefused(t *testing.T) {
	l := grow(t, 5, "entry")
	elsewhere := l.at(3)
	elsewhere.Origin = "ledger.example/others"
	require.EqualError(t, tree.Consistent(elsewhere, l.at(5), l.growth(5, 3)),
		`the older checkpoint is of the log "ledger.example/others", this one of "ledger.example/defects"`)
	madeUp := tree.Checkpoint{Origin: origin, Root: l.at(1).Root}
	require.EqualError(t, tree.Consistent(madeUp, l.at(5), nil), "the older checkpoint has a root that no log without entries has")
	require.NoError(t, tree.Consistent(l.at(0), l.at(5), nil))
	for _, older := range []int64{0, 5} {
		require.EqualError(t, tree.Consistent(l.at(older), l.at(5), tlog.TreeProof{{1}}), "the proof of growth has 1 hashes, and there is nothing to prove")
	}
	require.EqualError(t, tree.Consistent(l.at(3), l.at(5), nil), "fork: the log of 5 entries does not hold the older one of 3 as it was")
}

func TestProofsAreReadStrictly(t *testing.T) {
	l := grow(t, 2, "entry")
	head, hash := "c2sp.org/tlog-proof@v1\n", l.leaves[1].String()
	body := l.at(2).Body()
	fine, err := tree.ParseProof([]byte(head + "extra aGVsbG8=\nindex 0\n" + hash + "\n\n" + body))
	require.NoError(t, err)
	require.Equal(t, tree.Proof{Index: 0, Hashes: tlog.RecordProof{l.leaves[1]}, Checkpoint: body}, fine, "what is extra is passed over")
	for name, c := range map[string]struct{ text, want string }{
		"nothing":         {"", "this is no proof: its first line is not \"c2sp.org/tlog-proof@v1\""},
		"other version":   {"c2sp.org/tlog-proof@v2\nindex 0\n\n" + body, "this is no proof"},
		"no checkpoint":   {head + "index 0\n" + hash + "\n", "the proof has no checkpoint"},
		"no index":        {head + hash + "\n\n" + body, "the proof names no index"},
		"only extra":      {head + "extra aGVsbG8=\n\n" + body, "the proof names no index"},
		"extra behind":    {head + "index 0\nextra aGVsbG8=\n" + hash + "\n\n" + body, "hash 1 of the proof"},
		"minus":           {head + "index -1\n\n" + body, `"-1" is no count`},
		"plus":            {head + "index +1\n\n" + body, `"+1" is no count`},
		"leading zero":    {head + "index 01\n\n" + body, `"01" is no count`},
		"beyond":          {head + "index 9223372036854775808\n\n" + body, "is no count"},
		"not decimal":     {head + "index 0x1\n\n" + body, "is no count"},
		"short hash":      {head + "index 0\n" + hash[:40] + "\n\n" + body, "is no SHA-256 hash in base64"},
		"carriage return": {head + "index 0\n" + hash + "\r\n\n" + body, "is no SHA-256 hash in base64"},
		"return within":   {head + "index 0\n" + hash[:4] + "\r" + hash[4:] + "\n\n" + body, "is no SHA-256 hash in base64"},
		"loose bits":      {head + "index 0\n" + strings.Repeat("A", 42) + "B=\n\n" + body, "is no SHA-256 hash in base64"},
		"no padding":      {head + "index 0\n" + strings.TrimRight(hash, "=") + "\n\n" + body, "is no SHA-256 hash in base64"},
		"URL alphabet":    {head + "index 0\n" + strings.Repeat("_", 42) + "8=\n\n" + body, "is no SHA-256 hash in base64"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tree.ParseProof([]byte(c.text))
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestProofsOfGrowthAreReadStrictly(t *testing.T) {
	head, hash := "defectgate.dev/tlog-growth@v1\n", tree.Empty().String()
	_, err := tree.ParseGrowth([]byte(head + "older 1\nnewer 2\n" + hash + "\n"))
	require.NoError(t, err)
	for name, c := range map[string]struct{ text, want string }{
		"nothing":       {"", "this is no proof of growth"},
		"other version": {"defectgate.dev/tlog-growth@v2\nolder 1\nnewer 2\n", "this is no proof of growth"},
		"header alone":  {head, "the proof of growth is cut off"},
		"one size":      {head + "older 1\n", "the proof of growth is cut off"},
		"cut off":       {head + "older 1\nnewer 2\n" + hash, "the proof of growth is cut off"},
		"turned":        {head + "newer 2\nolder 1\n", "does not name its sizes"},
		"two faults":    {head + "older x\nnewer -2\n", "\"x\" is no count\n\"-2\" is no count"},
		"hash twice":    {head + "older 1\nnewer 2\n" + hash + " " + hash + "\n", "hash 1 of the proof of growth"},
		"empty line":    {head + "older 1\nnewer 2\n\n", "hash 1 of the proof of growth"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tree.ParseGrowth([]byte(c.text))
			require.ErrorContains(t, err, c.want)
		})
	}
}
