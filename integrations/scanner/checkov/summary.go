package checkov

import (
	"cmp"
	"fmt"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// summary counts what a report lists. Where nothing was scanned it is the whole document.
type summary struct {
	Passed    report.Count `json:"passed"`
	Failed    report.Count `json:"failed"`
	Skipped   report.Count `json:"skipped"`
	Unparsed  report.Count `json:"parsing_errors"`
	BadPolicy report.Count `json:"policies_errors_count"` // policies for code that could not be read
	Resources report.Count `json:"resource_count"`        // since 2.1
	Version   string       `json:"checkov_version"`
}

// bare reads the members of a summary that stands alone. Members that are not listed hold no findings.
func (s *summary) bare(dec *report.Decoder, name string) error {
	switch name {
	case "passed":
		return report.Value(dec, &s.Passed)
	case "failed":
		return report.Value(dec, &s.Failed)
	case "skipped":
		return report.Value(dec, &s.Skipped)
	case "parsing_errors", "parsingerrors":
		return report.Value(dec, &s.Unparsed)
	case "resource_count":
		return report.Value(dec, &s.Resources)
	case "checkov_version":
		return report.Value(dec, &s.Version)
	}
	return report.Skip(dec)
}

// settle holds one report against its summary. A report without results is one only as a bare summary, which has its version.
func (p *parser) settle() error {
	r, s := &p.report, &p.report.summary
	if !r.results && s.Version == "" {
		return fmt.Errorf("%w: the report has neither `results` nor `checkov_version`", report.ErrShape)
	}
	if s.Version != "" {
		p.scan.Tool.Version = s.Version
	}
	if unparsed := s.Unparsed.N; unparsed > 0 {
		p.fail("files that could not be parsed: %d", unparsed)
	}
	if policies := s.BadPolicy.N; policies > 0 {
		p.fail("policies that could not be read: %d", policies)
	}
	if failed := s.Failed.N; failed > r.failed {
		p.fail("the summary counts %d failed checks, and the report lists %d", failed, r.failed)
	}
	if skipped := s.Skipped.N; skipped > 0 && !r.listed {
		p.scan.Warnings = append(p.scan.Warnings, fmt.Sprintf("suppressed checks, of which the report says no more: %d", skipped))
	}
	p.passed += max(s.Passed.N, r.passed)
	p.unproven = cmp.Or(p.unproven, r.unproven())
	return nil
}

// unproven is what a report says against its having checked anything. What it does not count it does not say.
func (r *part) unproven() string {
	s := &r.summary
	switch {
	case !r.results:
		return "it is the bare summary that Checkov prints where it checked nothing"
	case s.Skipped.N > 0 && !r.listed:
		return fmt.Sprintf("it counts %d skipped checks and lists none", s.Skipped.N)
	case isZero(s.Resources):
		return "it counts 0 resources"
	case isZero(s.Passed) && isZero(s.Failed):
		return "it counts 0 passed and 0 failed checks"
	}
	return ""
}

func isZero(n report.Count) bool { return n.Known && n.N == 0 }

// typed makes sure that the check type is known before the results are read. In every report that Checkov writes it stands first; where
// members were rearranged, the document is read once more for the types alone.
func (p *parser) typed() error {
	if p.report.checkType != "" {
		return nil
	}
	if p.types == nil {
		types, err := checkTypes(p.document)
		if err != nil {
			return err
		}
		p.types = types
	}
	if p.reports < len(p.types) {
		p.report.checkType = p.types[p.reports]
	}
	return nil
}

// mostReports is how many reports one document may hold, where their types are read beforehand. Checkov knows about 30 check types.
const mostReports = 10_000

// checkTypes lists the check type of each report of a document.
func checkTypes(d report.Document) (types []string, err error) {
	one := func(dec *report.Decoder) error {
		checkType := ""
		err := report.EachMember(dec, func(name string) error {
			if name != "check_type" {
				return report.Skip(dec)
			}
			return report.Value(dec, &checkType)
		})
		if types = append(types, checkType); len(types) > mostReports {
			return fmt.Errorf("%w: more than %d reports of check types", report.ErrTooLarge, mostReports)
		}
		return err
	}
	err = report.JSON(d, func(dec *report.Decoder) error {
		if report.IsList(dec) {
			return report.EachElement(dec, func() error { return one(dec) })
		}
		return one(dec)
	})
	return types, err
}
