package defectdojo

import "github.com/defectgate/defectgate/integrations/internal/report"

// columns fill an entry from the cells of a record that are not empty. The first ones are documented; the last ones DefectDojo reads all the same,
// or people who turn their JSON into a sheet write.
var columns = map[string]func(e *entry, cell string){
	"Date":            func(e *entry, cell string) { e.Date.set(cell) },
	"Title":           func(e *entry, cell string) { e.Title = cell },
	"CweId":           func(e *entry, cell string) { e.CWE = word(cell) },
	"Url":             func(e *entry, cell string) { e.Endpoints.add(cell) },
	"Severity":        func(e *entry, cell string) { e.Severity = word(cell) },
	"Mitigation":      func(e *entry, cell string) { e.Mitigation = cell },
	"References":      func(e *entry, cell string) { e.References = cell },
	"Active":          func(e *entry, cell string) { e.Active = word(cell) },
	"Verified":        func(e *entry, cell string) { e.Verified = word(cell) },
	"FalsePositive":   func(e *entry, cell string) { e.False = word(cell) },
	"Duplicate":       func(e *entry, cell string) { e.Duplicate = word(cell) },
	"IsMitigated":     func(e *entry, cell string) { e.IsMitigated = word(cell) },
	"MitigatedDate":   func(e *entry, cell string) { e.Mitigated.set(cell) },
	"epss_score":      func(e *entry, cell string) { e.EPSS.set(cell) },
	"CVSSV3":          func(e *entry, cell string) { e.V3Vector = cell },
	"CVSSV3_score":    func(e *entry, cell string) { e.V3Score.set(cell) },
	"CVSSV4":          func(e *entry, cell string) { e.V4Vector = cell },
	"CVSSV4_score":    func(e *entry, cell string) { e.V4Score.set(cell) },
	"known_exploited": func(e *entry, cell string) { e.Exploited = word(cell) },
	"ransomware_used": func(e *entry, cell string) { e.Ransomware = word(cell) },
	"fix_available":   func(e *entry, cell string) { e.FixAvailable = word(cell) },
	"fix_version":     func(e *entry, cell string) { e.FixVersion = word(cell) },
	"kev_date":        func(e *entry, cell string) { e.KEVDate.set(cell) },

	"CVE":                 func(e *entry, cell string) { e.CVE = cell },
	"Vulnerability Id":    func(e *entry, cell string) { e.IDs = append(e.IDs, cell) },
	"CweIds":              func(e *entry, cell string) { e.CWEs = append(e.CWEs, cell) },
	"component_name":      func(e *entry, cell string) { e.Component = cell },
	"component_version":   func(e *entry, cell string) { e.Version = word(cell) },
	"file_path":           func(e *entry, cell string) { e.Path = cell },
	"line":                func(e *entry, cell string) { e.Line.set(cell) },
	"unique_id_from_tool": func(e *entry, cell string) { e.UniqueID = word(cell) },
	"vuln_id_from_tool":   func(e *entry, cell string) { e.RuleID = word(cell) },
}

func word(cell string) report.Word { return report.Word{Label: &cell} }
