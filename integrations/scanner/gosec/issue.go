package gosec

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

type issue struct {
	Severity     report.Word   `json:"severity"`
	Confidence   string        `json:"confidence"`
	CWE          weakness      `json:"cwe"` // since 2.2
	RuleID       string        `json:"rule_id"`
	Details      string        `json:"details"`
	File         string        `json:"file"`
	Code         string        `json:"code"`
	Line         string        `json:"line"` // "12", or "12-14"
	NoSec        bool          `json:"nosec"`
	Suppressions []suppression `json:"suppressions"`
	Autofix      string        `json:"autofix"`
}

// weakness has names in capitals in reports of 2.2 to 2.7.
type weakness struct {
	ID     report.Number `json:"id"`
	URL    string        `json:"url"`
	OldID  report.Number `json:"ID"`
	OldURL string        `json:"URL"`
}

type suppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}

func (p *parser) take(i *issue) error {
	f := i.finding()
	if err := report.Identified(f); err != nil {
		return err
	}
	if f.State == gate.Suppressed {
		p.silent++
	}
	p.scan.Read++
	return p.emit(f)
}

func (i *issue) finding() *gate.Finding {
	f := &gate.Finding{
		Tool:      formatName,
		Kind:      gate.Code,
		ID:        i.RuleID,
		Title:     report.FirstLine(i.Details),
		Remedy:    i.Autofix,
		URL:       cmp.Or(i.CWE.URL, i.CWE.OldURL),
		Rating:    report.RateAlways(formatName, gate.Opinion{Party: formatName, Label: i.Severity.Label}),
		Location:  gate.Location{Path: i.File, Line: i.line()},
		Anchor:    gate.Anchor{Snippet: lineNumbers.ReplaceAllString(i.Code, "")},
		Certainty: certainties[i.Confidence],
	}
	if cwe := max(i.CWE.ID.Int(), i.CWE.OldID.Int()); cwe > 0 {
		f.CWEs = []int{cwe}
	}
	f.State, f.Word = i.silenced()
	return f
}

// certainties are the words of confidence; UNDEFINED says nothing.
var certainties = map[string]gate.Certainty{"HIGH": gate.HighCertainty, "MEDIUM": gate.MidCertainty, "LOW": gate.LowCertainty}

// lineNumbers stand before the lines of the code since 2.4: they change when lines above move.
var lineNumbers = regexp.MustCompile(`(?m)^\d+: `)

// line is the first of the lines of an issue.
func (i *issue) line() int {
	first, _, _ := strings.Cut(i.Line, "-")
	line, err := strconv.Atoi(first)
	if err != nil || line < 0 {
		return 0
	}
	return line
}

// silencers are the kinds of suppressions, with what silences. A kind that is not listed leaves the issue open.
var silencers = map[string]string{"inSource": "#nosec comment", "external": "gosec configuration"}

func (i *issue) silenced() (gate.State, *gate.Word) {
	for _, s := range i.Suppressions {
		if by := silencers[s.Kind]; by != "" {
			return gate.Suppressed, &gate.Word{By: by, Reason: s.Justification, Said: gate.Suppressed}
		}
	}
	if i.NoSec {
		return gate.Suppressed, &gate.Word{By: silencers["inSource"], Said: gate.Suppressed}
	}
	return gate.Open, nil
}
