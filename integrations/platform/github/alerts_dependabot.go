package github

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/defectgate/defectgate/gate"
)

// dependabot lists the alerts of Dependabot, which are those of the default branch whatever is judged.
func (l *listing) dependabot(ctx context.Context, a *gate.Artifact, branch string) error {
	if a.Change != nil || a.Ref != branch {
		l.warn("Dependabot alerts are of the branch %q: what this build changes in its dependencies is not among them", branch)
	} else {
		l.warn("Dependabot does not say which commit of the branch %q it has seen: what the newest one changes may not be among its alerts yet", branch)
	}
	err := l.ask(ctx, url.Values{"state": {"auto_dismissed,dismissed,open"}})
	if err != nil || l.said.Alerts > 0 {
		return err
	}
	return l.enabled(ctx, branch)
}

// enabled asks whether there would be alerts. GitHub says the same of a repository without them, and to a token that may not know.
// https://docs.github.com/rest/repos/repos#check-if-vulnerability-alerts-are-enabled-for-a-repository
func (l *listing) enabled(ctx context.Context, branch string) error {
	_, _, err := l.client.read(ctx, "vulnerability-alerts", nil)
	if err == nil {
		l.said.Proof = fmt.Sprintf("Dependabot alerts are enabled, and none of the branch %q is open or dismissed", branch)
		return nil
	}
	if status := statusOf(err); status == http.StatusNotFound || status == http.StatusForbidden {
		l.said.Unproven = "GitHub does not say to this token that Dependabot alerts are enabled (it would take the right administration: read)"
		return nil
	}
	return l.failure(l.client.problem("ask whether Dependabot alerts are enabled", "administration: read", err))
}
