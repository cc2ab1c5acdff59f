// Package markdown writes a report for people as GitHub flavoured Markdown, which GitLab reads too: for the summary of a job, or for a comment at a
// change.
//
// The first line is the verdict, in words of ours, and the second the reason: how many of what there are. What must be done stands open: what must
// not ship, worst first, and the lines that sign it off. Everything else is folded: what to look at, what exceptions cover, what is not open, what
// was read. The page ends with what the coming days bring if nothing changes.
//
// # What others wrote
//
// Titles, paths, reasons and names come from whoever wrote a report or a sign-off. They stand in code spans, or as prose in which nothing means
// anything, never at the beginning of a line, and never as a link: a bot that reads comments, or GitLab looking for quick actions at the beginning of
// lines, finds none of theirs. Lines that are there to be pasted stand in fences with more backticks than they have.
//
// # Length
//
// GitHub drops a summary above 1 MiB and refuses a comment above 65,536 characters. What does not fit is left out and counted where it would stand:
// first the rows of the folded parts, from the last to the first, then the rows of what must not ship. The verdict, the counts, the worst defect that
// must not ship, the first lines to sign off with and the conclusion of the forecast always stand; where there is hardly any room, the worst defect
// does before lines and problems.
package markdown

import (
	"io"
	"regexp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// Options say where the text goes.
type Options struct {
	Limit  Limit  // how long it may be; [Summary] unless it is set
	RunURL string // where the run can be looked at; left out unless it is an address of https
}

// Write writes the page, or nothing.
func Write(w io.Writer, r *gate.Report, o Options) error {
	p := &page{Report: r, d: &r.Decision, exceptions: map[string]*gate.Exception{}}
	for _, e := range r.Decision.Evaluation.Exceptions {
		p.exceptions[e.ID] = e.Exception
	}
	text, err := fit(p.blocks(o.RunURL), o.Limit)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, text)
	return err
}

// page is what the parts are made of.
type page struct {
	*gate.Report
	d          *gate.Decision
	exceptions map[string]*gate.Exception // by id
}

// blocks are the parts in their order.
func (p *page) blocks(runURL string) []block {
	all := []block{p.verdict(runURL), p.problems(), p.hints(), p.artifact(gate.Deny), p.table(gate.Deny), p.ways(),
		p.artifact(gate.Warn), p.table(gate.Warn)}
	for _, c := range phrase.Coverings() {
		all = append(all, p.covered(c))
	}
	all = append(all, p.refused())
	for _, state := range gate.States() {
		if !state.IsOpen() {
			all = append(all, p.closed(state))
		}
	}
	return append(all, p.read(), p.warnings(), p.changes(), p.record(), p.forecast(), p.conclusion())
}

// verdict says the outcome, the reason, and what was judged.
func (p *page) verdict(runURL string) block {
	about := phrase.Artifact(&p.d.Artifact)
	for i, part := range about {
		about[i] = code(part)
	}
	if address := runAddress.FindString(runURL); address != "" {
		about = append(about, "[run]("+address+")")
	}
	lines := []string{"**defectgate: " + phrase.Verdict(p.d) + "**", "", strings.Join(phrase.Counts(p.d), " · ")}
	if len(about) > 0 {
		lines = append(lines, "", "Judged: "+strings.Join(about, " · "))
	}
	return block{head: strings.Join(lines, "\n")}
}

// runAddress is an address that means nothing else to Markdown.
var runAddress = regexp.MustCompile(`^https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/[A-Za-z0-9._~%/@+=&?#:-]*)?$`)
