package github

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// compare finds what else analyses commits like this one. Of a branch they are its own; a change, and what a merge queue or a release tries, has
// others like it beside it, and what is known of its base.
func (l *listing) compare(ctx context.Context, v *coverage, a *gate.Artifact, history []analysis) error {
	alike := ""
	for _, prefix := range []string{"refs/pull/", "refs/heads/" + queue, "refs/tags/"} {
		if strings.HasPrefix(v.refs[0], prefix) {
			alike = prefix
		}
	}
	if alike == "" {
		v.peers = history
		return nil
	}
	all, err := l.analyses(ctx, "", nil)
	if err != nil {
		return err
	}
	for _, other := range all {
		isPeer := strings.HasPrefix(other.Ref, alike)
		if isPeer {
			v.peers = append(v.peers, other)
		}
		ofBase := a.Change != nil && other.Ref == "refs/heads/"+a.Change.Base
		if (isPeer || ofBase) && !has(v.of, other) && !has(v.elsewhere, other) {
			v.elsewhere = append(v.elsewhere, other)
		}
	}
	return nil
}

// gaps is the error of an analysis that failed, or that is still to come. A configuration that runs now and then, or on the base branch only, is no
// gap: it is told.
func (v *coverage) gaps() error {
	for i := range v.elsewhere {
		a := &v.elsewhere[i]
		if why := v.expected(a); why != "" {
			err := fmt.Errorf("%s has not analysed commit %s, and %s", a.configuration(), shortCommit(v.commits[0]), why)
			return &AlertsError{gate.Missing, gate.WithHint(err,
				"%s; if it is not run any more, delete its configuration: Security, Code scanning, Tool status", waitForAnalysis)}
		}
	}
	for i := range v.of {
		if a := &v.of[i]; a.Error != "" {
			return &AlertsError{gate.Partial, gate.WithHint(fmt.Errorf("the analysis by %s failed: %s", a.name(), gate.CleanLine(a.Error, 300)),
				"see the log of the analysis, and run it again")}
		}
	}
	return nil
}

// expected says why a configuration should have analysed this commit: it has analysed the change before, or most of the other commits. A matrix of
// which one part is not done yet must not pass for the whole.
func (v *coverage) expected(a *analysis) string {
	if strings.HasPrefix(a.Ref, "refs/pull/") && slices.Contains(v.refs, a.Ref) {
		return fmt.Sprintf("it has analysed this change before, at %s", shortCommit(a.Commit))
	}
	if with, all := v.share(a); all >= fewestPeers && 2*with > all {
		return fmt.Sprintf("it analysed %d of the %d other ones that were analysed last", with, all)
	}
	return ""
}

// fewestPeers is how many commits show what is usual.
const fewestPeers = 3

// share is how many of the other commits that were analysed a configuration has analysed.
func (v *coverage) share(of *analysis) (with, all int) {
	commits := map[string]bool{}
	for _, peer := range v.peers {
		if !v.isJudged(peer) {
			commits[peer.Commit] = commits[peer.Commit] || peer.configuration() == of.configuration()
		}
	}
	for _, analysed := range commits {
		if all++; analysed {
			with++
		}
	}
	return with, all
}
