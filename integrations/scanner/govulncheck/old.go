package govulncheck

import (
	"slices"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// vulnerability reads a message of 0.1: a record with the modules that have it.
func (p *parser) vulnerability(dec *report.Decoder) error {
	var v struct {
		OSV     record `json:"osv"`
		Modules []struct {
			Path     string       `json:"path"`
			Version  string       `json:"found_version"`
			Fixed    string       `json:"fixed_version"`
			Packages []oldPackage `json:"packages"`
		} `json:"modules"`
	}
	if err := report.Value(dec, &v); err != nil {
		return err
	}
	p.know(&v.OSV)
	if len(v.Modules) == 0 {
		p.at(key{id: v.OSV.ID})
	}
	for _, m := range v.Modules {
		at := p.at(key{v.OSV.ID, m.Path, m.Version})
		at.looked, at.reached = called, max(at.reached, required)
		at.fix(m.Fixed)
		for i := range m.Packages {
			m.Packages[i].tell(at)
		}
	}
	return nil
}

type oldPackage struct {
	Path   string `json:"path"`
	Stacks []struct {
		Frames []frame `json:"frames"`
	} `json:"callstacks"`
}

// tell adds the calls into the package. The frames of 0.1 begin in the user's code.
func (o *oldPackage) tell(at *found) {
	at.reached = max(at.reached, imported)
	for _, stack := range o.Stacks {
		if frames := stack.Frames; len(frames) > 0 {
			slices.Reverse(frames)
			at.call(place(&frames[0], &frames[len(frames)-1]))
		}
	}
}

// oldModules reads the modules of the old form. They stand behind the vulnerabilities.
func (p *parser) oldModules(dec *report.Decoder) error {
	return report.Each(dec, func(m *struct {
		Path    string `json:"Path"`
		Version string `json:"Version"`
		Replace *struct {
			Version string `json:"Version"`
		} `json:"Replace"`
	}) error {
		p.oldRun.modules++
		p.versions[m.Path] = m.Version
		if m.Replace != nil {
			p.versions[m.Path] = m.Replace.Version
		}
		return nil
	})
}

// oldFindings reads the vulnerabilities of the old form: one for each symbol of a module that has it.
func (p *parser) oldFindings(dec *report.Decoder) error {
	p.oldRun.checked = true
	return report.Each(dec, func(v *struct {
		OSV     record        `json:"OSV"`
		Symbol  string        `json:"Symbol"`
		Package string        `json:"PkgPath"`
		Module  string        `json:"ModPath"`
		Call    report.Number `json:"CallSink"`   // 0 is none
		Import  report.Number `json:"ImportSink"` // 0 is none
	}) error {
		p.know(&v.OSV)
		at := p.at(key{id: v.OSV.ID, module: v.Module})
		at.looked, at.reached = called, max(at.reached, required)
		switch {
		case v.Call.Int() != 0:
			at.call(place(&frame{Package: v.Package, Function: v.Symbol}, &frame{}))
		case v.Import.Int() != 0:
			at.reached = max(at.reached, imported)
		}
		return nil
	})
}
