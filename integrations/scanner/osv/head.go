package osv

import (
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// source is where packages were found.
type source struct {
	Path string `json:"path"`
	Type string `json:"type"` // "lockfile", "sbom", "git", "artifact", "os"; of version 1 also "docker"
}

// location is empty for packages of an operating system: their path is the database of the package manager.
func (s source) location() gate.Location {
	switch s.Type {
	case "os":
		return gate.Location{}
	case "docker":
		return gate.Location{Logical: s.Path}
	}
	return gate.Location{Path: s.Path}
}

// heads is what may stand behind the packages, and is needed for them.
type heads struct {
	sources []source
	layers  []string // digests of the layers of an image; empty for a layer without content
}

// ahead reads the document once more for its heads.
func (p *parser) ahead() (*heads, error) {
	if p.heads != nil {
		return p.heads, nil
	}
	p.heads = &heads{}
	return p.heads, report.JSON(p.document, func(dec *report.Decoder) error {
		return report.EachMember(dec, func(name string) error {
			switch name {
			case "results":
				return report.EachElement(dec, func() error { return p.heads.result(dec) })
			case "image_metadata":
				return p.heads.image(dec)
			}
			return report.Skip(dec)
		})
	})
}

func (h *heads) result(dec *report.Decoder) error {
	var from source
	err := report.EachMember(dec, func(name string) error {
		if name == "source" {
			return report.Value(dec, &from)
		}
		return report.Skip(dec)
	})
	h.sources = append(h.sources, from)
	return err
}

func (h *heads) image(dec *report.Decoder) error {
	var image struct {
		Layers []struct {
			Digest string `json:"diff_id"`
		} `json:"layer_metadata"`
	}
	if err := report.Value(dec, &image); err != nil {
		return err
	}
	for _, layer := range image.Layers {
		h.layers = append(h.layers, layer.Digest)
	}
	return nil
}

// sourceOf gives the source of the present result, wherever it stands.
func (p *parser) sourceOf(read *source) (source, error) {
	if read != nil {
		return *read, nil
	}
	h, err := p.ahead()
	if i := p.sources - 1; err == nil && i < len(h.sources) {
		return h.sources[i], nil
	}
	return source{}, err
}

// layer gives the digest of a layer by its place in the image.
func (p *parser) layer(index report.Number) (string, error) {
	h, err := p.ahead()
	if i := index.Int(); err == nil && 0 <= i && i < len(h.layers) {
		return h.layers[i], nil
	}
	return "", err
}
