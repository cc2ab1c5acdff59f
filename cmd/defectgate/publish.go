package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/output"
	"github.com/defectgate/defectgate/integrations/output/annotations"
	"github.com/defectgate/defectgate/integrations/output/markdown"
	"github.com/defectgate/defectgate/integrations/platform/github"
)

// publishing are the places on the platform where a result is shown.
type publishing struct{ places []string }

func (p *publishing) flags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&p.places, "publish", nil, "show the result on GitHub as well: "+strings.Join(placeNames(), ", ")+"; repeatable")
}

func placeNames() (names []string) {
	for _, place := range github.Places() {
		names = append(names, string(place))
	}
	slices.Sort(names)
	return names
}

// wanted are the places that were named. A name that means nothing is misuse, and so is any that is not here: whoever asked would look for it.
func (p *publishing) wanted(w world) (map[github.Place]bool, error) {
	want := map[github.Place]bool{}
	for _, name := range p.places {
		if !slices.Contains(github.Places(), github.Place(name)) {
			return nil, gate.WithHint(fmt.Errorf("--publish %q is no place to show a result in", name), "use one of %s", strings.Join(placeNames(), ", "))
		}
		want[github.Place(name)] = true
	}
	if len(want) > 0 && w.getenv("GITHUB_ACTIONS") != "true" {
		return nil, gate.WithHint(fmt.Errorf("--publish %s: this is no run of GitHub Actions", p.places[0]),
			"leave it out here; --format markdown prints what it shows")
	}
	return want, nil
}

// publish shows a report on the platform. Whatever cannot be shown is a notice: the verdict stands, and the exit code carries it.
func (p *publishing) publish(ctx context.Context, w world, report *gate.Report, budget time.Duration) error {
	want, err := p.wanted(w)
	if err != nil || len(want) == 0 {
		return err
	}
	result, err := resultOf(w, report, want)
	if err != nil {
		return err
	}
	client, err := forgeClient(w)
	if err != nil && !errors.Is(err, github.ErrNoAccess) {
		return err
	}
	result.Unasked = err
	ctx, cancel := context.WithTimeout(ctx, max(least, budget/5))
	defer cancel()
	for _, notice := range github.Publish(ctx, w.getenv, client, result) {
		if _, err := fmt.Fprintf(w.stderr, "defectgate: note: %s\n", notice); err != nil {
			return err
		}
	}
	return nil
}

// least is how long showing a result may take, and a fifth of the time of the check is, where that is more: the decision is made, and a forge that
// does not answer must not hold it up.
const least = 10 * time.Second

// resultOf makes of a report what the platform shows.
func resultOf(w world, report *gate.Report, want map[github.Place]bool) (r github.Result, err error) {
	d := &report.Decision
	r = github.Result{Verdict: d.Verdict, Mode: d.Mode, DecisionID: d.ID, Head: d.Artifact.Head(), Name: checkName(&d.Artifact),
		RunURL: github.RunURL(w.getenv), Title: headline(d), Annotations: annotations.Of(report), Log: w.stdout, Want: want,
		Outputs: map[string]string{"violations": strconv.Itoa(denials(d))}}
	if d.Artifact.Change != nil {
		r.Change, _ = strconv.ParseInt(d.Artifact.Change.ID, 10, 64) // "" where nobody said which one it is
	}
	for _, text := range []struct {
		into  *string
		limit markdown.Limit
	}{{&r.SummaryText, markdown.Summary()}, {&r.CommentText, markdown.Comment()}, {&r.CheckText, markdown.Bytes(maxCheckText)}} {
		var b strings.Builder
		if err := markdown.Write(&b, report, markdown.Options{Limit: text.limit, RunURL: r.RunURL}); err != nil {
			return r, err
		}
		*text.into = b.String()
	}
	return r, nil
}

// maxCheckText is what GitHub takes as the text of a check run, in bytes, with something left over.
const maxCheckText = 65_535 - 1<<8

// checkName is what the check is called: a repository has one for each component and environment.
func checkName(a *gate.Artifact) string {
	return strings.Join(slices.DeleteFunc([]string{"defectgate", a.Component, a.Environment}, func(s string) bool { return s == "" }), " / ")
}

func headline(d *gate.Decision) string {
	return gate.CleanLine(output.Headline(d), 200)
}

// denials counts what blocks: of defects, and of the artifact.
func denials(d *gate.Decision) int { return d.Evaluation.Summary.Violations[gate.Deny] }
