// Package feed reads threat intelligence: how likely a vulnerability is to be exploited, and which ones are known to be. It holds the table of
// feeds, and gets each from a file or from an HTTPS address, with a cache.
//
// To add a feed, write a folder with a [Format] and name it in [Formats].
package feed

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/feed/epss"
	"github.com/defectgate/defectgate/integrations/feed/kev"
	"github.com/defectgate/defectgate/integrations/internal/file"
	"github.com/defectgate/defectgate/integrations/internal/httpapi"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// Format is one feed.
type Format = report.FeedFormat

// Formats is the table of feeds.
func Formats() []Format { return []Format{epss.Format, kev.Format} }

// Lookup finds a feed by its name.
func Lookup(name string) (Format, error) { return report.Lookup(Formats(), "feed", name) }

// File is one feed in a file. It is a [gate.Feed].
type File struct {
	Format
	Path        string   // or the address
	Removed     []string // members of the evidence that lack something secret: the user of the address, in "source"
	Expectation gate.Expectation
	Limits      Limits
	Open        func(context.Context) (io.ReadCloser, []string, error) // from the first byte, each time, with warnings
}

// Limits bound what is read of one file.
type Limits = file.Limits

// DefaultLimits are those of files for which nothing else is said.
var DefaultLimits = file.DefaultLimits

// Shown is an address as it may be told: without what may be a secret in it, the user and the query. A path stays as it is.
func Shown(from string) string { return httpapi.Shown(from) }

// Name gives the path or the address.
func (f *File) Name() string { return f.Path }

// Expect gives what must hold of the feed. Without a bound of its own it may be as old as its kind may be.
func (f *File) Expect() gate.Expectation {
	x := f.Expectation
	x.MaxDatabaseAge = cmp.Or(x.MaxDatabaseAge, f.MaxAge)
	return x
}

// hints are the next steps where an error has none of its own.
var hints = map[gate.Status]string{
	gate.Missing:     "make sure that the feed was fetched before the gate, to this path",
	gate.Truncated:   "get the feed again: it was cut off",
	gate.Malformed:   "use the feed as its publisher gives it; a proxy may have answered in its place",
	gate.Unavailable: "see that the address can be reached from here, or fetch the feed to a file first and name that",
}

// Load reads the feed to its end, see [gate.Feed].
func (f *File) Load(ctx context.Context, emit func(gate.Threat) error) gate.Evidence {
	e := gate.Evidence{Source: f.Path, Format: f.Format.Name, Required: f.Expectation.Required, Removed: f.Removed}
	d := file.New(ctx, f.Path, func() (io.ReadCloser, error) {
		r, warnings, err := f.Open(ctx)
		e.Warnings = append(e.Warnings, warnings...)
		return r, err
	}, f.Limits)
	var err error
	e.Scan, err = f.Parse(d, emit)
	e.SHA256, e.Size = d.SHA256, d.Size
	file.Fail(ctx, &e, err, hints)
	return e
}

// Opened gives an opener of a feed that lies in a file.
func Opened(open func() (io.ReadCloser, error)) func(context.Context) (io.ReadCloser, []string, error) {
	return func(context.Context) (io.ReadCloser, []string, error) {
		r, err := open()
		return r, nil, err
	}
}

// Remote reports whether a feed is to be fetched, and refuses an address that nobody can vouch for.
func Remote(from string) (bool, error) {
	scheme, _, ok := strings.Cut(from, "://")
	switch {
	case !ok:
		return false, nil
	case strings.EqualFold(scheme, "https"):
		return true, nil
	}
	return false, gate.WithHint(fmt.Errorf("what comes by %s:// is fetched without proof of who sends it", scheme),
		"use https, or fetch the feed to a file first")
}

// Refresh is how long a fetched feed is taken as it is: both are published once a day at most.
const Refresh = time.Hour
