package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// NewestFor gives the newest decision about what goes by a digest, for an environment; nil where there is none. What was decided about a change
// request lets nothing be deployed, and is passed over: there, what is old only warns.
//
// The tables say where to look, and may be written to by more than the log: every entry behind the one that they name is looked at itself.
func NewestFor(ctx context.Context, s *store.Store, digest, environment string) (*Recorded, error) {
	var listed []int64
	err := List(ctx, s, Filter{Artifact: digest, Environment: environment}, func(l Listed) error {
		listed = append(listed, l.Index)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var newest *Recorded
	for _, index := range slices.Backward(listed) {
		r, err := At(ctx, s, index)
		if err != nil {
			return nil, err
		}
		if r.isAbout(digest, environment) {
			newest = r
			break
		}
	}
	if newest == nil {
		return nil, nil //nolint:nilnil // there is none
	}
	err = s.Read(ctx, newest.Index+1, store.MaxIndex, func(e *store.Entry) error {
		if !bytes.Contains(e.Payload, []byte(digest[strings.Index(digest, ":")+1:])) || record.IsSignOff(e.Payload) {
			return nil
		}
		r, err := recordedIn(e)
		if err == nil && r.isAbout(digest, environment) {
			newest = r
		}
		return err
	})
	return newest, err
}

// isAbout reports whether a decision speaks of what is to be deployed there.
func (r *Recorded) isAbout(digest, environment string) bool {
	a := &r.Decision.Artifact
	return a.Change == nil && a.Environment == environment && (a.Subject.Commit == digest || slices.Contains(a.Subject.Digests, digest))
}

// NewestOn gives the newest decision about a branch or a change, for its component and environment; nil where there is none.
func NewestOn(ctx context.Context, s *store.Store, a gate.Artifact) (*Recorded, error) {
	const newest = `SELECT d.idx FROM decision d JOIN branch b ON b.branch = d.branch WHERE b.project = $1 AND b.component = $2 AND b.name = $3
		AND d.environment = $4 ORDER BY d.idx DESC LIMIT 1`
	var index int64
	err := s.View().QueryRowContext(ctx, newest, a.Project, a.Component, a.Line(), a.Environment).Scan(&index)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil //nolint:nilnil // there is none
	case err != nil:
		return nil, err
	}
	return At(ctx, s, index)
}
