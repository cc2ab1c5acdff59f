package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// take adds one entry of the branch to the copy.
func (m *Mirror) take(ctx context.Context, envelope *record.Envelope) error {
	e, fill, err := imported(envelope)
	if err != nil {
		return fmt.Errorf("%w: %w", gate.ErrRegister, err)
	}
	if err := m.vouched(&e, envelope); err != nil {
		return fmt.Errorf("%w: %w", gate.ErrRegister, err)
	}
	bytes, err := m.bytesOf(ctx, &e)
	if err != nil {
		return err
	}
	m.grown = true
	if m.Bare {
		fill = func(context.Context, *sql.Tx, *store.Entry) error { return nil }
	}
	_, err = m.Copy.Append(ctx, e, bytes, fill) // of one that stands there already, the root tells
	return err
}

// vouched refuses a decision that nobody who counts has signed. Those from before the first one that is signed could not be. What a sign-off is worth
// is asked when it is read, see [SignOffs].
func (m *Mirror) vouched(e *store.Entry, envelope *record.Envelope) error {
	if e.Kind != decisionKind || !m.signs() {
		return nil
	}
	if envelope.Signature == nil {
		if m.signed {
			return fmt.Errorf("decision %s is not signed, and those before it are", e.ID[:12])
		}
		return nil
	}
	claim := Claim{Envelope: *envelope, Keys: m.Keys}
	_, steps := claim.Verify()
	if last := steps[len(steps)-1]; last.Err != nil {
		return fmt.Errorf("decision %s: %s: %w", e.ID[:12], last.Name, last.Err)
	}
	m.signed = true
	return nil
}

// hasSigned reports whether the copy holds a decision that is signed.
func (m *Mirror) hasSigned(ctx context.Context) (has bool, err error) {
	const signed = `SELECT EXISTS (SELECT 1 FROM log_leaf WHERE kind = $1 AND signature IS NOT NULL)`
	err = m.Copy.View().QueryRowContext(ctx, signed, decisionKind).Scan(&has)
	return has, err
}

// signs reports whether the key set says whose decisions count.
func (m *Mirror) signs() bool {
	return m.Keys != nil && slices.ContainsFunc(m.Keys.Keys, func(e key.Entry) bool { return e.Use == key.Decision })
}

// Add commits an entry to the branch, see [store.Remote].
func (m *Mirror) Add(ctx context.Context, e *store.Entry, head tree.Checkpoint, bytes gate.Attachments) error {
	note, err := head.Sign(m.LogKey)
	if err != nil {
		return err
	}
	if err := m.signedAt(note, e.At); err != nil {
		return gate.WithHint(err, "give the key of the log to every run that adds to the branch: --log-key")
	}
	changes, err := m.changes(ctx, e)
	if err != nil {
		return err
	}
	changes[checkpointFile] = []byte(note)
	if m.commit == "" {
		changes[readmeFile], m.files = []byte(readme), map[string]string{}
	}
	if len(bytes) > 0 && isRelease(e) {
		if changes[bytesFile(e.ID)], err = packedBytes(bytes); err != nil {
			return err
		}
	}
	commit, err := m.Branch.Commit(ctx, m.commit, changes, message(e))
	if err != nil {
		return fmt.Errorf("branch %q: %w", m.Branch.Name(), err)
	}
	m.commit, m.grown = commit, true
	for path, text := range changes {
		if delete(m.files, path); text != nil {
			m.files[path] = "" // what it holds is in the copy
		}
	}
	return nil
}

// message is that of the commit: what people see in the history of the branch.
func message(e *store.Entry) string {
	return fmt.Sprintf("entry %d: %s %s", e.Index, e.Kind, gate.CleanLine(e.ID, 40))
}

// isRelease reports whether an entry is a decision about a tag: its bytes are kept, so that it can be replayed for as long as the branch lives.
func isRelease(e *store.Entry) bool {
	if e.Kind != decisionKind {
		return false
	}
	d, err := record.ParseDecision(e.Payload)
	return err == nil && d.IsRelease()
}
