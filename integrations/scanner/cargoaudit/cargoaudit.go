// Package cargoaudit reads the JSON of RustSec's cargo-audit (`cargo audit --json`, `cargo audit bin --json`).
//
// A report is one object: `vulnerabilities.list` holds the vulnerabilities, `warnings` holds remarks on packages by their kind ("unmaintained",
// "unsound", "yanked", "notice"), `lockfile` counts what was looked at, `database` names the advisories that were used, and `settings` what was
// left out. Reports of 0.12 and later are known; those before have a list of warnings of another shape, which is refused unless it is empty.
//
// https://github.com/rustsec/rustsec/blob/main/rustsec/src/report.rs
package cargoaudit

import (
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "cargo-audit"

// Format is cargo-audit JSON.
var Format = report.Format{
	Name:   formatName,
	Title:  "cargo-audit JSON, since 0.12: Rust packages",
	Detect: detect,
	Parse:  parse,
	Entry:  "a vulnerability or a warning",
	Proof: "`lockfile.dependency-count` is above zero, `database.advisory-count` is not zero, and `vulnerabilities.count` is there, " +
		"not above the list",
	Notes: `The rating is the CVSS vector of the advisory. A warning is rated by its kind: "unsound" is medium, "unmaintained" and "yanked" are low,
"notice" is none; a CVSS vector that is worse wins. A yanked version has no advisory: its id is "yanked". What "settings" silences is not in the
report: ignored advisories and a bound of severity are warnings of the source. One document is one report: cargo audit bin writes several
into one stream when it is given several programs, and a stream that is cut between two of them cannot be told from a whole one, so it is refused.`,
}

// detect goes by members that nobody else has, wherever in the document they stand.
func detect(o *report.Outline) bool {
	if o.Root != report.Object || o.Lines {
		return false
	}
	return o.HasAny("lockfile.dependency-count", "database.advisory-count", "vulnerabilities.list[].advisory",
		"warnings.unmaintained[].advisory", "warnings.unsound[].advisory", "warnings.yanked[].package") ||
		o.Has("vulnerabilities.found") && o.Has("vulnerabilities.list")
}

type parser struct {
	emit     report.Emit
	scan     gate.Scan
	dates    report.Dates
	packages report.Count // of the lock file
	known    report.Count // advisories of the database
	counted  report.Count // vulnerabilities
	list     int          // vulnerabilities that are listed
	listed   bool         // the list of vulnerabilities was there, empty or not
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	err := report.Members(d, p.member)
	if err == nil && !p.listed {
		err = fmt.Errorf("%w: the report has no `vulnerabilities.list`", report.ErrShape)
	}
	p.settle()
	p.scan.Warnings = append(p.scan.Warnings, p.dates.Warnings()...)
	return p.scan, err
}

func (p *parser) member(dec *report.Decoder, name string) error {
	switch name {
	case "vulnerabilities":
		return p.vulnerabilities(dec)
	case "warnings":
		return p.warnings(dec)
	case "database":
		return p.database(dec)
	case "lockfile":
		var lockfile struct {
			Packages report.Count `json:"dependency-count"`
		}
		err := report.Value(dec, &lockfile)
		p.packages = lockfile.Packages
		return err
	case "settings":
		return p.settings(dec)
	}
	return report.Skip(dec)
}

// settle says what the counts prove.
func (p *parser) settle() {
	s := &p.scan
	switch counted := p.counted.N; {
	case counted > p.list:
		s.Failed = fmt.Sprintf("the report counts more vulnerabilities than it lists: %d and %d", counted, p.list)
		s.Unproven = fmt.Sprintf("it counts %d vulnerabilities and lists %d", counted, p.list)
	case p.known.Known && p.known.N == 0:
		s.Unproven = fmt.Sprintf("its database has %d advisories", p.known.N)
	case p.packages.N > 0 && p.counted.Known:
		s.Proof = fmt.Sprintf("packages of the lock file: %d", p.packages.N)
	case p.packages.Known && p.packages.N == 0:
		s.Unproven = fmt.Sprintf("it counts %d packages in the lock file", p.packages.N)
	}
}

// vulnerabilities reads the list and its count.
func (p *parser) vulnerabilities(dec *report.Decoder) error {
	return report.EachMember(dec, func(name string) error {
		switch name {
		case "list":
			p.listed = true
			return report.Each(dec, func(e *entry) error {
				p.list++
				return p.take(e, "")
			})
		case "count":
			return report.Value(dec, &p.counted)
		}
		return report.Skip(dec)
	})
}

// warnings reads the lists by their names, which are the kinds.
func (p *parser) warnings(dec *report.Decoder) error {
	if report.IsList(dec) {
		return report.EachElement(dec, func() error {
			return fmt.Errorf("%w: a list of warnings is of cargo-audit before 0.12", report.ErrShape)
		})
	}
	return report.EachMember(dec, func(kind string) error {
		return report.Each(dec, func(e *entry) error { return p.take(e, kind) })
	})
}

func (p *parser) take(e *entry, kind string) error {
	p.dates.Read("advisory.date", &e.Advisory.Date)
	f := e.finding(kind)
	if err := report.Identified(f); err != nil {
		return err
	}
	p.scan.Read++
	return p.emit(f)
}

func (p *parser) database(dec *report.Decoder) error {
	var db struct {
		Advisories report.Count `json:"advisory-count"`
		Commit     string       `json:"last-commit"`
		Updated    report.Time  `json:"last-updated"`
	}
	err := report.Value(dec, &db)
	p.scan.Database = gate.Database{Version: db.Commit, Built: db.Updated.Time}
	p.known = db.Advisories
	return err
}

// settings reads what the user told cargo-audit to leave out. The report says no more of it.
func (p *parser) settings(dec *report.Decoder) error {
	var s struct {
		Severity      string   `json:"severity"`
		Ignore        []string `json:"ignore"`
		Architectures some     `json:"target_arch"`
		Systems       some     `json:"target_os"`
	}
	if err := report.Value(dec, &s); err != nil {
		return err
	}
	for _, left := range []struct{ what, which string }{
		{"advisories that cargo-audit was told to ignore", strings.Join(s.Ignore, ", ")},
		{"vulnerabilities are left out below the severity", s.Severity},
		{"vulnerabilities are left out unless they concern the architecture", strings.Join(s.Architectures, ", ")},
		{"vulnerabilities are left out unless they concern the operating system", strings.Join(s.Systems, ", ")},
	} {
		if left.which != "" {
			p.scan.Warnings = append(p.scan.Warnings, left.what+": "+left.which)
		}
	}
	return nil
}
