package github

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// codeScanning lists the alerts of the references under which what is judged was analysed. Dismissed ones come first: one that is dismissed in
// between is then in neither list, and one that is opened again in between is in both, which is noticed.
func (l *listing) codeScanning(ctx context.Context, a *gate.Artifact) error {
	v, err := l.coverage(ctx, a)
	if err != nil {
		return err
	}
	l.said.Commit, l.said.Ref, l.said.Made = v.newest().Commit, v.newest().Ref, v.newest().Created
	for _, ref := range v.analysed() {
		l.round++
		for _, state := range []string{"dismissed", "open"} {
			if err := l.ask(ctx, url.Values{"ref": {ref}, "state": {state}}); err != nil {
				return err
			}
		}
	}
	l.explain(v)
	return nil
}

// explain says what the analyses prove, and what they could not see.
func (l *listing) explain(v *coverage) {
	var said []string
	results := 0
	for i := range v.of {
		analysis := &v.of[i]
		results += analysis.Results
		said = append(said, analysis.name()+": "+phrase.Plural(analysis.Rules, "rule", "rules")+", "+phrase.Plural(analysis.Results, "result", "results"))
		if analysis.Rules == 0 && analysis.Results == 0 {
			l.said.Unproven = fmt.Sprintf("the analysis of %s has no rules and no results, as one of an empty upload", analysis.configuration())
		}
		if analysis.Warning != "" {
			l.warn("%s: %s", analysis.configuration(), gate.CleanLine(analysis.Warning, 300))
		}
		l.tool(gate.Tool{Name: analysis.Tool.Name, Version: analysis.Tool.Version})
	}
	if l.said.Alerts == 0 && results > 0 && l.said.Unproven == "" {
		l.said.Unproven = fmt.Sprintf("the analyses count %s, and none of them is an alert that is open or dismissed",
			phrase.Plural(results, "result", "results"))
	}
	if l.said.Unproven == "" {
		l.said.Proof = fmt.Sprintf("commit %s analysed by %s", shortCommit(l.said.Commit), strings.Join(shortened(said), "; "))
	}
	l.warnOfOthers(v)
}

// tool adds one that is not yet among those that analysed.
func (l *listing) tool(t gate.Tool) {
	for _, known := range l.said.Tools {
		if known == t {
			return
		}
	}
	l.said.Tools = append(l.said.Tools, t)
}

// warnOfOthers names what has analysed something else only, and that what was analysed is not just what is built.
func (l *listing) warnOfOthers(v *coverage) {
	var others []string
	for i := range v.elsewhere {
		a := &v.elsewhere[i]
		others = append(others, fmt.Sprintf("%s (the newest is of %s, %s)", a.configuration(), shortCommit(a.Commit), a.Ref))
	}
	if len(others) > 0 {
		l.warn("no analysis of this commit, so that nothing new of it is listed: %s", strings.Join(shortened(others), "; "))
	}
	if l.said.Commit != v.commit {
		l.warn("analysed was %s (%s), and what is built is %s", shortCommit(l.said.Commit), l.said.Ref, shortCommit(v.commit))
	}
}

// fewNames is how many are told of a list that may be long.
const fewNames = 10

func shortened(list []string) []string {
	if len(list) <= fewNames {
		return list
	}
	return append(list[:fewNames:fewNames], fmt.Sprintf("and %d more", len(list)-fewNames))
}
