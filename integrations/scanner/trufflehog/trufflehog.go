// Package trufflehog reads the JSON lines of TruffleHog (`trufflehog git … --json`), which looks for secrets and tries whether they work.
//
// A report is a line for each secret. Where nothing was found it has no bytes, and a report that was cut at a line end is a valid shorter one.
// TruffleHog 3 writes its log, as JSON lines too, to standard error: where that was sent into the same file (`--json 2>&1`) the log is read, and
// it must end with "finished scanning". The lines of TruffleHog 2, and of `--json-legacy`, are read as well: one holds all that was found in a
// file of a commit for one reason.
//
// https://github.com/trufflesecurity/trufflehog/blob/main/pkg/output/json.go
package trufflehog

import (
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "trufflehog"

// Format is TruffleHog's JSON lines.
var Format = report.Format{
	Name:   formatName,
	Title:  "TruffleHog 2 and 3, JSON lines: secrets",
	Detect: detect,
	Parse:  parse,
	Entry:  "a line of a secret; a line of TruffleHog 2 is one entry for each of its strings",
	Proof:  "the log is in the report, and says that it finished scanning, with chunks and without secrets",
	Cut:    "the log, where it is in the report; else by a receipt only",
	Notes: `A secret is known by a keyed digest of "RawV2", else of "Raw", wherever it stands. One that works, "Verified", is verified; of all others the
report does not say how sure it is, for one that does not work looks like one that was not tried. TruffleHog does not say how bad a secret is: the
rating is unknown. The id of a custom detector is "CustomRegex" with its name. The time of a commit is not taken as first seen: its author chose it.
An error in the log makes the source "partial", and so does a log that does not say that it finished. TruffleHog ends with 0 after errors, too, and
tells of them in its log only, so its receipt proves that it ran, not that it saw everything: run it with --fail-on-scan-errors.`,
}

func detect(o *report.Outline) bool {
	if o.Root != report.Object {
		return false
	}
	v3 := o.Has("SourceMetadata") && o.HasAny("SourceMetadata.Data", "SourceType", "SourceName", "DetectorName", "DetectorType") ||
		o.Has("DetectorType") && o.HasAny("Verified", "DetectorName", "SourceType")
	v2 := o.Has("commitHash") && o.HasAny("stringsFound", "printDiff", "diff") || o.Has("stringsFound") && o.Has("reason")
	log := o.Text("logger") == formatName && o.Has("level") && o.Has("msg")
	return v3 || v2 || log
}

type parser struct {
	emit   report.Emit
	scan   gate.Scan
	where  subject
	untold int          // secrets that could not be tried
	logged bool         // a line of the log was read
	ended  bool         // its last line was read
	chunks report.Count // that its last line counts
	found  report.Count // secrets that its last line counts
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	err := report.JSONValues(d, func(dec *report.Decoder) error {
		var l line
		if err := report.Value(dec, &l); err != nil {
			return err
		}
		return p.line(&l)
	})
	p.settle()
	return p.scan, err
}

// line is a secret of version 3, one of version 2, or a line of the log.
type line struct {
	secret
	older
	entry
}

func (p *parser) line(l *line) error {
	switch {
	case l.SourceMetadata != nil || l.DetectorName != "":
		return p.secret(&l.secret)
	case l.Level != "" && l.Message != nil:
		return p.log(&l.entry)
	case l.Reason != "" || l.StringsFound != nil:
		return p.older(&l.older)
	}
	return fmt.Errorf("%w: a line that is neither a secret nor of the log", report.ErrShape)
}

func (p *parser) secret(s *secret) error {
	where := s.place()
	p.where.add(&where)
	if s.VerificationError != "" {
		p.untold++
	}
	return p.take(s.finding(&where))
}

func (p *parser) take(f *gate.Finding) error {
	if err := report.Identified(f); err != nil {
		return err
	}
	p.scan.Read++
	return p.emit(f)
}

func (p *parser) settle() {
	p.scan.Subject = p.where.subject()
	p.weigh()
	if p.untold > 0 {
		p.scan.Warnings = append(p.scan.Warnings, fmt.Sprintf("secrets of which an error kept from telling whether they work: %d", p.untold))
	}
	if p.logged && !p.ended && p.scan.Failed == "" {
		p.scan.Failed = "its log does not say that it finished scanning"
	}
}
