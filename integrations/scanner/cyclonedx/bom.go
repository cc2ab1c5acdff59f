package cyclonedx

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/package-url/packageurl-go"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const bomFormat = "CycloneDX"

// bom is what is kept of a bill of materials while its vulnerabilities are read.
type bom struct {
	format    *string // JSON only
	version   string  // of the specification
	serial    string
	metadata  metadata
	listed    bool                 // it has components or vulnerabilities
	index     map[string]component // components and services by bom-ref
	enclosing map[int]component    // components that hold vulnerabilities themselves, by their place in the document
}

type metadata struct {
	Timestamp    report.Time
	Tools        []tool
	Component    component
	Authors      []party
	Supplier     party
	Manufacturer party
	stray        string // a member that is not in the specification
}

// tool is one of the programs that made the bom or found a vulnerability: a tool of 1.4 and before, a component or a service since 1.5.
type tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type party struct {
	Name string `json:"name"`
}

// component is a component or a service.
type component struct {
	ref, purl, group, name, version string
	hashes                          []hash
	versionRange                    *string // since 1.7, of what is not part of the product
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

// add indexes a component. Where two have one bom-ref, which must not be, the first keeps it.
func (b *bom) add(c *component) {
	if _, ok := b.index[c.ref]; !ok && c.ref != "" {
		b.index[c.ref] = *c
	}
}

func (c *component) facts() gate.Component {
	return gate.Component{PURL: c.purl, Name: c.fullName(), Version: c.version}
}

// fullName joins group and name as the package's own tools do.
func (c *component) fullName() string {
	switch {
	case c.group == "":
		return c.name
	case strings.HasPrefix(c.purl, "pkg:maven/"):
		return c.group + ":" + c.name
	}
	return c.group + "/" + c.name
}

// check refuses what is no bom of a known version.
func (b *bom) check() error {
	switch {
	case b.format != nil && *b.format != bomFormat:
		return fmt.Errorf("%w: bomFormat is %q, not %q", report.ErrShape, *b.format, bomFormat)
	case b.format == nil && !b.listed:
		return fmt.Errorf("%w: it has neither bomFormat nor components nor vulnerabilities", report.ErrShape)
	case b.version == "":
		return fmt.Errorf("%w: it has no specVersion", report.ErrShape)
	case !slices.Contains(versions, b.version):
		return gate.WithHint(fmt.Errorf("%w: CycloneDX %s is not known, %s to %s are", report.ErrShape, b.version, versions[0], versions[len(versions)-1]),
			"write the bom in a version of the specification that is known, or use a newer defectgate")
	}
	return nil
}

// scan is what the bom says of its making.
func (b *bom) scan() gate.Scan {
	m, c := &b.metadata, &b.metadata.Component
	s := gate.Scan{Ended: m.Timestamp.Time, Subject: gate.Subject{Name: c.fullName(), PURL: c.purl, Digests: c.digests()}}
	if len(m.Tools) > 0 {
		s.Tool = gate.Tool{Name: m.Tools[0].Name, Version: m.Tools[0].Version}
	}
	return s
}

// digests are those by which an artifact is known. Digests of other algorithms are left out: compared with an artifact's SHA-256
// they would make every bom one about something else.
func (c *component) digests() []string {
	const sha256 = "sha256:"
	var digests []string
	for _, h := range c.hashes {
		if strings.EqualFold(h.Algorithm, "SHA-256") {
			digests = append(digests, sha256+strings.ToLower(h.Content))
		}
	}
	identifier, _ := packageurl.FromString(c.purl)
	for _, version := range []string{identifier.Version, c.version} {
		if strings.HasPrefix(version, sha256) && !slices.Contains(digests, version) {
			digests = append(digests, version)
		}
	}
	return digests
}

// author is who stands behind the statements in the bom.
func (b *bom) author() string {
	for _, p := range append(slices.Clone(b.metadata.Authors), b.metadata.Supplier, b.metadata.Manufacturer) {
		if p.Name != "" {
			return p.Name
		}
	}
	return ""
}

// resolve finds the component that a reference means: a bom-ref, a bom-link to this or another bom, or a package URL. One that
// nobody knows is a component of that name, so that vulnerabilities of two unknown components stay two.
func (b *bom) resolve(ref string) component {
	if c, ok := b.index[ref]; ok {
		return c
	}
	target := ref
	if link, ok := strings.CutPrefix(ref, "urn:cdx:"); ok {
		bomID, fragment, _ := strings.Cut(link, "#")
		target = unescape(fragment)
		serial, _, _ := strings.Cut(bomID, "/")
		if c, ok := b.index[target]; ok && strings.EqualFold("urn:uuid:"+serial, b.serial) {
			return c
		}
	}
	if p, err := packageurl.FromString(target); err == nil {
		return component{purl: target, group: p.Namespace, name: p.Name, version: p.Version}
	}
	return component{name: ref}
}

// unescape decodes the fragment of a bom-link; one that is not escaped properly is taken as it stands.
func unescape(fragment string) string {
	if plain, err := url.PathUnescape(fragment); err == nil {
		return plain
	}
	return fragment
}
