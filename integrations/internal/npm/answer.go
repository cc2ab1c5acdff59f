package npm

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// Answer reads the registry's answer to an audit: what npm 6, Yarn 2 and Yarn 3 print as it came, and what pnpm prints like it.
type Answer struct {
	Printer
	Emit   report.Emit
	Scan   gate.Scan
	Dates  report.Dates
	Listed bool // the member that holds the findings was there
	Ways   int  // by which vulnerable packages came into the tree, where the report lists them: what its sum counts
	Counts Counts
}

// Take emits a finding.
func (a *Answer) Take(f *gate.Finding) error {
	if err := report.Identified(f); err != nil {
		return err
	}
	a.Scan.Read++
	return a.Emit(f)
}

// Member reads one member of the answer. Members that are not listed hold no findings.
func (a *Answer) Member(dec *report.Decoder, name string) error {
	switch name {
	case "advisories":
		return a.List(dec, func(string) error { return a.advisory(dec) })
	case "muted":
		return a.muted(dec)
	case "metadata":
		return a.Counts.read(dec)
	}
	return report.Skip(dec)
}

// List walks the object that holds the findings.
func (a *Answer) List(dec *report.Decoder, entry func(name string) error) error {
	a.Listed = dec.PeekKind() == jsontext.KindBeginObject
	return report.EachMember(dec, entry)
}

// advisory reads an advisory about one or more copies of its package.
func (a *Answer) advisory(dec *report.Decoder) error {
	var v Advisory
	if err := report.Value(dec, &v); err != nil {
		return err
	}
	a.Dates.Read("created", &v.Created)
	if len(v.Copies) == 0 {
		v.Copies = []Copy{{}}
	}
	for _, c := range v.Copies {
		var at gate.Location
		if len(c.Paths) > 0 {
			at.Logical = c.Paths[0]
		}
		a.Ways += max(len(c.Paths), 1)
		if err := a.Take(a.Finding(&v, c.Version, at)); err != nil {
			return err
		}
	}
	return nil
}

// muted counts what the registry was told not to speak of. No registry is known that has any.
func (a *Answer) muted(dec *report.Decoder) error {
	count := 0
	err := report.EachElement(dec, func() error {
		count++
		return report.Skip(dec)
	})
	if count > 0 {
		a.Scan.Warnings = append(a.Scan.Warnings, fmt.Sprintf("advisories that are muted, of which the report says no more: %d", count))
	}
	return err
}

// Conclude says what the sums prove. Vulnerabilities that are counted and not listed were left out by an option, and the rest proves nothing.
// Only where the report lists ways can its sum be held against a part of a list. A sum that is not there says nothing, and is not zero.
func (a *Answer) Conclude() {
	s, found, audited := &a.Scan, a.Counts.Found, a.Counts.Audited
	switch {
	case found.N > 0 && s.Read == 0:
		s.Unproven = fmt.Sprintf("it counts %d vulnerabilities and lists none of them", found.N)
		s.Warnings = append(s.Warnings, fmt.Sprintf("the report counts vulnerabilities and lists none of them: %d", found.N))
	case 0 < a.Ways && a.Ways < found.N:
		s.Unproven = fmt.Sprintf("it counts %d vulnerabilities and lists %d", found.N, a.Ways)
		s.Warnings = append(s.Warnings,
			fmt.Sprintf("the report has %d of the %d vulnerabilities that its summary counts: an option leaves out the others", a.Ways, found.N))
	case audited.Known && audited.N == 0:
		s.Unproven = "it counts 0 dependencies"
	case audited.Known && found.Known:
		s.Proof = fmt.Sprintf("dependencies audited: %d", audited.N)
	}
	s.Warnings = append(s.Warnings, a.Dates.Warnings()...)
}
