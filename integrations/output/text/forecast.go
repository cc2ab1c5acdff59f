package text

import "github.com/defectgate/defectgate/integrations/internal/phrase"

// perForecast is how many events of the coming days are listed.
const perForecast = 10

// forecast ends the page: what gets worse by itself, and when the next build fails for it.
func (p *page) forecast(o *phrase.Outlook) {
	if o == nil {
		return
	}
	p.heading("%s", o.Heading)
	shown := o.Events
	if !p.o.Verbose && len(shown) > perForecast {
		shown = shown[:perForecast]
	}
	for _, e := range shown {
		p.event(e)
	}
	if more := len(o.Events) - len(shown); more > 0 {
		p.line("    … and %d more (--verbose lists all)", more)
	}
	for _, line := range phrase.NonEmpty(o.Quiet(), o.Unseen) {
		p.wrap("    ", line)
	}
	if o.Conclusion != "" {
		p.wrap("  ", o.Conclusion)
	}
}

func (p *page) event(e phrase.Event) {
	const margin = "                          "
	name := e.Subject
	if e.Name != "" {
		name = e.Name + " in " + e.Subject
	}
	p.line("    %s  %-8s  %s", e.Day, e.Severity, p.clean(name, p.o.Width-len(margin)))
	p.wrap(margin, e.Change)
}
