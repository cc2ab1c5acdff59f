package main

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ours is the action of this repository.
const ours = "defectgate/defectgate"

// report says what is wrong at a place.
type report func(at *yaml.Node, problem string)

// rules is the table of all rules.
var rules = []struct {
	name  string
	check func(file, report)
}{
	{"permissions", permissions},
	{"injection", injection},
	{"pinned", pinned},
	{"head", head},
	{"verdict", verdict},
	{"cache", cache},
	{"credentials", credentials},
	{"gate", gate},
}

// permissions: without them a job has whatever the repository gives by default.
func permissions(f file, report report) {
	if f.jobs() == nil {
		return
	}
	top := child(f.root, "permissions")
	if top == nil {
		report(f.root, "there are no permissions: write what every job needs, or {}")
	}
	for _, m := range members(top) {
		if m.value.Value == "write" {
			report(m.key, "every job may write "+m.key.Value+": give it to the job that needs it")
		}
	}
	all := []*yaml.Node{top}
	for _, job := range f.jobs() {
		all = append(all, child(job.value, "permissions"))
	}
	for _, n := range all {
		if n != nil && n.Kind == yaml.ScalarNode {
			report(n, n.Value+" is more than anything needs: name the permissions")
		}
	}
}

// injection: an expression is put into the script before the shell reads it, with whatever a stranger wrote into a title or a branch.
func injection(f file, report report) {
	f.steps(func(_, step *yaml.Node) {
		for _, script := range []*yaml.Node{child(step, "run"), child(child(step, "with"), "script")} {
			if script != nil && strings.Contains(script.Value, "${{") {
				report(script, "an expression in a script: pass it by env")
			}
		}
	})
}

var (
	commit = regexp.MustCompile(`^[^@]+@[0-9a-f]{40}$`)
	image  = regexp.MustCompile(`^docker://[^@]+@sha256:[0-9a-f]{64}$`)
	named  = regexp.MustCompile(`^# v?[0-9]`)
)

// pinned: who owns a tag can move it. An example cannot name the commit of a release that is not made yet, and says COMMIT.
func pinned(f file, report report) {
	check := func(uses *yaml.Node) {
		switch {
		case uses == nil, strings.HasPrefix(uses.Value, "./"), uses.Value == ours+"@COMMIT", image.MatchString(uses.Value):
		case !commit.MatchString(uses.Value):
			report(uses, uses.Value+" is not pinned by the digest of a commit")
		case !named.MatchString(uses.LineComment):
			report(uses, uses.Value+" does not say its version in a comment")
		}
	}
	for _, job := range f.jobs() {
		check(child(job.value, "uses"))
	}
	f.steps(func(job, step *yaml.Node) {
		if uses := child(step, "uses"); job == nil && uses != nil {
			report(uses, "the action uses an action of others, whose code nobody pins who pins this one")
		} else {
			check(uses)
		}
	})
}

var headed = regexp.MustCompile(`pull_request\.head|workflow_run\.head_|github\.head_ref|GITHUB_HEAD_REF|` +
	`merge_commit_sha|\bpull/|gh pr checkout`)

// head: whoever opens a pull request writes what is in it. A job with the rights of the repository has no business there.
func head(f file, report report) {
	if !f.privileged() {
		return
	}
	look := func(n *yaml.Node) {
		scalars(n, func(s *yaml.Node) {
			if headed.MatchString(s.Value) {
				report(s, "strangers start this workflow, and it takes what they wrote with the rights of the repository")
			}
		})
	}
	look(child(f.root, "env"))
	for _, job := range f.jobs() {
		look(child(job.value, "env"))
	}
	f.steps(func(_, step *yaml.Node) {
		look(child(step, "env"))
		look(child(step, "with"))
		look(child(step, "run"))
	})
}

var negated = regexp.MustCompile(`!=\s*['"](fail|failure|error)['"]|['"](fail|failure|error)['"]\s*!=`)

// verdict: a job that was skipped, and a step that never ran, did not fail either.
func verdict(f file, report report) {
	scalars(f.root, func(s *yaml.Node) {
		if negated.MatchString(s.Value) {
			report(s, "what did not fail has not passed: ask for == 'pass' or == 'success'")
		}
	})
}

// cache: what a stranger's run may have put there would run with the rights of the repository. Whoever saves a cache says where each of its files is
// laid, so that one in the job of the gate can change what decides.
func cache(f file, report report) {
	f.steps(func(job, step *yaml.Node) {
		if is(step, "actions/cache") && decides(job) {
			report(step, "the gate runs in this job, and a cache that is restored can lie anywhere: leave it out")
		}
	})
	if !f.privileged() {
		return
	}
	f.steps(func(_, step *yaml.Node) {
		keeps := text(child(step, "with"), "cache")
		switch {
		case is(step, "actions/cache"):
			report(step, "strangers start this workflow, and it restores a cache")
		case is(step, "actions/setup-go") && keeps != "false",
			strings.HasPrefix(text(step, "uses"), "actions/setup-") && keeps != "" && keeps != "false":
			report(step, "strangers start this workflow, and it restores a cache: set cache: false")
		}
	})
}

// decides reports whether the action of this project is a step of a job.
func decides(job *yaml.Node) bool {
	steps := child(job, "steps")
	return steps != nil && slices.ContainsFunc(steps.Content, func(step *yaml.Node) bool { return is(step, ours) })
}

// credentials: what is left in the work tree can be read by every later step.
func credentials(f file, report report) {
	f.steps(func(_, step *yaml.Node) {
		if is(step, "actions/checkout") && text(child(step, "with"), "persist-credentials") != "false" {
			report(step, "the token stays in the work tree: set persist-credentials: false")
		}
	})
}

// gate: GitHub takes a required check that is skipped for one that passed.
func gate(f file, report report) {
	f.steps(func(job, step *yaml.Node) {
		if job == nil || !gates(step) {
			return
		}
		if child(job, "needs") != nil && !strings.Contains(text(job, "if"), "always()") {
			report(step, "the gate is skipped, and counts as passed, where a job fails that it needs: set if: ${{ always() }}")
		}
		for _, tolerant := range []*yaml.Node{child(job, "continue-on-error"), child(step, "continue-on-error")} {
			if tolerant != nil && tolerant.Value != "false" {
				report(tolerant, "the gate is green whatever it decides")
			}
		}
		for _, event := range f.events() {
			for _, key := range []string{"paths", "paths-ignore"} {
				if filter := child(event, key); filter != nil {
					report(filter, "the gate is skipped, and counts as passed, where no such file is changed")
				}
			}
		}
	})
}
