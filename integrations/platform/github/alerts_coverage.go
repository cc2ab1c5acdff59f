package github

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// coverage says which analyses there are of what is judged, and which are missing. The list of alerts of a reference has what each configuration
// found last under it: where that was in another commit, new defects of this one are not in the list.
type coverage struct {
	commit    string   // that is built
	commits   []string // all that stand for what is judged: it, the head of a change, a trial merge of that head
	refs      []string
	of        []analysis // of these, the newest of each configuration
	replaced  []analysis // of another commit, by configurations that had analysed this one before
	elsewhere []analysis // of another commit, by configurations that have never analysed this one
	peers     []analysis // of other commits of the same kind, to see what usually analyses them
}

// coverage looks for the analyses of an artifact. One without any has no list of alerts.
func (l *listing) coverage(ctx context.Context, a *gate.Artifact) (*coverage, error) {
	v := &coverage{commit: a.Subject.Commit, commits: commitsOf(a), refs: refsOf(a)}
	if len(v.commits) == 0 || len(v.refs) == 0 {
		return nil, &AlertsError{gate.Missing, gate.WithHint(errors.New("it is not known which commit of which branch is judged"),
			"run the check in a checkout, and name the branch with --branch where nothing else says it")}
	}
	var history []analysis
	for _, ref := range v.refs {
		list, err := l.analyses(ctx, ref, v.commits)
		if err != nil {
			return nil, err
		}
		history = append(history, list...)
	}
	if !slices.ContainsFunc(history, v.isJudged) {
		tried, err := l.trialMerge(ctx, a, history)
		if err != nil {
			return nil, err
		}
		v.commits = append(v.commits, tried...)
	}
	v.divide(history)
	if err := v.none(history); err != nil {
		return nil, err
	}
	if err := l.compare(ctx, v, a, history); err != nil {
		return nil, err
	}
	return v, v.gaps()
}

// commitsOf are those that stand for an artifact.
func commitsOf(a *gate.Artifact) (commits []string) {
	if a.Subject.Commit != "" {
		commits = append(commits, a.Subject.Commit)
	}
	if a.Change != nil && a.Change.Head != "" {
		commits = append(commits, a.Change.Head)
	}
	return commits
}

func (v *coverage) isJudged(a analysis) bool {
	return a.Commit != "" && slices.Contains(v.commits, a.Commit)
}

// divide sorts the newest analysis of each configuration, under each reference, by what it is of.
func (v *coverage) divide(history []analysis) {
	newest, first := map[string]bool{}, []analysis{}
	for _, a := range history {
		if at := a.Ref + " " + a.configuration(); !newest[at] {
			newest[at] = true
			first = append(first, a)
		}
	}
	for _, a := range first {
		if v.isJudged(a) && !has(v.of, a) {
			v.of = append(v.of, a)
		}
	}
	for _, a := range first {
		switch {
		case has(v.of, a) || has(v.replaced, a) || has(v.elsewhere, a):
		case slices.ContainsFunc(history, func(before analysis) bool {
			return v.isJudged(before) && before.configuration() == a.configuration()
		}):
			v.replaced = append(v.replaced, a)
		default:
			v.elsewhere = append(v.elsewhere, a)
		}
	}
}

// has reports whether a list has an analysis of the same configuration.
func has(list []analysis, a analysis) bool {
	return slices.ContainsFunc(list, func(other analysis) bool { return other.configuration() == a.configuration() })
}

// none is the error of a commit that nothing has analysed, or whose analyses were replaced by those of another one.
func (v *coverage) none(history []analysis) error {
	switch {
	case len(v.replaced) > 0:
		a := &v.replaced[0]
		err := fmt.Errorf("%s has analysed commit %s of %s since: the alerts are those of that one, and not of %s",
			a.configuration(), shortCommit(a.Commit), a.Ref, shortCommit(v.commits[0]))
		return &AlertsError{gate.WrongSubject, gate.WithHint(err, "judge the newest commit, or analyse this one again")}
	case len(v.of) > 0:
		return nil
	}
	err := fmt.Errorf("commit %s has no analysis under %s", shortCommit(v.commits[0]), strings.Join(v.refs, " or "))
	if len(history) > 0 {
		err = fmt.Errorf("%w; the newest one there is of %s, by %s", err, shortCommit(history[0].Commit), history[0].name())
	}
	return &AlertsError{gate.Missing, gate.WithHint(err, waitForAnalysis)}
}

const waitForAnalysis = "let the gate run when the analysis is done: `needs: [JOB]` in the same workflow, or `on: workflow_run`"

// analysed are the references with an analysis of what is judged.
func (v *coverage) analysed() (refs []string) {
	for i := range v.of {
		if !slices.Contains(refs, v.of[i].Ref) {
			refs = append(refs, v.of[i].Ref)
		}
	}
	return refs
}

// newest is the newest analysis of the commit that is built, else of what stands for it.
func (v *coverage) newest() *analysis {
	return slices.MinFunc(pointers(v.of), func(a, b *analysis) int {
		if (a.Commit == v.commit) != (b.Commit == v.commit) {
			return map[bool]int{true: -1, false: 1}[a.Commit == v.commit]
		}
		return b.Created.Compare(a.Created)
	})
}

func pointers(list []analysis) (all []*analysis) {
	for i := range list {
		all = append(all, &list[i])
	}
	return all
}
