package govulncheck

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// run is one run of the program: a stream may hold several.
type run struct {
	level   depth // how far it looked
	modules int   // that it looked at
	listed  bool  // the list of modules was there, empty or not
	fetched bool  // it told that it reads the database
	checked bool  // it got past the reading of the database
	found   bool  // something
}

// last is the run that the message belongs to.
func (p *parser) last() *run {
	if len(p.runs) == 0 {
		return &run{} // there will be an error for it
	}
	return &p.runs[len(p.runs)-1]
}

func (p *parser) config(dec *report.Decoder) error {
	var c struct {
		Name     string      `json:"scanner_name"`
		Version  string      `json:"scanner_version"`
		Database report.Time `json:"db_last_modified"`
		Level    string      `json:"scan_level"`

		// Of 0.1.
		OldName     string      `json:"name"`
		OldVersion  string      `json:"version"`
		OldDatabase report.Time `json:"last_modified"`
	}
	if err := report.Value(dec, &c); err != nil {
		return err
	}
	p.runs = append(p.runs, run{level: levels[c.Level]})
	if name := c.Name + c.OldName; name != "" {
		p.scan.Tool.Name = name
	}
	p.scan.Tool.Version = c.Version + c.OldVersion
	p.scan.Database.Built = c.Database.Time
	if c.Database.IsZero() {
		p.scan.Database.Built = c.OldDatabase.Time
	}
	return nil
}

// bill reads what is scanned. The module that has no version is the user's own.
func (p *parser) bill(dec *report.Decoder) error {
	return report.EachMember(dec, func(name string) error {
		if name != "modules" {
			return report.Skip(dec)
		}
		p.last().listed = true
		return report.Each(dec, func(m *struct {
			Path    string `json:"path"`
			Version string `json:"version"`
		}) error {
			p.last().modules++
			if m.Version == "" && p.scan.Subject.Name == "" {
				p.scan.Subject.Name = m.Path
			}
			return nil
		})
	})
}

// checking is how the message begins that follows the reading of the database. All modules with findings are told of right behind it,
// before anything is computed that could take long or break.
const checking = "Checking the "

// fetching is how the message begins that stands before it.
const fetching = "Fetching vulnerabilities"

func (p *parser) progress(dec *report.Decoder) error {
	var said struct {
		Message string      `json:"message"`
		Time    report.Time `json:"time"`
	}
	if err := report.Value(dec, &said); err != nil {
		return err
	}
	r := p.last()
	r.checked = r.checked || r.modules > 0 && strings.HasPrefix(said.Message, checking)
	r.fetched = r.fetched || strings.HasPrefix(said.Message, fetching)
	if strings.HasPrefix(said.Message, "warning: ") {
		p.scan.Warnings = append(p.scan.Warnings, report.FirstLine(strings.TrimPrefix(said.Message, "warning: ")))
	}
	if p.scan.Started.IsZero() {
		p.scan.Started = said.Time.Time
	}
	if !said.Time.IsZero() {
		p.scan.Ended = said.Time.Time
	}
	return nil
}

// settle says what the runs tell of the scan. A proof holds only where every one of them looked for vulnerabilities.
func (p *parser) settle() {
	modules, proven, unproven := 0, len(p.runs) > 0, ""
	for _, r := range p.runs {
		if r.modules > 0 && !r.checked && !r.found {
			p.scan.Failed = "govulncheck ended before it looked for vulnerabilities"
		}
		modules += r.modules
		unproven = cmp.Or(unproven, r.unproven())
		proven = proven && r.modules > 0 && r.checked
	}
	switch {
	case proven:
		p.scan.Proof = fmt.Sprintf("modules that were looked at: %d", modules)
	case p.scan.Read == 0:
		p.scan.Unproven = unproven
	}
}

// unproven is what a run says against its having looked for vulnerabilities. Releases before 1.1 tell neither of modules nor of what they do.
func (r *run) unproven() string {
	switch {
	case r.listed && r.modules == 0:
		return "it lists 0 modules"
	case (r.listed || r.fetched) && !r.checked:
		return "it ended before it looked for vulnerabilities"
	}
	return ""
}
