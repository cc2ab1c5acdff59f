package text

import "github.com/defectgate/defectgate/gate"

// The colours, as SGR parameters of ECMA-48.
const (
	bold   = "1"
	red    = "1;31"
	green  = "1;32"
	yellow = "33"
	faint  = "2"
)

var verdictColour = map[gate.Verdict]string{gate.Pass: green, gate.Fail: red, gate.Error: red}

var severityColour = map[gate.Severity]string{gate.Critical: red, gate.High: red, gate.Medium: yellow}

func (p *page) paint(colour, text string) string {
	if !p.o.Colour || colour == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}
