package main

import (
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform"
)

// readers settles who reads what this run tells. What nobody said is what the platform says of the repository.
func (j *judging) readers(w world) (err error) {
	if j.disclosure == "" {
		return nil
	}
	j.asked, err = gate.ParseDisclosure(j.disclosure)
	return err
}

// merging are the options of merging in this run. In a public repository without a key of its own, digests of secrets could be guessed: that is said.
func (j *judging) merging(w world, s *session) gate.MergeOptions {
	o := mergeOptions(w, s.config, s.artifact.Project)
	if o.Disclosure = j.asked; o.Disclosure == "" {
		o.Disclosure = platform.Readers(w.getenv)
	}
	if strings.HasPrefix(s.ledger.address, branchScheme) && o.Disclosure == gate.Public && w.getenv(secretKeyVariable) == "" {
		s.ledger.notices = append(s.ledger.notices, secretKeyVariable+" is not set: digests of secrets can be guessed by whoever has the code")
	}
	return o
}
