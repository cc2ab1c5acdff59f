package semgrep

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// making is what the report says of its making.
type making struct {
	failed   string
	troubles map[string]*noted // by what they are
	scanned  int               // files
	nowhere  bool              // the list of them was there, and empty
	ruleless bool              // there was not one rule
	errors   bool              // there is a list of what went wrong, empty or not
	nulls    []string          // members that are null where Semgrep writes a list
}

// noted is the first of several troubles of one kind.
type noted struct {
	count int
	first string
}

func (m *making) note(what, where string) {
	if m.troubles == nil {
		m.troubles = map[string]*noted{}
	}
	if m.troubles[what] == nil {
		m.troubles[what] = &noted{first: where}
	}
	m.troubles[what].count++
}

// warnings is one line for each kind of trouble.
func (m *making) warnings() (lines []string) {
	for _, what := range slices.Sorted(maps.Keys(m.troubles)) {
		line := fmt.Sprintf("%s: %d", what, m.troubles[what].count)
		if first := m.troubles[what].first; first != "" {
			line += ", the first: " + first
		}
		lines = append(lines, line)
	}
	return lines
}

// stable are the versions since 1.0. Before, the paths were not those of files that were analysed.
var stable = regexp.MustCompile(`^[1-9]\d*\.\d`)

// proof is there where files were scanned and nothing at all went wrong.
func (m *making) proof(version string) string {
	if !stable.MatchString(version) || m.scanned == 0 || !m.errors || m.unproven() != "" {
		return ""
	}
	return fmt.Sprintf("files scanned: %d", m.scanned)
}

// unproven says why a report shows itself that it is no proof. What it does not speak of is no reason.
func (m *making) unproven() string {
	var reasons []string
	for _, reason := range []struct {
		is   bool
		what string
	}{
		{m.nowhere && m.scanned == 0, "names no scanned path"},
		{m.ruleless, "names no rule"},
		{len(m.nulls) > 0, "has null for " + strings.Join(m.nulls, ", ")},
		{m.failed != "" || len(m.troubles) > 0, "has errors or skipped rules"},
	} {
		if reason.is {
			reasons = append(reasons, reason.what)
		}
	}
	if len(reasons) == 0 {
		return ""
	}
	return "it " + strings.Join(reasons, ", and ")
}

// trouble is an entry of `errors`.
type trouble struct {
	Level   string `json:"level"`
	Type    any    `json:"type"` // a text, or since 1.45 a list that begins with one
	RuleID  string `json:"rule_id"`
	Message string `json:"message"`
	Long    string `json:"long_msg"`
	Path    string `json:"path"`
}

// harmless are the levels of errors that did not end the scan.
var harmless = []string{"warn", "warning", "info"}

func (m *making) trouble(t *trouble) error {
	if slices.Contains(harmless, strings.ToLower(t.Level)) {
		m.note(t.kind(), cmp.Or(t.Path, t.RuleID))
		return nil
	}
	m.failed = cmp.Or(m.failed, t.sentence())
	return nil
}

// sentence says what went wrong. Most messages have two lines, of which the first says of what kind and where.
func (t *trouble) sentence() string {
	first, rest, _ := strings.Cut(strings.TrimSpace(cmp.Or(t.Message, t.Long)), "\n")
	if first = strings.TrimSpace(first); strings.HasSuffix(first, ":") {
		first = strings.TrimSpace(first + " " + report.FirstLine(rest))
	}
	if strings.HasPrefix(first, t.kind()) {
		return first
	}
	return strings.Join(slices.DeleteFunc([]string{t.kind(), t.Path, first}, func(s string) bool { return s == "" }), ": ")
}

func (t *trouble) kind() string {
	kind := t.Type
	if list, ok := kind.([]any); ok && len(list) > 0 {
		kind = list[0]
	}
	text, _ := kind.(string)
	return cmp.Or(text, "error of no type")
}

// noteNull notes a list that is null. It says nothing, where one that is empty says that there is nothing.
func (m *making) noteNull(dec *report.Decoder, name string) {
	if dec.PeekKind() == jsontext.KindNull {
		m.nulls = append(m.nulls, "`"+name+"`")
	}
}

func (m *making) paths(dec *report.Decoder) error {
	m.noteNull(dec, "paths")
	return report.EachMember(dec, func(name string) error {
		switch name {
		case "scanned":
			m.noteNull(dec, "paths.scanned")
			m.nowhere = report.IsList(dec)
			return report.Each(dec, m.file)
		case "skipped": // with --verbose only
			return report.Each(dec, m.skippedFile)
		}
		return report.Skip(dec)
	})
}

// file counts a file that was scanned. A path that is empty, or null, is none.
func (m *making) file(path *string) error {
	if strings.TrimSpace(*path) != "" {
		m.scanned++
	}
	return nil
}

// analysis is the reason of a file that was to be analysed and could not be. All other reasons are choices: patterns, sizes, languages.
const analysis = "analysis_failed_parser_or_internal_error"

func (m *making) skippedFile(s *struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}) error {
	if s.Reason == analysis {
		m.note("file that could not be analysed", s.Path)
	}
	return nil
}

func (m *making) skippedRule(s *struct {
	RuleID string `json:"rule_id"`
}) error {
	m.note("rule that was skipped", s.RuleID)
	return nil
}

// time reads how many rules there were, with --time only.
func (m *making) time(dec *report.Decoder) error {
	return report.EachMember(dec, func(name string) error {
		if name != "rules" {
			return report.Skip(dec)
		}
		m.ruleless = true
		return report.EachElement(dec, func() error { m.ruleless = false; return report.Skip(dec) })
	})
}
