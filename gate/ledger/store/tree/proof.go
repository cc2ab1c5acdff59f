package tree

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Proof shows that an entry is in the log of a checkpoint, offline. https://c2sp.org/tlog-proof
type Proof struct {
	Index      int64            // of the entry, from 0
	Hashes     tlog.RecordProof // from the leaf's sibling to the root's child (RFC 6962, section 2.1.1)
	Checkpoint string           // as it was issued
}

const proofHeader = "c2sp.org/tlog-proof@v1\n"

// Marshal gives the text of a .tlog-proof file.
func (p Proof) Marshal() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%sindex %d\n", proofHeader, p.Index)
	for _, h := range p.Hashes {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteString("\n" + p.Checkpoint)
	return []byte(b.String())
}

// ParseProof reads a .tlog-proof file.
func ParseProof(text []byte) (p Proof, err error) {
	rest, ok := strings.CutPrefix(string(text), proofHeader)
	if !ok {
		return p, fmt.Errorf("this is no proof: its first line is not %q", strings.TrimSpace(proofHeader))
	}
	head, checkpoint, ok := strings.Cut(rest, "\n\n")
	if !ok {
		return p, errors.New("the proof has no checkpoint")
	}
	p.Checkpoint = checkpoint
	lines := strings.Split(head, "\n")
	if strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:] // not authenticated, and nothing that we know
	}
	if len(lines) == 0 {
		return p, errors.New("the proof names no index")
	}
	index, ok := strings.CutPrefix(lines[0], "index ")
	if !ok {
		return p, errors.New("the proof names no index")
	}
	if p.Index, err = count(index); err != nil {
		return p, fmt.Errorf("the index of the proof: %w", err)
	}
	for i, line := range lines[1:] {
		h, err := parseHash(line)
		if err != nil {
			return p, fmt.Errorf("hash %d of the proof: %w", i+1, err)
		}
		p.Hashes = append(p.Hashes, h)
	}
	return p, nil
}

// Verify shows that an entry with this leaf hash is in the log of the proof's checkpoint, which one of the keys must have signed where any are given.
func (p Proof) Verify(leaf tlog.Hash, keys []ed25519.PublicKey) (Checkpoint, error) {
	c, err := ParseCheckpoint(p.Checkpoint, keys)
	if err != nil {
		return c, err
	}
	if p.Index >= c.Size {
		return c, fmt.Errorf("the proof is of entry %d, and the checkpoint has %d", p.Index, c.Size)
	}
	if err := tlog.CheckRecord(p.Hashes, c.Size, c.Root, p.Index, leaf); err != nil {
		return c, fmt.Errorf("the record is not entry %d of the log %q with %d entries", p.Index, c.Origin, c.Size)
	}
	return c, nil
}

// Consistent shows that a newer log holds all of an older one, unchanged. Proofs are of RFC 6962, section 2.1.2.
func Consistent(older, newer Checkpoint, proof tlog.TreeProof) error {
	switch {
	case older.Origin != newer.Origin:
		return fmt.Errorf("the older checkpoint is of the log %q, this one of %q", older.Origin, newer.Origin)
	case older.Size > newer.Size:
		return fmt.Errorf("rollback: the older checkpoint has %d entries, the log has %d now", older.Size, newer.Size)
	case older.Size == newer.Size && older.Root != newer.Root:
		return fmt.Errorf("fork: two logs of %d entries have different roots", older.Size)
	case older.Size == 0 && older.Root != Empty():
		return errors.New("the older checkpoint has a root that no log without entries has")
	case older.Size == 0 || older.Size == newer.Size:
		return unneeded(proof)
	}
	if err := tlog.CheckTree(proof, newer.Size, newer.Root, older.Size, older.Root); err != nil {
		return fmt.Errorf("fork: the log of %d entries does not hold the older one of %d as it was", newer.Size, older.Size)
	}
	return nil
}

// unneeded refuses hashes where there is nothing to prove: they are of another proof.
func unneeded(proof tlog.TreeProof) error {
	if len(proof) > 0 {
		return fmt.Errorf("the proof of growth has %d hashes, and there is nothing to prove", len(proof))
	}
	return nil
}
