package markdown

import "github.com/defectgate/defectgate/integrations/internal/phrase"

// perForecast is how many events of the coming days are listed.
const perForecast = 10

// forecast lists what gets worse by itself.
func (p *page) forecast() block {
	o := phrase.Ahead(p.Report)
	if o == nil {
		return block{}
	}
	head := "### " + o.Heading + "\n\n"
	if len(o.Events) == 0 {
		return block{head: head + o.Quiet()}
	}
	shown := min(perForecast, len(o.Events))
	return block{head: head + titles("day", "severity", "defect", "what happens"), rows: shown, besides: len(o.Events) - shown,
		row: func(i int) string { return event(o.Events[i]) }}
}

func event(e phrase.Event) string {
	if e.Name == "" {
		return row(e.Day, e.Severity, e.Subject, prose(e.Change))
	}
	return row(e.Day, e.Severity, cell(e.Name)+" in "+cell(e.Subject), prose(e.Change))
}

// conclusion says when the next build fails.
func (p *page) conclusion() block {
	o := phrase.Ahead(p.Report)
	if o == nil {
		return block{}
	}
	var text string
	if o.Unseen != "" {
		text = "Note: " + prose(o.Unseen) + ".\n\n"
	}
	if o.Conclusion != "" {
		text += "**" + o.Conclusion + "**"
	}
	return block{head: text}
}
