package gitlab

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// header is all of a report but its findings.
type header struct {
	made     making
	found    bool              // the list of findings was there, empty or not
	files    int               // files of dependencies
	managers map[string]string // package managers, by path
	remedies map[string]string // summaries of patches, by the id of what they mend
}

// making is the member `scan`.
type making struct {
	Type     text        `json:"type"`
	Status   *text       `json:"status"`
	Started  report.Time `json:"start_time"`
	Ended    report.Time `json:"end_time"`
	Scanner  scanner     `json:"scanner"`
	Analyzer scanner     `json:"analyzer"`
	Messages []struct {
		Level text `json:"level"`
		Value text `json:"value"`
	} `json:"messages"`
	Resources []struct {
		URL text `json:"url"`
	} `json:"scanned_resources"`
	Partial     jsontext.Value `json:"partial_scan"` // since 15.2.2
	PartialMode text           `json:"partial_scan_mode"`
}

type scanner struct {
	ID      text `json:"id"`
	Name    text `json:"name"`
	Version text `json:"version"`
}

func (s *scanner) name() string { return cmp.Or(string(s.ID), string(s.Name)) }

// read reads everything but the findings.
func (h *header) read(d report.Document) error {
	h.managers, h.remedies = map[string]string{}, map[string]string{}
	err := report.Members(d, h.member)
	if err == nil && !h.found {
		return errNoFindings
	}
	return err
}

func (h *header) member(dec *report.Decoder, name string) error {
	switch name {
	case "vulnerabilities":
		h.found = true
	case "scan":
		return report.Value(dec, &h.made)
	case "dependency_files":
		return report.EachElement(dec, func() error { return h.file(dec) })
	case "remediations":
		return report.Each(dec, h.remedy)
	}
	return report.Skip(dec)
}

// file reads one file of dependencies. Their list is long and is passed over.
func (h *header) file(dec *report.Decoder) error {
	var path, manager text
	err := report.EachMember(dec, func(name string) error {
		switch name {
		case "path":
			return report.Value(dec, &path)
		case "package_manager":
			return report.Value(dec, &manager)
		}
		return report.Skip(dec)
	})
	if path != "" {
		h.files++
		h.managers[string(path)] = string(manager)
	}
	return err
}

func (h *header) remedy(r *struct {
	Summary text `json:"summary"`
	Fixes   []struct {
		ID text `json:"id"`
	} `json:"fixes"`
}) error {
	for _, fixed := range r.Fixes {
		h.remedies[string(fixed.ID)] = string(r.Summary)
	}
	return nil
}

// scan is what the report says of its making.
func (h *header) scan() gate.Scan {
	m := &h.made
	s := gate.Scan{Started: m.Started.Time, Ended: m.Ended.Time}
	s.Tool.Name = cmp.Or(m.Scanner.name(), m.Analyzer.name(), formatName)
	s.Tool.Version = cmp.Or(string(m.Scanner.Version), string(m.Analyzer.Version))
	s.Failed, s.Warnings = m.troubles()
	if m.isPartial() {
		s.Unproven = "only what had changed was scanned"
		s.Warnings = append(s.Warnings, "only what had changed was scanned: the report is silent about everything else")
	} else if m.Status != nil && *m.Status == success {
		s.Proof = h.scanned()
	}
	return s
}

const success = "success"

// scanned says what was looked at, where the report does.
func (h *header) scanned() string {
	switch {
	case h.files > 0:
		return fmt.Sprintf("dependency files scanned: %d", h.files)
	case len(h.made.Resources) > 0:
		return fmt.Sprintf("resources scanned: %d", len(h.made.Resources))
	}
	return ""
}

// troubles are what went wrong: what ended the scan or a part of it, and what did not.
func (m *making) troubles() (failed string, warnings []string) {
	for _, message := range m.Messages {
		line := report.FirstLine(string(message.Value))
		switch strings.ToLower(string(message.Level)) {
		case "info":
		case "warn":
			warnings = append(warnings, line)
		default:
			failed = cmp.Or(failed, line, "a message without a text")
		}
	}
	if m.Status != nil && *m.Status != success {
		failed = strings.TrimSuffix(fmt.Sprintf("its status is %q: %s", *m.Status, failed), ": ")
	}
	return failed, warnings
}

// isPartial reports whether the scan left out, on purpose, what had not changed.
func (m *making) isPartial() bool {
	return m.PartialMode != "" || len(m.Partial) > 0 && m.Partial.Kind() != jsontext.KindNull
}
