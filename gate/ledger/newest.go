package ledger

import (
	"bytes"
	"context"
	"slices"
	"strings"

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
		if !bytes.Contains(e.Payload, []byte(digest[strings.Index(digest, ":")+1:])) {
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
