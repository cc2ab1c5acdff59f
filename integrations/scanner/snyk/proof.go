package snyk

import "fmt"

// sums are what the projects count together.
type sums struct {
	dependencies int
	counted      bool       // a project counts its dependencies, if only 0 of them
	silent       bool       // a project does not say what was tested of it
	idle         []*project // of which nothing was tested, and nothing is said
}

func (p *parser) sums() (s sums) {
	for _, of := range p.projects {
		s.dependencies += of.Dependencies.N
		s.counted = s.counted || of.Dependencies.Known
		switch {
		case of.configuration, of.Error != "": // these count no dependencies
		case !of.Dependencies.Known:
			s.silent = true
		case of.Dependencies.N == 0 && of.issues == 0:
			s.idle = append(s.idle, of)
		}
	}
	return s
}

// prove says what shows that each of the projects was tested: what others count proves nothing of one that counts 0 dependencies. What a project
// does not speak of is left to a receipt.
func (p *parser) prove() {
	const none = "it counts 0 dependencies"
	switch s := p.sums(); {
	case len(s.idle) > 0 && p.scan.Read > 0:
		p.warn(fmt.Sprintf("projects in which 0 dependencies were tested: %d, the first: %s", len(s.idle), s.idle[0].name()))
	case len(s.idle) > 0 && s.dependencies > 0:
		p.scan.Unproven = fmt.Sprintf("%s in %d of %d projects", none, len(s.idle), len(p.projects))
	case len(s.idle) > 0:
		p.scan.Unproven = none
	case s.dependencies > 0 && !s.silent:
		p.scan.Proof = fmt.Sprintf("dependencies tested: %d", s.dependencies)
	case p.passed > 0 && !s.silent:
		p.scan.Proof = fmt.Sprintf("checks that passed: %d", p.passed)
	case s.counted && s.dependencies+p.passed+p.scan.Read == 0:
		p.scan.Unproven = none
	}
}
