package grype

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// database is the vulnerability database. Since 0.88 its members stand in `status`, before that in `db` itself.
type database struct {
	Built         report.Time `json:"built"`
	SchemaVersion any         `json:"schemaVersion"` // 5 or "v6.0.2"
	Valid         *bool       `json:"valid"`
	Error         any         `json:"error"` // a sentence, or an empty object that stands for an error
	Status        *database   `json:"status"`
}

func (d *database) version() string {
	if d.SchemaVersion == nil {
		return ""
	}
	return fmt.Sprint(d.SchemaVersion)
}

// problem is what the report says to be wrong with the database; matches made with it are not to be relied on.
func (d *database) problem() string {
	text, isText := d.Error.(string)
	switch {
	case text != "":
		return "the vulnerability database is not valid: " + report.FirstLine(text)
	case d.Error != nil && !isText, d.Valid != nil && !*d.Valid:
		return "the vulnerability database is not valid"
	}
	return ""
}

// descriptor reads what made the report.
func (p *parser) descriptor(dec *report.Decoder) error {
	var d struct {
		Name      string      `json:"name"`
		Version   string      `json:"version"`
		Timestamp report.Time `json:"timestamp"`
		DB        database    `json:"db"`
	}
	if err := report.Value(dec, &d); err != nil {
		return err
	}
	if d.Name != "" {
		p.scan.Tool.Name = d.Name
	}
	p.scan.Tool.Version, p.scan.Ended = d.Version, d.Timestamp.Time
	db := d.DB
	if db.Status != nil {
		db = *db.Status
	}
	p.scan.Database = gate.Database{Version: db.version(), Built: db.Built.Time}
	p.scan.Failed = db.problem()
	return nil
}

// source reads what was scanned. The target of an image is an object, all others are a text: a path, a package URL, a name.
func (p *parser) source(dec *report.Decoder) error {
	return report.EachMember(dec, func(name string) error {
		switch {
		case name != "target":
			return report.Skip(dec)
		case dec.PeekKind() == jsontext.KindString:
			var target string
			err := report.Value(dec, &target)
			p.named(target)
			return err
		}
		return p.image(dec)
	})
}

// unnamed is the target of a source that Grype cannot describe.
const unnamed = "unknown"

func (p *parser) named(target string) {
	subject := &p.scan.Subject
	if target != unnamed {
		subject.Name = target
	}
	if strings.HasPrefix(target, "pkg:") {
		subject.PURL = target
	}
}

// image reads by what an image is known: its digests in registries, of its manifest and of its configuration.
func (p *parser) image(dec *report.Decoder) error {
	var image struct {
		UserInput      string   `json:"userInput"`
		ImageID        string   `json:"imageID"`
		ManifestDigest string   `json:"manifestDigest"`
		RepoDigests    []string `json:"repoDigests"`
	}
	if err := report.Value(dec, &image); err != nil {
		return err
	}
	subject := &p.scan.Subject
	subject.Name = image.UserInput
	for _, digest := range append(image.RepoDigests, image.ManifestDigest, image.ImageID) {
		at := strings.LastIndex(digest, "sha256:")
		if at >= 0 && !slices.Contains(subject.Digests, digest[at:]) {
			subject.Digests = append(subject.Digests, digest[at:])
		}
	}
	return nil
}
