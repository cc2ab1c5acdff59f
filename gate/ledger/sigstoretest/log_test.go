package sigstoretest

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

const origin = "ledger.example/defects"

// log is a tree in memory.
type log struct {
	size  int64
	nodes []tlog.Hash
}

func (l *log) ReadHashes(at []int64) (hashes []tlog.Hash, err error) {
	for _, i := range at {
		hashes = append(hashes, l.nodes[i])
	}
	return hashes, nil
}

func (l *log) add(t *testing.T, entry []byte) {
	nodes, err := tlog.StoredHashes(l.size, entry, l)
	require.NoError(t, err)
	l.nodes = append(l.nodes, nodes...)
	l.size++
}

func (l *log) at(t *testing.T, size int64) tree.Checkpoint {
	root, err := tlog.TreeHash(size, l)
	require.NoError(t, err)
	return tree.Checkpoint{Origin: origin, Size: size, Root: root}
}

// logged is a record in a log, with the proof of it, and what a test changed.
type logged struct {
	envelope, other record.Envelope
	keys            *key.Set
	log, fork       *log // that have the same entries but for one
	signer, another *key.Private
	proof           tree.Proof
	checkpoint      tree.Checkpoint
}

// place is where the record stands, and entries is how many there are.
const place, entries = 4, 7

func inLog(t *testing.T) *logged {
	k := generate(t, "ed25519")
	x := &logged{signer: generate(t, "ed25519"), another: generate(t, "ed25519"), log: &log{}, fork: &log{}}
	var err error
	x.envelope, err = record.ParseBundle(check(t, k, app("app")).Bundle)
	require.NoError(t, err)
	x.other, err = record.ParseBundle(check(t, k, app("another app")).Bundle)
	require.NoError(t, err)
	for i := range entries {
		entry := fmt.Appendf(nil, "entry %d", i)
		forked := entry
		if i == place {
			entry, err = x.envelope.Marshal()
			require.NoError(t, err)
			forked, err = x.other.Marshal()
			require.NoError(t, err)
		}
		x.log.add(t, entry)
		x.fork.add(t, forked)
	}
	x.keys = key.Only(k.Public())
	for _, e := range key.Only(x.signer.Public()).Keys {
		if e.Use == key.Log {
			x.keys.Keys = append(slices.DeleteFunc(x.keys.Keys, func(e key.Entry) bool { return e.Use == key.Log }), e)
		}
	}
	x.checkpoint = x.log.at(t, entries)
	hashes, err := tlog.ProveRecord(entries, place, x.log)
	require.NoError(t, err)
	x.proof = tree.Proof{Index: place, Hashes: hashes}
	return x
}

// file is the proof as it leaves the program, its checkpoint signed by a key.
func (x *logged) file(t *testing.T, by *key.Private) []byte {
	private, _ := by.Ed25519()
	signed, err := x.checkpoint.Sign(private)
	require.NoError(t, err)
	p := x.proof
	p.Checkpoint = signed
	return p.Marshal()
}

// ours asks the ledger; strict is whether the checkpoint must be signed by a key of the log.
func (x *logged) ours(t *testing.T, file []byte, strict bool) error {
	p, err := tree.ParseProof(file)
	require.NoError(t, err)
	claim := ledger.Claim{Envelope: x.envelope, Keys: x.keys, Proof: &p, LogKeys: strict}
	_, steps := claim.Verify()
	last := steps[len(steps)-1]
	require.Equal(t, "inclusion", last.Name, "%v", last.Err)
	return last.Err
}

// theirs reads the file by itself, and asks the other implementation.
func (x *logged) theirs(t *testing.T, file []byte) error {
	head, checkpoint, _ := strings.Cut(string(file), "\n\n")
	lines, body := strings.Split(head, "\n"), strings.Split(checkpoint, "\n")
	index, err := strconv.ParseUint(strings.TrimPrefix(lines[1], "index "), 10, 64)
	require.NoError(t, err)
	size, err := strconv.ParseUint(body[1], 10, 64)
	require.NoError(t, err)
	var hashes [][]byte
	for _, line := range lines[2:] {
		hashes = append(hashes, decoded(t, line))
	}
	entry, err := x.envelope.Marshal()
	require.NoError(t, err)
	return proof.VerifyInclusion(rfc6962.DefaultHasher, index, size, rfc6962.DefaultHasher.HashLeaf(entry), hashes, decoded(t, body[2]))
}

func decoded(t *testing.T, text string) []byte {
	bytes, err := base64.StdEncoding.DecodeString(text)
	require.NoError(t, err)
	return bytes
}

func TestAProofHolds(t *testing.T) {
	x := inLog(t)
	file := x.file(t, x.signer)
	require.NoError(t, x.ours(t, file, true))
	require.NoError(t, x.ours(t, file, false))
	require.NoError(t, x.theirs(t, file))
}

// TestATamperedProofIsRefusedByBoth: sigstore-go does not see the log. Whoever changed the proof may have the key of the log, too.
func TestATamperedProofIsRefusedByBoth(t *testing.T) {
	for name, change := range map[string]func(x *logged){
		"index changed":             func(x *logged) { x.proof.Index-- },
		"index beyond the end":      func(x *logged) { x.proof.Index = entries },
		"hash changed":              func(x *logged) { x.proof.Hashes[1][7] ^= 1 },
		"hashes reordered":          func(x *logged) { slices.Reverse(x.proof.Hashes) },
		"hash dropped":              func(x *logged) { x.proof.Hashes = x.proof.Hashes[1:] },
		"last hash dropped":         func(x *logged) { x.proof.Hashes = x.proof.Hashes[:len(x.proof.Hashes)-1] },
		"hash added":                func(x *logged) { x.proof.Hashes = append(x.proof.Hashes, tlog.Hash{}) },
		"no hashes":                 func(x *logged) { x.proof.Hashes = nil },
		"root changed":              func(x *logged) { x.checkpoint.Root[0] ^= 1 },
		"size grown":                func(x *logged) { x.checkpoint.Size = 2*entries + 1 },
		"size shrunk":               func(x *logged) { x.checkpoint.Size = place + 1 },
		"checkpoint of another log": func(x *logged) { x.checkpoint.Root, _ = tlog.TreeHash(entries, x.fork) },
		"checkpoint of before":      func(x *logged) { x.checkpoint.Size--; x.checkpoint.Root, _ = tlog.TreeHash(entries-1, x.log) },
		"proof of another record":   func(x *logged) { x.proof.Index = 0; x.proof.Hashes, _ = tlog.ProveRecord(entries, 0, x.log) },
		"proof in another log":      func(x *logged) { x.proof.Hashes, _ = tlog.ProveRecord(entries, place+1, x.fork) },
		"another record":            func(x *logged) { x.envelope = x.other },
	} {
		t.Run(name, func(t *testing.T) {
			x := inLog(t)
			change(x)
			file := x.file(t, x.signer)
			require.Error(t, x.theirs(t, file), "theirs")
			require.Error(t, x.ours(t, file, false), "ours")
			require.Error(t, x.ours(t, file, true), "ours, signed")
		})
	}
}

// TestACheckpointIsSignedByTheLog: the tree adds up, and who says so is another question.
func TestACheckpointIsSignedByTheLog(t *testing.T) {
	x := inLog(t)
	require.ErrorContains(t, x.ours(t, x.file(t, x.another), true), "is not signed by a key of the log that counts")
	require.NoError(t, x.theirs(t, x.file(t, x.another)))
	p := x.proof
	p.Checkpoint = x.checkpoint.Body()
	require.ErrorContains(t, x.ours(t, p.Marshal(), true), "the checkpoint is not signed")
	renamed := strings.Replace(string(x.file(t, x.signer)), origin, "ledger.example/other", 1)
	require.ErrorContains(t, x.ours(t, []byte(renamed), true), "is not signed by a key of the log that counts")
}

// TestALogThatWasRewrittenIsRefusedByBoth holds the log against a checkpoint that was kept.
func TestALogThatWasRewrittenIsRefusedByBoth(t *testing.T) {
	x := inLog(t)
	for older := int64(1); older <= entries; older++ {
		hashes, err := tlog.ProveTree(entries, older, x.log)
		require.NoError(t, err)
		for name, c := range map[string]struct {
			kept   tree.Checkpoint
			hashes tlog.TreeProof
			fine   bool
		}{
			"as it was":    {x.log.at(t, older), hashes, true},
			"rewritten":    {x.fork.at(t, older), hashes, older <= place},
			"hash added":   {x.log.at(t, older), append(slices.Clone(hashes), tlog.Hash{}), false},
			"root made up": {tree.Checkpoint{Origin: origin, Size: older, Root: tlog.Hash{1}}, hashes, false},
		} {
			t.Run(fmt.Sprintf("%s/%d", name, older), func(t *testing.T) {
				p, err := tree.ParseProof(x.file(t, x.signer))
				require.NoError(t, err)
				claim := ledger.Claim{Envelope: x.envelope, Keys: x.keys, Proof: &p, LogKeys: true, Older: c.kept.Body(),
					Growth: &tree.Growth{Older: older, Newer: entries, Hashes: c.hashes}}
				_, steps := claim.Verify()
				require.Equal(t, c.fine, steps[len(steps)-1].Err == nil, "ours: %v", steps[len(steps)-1].Err)
				var list [][]byte
				for _, h := range c.hashes {
					list = append(list, h[:])
				}
				err = proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(older), entries, list, c.kept.Root[:], x.checkpoint.Root[:])
				require.Equal(t, c.fine, err == nil, "theirs: %v", err)
			})
		}
	}
}
