package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// shape is a report of one scanner that grows until it is large enough.
type shape struct {
	name       string
	head, tail string
	entry      func(w io.Writer, d *defect)
}

// filler stands for what scanners say at length, and nobody reads here: a finding of a real report has two to four kilobytes.
var filler = strings.Repeat("The input is parsed before its length is checked, so that a crafted file reads beyond the buffer. ", 15)

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

// longFinding is a finding of Trivy with the description that real ones have.
func (d *defect) longFinding(w io.Writer) {
	var b strings.Builder
	d.finding(&b)
	fmt.Fprintf(w, `%s, "References": [%q, %q], "Layer": {}, "Long": %q}`, strings.TrimSuffix(b.String(), "}"), "https://example.com/"+d.id,
		"https://example.org/"+d.id, filler)
}

func (d *defect) result(w io.Writer) {
	fmt.Fprintf(w, `{"ruleId": "js/xss", "ruleIndex": 0, "message": {"text": %q}, `, d.title)
	fmt.Fprintf(w, `"partialFingerprints": {"primaryLocationLineHash": %q}, `, d.id)
	fmt.Fprintf(w, `"locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/%s.js", "uriBaseId": "%%SRCROOT%%", "index": 7}, `, d.name)
	fmt.Fprintf(w, `"region": {"startLine": 42, "startColumn": 7, "endColumn": 31, "snippet": {"text": "document.write(location.hash)"}}}}], `)
	fmt.Fprintf(w, `"codeFlows": [{"threadFlows": [{"locations": [{"location": {"message": {"text": %q}}}]}]}]}`, filler)
}

func (d *defect) match(w io.Writer) {
	fmt.Fprintf(w, `{"vulnerability": {"id": %q, "namespace": "github:language:javascript", "severity": %q, `, d.id, d.severity)
	fmt.Fprintf(w, `"description": %q, "urls": ["https://example.com"], `, d.title)
	fmt.Fprintf(w, `"fix": {"versions": [%q], "state": "fixed"}}, "relatedVulnerabilities": [{"id": %q, "description": %q}], `, d.fixed, d.id, filler)
	fmt.Fprint(w, `"matchDetails": [{"type": "exact-direct-match", "matcher": "javascript-matcher"}], `)
	fmt.Fprintf(w, `"artifact": {"name": %q, "version": %q, `, d.name, d.version)
	fmt.Fprintf(w, `"type": "npm", "purl": %q, "locations": [{"path": "/src/package-lock.json"}]}}`, d.purl())
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
		costs, err := alternate(1, command{b.gate, []string{"defects", "--raw", report}, []int{0}}, command{self, []string{"-tokens", report}, []int{0}})
		if err = errors.Join(err, os.Remove(report)); err != nil {
			return err
		}
		t.hugeReport(s.name, costs[0], costs[1])
	}
	return nil
}
