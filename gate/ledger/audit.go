package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
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
	Copy    bool     // it is the copy of a log in a branch, which keeps the bytes of releases only

	Entries, Signed, Blobs, Checkpoints int
	Faults                              []string // everything that does not hold, a sentence each
}

func (a *Audit) fault(format string, args ...any) {
	a.Faults = append(a.Faults, fmt.Sprintf(format, args...))
}

// Run looks at everything, as it is at one moment. Its error means that it could not be read; what was read and does not hold is a fault.
func (a *Audit) Run(ctx context.Context) (err error) {
	still, err := a.Store.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, still.Close()) }()
	t := &treeAudit{Audit: a, still: still, offs: map[string]int64{}, named: map[string]int64{}, kept: map[string]bool{}}
	if err := still.Read(ctx, 0, store.MaxIndex, t.entry); err != nil {
		return err
	}
	for _, look := range []func(context.Context) error{t.head, t.nodesOf, t.checkpoints, t.older, t.blobs, t.projections} {
		if err := look(ctx); err != nil {
			return err
		}
	}
	return nil
}

// treeAudit grows the tree again from the leaves.
type treeAudit struct {
	*Audit
	still *store.Store // as it is at the moment of the audit
	nodes []tlog.Hash
	times []time.Time      // of the entries
	offs  map[string]int64 // how many sign-offs each project has so far
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
	t.times = append(t.times, e.At)
	return err
}

// claims holds the columns of an entry against what its record says.
func (t *treeAudit) claims(e *store.Entry, envelope *record.Envelope) {
	if record.IsSignOff(e.Payload) {
		t.signedOff(e, envelope)
		return
	}
	d, err := record.ParseDecision(e.Payload)
	if err != nil {
		t.fault("entry %d: %v", e.Index, err)
		return
	}
	if err := d.Check(); err != nil {
		t.fault("entry %d: %v", e.Index, err)
	}
	if e.Kind != decisionKind || e.Register != "" || e.ID != d.ID || e.KeyID != d.Signer || !e.At.Equal(d.Clock.Now) {
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
		if _, known := t.named[name]; t.Copy && !d.IsRelease() {
			t.kept[name] = true
		} else if !known {
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
	if h.Store != t.still.Origin() {
		t.fault("entry %d: it was recorded in the log %q, and this one is called %q", index, h.Store, t.still.Origin())
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
	head, updated, err := t.still.HeadRow(ctx)
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
	if t.Entries > 0 && !updated.Equal(t.times[t.Entries-1]) {
		t.fault("the head was changed at %s, and the last entry is of %s", updated.Format(time.RFC3339Nano),
			t.times[t.Entries-1].Format(time.RFC3339Nano))
	}
	return nil
}

func (t *treeAudit) nodesOf(ctx context.Context) error {
	count := 0
	err := t.still.Nodes(ctx, func(pos int64, hash []byte) {
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

// blobs holds the bytes against their names, and the names against the entries.
func (t *treeAudit) blobs(ctx context.Context) error {
	names, err := t.still.Blobs(ctx)
	for _, name := range names {
		t.Blobs++
		if _, err := t.still.Blob(ctx, name); err != nil {
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
func (t *treeAudit) projections(ctx context.Context) error {
	if len(t.Faults) > 0 {
		return nil // they would be made from leaves that do not hold
	}
	scratch, err := store.Scratch(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = scratch.Close() }() // nothing of it is kept
	if err := scratch.Fill(ctx, t.still, t.project); err != nil {
		return err
	}
	different, err := store.Differences(ctx, t.still, scratch)
	for _, table := range different {
		t.fault("table %s is not what the leaves give: make it again with `defectgate ledger rebuild`", table)
	}
	return err
}

// project does so with an entry. Before, what it says to have been told of the past is held against what the entries before it give: tables that were
// changed, decided with and mended again leave no other trace.
func (t *treeAudit) project(ctx context.Context, tx *sql.Tx, e *store.Entry) error {
	if e.Kind == signOffKind {
		return project(ctx, tx, e)
	}
	d, err := record.ParseDecision(e.Payload)
	if err != nil {
		return err
	}
	marks, err := marksOf(d)
	if err != nil {
		return err
	}
	if d.History.Size == e.Index && d.Verdict != gate.Error { // none came between, and all dates could be settled
		past, err := remembered(ctx, tx, &d.Artifact, marks)
		if err != nil {
			return err
		}
		memory := gate.Memory{Defects: past}
		for i := range d.Evaluation.Findings {
			if wrong := memory.Contradicts(&d.Evaluation.Findings[i]); wrong != "" {
				t.fault("entry %d: %s", e.Index, wrong)
			}
		}
	}
	return project(ctx, tx, e)
}
