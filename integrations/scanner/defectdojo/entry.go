package defectdojo

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// entry is one finding. The names are those of the JSON; the columns of the CSV are set by name, see csv.go. What may be written as a text or as
// another plain value is a Word.
type entry struct {
	Title        string      `json:"title"`
	Severity     report.Word `json:"severity"`
	Mitigation   string      `json:"mitigation"`
	CVE          string      `json:"cve"`
	IDs          texts       `json:"vulnerability_ids"`
	CWE          report.Word `json:"cwe"`
	CWEs         texts       `json:"cwes"`
	V3Vector     string      `json:"cvssv3"`
	V3Score      number      `json:"cvssv3_score"`
	V4Vector     string      `json:"cvssv4"`
	V4Score      number      `json:"cvssv4_score"`
	EPSS         number      `json:"epss_score"`
	References   string      `json:"references"`
	Component    string      `json:"component_name"`
	Version      report.Word `json:"component_version"`
	FixVersion   report.Word `json:"fix_version"`
	FixAvailable report.Word `json:"fix_available"`
	Path         string      `json:"file_path"`
	Line         number      `json:"line"`
	SourcePath   string      `json:"sast_source_file_path"`
	SourceLine   number      `json:"sast_source_line"`
	Endpoints    endpoints   `json:"endpoints"`
	Service      string      `json:"service"`
	UniqueID     report.Word `json:"unique_id_from_tool"`
	RuleID       report.Word `json:"vuln_id_from_tool"`
	Confidence   number      `json:"scanner_confidence"`
	Date         date        `json:"date"`
	Published    date        `json:"publish_date"`
	Mitigated    date        `json:"mitigated"`
	KEVDate      date        `json:"kev_date"`
	Exploited    report.Word `json:"known_exploited"`
	Ransomware   report.Word `json:"ransomware_used"`
	Active       report.Word `json:"active"`
	Verified     report.Word `json:"verified"`
	False        report.Word `json:"false_p"`
	Duplicate    report.Word `json:"duplicate"`
	OutOfScope   report.Word `json:"out_of_scope"`
	Accepted     report.Word `json:"risk_accepted"`
	UnderReview  report.Word `json:"under_review"`
	IsMitigated  report.Word `json:"is_mitigated"`
}

func text(w report.Word) string {
	if w.Label == nil {
		return ""
	}
	return strings.TrimSpace(*w.Label)
}

func (e *entry) finding(p *parser) (*gate.Finding, error) {
	e.settle(&p.dates)
	ids := e.ids()
	f := &gate.Finding{
		Tool:      p.scan.Tool.Name,
		Kind:      gate.Code,
		ID:        e.id(ids),
		Title:     report.FirstLine(e.Title),
		Remedy:    e.Mitigation,
		URL:       address.FindString(e.References),
		CWEs:      e.cwes(),
		Certainty: e.certainty(),
		FirstSeen: e.Date.Time.Time,
		Published: e.Published.Time.Time,
		KEV:       e.kev(),
		EPSS:      e.EPSS.Float,
	}
	if e.Component != "" && len(ids) > 0 {
		e.ofComponent(f, ids)
	} else {
		e.ofPlace(f, ids)
	}
	f.Rating, f.Ratings = e.rate(p.format, f.Tool)
	f.State, f.Word = e.state()
	if f.EPSS != nil && !(*f.EPSS >= 0 && *f.EPSS <= 1) {
		return f, fmt.Errorf("%w: epss_score of %q is %s, no probability", report.ErrShape, f.ID, strconv.FormatFloat(*f.EPSS, 'g', -1, 64))
	}
	return f, nil
}

func (e *entry) settle(dates *report.Dates) {
	dates.Read("date", &e.Date.Time)
	dates.Read("publish_date", &e.Published.Time)
	dates.Read("mitigated", &e.Mitigated.Time)
	dates.Read("kev_date", &e.KEVDate.Time)
}

var address = regexp.MustCompile(`https?://[^\s"()\[\]<>]+`)

// ids are the vulnerability ids, CVEs first and otherwise as they stand.
func (e *entry) ids() (ids []string) {
	for _, id := range append([]string{e.CVE}, e.IDs...) {
		if id = strings.TrimSpace(id); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	slices.SortStableFunc(ids, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	return ids
}

func rank(id string) int {
	if isCVE(id) {
		return 0
	}
	return 1
}

func isCVE(id string) bool { return strings.HasPrefix(strings.ToUpper(id), "CVE-") }

// id names the defect. A title is a poor name, but it is one that a person gave.
func (e *entry) id(ids []string) string {
	first := ""
	if len(ids) > 0 {
		first = ids[0]
	}
	return cmp.Or(first, text(e.RuleID), report.FirstLine(e.Title), text(e.UniqueID))
}

// ofComponent makes it a vulnerability. Ids of one vulnerability are aliases; where there are several CVEs, nobody can tell which id belongs to
// which.
func (e *entry) ofComponent(f *gate.Finding, ids []string) {
	f.Kind = gate.Vulnerability
	switch {
	case len(ids) == 1:
	case isCVE(ids[1]):
		f.Related = ids[1:]
	default:
		f.Aliases = ids[1:]
	}
	f.Component = gate.Component{Name: e.Component, Version: text(e.Version)}
	if strings.HasPrefix(e.Component, "pkg:") {
		f.Component.PURL = e.Component
	}
	if fixed := text(e.FixVersion); fixed != "" {
		f.Component.Fixed = []string{fixed}
	} else if isTrue(e.FixAvailable) {
		f.Component.Fixed = []string{"a version that is not named"} // left out, it would be a defect that nobody can mend
	}
	f.Location.Path = e.Path
}

// cwes reads numbers and texts such as "CWE-79".
func (e *entry) cwes() (cwes []int) {
	for _, written := range append([]string{text(e.CWE)}, e.CWEs...) {
		for part := range strings.FieldsFuncSeq(written, func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
			found := report.CWEs(part)
			if n := report.ParseNumber(part).Int(); n > 0 {
				found = []int{n}
			}
			cwes = append(cwes, found...)
		}
	}
	return cwes
}

// certainty is that of a person who looked, else that of the tool: 1 is certain, 7 is tentative.
func (e *entry) certainty() gate.Certainty {
	confidence := 0
	if c := e.Confidence.Float; c != nil {
		confidence = int(math.Max(0, math.Min(*c, 8)))
	}
	switch {
	case isTrue(e.Verified):
		return gate.Verified
	case confidence == 0 || confidence > 7:
		return ""
	case confidence <= 2:
		return gate.HighCertainty
	case confidence <= 5:
		return gate.MidCertainty
	}
	return gate.LowCertainty
}

// kev is there where the finding says that it is exploited, or since when.
func (e *entry) kev() *gate.KEV {
	if !isTrue(e.Exploited) && e.KEVDate.IsZero() {
		return nil
	}
	return &gate.KEV{Added: e.KEVDate.Time.Time, Ransomware: isTrue(e.Ransomware)}
}

// rate chooses the newest CVSS together with the severity.
func (e *entry) rate(format, party string) (chosen gate.Rating, others []gate.Rating) {
	v4 := gate.Opinion{Party: party, Vector: e.V4Vector, Score: e.V4Score.Float}
	v3 := gate.Opinion{Party: party, Vector: e.V3Vector, Score: e.V3Score.Float}
	if v4.Vector == "" && v4.Score == nil {
		v3.Label = e.Severity.Label
		return report.Rate(format, v3), nil
	}
	v4.Label = e.Severity.Label
	if v3.Vector != "" || v3.Score != nil {
		others = []gate.Rating{report.Rate(format, v3)}
	}
	return report.Rate(format, v4), others
}
