package main

import (
	"time"

	"github.com/defectgate/defectgate/integrations/platform/github"
)

// forgeClient is what asks the platform of this run. Without a token, or elsewhere, it is an error that says what is missing.
func forgeClient(w world) (*github.Client, error) { return github.Dial(accessOf(w)) }

// accessOf says where the platform of this run is asked.
func accessOf(w world) github.Access {
	access := github.AccessFrom(w.getenv, w.now)
	access.Pause = firstPause
	return access
}

// firstPause is that before something is asked for again; tests shorten it.
var firstPause = time.Second

// onForge reports whether this run has a platform that it may ask.
func onForge(w world) bool {
	return w.getenv("GITHUB_ACTIONS") == "true" && w.getenv("GITHUB_TOKEN") != ""
}
