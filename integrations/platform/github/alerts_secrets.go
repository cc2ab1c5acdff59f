package github

import (
	"context"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// secretScanning lists the alerts of secret scanning, of all states: a resolved one was resolved by a person. Secrets are asked to stay where they
// are. A cursor is asked for because nothing can slip from page to page behind one.
func (l *listing) secretScanning(ctx context.Context) error {
	l.warn("secret scanning alerts are of the whole repository, not of this build")
	l.warn("GitHub does not list alerts of generic patterns (private keys, passwords) unasked: they are not among these")
	err := l.ask(ctx, url.Values{"hide_secret": {"true"}, "after": {""}})
	if l.unplaced > 0 {
		l.warn("where the secret is was not asked for, or not told, of %s", phrase.Plural(l.unplaced, "alert", "alerts"))
	}
	if err != nil || l.said.Alerts > 0 {
		return err
	}
	repository, _, err := l.client.api.Repositories.Get(ctx, l.client.owner, l.client.name)
	if err != nil {
		return l.failure(l.client.problem("ask whether secret scanning is enabled", metadata, err))
	}
	if status := repository.GetSecurityAndAnalysis().GetSecretScanning().GetStatus(); status != "enabled" {
		l.said.Unproven = "GitHub does not say to this token that secret scanning is enabled (it does to who administers the repository)"
		return nil
	}
	l.said.Proof = "secret scanning is enabled, and there is no alert, open or resolved"
	return nil
}

// withPlaceOnly leaves of the secret of an alert nothing but the place where it was found first.
func (l *listing) withPlaceOnly(ctx context.Context, alert jsontext.Value) (jsontext.Value, error) {
	var members map[string]jsontext.Value
	if err := json.Unmarshal(alert, &members); err != nil {
		return nil, err
	}
	if err := withoutSecret(members); err != nil {
		return nil, err
	}
	if _, said := members["first_location_detected"]; !said && string(members["state"]) == `"open"` {
		if place := l.place(ctx, string(members["number"])); place != nil {
			members["first_location_detected"] = place
		}
	}
	return json.Marshal(members, json.Deterministic(true))
}

// withoutSecret takes the secret away: a server that does not know how to hide it has sent it. What people wrote may repeat it.
func withoutSecret(members map[string]jsontext.Value) error {
	secret := textOf(members["secret"])
	delete(members, "secret")
	if secret == "" {
		return nil
	}
	for name, value := range members {
		if text := textOf(value); strings.HasSuffix(name, "comment") && strings.Contains(text, secret) {
			masked, err := json.Marshal(strings.ReplaceAll(text, secret, "…"))
			if err != nil {
				return err
			}
			members[name] = masked
		}
	}
	return nil
}

// textOf is a member that is a text; "" for any other.
func textOf(value jsontext.Value) (text string) {
	if value.Kind() != jsontext.KindString || json.Unmarshal(value, &text) != nil {
		return ""
	}
	return text
}

// mostPlaces is how many alerts are asked for their places, each in a call of its own.
const mostPlaces = 20

// place is where a secret was found first. GitHub lists it with the alert, and GitHub Enterprise Server up to 3.17 does not. An alert without it is
// judged all the same.
func (l *listing) place(ctx context.Context, number string) jsontext.Value {
	if l.places++; l.places <= mostPlaces {
		text, _, err := l.client.read(ctx, "secret-scanning/alerts/"+number+"/locations", url.Values{"per_page": {"1"}})
		var list []struct {
			Details jsontext.Value `json:"details"`
		}
		if err == nil {
			err = json.Unmarshal(text, &list)
		}
		if err == nil && len(list) > 0 {
			return list[0].Details
		}
		if err != nil {
			l.places = mostPlaces // the next would go wrong as well
		}
	}
	l.unplaced++
	return nil
}
