// Package trivy reads the JSON of Aqua Security's Trivy (`trivy … --format json`).
//
// Three shapes are known: schema 2 (an object with SchemaVersion, since 0.20), schema 1 (an array of results) and the report of
// `trivy k8s` (an object with ClusterName whose resources hold results). In all of them a result is one target with its
// vulnerabilities, misconfigurations, secrets and licences.
//
// https://trivy.dev/latest/docs/configuration/reporting/#json
package trivy

import (
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "trivy"

// Format is Trivy JSON.
var Format = report.Format{
	Name:    formatName,
	Title:   "Trivy JSON, schema 1 and 2: images, file systems, repositories, Kubernetes",
	Detect:  detect,
	Parse:   parse,
	Entry:   "a vulnerability, a secret, a licence, a misconfiguration that failed or was excepted, a modified finding",
	LeftOut: "passed checks",
	Proof:   "`Results` holds at least one target",
	Notes: `The rating is the word that Trivy chose, with the vector of the party that it took the word from; what other parties say is kept
beside it. "ExperimentalModifiedFindings" are read: "ignored" is suppressed, "not_affected", "fixed" and "under_investigation" are statements. A
misconfiguration with the status "EXCEPTION" is suppressed. Packages of an operating system have no path. The text of a secret is never read.`,
}

func detect(o *report.Outline) bool {
	switch {
	case o.Root == report.Array:
		return o.Has("[].Target") && o.HasAny("[].Type", "[].Class", "[].Vulnerabilities")
	case o.Has("ArtifactName") && o.Has("ArtifactType"):
		return true // also where keys are sorted, and SchemaVersion stands behind all results
	case o.Has("SchemaVersion") && o.HasAny("ArtifactName", "ArtifactType"):
		return true
	case o.Has("ClusterName"):
		return o.HasAny("Vulnerabilities", "Misconfigurations", "Resources", "Findings")
	}
	return o.Has("Results[].Target") && o.HasAny("Results[].Type", "Results[].Class")
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{document: d, emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	err := report.JSON(d, func(dec *report.Decoder) error {
		if report.IsList(dec) {
			return p.results(dec, "")
		}
		return p.object(dec)
	})
	if p.named > 0 {
		p.scan.Proof = fmt.Sprintf("targets scanned: %d", p.named)
	} else if p.scan.Read == 0 {
		p.scan.Unproven = "it names no target that was scanned" // Trivy ends with 0 where it found nothing that it could look at
	}
	p.scan.Warnings = p.dates.Warnings()
	return p.scan, err
}

type parser struct {
	document report.Document
	emit     report.Emit
	scan     gate.Scan
	dates    report.Dates
	targets  int    // results so far
	named    int    // those that name a target
	unknown  int    // members of the document that were passed over
	heads    []head // of all results, where entries stand before the names of their target
}

// object reads a document of today. One whose members are all unknown is another's, and not a report without results.
func (p *parser) object(dec *report.Decoder) error {
	members := 0
	err := report.EachMember(dec, func(name string) error {
		members++
		return p.member(dec, name)
	})
	if err == nil && members > 0 && members == p.unknown {
		err = fmt.Errorf("%w: it has neither `Results` nor any other member of Trivy", report.ErrShape)
	}
	return err
}

// member reads one member of the document. Members that are not listed hold no findings.
func (p *parser) member(dec *report.Decoder, name string) error {
	switch name {
	case "Results":
		return p.results(dec, "")
	case "Vulnerabilities", "Misconfigurations", "Resources", "Findings":
		return report.EachElement(dec, func() error { return p.resource(dec) })
	case "SchemaVersion":
		return p.schema(dec)
	case "Trivy":
		var v struct{ Version string }
		err := report.Value(dec, &v)
		p.scan.Tool.Version = v.Version
		return err
	case "CreatedAt":
		var at report.Time
		err := report.Value(dec, &at)
		p.scan.Ended = at.Time
		return err
	case "ArtifactName", "ClusterName":
		return report.Value(dec, &p.scan.Subject.Name)
	case "Metadata":
		return p.metadata(dec)
	}
	p.unknown++
	return report.Skip(dec)
}

// schema refuses a schema that is not known: its findings may stand where nobody looks.
func (p *parser) schema(dec *report.Decoder) error {
	var version int
	if err := report.Value(dec, &version); err != nil {
		return err
	}
	if version < 0 || version > 2 { // reports of clusters have 0
		return fmt.Errorf("%w: schema version %d is not known, 1 and 2 are", report.ErrShape, version)
	}
	return nil
}

// metadata reads what was scanned: an image is known by its digest in a registry and by the digest of its configuration.
func (p *parser) metadata(dec *report.Decoder) error {
	var m struct {
		ImageID     string
		RepoDigests []string
		RepoURL     string
		Commit      string
	}
	if err := report.Value(dec, &m); err != nil {
		return err
	}
	subject := &p.scan.Subject
	subject.Repository, subject.Commit = m.RepoURL, m.Commit
	for _, digest := range append(m.RepoDigests, m.ImageID) {
		if at := strings.LastIndex(digest, "sha256:"); at >= 0 {
			subject.Digests = append(subject.Digests, digest[at:])
		}
	}
	return nil
}

// resource reads one object of a cluster.
func (p *parser) resource(dec *report.Decoder) error {
	var namespace, kind, name string
	return report.EachMember(dec, func(member string) error {
		switch member {
		case "Namespace":
			return report.Value(dec, &namespace)
		case "Kind":
			return report.Value(dec, &kind)
		case "Name":
			return report.Value(dec, &name)
		case "Results":
			return p.results(dec, resourceName(namespace, kind, name))
		case "Error":
			return p.failure(dec)
		}
		return report.Skip(dec)
	})
}

// failure reads why an object of a cluster could not be scanned; the first reason is kept. The report goes on without its defects.
func (p *parser) failure(dec *report.Decoder) error {
	var reason string
	if err := report.Value(dec, &reason); err != nil {
		return err
	}
	if p.scan.Failed == "" {
		p.scan.Failed = report.FirstLine(reason)
	}
	return nil
}
