package config

import "github.com/defectgate/defectgate/integrations/platform/github"

// AlertKinds are the alerts of a platform that a source can be.
func AlertKinds() []string {
	var names []string
	for _, kind := range github.AlertKinds() {
		names = append(names, string(kind))
	}
	return names
}
