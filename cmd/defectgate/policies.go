package main

import (
	"context"
	"fmt"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/policy"
)

// commitsOf asks git for the commit of each set of policies, by its path; one that lies outside of a repository, or was changed since, has none.
func commitsOf(r repository, sets []string) map[string]string {
	commits := map[string]string{}
	for _, path := range sets {
		changed, err := r.ask("status", "--porcelain", "--untracked-files=all", "--ignored", "--", path)
		if err != nil || changed != "" {
			continue
		}
		if commit, err := r.ask("log", "-1", "--format=%H", "--", path); err == nil && commit != "" {
			commits[path] = commit
		}
	}
	return commits
}

// readPolicies reads those of the configuration, which may be pinned, and those of the command line.
func readPolicies(from *trusted, file config.File, more []string) ([]policy.Set, error) {
	var sets []policy.Set
	for i, p := range file.Policies {
		set, err := from.policies(p.Path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file.At("policies[%d].path", i), err)
		}
		if have := "sha256:" + set.Digest; p.Digest != "" && p.Digest != have {
			return nil, gate.WithHint(fmt.Errorf("%s: policy %q has digest %s, and %s is wanted", file.At("policies[%d].digest", i), p.Path, have, p.Digest),
				"review what changed, then pin the new digest")
		}
		sets = append(sets, set)
	}
	for _, path := range more {
		set, err := from.policies(path)
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// policyPaths are those of the configuration, and of the command line.
func (j *judging) policyPaths(file config.File) (paths []string) {
	for _, p := range file.Policies {
		paths = append(paths, p.Path)
	}
	return append(paths, j.policies...)
}

// engine compiles the policies of configuration and command line.
func (j *judging) engine(ctx context.Context, file config.File) (*policy.Engine, error) {
	sets, err := readPolicies(j.from, file, j.policies)
	if err != nil {
		return nil, err
	}
	engine, err := policy.New(ctx, policy.Options{Sets: sets, Rules: file.Rules, Environment: j.environment, Environments: file.Environments,
		Lazy: j.lazy})
	return engine, file.Locate(err)
}
