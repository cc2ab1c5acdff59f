package text

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// refused says in plain words why an exception did not cover its defect, where no violation of the defect says so.
func (p *page) refused() {
	for i, r := range phrase.Refusals(p.d) {
		if i == 0 {
			p.heading("Exceptions that do not cover their defect")
		}
		p.wrap("    ", fmt.Sprintf("%s for %s: %s", r.Exception, r.Defect, r.Why))
	}
}

// closed counts what is not open, by state and by who said so.
func (p *page) closed() {
	said := map[string]int{}
	for i := range p.d.Evaluation.Findings {
		j := &p.d.Evaluation.Findings[i]
		if !j.State.IsOpen() {
			said[phrase.State(j.State)+" "+p.by(j)]++
		}
	}
	if len(said) == 0 {
		return
	}
	p.heading("Not open")
	for _, key := range slices.Sorted(maps.Keys(said)) {
		p.line("    %d %s", said[key], strings.TrimSpace(key))
	}
}

func (p *page) by(j *gate.Judged) string {
	if w := j.Occurrences[0].Word; w != nil && w.By != "" {
		return "by " + p.clean(w.By, 60)
	}
	return ""
}

// read lists every source: what it was, what it proved, how much it said.
func (p *page) read() {
	if len(p.d.Inputs) == 0 {
		return
	}
	p.heading("Read")
	for _, e := range p.d.Inputs {
		p.flow("    ", " · ", e.Source, e.Scan.Tool.String(), phrase.Read(&e), string(e.Status))
		if e.Problem != "" && !e.Required {
			p.wrap("      ", e.Problem)
		}
	}
	for _, w := range p.d.Warnings {
		p.wrap("    warning: ", w)
	}
}
