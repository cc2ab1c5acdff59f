package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// write makes a file by streaming: what this process uses would show in the figures of its children.
func write(path string, fill func(w io.Writer)) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	buffer := bufio.NewWriterSize(file, 1<<16)
	fill(buffer)
	return errors.Join(buffer.Flush(), file.Close())
}

// document writes n defects in the product's own format.
func document(path string, n int) error {
	m := newMaker()
	return write(path, func(w io.Writer) {
		fmt.Fprintf(w, `{"defectgate": 1, "tool": {"name": "bench"}, "ended": %q, "scanned": %d, "defects": [`, now.Format(time.RFC3339), n)
		for i := range n {
			separate(w, i)
			d := m.next(i)
			d.record(w)
		}
		fmt.Fprintln(w, "\n]}")
	})
}

func separate(w io.Writer, i int) {
	if i > 0 {
		fmt.Fprint(w, ",")
	}
	fmt.Fprintln(w)
}

func (d *defect) record(w io.Writer) {
	fmt.Fprintf(w, `{"id": %q, "kind": "vulnerability", "severity": %q, "score": %v, "title": %q, "url": "https://nvd.nist.gov/vuln/detail/%s", `+
		`"cwes": [%d], "component": {"purl": %q, "name": %q, "version": %q`, d.id, d.severity, d.score, d.title, d.id, d.cwe, d.purl(), d.name, d.version)
	if d.fixed != "" {
		fmt.Fprintf(w, `, "fixed": [%q]`, d.fixed)
	}
	fmt.Fprintf(w, `}, "first_seen": %q`, d.found.Format(time.RFC3339))
	if d.fixed != "" {
		fmt.Fprintf(w, `, "fixed_since": %q`, d.fixedSince.Format(time.RFC3339))
	}
	if d.epss >= 0 {
		fmt.Fprintf(w, `, "epss": %.5f`, d.epss)
	}
	if !d.listed.IsZero() {
		fmt.Fprintf(w, `, "kev": {"added": %q, "due": %q}`, d.listed.Format(time.DateOnly), d.listed.AddDate(0, 0, 21).Format(time.DateOnly))
	}
	fmt.Fprint(w, "}")
}
