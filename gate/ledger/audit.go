package ledger

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// Audit holds all that is stored against the leaves: each leaf against its hash and its own columns, the tree against the leaves, the head and the
// kept checkpoints against the tree, bytes against their names, and the projections against those that are made again from the leaves.
type Audit struct {
	Store   *store.Store
	Keys    *key.Set // nil: signatures are not looked at
	LogKeys bool     // checkpoints must be signed by a key for the log of that set
	Older   string   // checkpoint that was kept elsewhere: the log must hold all of it

	Entries, Signed, Blobs, Checkpoints int
	Faults                              []string // everything that does not hold, a sentence each
}

func (a *Audit) fault(format string, args ...any) {
	a.Faults = append(a.Faults, fmt.Sprintf(format, args...))
}

// Run looks at everything. Its error means that it could not be read; what was read and does not hold is a fault.
func (a *Audit) Run(ctx context.Context) error {
	t := &treeAudit{Audit: a, named: map[string]int64{}, kept: map[string]bool{}}
	if err := a.Store.Read(ctx, 0, store.MaxIndex, t.entry); err != nil {
		return err
	}
	for _, look := range []func(context.Context) error{t.head, t.nodesOf, t.checkpoints, t.older, t.blobs, a.projections} {
		if err := look(ctx); err != nil {
			return err
		}
	}
	return nil
}

// treeAudit grows the tree again from the leaves.
type treeAudit struct {
	*Audit
	nodes []tlog.Hash
	last  time.Time
	named map[string]int64 // bytes that entries name, with the first of them that does
	kept  map[string]bool  // and reports, which may be kept
}

// ReadHashes gives nodes of the tree that was grown so far.
func (t *treeAudit) ReadHashes(at []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(at))
	for i, pos := range at {
		hashes[i] = t.nodes[pos]
	}
	return hashes, nil
}

func (t *treeAudit) entry(e *store.Entry) error {
	index := int64(t.Entries)
	if e.Index != index {
		t.fault("entry %d is missing", index)
		return fmt.Errorf("the log has a gap before entry %d", e.Index)
	}
	envelope := EnvelopeOf(e)
	leaf, err := leafOf(&envelope)
	if err != nil {
		return err
	}
	if leaf != e.Leaf {
		t.fault("entry %d: its bytes are not those that were hashed", index)
	}
	t.claims(e, &envelope)
	fresh, err := tlog.StoredHashesForRecordHash(index, leaf, t)
	t.nodes = append(t.nodes, fresh...)
	t.Entries++
	t.last = e.At
	return err
}

// claims holds the columns of an entry against what its record says.
func (t *treeAudit) claims(e *store.Entry, envelope *record.Envelope) {
	d, err := record.ParseDecision(e.Payload)
	if err != nil {
		t.fault("entry %d: %v", e.Index, err)
		return
	}
	if err := d.Check(); err != nil {
		t.fault("entry %d: %v", e.Index, err)
	}
	if e.Kind != decisionKind || e.ID != d.ID || e.KeyID != d.Signer || !e.At.Equal(d.Clock.Now) {
		t.fault("entry %d: it is stored as %s %s of key %q at %s, and its record says otherwise",
			e.Index, e.Kind, e.ID, e.KeyID, e.At.Format(time.RFC3339Nano))
	}
	if (d.Signer != "") != (envelope.Signature != nil) {
		t.fault("entry %d: its record names the key %q, and the signature is %v", e.Index, d.Signer, envelope.Signature != nil)
	}
	t.names(e.Index, d)
	if d.Verdict != gate.Error || d.History.Store != "" { // an error may be that the log could not be seen
		t.seen(e.Index, &d.History)
	}
	t.signature(e.Index, envelope)
}

// names notes the bytes that a decision needs, and those that may be kept beside it.
func (t *treeAudit) names(index int64, d *gate.Decision) {
	for _, name := range Needs(d) {
		if _, known := t.named[name]; !known {
			t.named[name] = index
		}
	}
	for i := range d.Inputs {
		t.kept[d.Inputs[i].SHA256] = true
	}
}

func (t *treeAudit) signature(index int64, envelope *record.Envelope) {
	if envelope.Signature == nil {
		return
	}
	t.Signed++
	if t.Keys != nil {
		claim := Claim{Envelope: *envelope, Keys: t.Keys}
		if _, steps := claim.Verify(); steps[len(steps)-1].Err != nil {
			t.fault("entry %d: %s: %v", index, steps[len(steps)-1].Name, steps[len(steps)-1].Err)
		}
	}
}

// seen holds the state of the log that a decision saw against what it was then.
func (t *treeAudit) seen(index int64, h *gate.History) {
	if h.Store != t.Store.Origin() {
		t.fault("entry %d: it was recorded in the log %q, and this one is called %q", index, h.Store, t.Store.Origin())
		return
	}
	if h.Size > index {
		t.fault("entry %d: it saw a log of %d entries", index, h.Size)
		return
	}
	root, err := t.rootAt(h.Size)
	if err != nil || base64.StdEncoding.EncodeToString(root[:]) != h.Root {
		t.fault("entry %d: the log of %d entries that it saw was another one", index, h.Size)
	}
}

func (t *treeAudit) rootAt(size int64) (tlog.Hash, error) {
	if size == 0 {
		return tree.Empty(), nil
	}
	return tlog.TreeHash(size, t)
}

func (t *treeAudit) head(ctx context.Context) error {
	head, updated, err := t.Store.HeadRow(ctx)
	if err != nil {
		return err
	}
	root, err := t.rootAt(int64(t.Entries))
	if err != nil {
		return err
	}
	if head.Size != int64(t.Entries) || head.Root != root {
		t.fault("the head says %d entries with root %s, and there are %d with root %s", head.Size, head.Root, t.Entries, root)
	}
	if t.Entries > 0 && !updated.Equal(t.last) {
		t.fault("the head was changed at %s, and the last entry is of %s", updated.Format(time.RFC3339Nano), t.last.Format(time.RFC3339Nano))
	}
	return nil
}

func (t *treeAudit) nodesOf(ctx context.Context) error {
	count := 0
	err := t.Store.Nodes(ctx, func(pos int64, hash []byte) {
		count++
		if pos < 0 || pos >= int64(len(t.nodes)) || !bytes.Equal(hash, t.nodes[pos][:]) {
			t.fault("node %d of the tree is not what the leaves give", pos)
		}
	})
	if count != len(t.nodes) {
		t.fault("the tree has %d nodes, and the leaves give %d", count, len(t.nodes))
	}
	return err
}

func (t *treeAudit) checkpoints(ctx context.Context) error {
	var keys []ed25519.PublicKey
	if t.LogKeys {
		keys = logKeys(t.Keys, t.last)
	}
	return t.Store.Checkpoints(ctx, func(size int64, root []byte, note string) error {
		t.Checkpoints++
		c, err := tree.ParseCheckpoint(note, keys)
		if err == nil && (c.Size != size || !bytes.Equal(c.Root[:], root) || c.Origin != t.Store.Origin()) {
			err = fmt.Errorf("it is stored as another than it says")
		}
		if err == nil && c.Size > int64(t.Entries) {
			err = fmt.Errorf("rollback: it has %d entries, the log has %d now", c.Size, t.Entries)
		}
		if err == nil {
			if then, rootErr := t.rootAt(c.Size); rootErr != nil || then != c.Root {
				err = fmt.Errorf("fork: the log of %d entries has another root", c.Size)
			}
		}
		if err != nil {
			t.fault("checkpoint of %d entries: %v", size, err)
		}
		return nil
	})
}

// older holds the log against a checkpoint that was kept elsewhere.
func (t *treeAudit) older(context.Context) error {
	if t.Older == "" {
		return nil
	}
	var keys []ed25519.PublicKey
	if t.LogKeys && tree.IsSigned(t.Older) {
		keys = logKeys(t.Keys, t.last)
	}
	c, err := tree.ParseCheckpoint(t.Older, keys)
	if err == nil && c.Origin != t.Store.Origin() {
		err = fmt.Errorf("it is of the log %q", c.Origin)
	}
	if err == nil && c.Size > int64(t.Entries) {
		err = fmt.Errorf("rollback: it has %d entries, the log has %d now", c.Size, t.Entries)
	}
	if err == nil {
		if then, rootErr := t.rootAt(c.Size); rootErr != nil || then != c.Root {
			err = fmt.Errorf("fork: the log of %d entries has another root", c.Size)
		}
	}
	if err != nil {
		t.fault("the checkpoint that was kept: %v", err)
	}
	return nil
}

// blobs holds the bytes against their names, and the names against the entries.
func (t *treeAudit) blobs(ctx context.Context) error {
	names, err := t.Store.Blobs(ctx)
	for _, name := range names {
		t.Blobs++
		if _, err := t.Store.Blob(ctx, name); err != nil {
			t.fault("%v", err)
		}
		if _, named := t.named[name]; !named && !t.kept[name] {
			t.fault("no entry names the bytes with SHA-256 %s", name)
		}
		delete(t.named, name)
	}
	for _, name := range slices.Sorted(maps.Keys(t.named)) {
		t.fault("entry %d: the bytes with SHA-256 %s are missing", t.named[name], name)
	}
	return err
}

// projections makes them again from the leaves, beside the ledger, and compares.
func (a *Audit) projections(ctx context.Context) error {
	if len(a.Faults) > 0 {
		return nil // they would be made from leaves that do not hold
	}
	scratch, err := store.Scratch(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = scratch.Close() }() // nothing of it is kept
	if err := scratch.Fill(ctx, a.Store, project); err != nil {
		return err
	}
	different, err := store.Differences(ctx, a.Store, scratch)
	for _, table := range different {
		a.fault("table %s is not what the leaves give: make it again with `defectgate ledger rebuild`", table)
	}
	return err
}
