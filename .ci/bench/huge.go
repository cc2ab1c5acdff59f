package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// shape is a report of one scanner that grows until it is large enough.
type shape struct {
	name       string
	head, tail string
	entry      func(w io.Writer, d *defect)
}

// filler stands for what scanners say at length, and nobody reads here.
var filler = strings.Repeat("The input is parsed before its length is checked, so that a crafted file reads beyond the buffer. ", 4)

var shapes = []shape{
	{"Trivy", `{"SchemaVersion": 2, "CreatedAt": "2026-01-01T00:00:00Z", "ArtifactName": "a", "ArtifactType": "repository", "Results": [{"Target": "t", ` +
		`"Class": "lang-pkgs", "Type": "npm", "Vulnerabilities": [`, "]}]}", func(w io.Writer, d *defect) { d.longFinding(w) }},
	{"SARIF", `{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "bench", "rules": [{"id": "js/xss", ` +
		`"properties": {"security-severity": "6.1", ` +
		`"tags": ["external/cwe/cwe-079"]}}]}}, "results": [`, "]}]}",
		func(w io.Writer, d *defect) { d.result(w) }},
	{"Grype", `{"descriptor": {"name": "grype", "version": "0.94.0", "timestamp": "2026-01-01T00:00:00Z", ` +
		`"db": {"status": {"built": "2026-01-01T00:00:00Z", ` +
		`"valid": true}}}, "source": {"type": "directory", "target": "/src"}, "matches": [`, "]}", func(w io.Writer, d *defect) { d.match(w) }},
}

// The entries have the members that real ones have, so that a token is as long: 25 to 31 bytes in reports of Trivy, 15 to 21 in those of Grype, 20 to
// 28 in SARIF.

// longFinding is a finding of Trivy with its references and ratings.
func (d *defect) longFinding(w io.Writer) {
	var b strings.Builder
	d.finding(&b)
	fmt.Fprintf(w, `%s, "PkgPath": "", "Layer": {"Digest": "sha256:%064d", "DiffID": "sha256:%064d"}, "Long": %q, `,
		strings.TrimSuffix(b.String(), "}"), 1, 2, filler)
	fmt.Fprint(w, `"DataSource": {"ID": "ghsa", "Name": "GitHub Security Advisory npm", "URL": "https://github.com/advisories"}, `)
	fmt.Fprint(w, `"VendorSeverity": {"ghsa": 3, "nvd": 3, "redhat": 2, "ubuntu": 2}, "CVSS": {`)
	fmt.Fprint(w, `"ghsa": {"V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "V3Score": 7.5}, `)
	fmt.Fprint(w, `"nvd": {"V2Vector": "AV:N/AC:L/Au:N/C:N/I:N/A:P", "V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", `+
		`"V2Score": 5, "V3Score": 7.5}}, "References": [`)
	links(w, d.id, 12)
	fmt.Fprint(w, `], "LastModifiedDate": "2026-01-01T00:00:00Z"}`)
}

// links writes a list of addresses.
func links(w io.Writer, id string, n int) {
	for i := range n {
		if i > 0 {
			fmt.Fprint(w, ", ")
		}
		fmt.Fprintf(w, "%q", fmt.Sprintf("https://example.com/%d/%s", i, id))
	}
}

func (d *defect) result(w io.Writer) {
	fmt.Fprintf(w, `{"ruleId": "js/xss", "ruleIndex": 0, "rule": {"id": "js/xss", "index": 0}, "message": {"text": %q}, `, d.title)
	fmt.Fprintf(w, `"partialFingerprints": {"primaryLocationLineHash": %q, "primaryLocationStartColumnFingerprint": "4"}, "locations": [`, d.id)
	d.location(w)
	fmt.Fprint(w, `], "codeFlows": [{"threadFlows": [{"locations": [`)
	for i := range 8 {
		if i > 0 {
			fmt.Fprint(w, ", ")
		}
		fmt.Fprint(w, `{"location": `)
		d.location(w)
		fmt.Fprintf(w, `, "message": {"text": %q}}`, filler[:80])
	}
	fmt.Fprint(w, `]}]}]}`)
}

// location is a place of SARIF.
func (d *defect) location(w io.Writer) {
	fmt.Fprintf(w, `{"physicalLocation": {"artifactLocation": {"uri": "src/%s.js", "uriBaseId": "%%SRCROOT%%", "index": 7}, `, d.name)
	fmt.Fprint(w, `"region": {"startLine": 42, "startColumn": 7, "endColumn": 31}}}`)
}

func (d *defect) match(w io.Writer) {
	fmt.Fprintf(w, `{"vulnerability": {"id": %q, "dataSource": "https://github.com/advisories/%s", "namespace": "github:language:javascript", `, d.id, d.id)
	fmt.Fprintf(w, `"severity": %q, "urls": [`, d.severity)
	links(w, d.id, 4)
	fmt.Fprintf(w, `], "description": %q, "cvss": [`, d.title)
	d.metrics(w)
	fmt.Fprintf(w, `], "fix": {"versions": [%q], "state": "fixed"}, "advisories": []}, "relatedVulnerabilities": [{"id": %q, `, d.fixed, d.id)
	fmt.Fprintf(w, `"namespace": "nvd:cpe", "severity": "High", "urls": [`)
	links(w, d.id, 12)
	fmt.Fprintf(w, `], "description": %q, "cvss": [`, filler)
	d.metrics(w)
	fmt.Fprint(w, ", ")
	d.metrics(w)
	fmt.Fprint(w, `]}], "matchDetails": [{"type": "exact-direct-match", "matcher": "javascript-matcher", "searchedBy": {"language": "javascript", `)
	fmt.Fprintf(w, `"namespace": "github:language:javascript", "package": {"name": %q, "version": %q}}, `, d.name, d.version)
	fmt.Fprintf(w, `"found": {"versionConstraint": "<%s (semantic)", "vulnerabilityID": %q}}], `, d.fixed, d.id)
	fmt.Fprintf(w, `"artifact": {"id": "%016x", "name": %q, "version": %q, "type": "npm", "language": "javascript", "licenses": ["MIT"], `, len(d.id), d.name, d.version)
	fmt.Fprintf(w, `"cpes": ["cpe:2.3:a:%[1]s:%[1]s:%[2]s:*:*:*:*:*:*:*"], "purl": %[3]q, "upstreams": [], `, d.name, d.version, d.purl())
	fmt.Fprint(w, `"locations": [{"path": "/src/package-lock.json", "layerID": "sha256:1", "annotations": {"evidence": "primary"}}]}}`)
}

// metrics is a rating of Grype.
func (d *defect) metrics(w io.Writer) {
	fmt.Fprint(w, `{"source": "nvd@nist.gov", "type": "Primary", "version": "3.1", "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", `+
		`"metrics": {"baseScore": 7.5, "exploitabilityScore": 3.9, "impactScore": 3.6}, "vendorMetadata": {}}`)
}

// grow writes a report of at least so many bytes.
func (s *shape) grow(path string, bytes int64) error {
	return write(path, func(w io.Writer) {
		c := &counting{w: w}
		fmt.Fprint(c, s.head)
		for m, i := newMaker(), 0; c.n < bytes; i++ {
			separate(c, i)
			d := m.next(i)
			s.entry(c, &d)
		}
		fmt.Fprintln(c, s.tail)
	})
}

// sampleSize is enough for a profile that does not change much from one to the next.
const sampleSize = 64 << 20

// writeSamples writes what the commands are profiled with: a report of each shape, and a document of the product's own.
func writeSamples(dir string) error {
	for _, s := range shapes {
		if err := s.grow(filepath.Join(dir, s.name+".json"), sampleSize); err != nil {
			return err
		}
	}
	return document(filepath.Join(dir, "own.json"), 10_000)
}

type counting struct {
	w io.Writer
	n int64
}

func (c *counting) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// tokens reads a document token by token and does nothing with it: what a program costs that only has to know that it is JSON.
func tokens(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	decoder := jsontext.NewDecoder(file)
	for {
		if _, err := decoder.ReadToken(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// huge is the size of a report, and slowest how much longer than the tokens alone it may take.
const (
	huge    = 1 << 30
	slowest = 2

	hugeRounds = 5
)

// allHuge measures `defects --raw` on reports of a gibibyte beside the tokens alone.
func (b *bench) allHuge(t *table) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	t.headOfHuge()
	for _, s := range shapes {
		report := b.path(s.name + ".json")
		if err := s.grow(report, huge); err != nil {
			return err
		}
		costs, err := alternate(hugeRounds, command{b.gate, []string{"defects", "--raw", report}, []int{0}}, command{self, []string{"-tokens", report}, []int{0}})
		if err = errors.Join(err, os.Remove(report)); err != nil {
			return err
		}
		t.hugeReport(s.name, costs[0], costs[1])
	}
	return nil
}
