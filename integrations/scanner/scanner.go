// Package scanner reads the reports of scanners: it holds the table of formats, recognises a document by what is in it, and opens
// files, compressed or not, within bounds.
//
// To add a format, write a folder with a [report.Format] and name it in [Formats].
package scanner

import (
	"errors"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/scanner/bandit"
	"github.com/defectgate/defectgate/integrations/scanner/brakeman"
	"github.com/defectgate/defectgate/integrations/scanner/cargoaudit"
	"github.com/defectgate/defectgate/integrations/scanner/checkov"
	"github.com/defectgate/defectgate/integrations/scanner/cyclonedx"
	"github.com/defectgate/defectgate/integrations/scanner/defectdojo"
	"github.com/defectgate/defectgate/integrations/scanner/dependencycheck"
	"github.com/defectgate/defectgate/integrations/scanner/dependencytrack"
	"github.com/defectgate/defectgate/integrations/scanner/github"
	"github.com/defectgate/defectgate/integrations/scanner/gitlab"
	"github.com/defectgate/defectgate/integrations/scanner/gitleaks"
	"github.com/defectgate/defectgate/integrations/scanner/gosec"
	"github.com/defectgate/defectgate/integrations/scanner/govulncheck"
	"github.com/defectgate/defectgate/integrations/scanner/grype"
	"github.com/defectgate/defectgate/integrations/scanner/hadolint"
	"github.com/defectgate/defectgate/integrations/scanner/jfrogxray"
	"github.com/defectgate/defectgate/integrations/scanner/kics"
	"github.com/defectgate/defectgate/integrations/scanner/native"
	"github.com/defectgate/defectgate/integrations/scanner/npmaudit"
	"github.com/defectgate/defectgate/integrations/scanner/nuclei"
	"github.com/defectgate/defectgate/integrations/scanner/osv"
	"github.com/defectgate/defectgate/integrations/scanner/pipaudit"
	"github.com/defectgate/defectgate/integrations/scanner/sarif"
	"github.com/defectgate/defectgate/integrations/scanner/semgrep"
	"github.com/defectgate/defectgate/integrations/scanner/snyk"
	"github.com/defectgate/defectgate/integrations/scanner/sonarqube"
	"github.com/defectgate/defectgate/integrations/scanner/tfsec"
	"github.com/defectgate/defectgate/integrations/scanner/trivy"
	"github.com/defectgate/defectgate/integrations/scanner/trufflehog"
	"github.com/defectgate/defectgate/integrations/scanner/yarnaudit"
	"github.com/defectgate/defectgate/integrations/scanner/zap"
)

// Format is one report format.
type Format = report.Format

// Formats is the table of formats, in the order in which lists show them.
func Formats() []Format {
	return []Format{
		bandit.Format,
		brakeman.Format,
		cargoaudit.Format,
		checkov.Format,
		cyclonedx.Format,
		defectdojo.JSON,
		defectdojo.CSV,
		dependencycheck.Format,
		dependencytrack.Format,
		github.CodeScanning,
		github.Dependabot,
		github.GraphQL,
		github.SecretScanning,
		gitlab.Format,
		gitleaks.Format,
		gosec.Format,
		govulncheck.Format,
		grype.Format,
		hadolint.Format,
		jfrogxray.Format,
		kics.Format,
		native.JSON,
		native.NDJSON,
		native.CSV,
		npmaudit.Format,
		nuclei.JSON,
		nuclei.Lines,
		osv.Format,
		pipaudit.Format,
		sarif.Format,
		semgrep.Format,
		snyk.Format,
		sonarqube.Format,
		tfsec.Format,
		trivy.Format,
		trufflehog.Format,
		yarnaudit.Format,
		zap.Format,
	}
}

// Lookup finds a format by its name.
func Lookup(name string) (Format, error) { return report.Lookup(Formats(), "report format", name) }

// MayBeEmpty reports whether a report of a format can be one without any byte: one of lines can.
func MayBeEmpty(name string) bool {
	f, err := Lookup(name)
	return err == nil && f.Cut != ""
}

// Names lists the names of the formats.
func Names() []string { return report.Names(Formats()) }

// StatementFormats are the formats of VEX documents that come with those of reports.
func StatementFormats() []report.StatementFormat { return []report.StatementFormat{cyclonedx.VEX} }

// Severity is one severity word of a format, and what it means.
type Severity = report.Severity

// Severities lists the severity words of a format that the scale does not know by itself.
func Severities(format string) (list []Severity) {
	for _, s := range report.Severities() {
		if s.Format == format {
			list = append(list, s)
		}
	}
	return list
}

// errUnknown is the error of a document that no format claims.
var errUnknown = errors.New("this is no report of a known format")

// recognise finds the one format that claims a document.
func recognise(o *report.Outline) (Format, error) {
	unknown := gate.WithHint(errUnknown, "name its format as FORMAT=PATH; `defectgate scanner list` shows those that are read")
	return report.Recognise(Formats(), o, unknown, "name its format as FORMAT=PATH")
}
