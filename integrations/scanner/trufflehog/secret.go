package trufflehog

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// secret is a line of version 3.
type secret struct {
	SourceMetadata *struct {
		Data map[string]place // by the kind of the source: "Git", "Filesystem", "S3" …
	}
	DetectorName      string
	Verified          bool
	VerificationError string
	Raw               string
	RawV2             string // the parts of a secret together, where it has several: the id of a key and the key
	ExtraData         map[string]any
}

// place is where a secret stands. Which members there are depends on the kind of the source.
type place struct {
	File       string        `json:"file"`
	Filename   string        `json:"filename"` // of Google Cloud Storage
	Path       string        `json:"path"`     // of Artifactory and Google Drive
	Line       report.Number `json:"line"`
	Link       string        `json:"link"`
	Layer      string        `json:"layer"` // of an image
	Image      string        `json:"image"`
	Tag        string        `json:"tag"`
	Repository string        `json:"repository"`
	Commit     string        `json:"commit"`
}

// place gives the place of a secret. TruffleHog writes one; of several it is the first by name.
func (s *secret) place() (p place) {
	if s.SourceMetadata == nil {
		return p
	}
	for _, kind := range slices.Sorted(maps.Keys(s.SourceMetadata.Data)) {
		return s.SourceMetadata.Data[kind]
	}
	return p
}

func (s *secret) finding(where *place) *gate.Finding {
	f := &gate.Finding{
		Tool:     formatName,
		Kind:     gate.Secret,
		ID:       s.id(),
		Title:    s.id() + " secret",
		URL:      where.Link,
		Rating:   report.Rate(formatName, gate.Opinion{Party: formatName}),
		Location: where.location(),
		Secret:   cmp.Or(s.RawV2, s.Raw),
	}
	if s.Verified {
		f.Certainty = gate.Verified
	}
	if where.Commit != "" { // a line of a commit never moves
		f.Anchor.Hash = fmt.Sprintf("%s:%s:%s:%d", where.Commit, f.Location.Path, f.ID, f.Location.Line)
	}
	return f
}

// custom is the detector of all rules that users write themselves; these have names.
const custom = "CustomRegex"

func (s *secret) id() string {
	if name, ok := s.ExtraData["name"].(string); ok && name != "" && s.DetectorName == custom {
		return custom + "/" + name
	}
	return s.DetectorName
}

// location is a file, or the page of a source that has no files.
func (w *place) location() gate.Location {
	l := gate.Location{Path: cmp.Or(w.File, w.Filename, w.Path), Line: w.Line.Int(), Layer: w.Layer}
	if l.Path == "" {
		l.Logical = w.Link
	}
	return l
}

// older is a line of version 2.
type older struct {
	Reason       string   `json:"reason"`
	Path         string   `json:"path"`
	CommitHash   string   `json:"commitHash"`
	StringsFound []string `json:"stringsFound"`
}

// older takes each of the strings: they are different secrets. A line without any is one, of which nothing more is known.
func (p *parser) older(o *older) error {
	for _, text := range o.StringsFound {
		if err := p.take(o.finding(text)); err != nil {
			return err
		}
	}
	if len(o.StringsFound) == 0 {
		return p.take(o.finding(""))
	}
	return nil
}

func (o *older) finding(text string) *gate.Finding {
	f := &gate.Finding{
		Tool:     formatName,
		Kind:     gate.Secret,
		ID:       o.Reason,
		Title:    o.Reason,
		Rating:   report.Rate(formatName, gate.Opinion{Party: formatName}),
		Location: gate.Location{Path: o.Path},
		Secret:   text,
	}
	if o.CommitHash != "" {
		f.Anchor.Hash = fmt.Sprintf("%s:%s:%s", o.CommitHash, o.Path, o.Reason)
	}
	return f
}

// subject is what all secrets were found in, if that is one thing.
type subject struct {
	seen                 bool
	several              bool
	repository, artifact string
}

func (s *subject) add(w *place) {
	artifact := w.Image
	if artifact != "" && w.Tag != "" {
		artifact += ":" + w.Tag
	}
	s.several = s.several || s.seen && (s.repository != w.Repository || s.artifact != artifact)
	s.seen, s.repository, s.artifact = true, w.Repository, artifact
}

func (s *subject) subject() gate.Subject {
	if s.several {
		return gate.Subject{}
	}
	return gate.Subject{Repository: s.repository, Name: s.artifact}
}
