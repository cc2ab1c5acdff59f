package main

import (
	"context"
	"errors"

	"github.com/defectgate/defectgate/gate"
)

// unlisted is a folder or glob whose files are not known. It is a source like any other that cannot be read: the verdict is an error.
type unlisted struct {
	name        string
	expectation gate.Expectation
	err         error // why
}

// Name gives the folder or glob.
func (u *unlisted) Name() string { return u.name }

// Expect gives what must hold of its files.
func (u *unlisted) Expect() gate.Expectation { return u.expectation }

// Load says why nothing was read.
func (u *unlisted) Load(context.Context, func(*gate.Finding) error) gate.Evidence {
	e := gate.Evidence{Source: u.name, Kind: "report", Problem: u.err.Error()}
	switch {
	case errors.Is(u.err, errTooMany):
		e.Status, e.Hint = gate.TooLarge, "name the reports more narrowly"
	default:
		e.Status, e.Hint = gate.Unavailable, "make sure that the folder and all below it can be read"
	}
	return e
}
