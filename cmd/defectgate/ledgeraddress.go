package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/integrations/platform/github"
)

// wellAddressed refuses an address that means nothing, or nothing here, before anything is opened and anybody is asked.
func wellAddressed(w world, where string) error {
	name, isBranch := strings.CutPrefix(where, branchScheme)
	switch {
	case where == noLedger || where == autoLedger:
		return nil
	case !isBranch:
		return store.CheckAddress(where)
	}
	if err := github.LedgerBranch(name); err != nil {
		return err
	}
	if name == github.DefaultBranch(w.getenv) {
		return errOfTheCode(name)
	}
	if _, err := forgeClient(w); err != nil && w.getenv("GITHUB_ACTIONS") != "true" {
		return gate.WithHint(fmt.Errorf("ledger %s: %w", where, err), "a branch is a ledger in a job of GitHub Actions; here use a database "+
			"(--ledger sqlite:PATH) or none, or set GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_GRAPHQL_URL and GITHUB_TOKEN")
	}
	return nil
}

// besideTheCode gives the default branch, for which the platform is asked where the event of the run does not say it, and refuses that as the one of
// a ledger.
func besideTheCode(ctx context.Context, w world, client *github.Client, name string) (main string, err error) {
	if main = github.DefaultBranch(w.getenv); main == "" {
		repository, err := client.Repository(ctx)
		if err != nil {
			return "", undecided(err)
		}
		main = repository.DefaultBranch
	}
	if name == main {
		return main, errOfTheCode(name)
	}
	return main, nil
}

func errOfTheCode(branch string) error {
	return gate.WithHint(fmt.Errorf("%q is the default branch of the repository, and a ledger has a branch of its own", branch),
		"name one that does not exist yet, as branch:defectgate")
}

// errNoRegister is the error of sign-offs that nothing would keep.
func errNoRegister() error {
	return gate.WithHint(errors.New("there is no ledger in which sign-offs could stand"),
		"name one with --ledger: branch:defectgate, or a database; a public repository asks for it by `disclosure: public` in defectgate.yaml")
}
