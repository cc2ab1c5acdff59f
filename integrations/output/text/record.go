package text

import (
	"fmt"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// listed is how many defects a line of changes names.
const listed = 5

// changes says what is different from the last decision of the branch.
func (p *page) changes(c *gate.Changes) {
	if c == nil {
		return
	}
	p.heading("Since decision %s of %s (%s)", p.short(c.Since), c.At.Format(time.DateOnly), c.Verdict)
	for _, kind := range []struct {
		what string
		ids  []string
	}{{"new", c.Opened}, {"back again", c.Reopened}, {"gone", c.Fixed}} {
		if len(kind.ids) > 0 {
			p.wrap("    ", fmt.Sprintf("%d %s: %s", len(kind.ids), kind.what, p.some(kind.ids)))
		}
	}
	for i, other := range c.Others {
		if i == listed && !p.o.Verbose {
			p.line("    … and %d more (--verbose lists all)", len(c.Others)-i)
			break
		}
		p.wrap("    ", other)
	}
	if len(c.Opened)+len(c.Reopened)+len(c.Fixed)+len(c.Others) == 0 {
		p.line("    nothing")
	}
}

// some names the first of many.
func (p *page) some(ids []string) string {
	if len(ids) <= listed || p.o.Verbose {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:listed], ", "), len(ids)-listed)
}

// baseline says with what the defects were compared.
func (p *page) baseline(b *gate.Baseline) {
	if b == nil || b.Unproven != "" {
		return
	}
	p.heading("Compared with %s", p.clean(b.Name, p.o.Width-14))
	p.line("    %d new, %d there before", b.New, b.Preexisting)
}

// record says where the decision stands, and what proves it.
func (p *page) record(receipt *gate.Receipt) {
	p.line("")
	p.line("%s", p.paint(faint, "decision "+p.clean(p.d.ID, 64)))
	signed := "not signed"
	if p.d.Signer != "" {
		signed = "signed by key " + p.short(p.d.Signer)
	}
	switch {
	case receipt != nil:
		p.line("%s", p.paint(faint, fmt.Sprintf("entry %d of the ledger, %s; checkpoint:", receipt.Index, signed)))
		for line := range strings.Lines(receipt.Checkpoint) {
			if line = strings.TrimSuffix(line, "\n"); line != "" {
				p.line("  %s", p.paint(faint, p.clean(line, 1000)))
			}
		}
	case p.d.History.Record == "file":
		p.line("%s", p.paint(faint, "recorded in its bundle alone, "+signed))
	default:
		p.line("%s", p.paint(faint, "not recorded"))
	}
}

// before says why a denial only warns.
func before(v gate.Violation) string {
	if v.Preexisting {
		return "was there before: only warns"
	}
	return ""
}

// short is the beginning of an id, by which people know it again.
func (p *page) short(id string) string { return p.clean(id[:min(shortCommit, len(id))], shortCommit) }
