package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/feed"
	"github.com/defectgate/defectgate/integrations/scanner"
	"github.com/defectgate/defectgate/integrations/signal"
	"github.com/defectgate/defectgate/integrations/statement"
)

// others are the flags that name what a check reads beside reports.
type others struct {
	statements []string
	signals    []string
	feeds      []string
	cache      string
	limits     []string
}

func (o *others) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&o.statements, "statements", nil, "VEX document as PATH or FORMAT=PATH, whose every author counts; repeatable")
	f.StringArrayVar(&o.signals, "signals", nil, "signals of abuse in production, as JSON lines; repeatable")
	f.StringArrayVar(&o.feeds, "feed", nil, "threat intelligence as NAME=FROM, a file or an HTTPS address: kev=kev.json; repeatable")
	f.Var((*filled)(&o.cache), "cache", "folder in which fetched feeds are kept, and the copy of a ledger in a branch (default the user's cache)")
	limitFlag(cmd, &o.limits)
}

func limitFlag(cmd *cobra.Command, limits *[]string) {
	cmd.Flags().StringArrayVar(limits, "limit", nil, "bound on what is read, as NAME=VALUE: raw=4GiB; see limits of the configuration; repeatable")
}

// limitsOf are those of the configuration, and above them those of the command line.
func limitsOf(file config.File, flags []string) (scanner.Limits, error) {
	limits := file.Limits
	for _, flag := range flags {
		name, value, ok := strings.Cut(flag, "=")
		if !ok {
			return scanner.Limits{}, gate.WithHint(fmt.Errorf("--limit %q has no value", flag), "write it as raw=4GiB")
		}
		if err := limits.Set(name, value); err != nil {
			return scanner.Limits{}, fmt.Errorf("--limit: %w", err)
		}
	}
	return limits.Effective(), nil
}

// each calls use with every file that a name stands for; where there is none, with one that will be missing.
func (r *reports) each(name string, open opener, use func(path string, open func() (io.ReadCloser, error))) error {
	paths, err := pathsOf(name)
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		paths, open = []string{name}, noFile
	}
	for _, path := range paths {
		use(filepath.ToSlash(filepath.Clean(path)), func() (io.ReadCloser, error) { return open(path) })
	}
	return nil
}

// opener opens a file by its path.
type opener func(path string) (io.ReadCloser, error)

// statementSources are those of the configuration, and those of the command line: whoever names a document there vouches for it.
func (o *others) statementSources(s *session) (list []gate.StatementSource, err error) {
	add := func(c config.Statements, open opener) error {
		return s.reports.each(c.VEX, open, func(path string, open func() (io.ReadCloser, error)) {
			list = append(list, &statement.File{Path: path, Format: c.Format, Expectation: c.Expectation(), Limits: s.reports.limits, Open: open,
				Authors: c.Authors, Products: c.Products, Formats: config.StatementFormats()})
		})
	}
	for i, c := range s.config.Statements {
		if err := add(c, s.reports.openInside); err != nil {
			return nil, fmt.Errorf("%s: %w", s.config.At("statements[%d].vex", i), err)
		}
	}
	for _, named := range o.statements {
		c := config.Statements{VEX: named, Authors: []string{"*"}}
		if format, path, ok := strings.Cut(named, "="); ok && slices.Contains(statement.Names(config.StatementFormats()), format) {
			c.Format, c.VEX = format, path
		}
		c.VEX = relative(c.VEX)
		if err := add(c, s.reports.openNamed); err != nil {
			return nil, fmt.Errorf("--statements %q: %w", named, err)
		}
	}
	return list, nil
}

// signalSources are those of the configuration and those of the command line.
func (o *others) signalSources(s *session) (list []gate.SignalSource, err error) {
	add := func(name string, x gate.Expectation, open opener) error {
		return s.reports.each(name, open, func(path string, open func() (io.ReadCloser, error)) {
			list = append(list, &signal.File{Path: path, Expectation: x, Limits: s.reports.limits, Open: open})
		})
	}
	for i, c := range s.config.Signals {
		if err := add(c.Path, c.Expectation(), s.reports.openInside); err != nil {
			return nil, fmt.Errorf("%s: %w", s.config.At("signals[%d].path", i), err)
		}
	}
	for _, name := range o.signals {
		if err := add(relative(name), gate.Expectation{Required: true}, s.reports.openNamed); err != nil {
			return nil, fmt.Errorf("--signals %q: %w", name, err)
		}
	}
	return list, nil
}

// feedSources are those of the configuration and those of the command line.
func (o *others) feedSources(w world, s *session) (list []gate.Feed, err error) {
	fetcher := &feed.Fetcher{Cache: o.cacheFolder(), Now: w.now(), Limits: s.reports.limits}
	add := func(name, from string, x gate.Expectation, open opener) error {
		format, err := feed.Lookup(name)
		if err != nil {
			return err
		}
		remote, err := feed.Remote(from)
		if err != nil {
			return err
		}
		f := &feed.File{Format: format, Path: feed.Shown(from), Expectation: x, Limits: s.reports.limits, Open: fetcher.Open(from)}
		if f.Path != from {
			f.Removed = []string{"source"}
		}
		if !remote {
			f.Open = feed.Opened(func() (io.ReadCloser, error) { return open(from) })
		}
		list = append(list, f)
		return nil
	}
	for i, c := range s.config.Feeds {
		if err := add(c.Feed, c.From, c.Expectation(), s.reports.openInside); err != nil {
			return nil, fmt.Errorf("%s: %w", s.config.At("feeds[%d]", i), err)
		}
	}
	for _, named := range o.feeds {
		name, from, ok := strings.Cut(named, "=")
		if !ok || from == "" {
			return nil, gate.WithHint(fmt.Errorf("--feed %q names no file", name), "write it as kev=kev.json, or epss=https://…")
		}
		if err := add(name, from, gate.Expectation{Required: true}, s.reports.openNamed); err != nil {
			return nil, fmt.Errorf("--feed %q: %w", name, err)
		}
	}
	return list, nil
}

// cacheFolder is where fetched feeds are kept. A user without a home has none: then each check fetches them.
func (o *others) cacheFolder() string {
	if o.cache != "" {
		return o.cache
	}
	folder, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(folder, "defectgate")
}
