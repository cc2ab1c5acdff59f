package main

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform"
	"github.com/defectgate/defectgate/integrations/platform/github"
)

// readers settles who reads what this run tells. What nobody said is what the platform says of the repository.
func (j *judging) readers(w world, file config.File) (err error) {
	if key := w.getenv(secretKeyVariable); key != "" && len(key) < leastSecretKey {
		return gate.WithHint(fmt.Errorf("%s has %d bytes, and could be guessed", secretKeyVariable, len(key)), "make one: %s", makeSecretKey)
	}
	if said := cmp.Or(j.disclosure, file.Disclosure); said != "" {
		j.asked, err = gate.ParseDisclosure(said)
	}
	return err
}

// leastSecretKey is how long the key must be that hides secrets, in bytes.
const leastSecretKey = 32

const makeSecretKey = "openssl rand -hex 32" //nolint:gosec // a command

// publicly reports whether the public reads what is recorded in this run, as far as the platform says. Where it does not, nobody else is believed.
func publicly(w world) bool { return w.inCI() && github.Readers(w.getenv) == gate.Public }

// mayBeGuessed refuses to record in a branch what the public could find out: without a key, who knows the number of the repository knows what its
// digests are made with.
func mayBeGuessed(w world) error {
	if !publicly(w) || w.getenv(secretKeyVariable) != "" {
		return nil
	}
	return gate.WithHint(fmt.Errorf("the repository is public, and %s is not set: digests of secrets in its branch could be guessed", secretKeyVariable),
		"make a key, keep it as a secret of the repository, and give it to the step: %s", makeSecretKey)
}

// mayBeRead refuses to record in a branch what the public reads there, where nobody has said that this is meant.
func (r *recording) mayBeRead(w world) error {
	switch {
	case r.asked == gate.Public || !publicly(w):
		return nil
	case r.asked != "":
		return gate.WithHint(
			fmt.Errorf("the repository is public, or nothing says that it is not, and the disclosure %s would tell secrets in its branch", r.asked),
			"write `disclosure: public`, or record elsewhere: `ledger: none`, or a database")
	}
	return gate.WithHint(errors.New("the repository is public, or nothing says that it is not, and so are the decisions in its branch"),
		"if that is meant, say so by `disclosure: public` in defectgate.yaml; if not, record elsewhere: `ledger: none`, "+
			"or a database")
}

// unsaid says why nothing is recorded where nobody asked for that.
func unsaid(w world, ledger string) []string {
	if ledger != autoLedger || github.TellsReaders(w.getenv) {
		return nil
	}
	return []string{"nothing is recorded: the event of this run does not say who can read the repository; " +
		"let the step see GITHUB_EVENT_PATH, or record in a database"}
}

// merging are the options of merging in this run. In a public repository without a key of its own, digests of secrets could be guessed: that is said.
func (j *judging) merging(w world, s *session) gate.MergeOptions {
	o := mergeOptions(w, s.config, s.artifact.Project)
	if o.Disclosure = j.asked; o.Disclosure == "" {
		o.Disclosure = platform.Readers(w.getenv)
	}
	if inBranch(s.ledger.address) && o.Disclosure == gate.Public && w.getenv(secretKeyVariable) == "" {
		s.ledger.notices = append(s.ledger.notices, secretKeyVariable+" is not set: digests of secrets can be guessed, and where main has a key, "+
			"what it knows is taken for new here")
	}
	return o
}
