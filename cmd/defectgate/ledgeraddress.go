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

// besideTheCode refuses the default branch, which the platform is asked for where the event of the run does not say which one it is.
func besideTheCode(ctx context.Context, w world, client *github.Client, name string) error {
	if github.DefaultBranch(w.getenv) != "" {
		return nil // it was looked at
	}
	repository, err := client.Repository(ctx)
	switch {
	case err != nil:
		return undecided(err)
	case name == repository.DefaultBranch:
		return errOfTheCode(name)
	}
	return nil
}

func errOfTheCode(branch string) error {
	return gate.WithHint(fmt.Errorf("%q is the default branch of the repository, and a ledger has a branch of its own", branch),
		"name one that does not exist yet, as branch:defectgate")
}

// errNoRegister is the error of sign-offs that nothing would keep.
func errNoRegister() error {
	return gate.WithHint(errors.New("there is no ledger in which sign-offs could stand"),
		"name one with --ledger: branch:defectgate, or a database; a public repository asks for it with its address")
}
