package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// trivy writes a report in the shape of Trivy: distinct defects, all of them in each of the targets.
func trivy(path string, distinct, targets int) error {
	return write(path, func(w io.Writer) {
		fmt.Fprintf(w, `{"SchemaVersion": 2, "CreatedAt": %q, "ArtifactName": "monorepo", "ArtifactType": "repository", "Results": [`,
			now.Format(time.RFC3339))
		for i := range targets {
			separate(w, i)
			target(w, fmt.Sprintf("apps/app-%d/package-lock.json", i), distinct)
		}
		fmt.Fprintln(w, "\n]}")
	})
}

func target(w io.Writer, name string, distinct int) {
	m := newMaker()
	fmt.Fprintf(w, `{"Target": %q, "Class": "lang-pkgs", "Type": "npm", "Vulnerabilities": [`, name)
	for i := range distinct {
		separate(w, i)
		d := m.next(i)
		d.finding(w)
	}
	fmt.Fprint(w, "\n]}")
}

func (d *defect) finding(w io.Writer) {
	fmt.Fprintf(w, `{"VulnerabilityID": %q, "PkgID": "%s@%s", "PkgName": %q, "PkgIdentifier": {"PURL": %q}, "InstalledVersion": %q, "FixedVersion": %q, `,
		d.id, d.name, d.version, d.name, d.purl(), d.version, d.fixed)
	fmt.Fprintf(w, `"Status": %q, "SeveritySource": "nvd", "PrimaryURL": "https://avd.aquasec.com/nvd/%s", "Title": %q, `,
		status(d.fixed), strings.ToLower(d.id), d.title)
	fmt.Fprintf(w, `"Description": "%s. It is not checked before it is used.", "Severity": %q, "CweIDs": ["CWE-%d"], "PublishedDate": %q}`,
		d.title, strings.ToUpper(d.severity), d.cwe, d.found.Format(time.RFC3339))
}

func status(fixed string) string {
	if fixed == "" {
		return "affected"
	}
	return "fixed"
}
