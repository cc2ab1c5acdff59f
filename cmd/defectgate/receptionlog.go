package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/signoff"
)

// lateLog is opened when it is asked: whatever a stranger writes must not cost the reading of a whole ledger.
type lateLog struct {
	open  func() (*writtenLog, error)
	log   *writtenLog
	fault error
}

func (l *lateLog) opened() (*writtenLog, error) {
	if l.log == nil && l.fault == nil {
		l.log, l.fault = l.open()
	}
	return l.log, l.fault
}

// Read gives the sign-offs of a project, see [signoff.Log].
func (l *lateLog) Read(ctx context.Context, project string) ([]gate.SignedOff, error) {
	log, err := l.opened()
	if err != nil {
		return nil, err
	}
	return log.Read(ctx, project)
}

// Append adds a sign-off, see [signoff.Log].
func (l *lateLog) Append(ctx context.Context, project, id string, say ledger.Says) (gate.SignedOff, error) {
	log, err := l.opened()
	if err != nil {
		return gate.SignedOff{}, err
	}
	return log.Append(ctx, project, id, say)
}

// close leaves the checkpoint in a file, if the ledger was asked, and lets the ledger go.
func (l *lateLog) close(keep keptCheckpoint) error {
	if l.log == nil {
		return nil
	}
	if l.log.aside {
		keep = ""
	}
	return errors.Join(keep.leave(l.log.checkpoint, l.log.unknown), l.log.end())
}

// writtenLog is the register of a ledger that is open for writing.
type writtenLog struct {
	*ledger.SignOffs
	end        func() error
	checkpoint string // after what was read or added last; "" where nothing was
	unknown    error  // why it could not be told
	aside      bool   // it is not for those who look for that of a branch
}

// register is the address of the ledger that takes sign-offs. One that may take none is misuse.
func (r *reception) register(file config.File) (string, error) {
	asked := gate.Disclosure(file.Disclosure)
	where, err := address(r.ledger, r.world, file)
	switch where = resolved(r.world, where, asked); {
	case err != nil:
		return "", err
	case where == noLedger:
		return "", errNoRegister()
	case inBranch(where):
		return where, (&recording{asked: asked}).mayBeRead(r.world)
	}
	return where, nil
}

// openLog opens the register.
func (r *reception) openLog(ctx context.Context, file config.File, by signers) (*writtenLog, error) {
	where, err := r.register(file)
	if err != nil {
		return nil, err
	}
	l, end, err := openRegister(ctx, r.world, where, by.branchOptions)
	if err != nil {
		return nil, err
	}
	l.LogKey = by.logKey
	return &writtenLog{SignOffs: &ledger.SignOffs{Ledger: l, Keys: by.keys, Key: by.private}, end: end,
		aside: isChosen(r.world, r.ledger) && !inBranch(where)}, nil
}

// openRegister opens a ledger to which sign-offs are added, with the checkpoints that it must hold, and what ends it.
func openRegister(ctx context.Context, w world, where string, o branchOptions) (*ledger.Ledger, func() error, error) {
	if inBranch(where) {
		o.bare = true
		b, err := openBranch(ctx, w, where, o)
		if err != nil {
			return nil, nil, err
		}
		if err := b.mayBeWritten(w); err != nil {
			return nil, nil, errors.Join(err, b.Close())
		}
		return &ledger.Ledger{Store: b.log, Older: b.older}, b.Close, nil
	}
	s, err := store.Open(ctx, where, store.Write)
	if err != nil {
		return nil, nil, err
	}
	return &ledger.Ledger{Store: s}, s.Close, nil
}

// Read gives the sign-offs of a project, see [signoff.Log]. What was read holds, and is what a later run is to find again.
func (l *writtenLog) Read(ctx context.Context, project string) ([]gate.SignedOff, error) {
	list, err := l.SignOffs.Read(ctx, project)
	if err == nil {
		l.checkpoint, l.unknown = currentCheckpoint(ctx, l.Ledger)
	}
	return list, err
}

// Append adds a sign-off, see [signoff.Log]. That others were faster every time, it says in the words of sign-offs.
func (l *writtenLog) Append(ctx context.Context, project, id string, say ledger.Says) (gate.SignedOff, error) {
	made, err := l.SignOffs.Append(ctx, project, id, say)
	switch {
	case err == nil:
		l.checkpoint, l.unknown = currentCheckpoint(ctx, l.Ledger)
	case errors.Is(err, store.ErrBehind):
		err = fmt.Errorf("%w: %w", signoff.ErrConflict, err)
	}
	return made, err
}
