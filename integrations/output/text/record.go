package text

import (
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// listed is how many defects a line of changes names.
const listed = 5

// changes says what is different from the last decision of the branch.
func (p *page) changes(c *gate.Changes) {
	if c == nil {
		return
	}
	most := listed
	if p.o.Verbose {
		most = 0
	}
	p.heading("%s", gate.CleanLine(phrase.Since(c), 0))
	changed := phrase.Changed(c, most)
	for _, line := range changed {
		p.wrap("    ", line)
	}
	for i, other := range c.Others {
		if i == listed && !p.o.Verbose {
			p.line("    … and %d more (--verbose lists all)", len(c.Others)-i)
			break
		}
		p.wrap("    ", other)
	}
	if len(changed)+len(c.Others) == 0 {
		p.line("    nothing")
	}
}

// baseline says with what the defects were compared.
func (p *page) baseline(b *gate.Baseline) {
	if compared := phrase.Compared(b); compared != "" {
		p.heading("Compared with %s", p.clean(b.Name, p.o.Width-14))
		p.line("    %s", compared)
	}
}

// record says where the decision stands, and what proves it.
func (p *page) record(r *gate.Report) {
	p.line("")
	p.line("%s", p.paint(faint, "decision "+p.clean(p.d.ID, 64)))
	said := gate.CleanLine(phrase.Recorded(r), 0)
	if r.Receipt == nil {
		p.line("%s", p.paint(faint, said))
		return
	}
	p.line("%s", p.paint(faint, said+"; checkpoint:"))
	for line := range strings.Lines(r.Receipt.Checkpoint) {
		if line = strings.TrimSuffix(line, "\n"); line == "" {
			p.line("")
		} else {
			p.line("  %s", p.paint(faint, p.clean(line, 1000)))
		}
	}
}
