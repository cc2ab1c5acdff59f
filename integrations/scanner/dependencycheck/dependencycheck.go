// Package dependencycheck reads the XML and the JSON of OWASP Dependency-Check (`dependency-check --format XML`, `--format JSON`, and the
// plugins for Maven, Gradle and Ant).
//
// A report lists every dependency that was looked at, and below each the vulnerabilities that hold for it, those that a suppression file
// silences included. The schema of the XML has a version in its namespace: 1.0 to 1.8 have one flat CVSS score and identifiers with a type,
// 2.0 and later have one element for each version of CVSS and package URLs, 4.0 and later have CVSS 4.0. JSON reports are alike in all but
// the spelling.
//
// https://github.com/dependency-check/DependencyCheck/tree/main/core/src/main/resources, schema and templates
package dependencycheck

import (
	"fmt"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "dependency-check"

// Format is OWASP Dependency-Check in XML and JSON.
var Format = report.Format{
	Name:   formatName,
	Title:  "OWASP Dependency-Check XML 1.0–4.1 and JSON: dependencies",
	Detect: detect,
	Parse:  parse,
	Entry:  "a vulnerability or suppressed vulnerability of a dependency",
	Proof:  "`dependencies` lists some, and `scanInfo` has the time of an NVD data source",
	Notes: `The rating is "severity" with the newest CVSS that the entry has; the older ones are kept as ratings that do not decide. The party is
the data source ("nvd", "npm", "ossindex", "retirejs" …). Reports have no vectors of CVSS 2 and 3: they are put together again of their metrics. A
component is known by the package URL that Dependency-Check is surest of, else by the vendor and product of its CPE, else by its file name. The
version before which the matched range ends is the fixed one. A suppressed vulnerability is suppressed, its "notes" are the reason. The day of the
database is that of the youngest NVD record ("… Modified"), else that of the last look ("… Checked"). An analysis exception makes the source
"partial": one analyser did not do its work. A report that lists 0 dependencies says that nothing was looked at, and no receipt makes up for that.`,
}

// The namespace ends with the version of the schema. The second form is that of the releases before 1.3.
const (
	schemaMark    = "/DependencyCheck/dependency-check."
	oldSchemaMark = "/OWASP_Dependency_Check#"
)

func isSchema(namespace string) bool {
	return strings.Contains(namespace, schemaMark) || strings.Contains(namespace, oldSchemaMark)
}

func detect(o *report.Outline) bool {
	switch o.Root {
	case report.XML:
		return o.Element == "analysis" && isSchema(o.Namespace)
	case report.Object:
		return !o.Lines && (o.Has("reportSchema") && o.Has("scanInfo") || o.Has("dependencies[].evidenceCollected") ||
			o.Has("dependencies[].fileName") && o.Has("dependencies[].isVirtual") || o.Has("scanInfo.engineVersion") && o.Has("dependencies"))
	}
	return false
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	o, err := report.Sketch(d)
	if err != nil {
		return gate.Scan{}, err
	}
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	if o.Root == report.XML {
		err = report.XMLDocument(d, p.root)
	} else {
		err = report.Members(d, p.member)
	}
	if err == nil && !p.listed {
		err = fmt.Errorf("%w: the report has no `dependencies`", report.ErrShape)
	}
	p.finish()
	return p.scan, err
}

type parser struct {
	emit    report.Emit
	scan    gate.Scan
	dates   report.Dates
	project project
	sources []source
	listed  bool // the list of dependencies was there, empty or not
	count   int  // of dependencies
}

// finish says what is known only when all was read.
func (p *parser) finish() {
	p.scan.Subject = p.project.subject()
	p.scan.Ended = p.project.time()
	known := false
	for _, s := range p.sources {
		known = known || s.isNVD()
		s.date(&p.scan.Database)
	}
	switch {
	case p.listed && p.count == 0:
		p.scan.Unproven = "it lists 0 dependencies"
	case known && p.count > 0:
		p.scan.Proof = fmt.Sprintf("dependencies scanned: %d", p.count)
	}
	p.scan.Warnings = p.dates.Warnings()
}

// take emits the findings of one dependency.
func (p *parser) take(d *dependency) error {
	p.count++
	component := d.component()
	for i := range d.found {
		v := &d.found[i]
		v.settle(&p.dates)
		f := v.finding(component, d.FilePath)
		if err := report.Identified(f); err != nil {
			return err
		}
		p.scan.Read++
		if err := p.emit(f); err != nil {
			return err
		}
	}
	return nil
}

// failed keeps the first exception of the analysis.
func (p *parser) failed(message string) {
	if p.scan.Failed == "" {
		p.scan.Failed = report.FirstLine("analysis exception: " + message)
	}
}

// project is what was scanned.
type project struct {
	Name       string `json:"name"`
	GroupID    string `json:"groupID"`
	ArtifactID string `json:"artifactID"`
	Version    string `json:"version"`
	ReportDate string `json:"reportDate"`
}

func (p *project) subject() gate.Subject {
	s := gate.Subject{Name: p.Name}
	if p.GroupID != "" && p.ArtifactID != "" {
		s.PURL = report.PackageURL("maven", p.GroupID+":"+p.ArtifactID, p.Version)
	}
	return s
}

// time reads the date of the report; old releases write the offset without a colon.
func (p *project) time() time.Time {
	if at, err := time.Parse("2006-01-02T15:04:05.999999999-0700", strings.TrimSpace(p.ReportDate)); err == nil {
		return report.ParseTime(at.UTC().Format(time.RFC3339Nano))
	}
	return report.ParseTime(p.ReportDate)
}

// source is a data source and when it was brought up to date.
type source struct {
	Name      string `json:"name"`
	Timestamp string `json:"timestamp"`
}

func (s *source) isNVD() bool { return strings.HasPrefix(s.Name, "NVD") && s.Timestamp != "" }

// date dates the database: the youngest record tells more than the last look at its source.
func (s *source) date(db *gate.Database) {
	if at := report.ParseTime(s.Timestamp); s.isNVD() && !at.IsZero() && (db.Built.IsZero() || strings.HasSuffix(s.Name, "Modified")) {
		db.Built = at
	}
}
