package sarif_test

import (
	"cmp"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/output/outputtest"
	"github.com/defectgate/defectgate/integrations/scanner/gitleaks"
	"github.com/defectgate/defectgate/integrations/scanner/grype"
	reader "github.com/defectgate/defectgate/integrations/scanner/sarif"
	"github.com/defectgate/defectgate/integrations/scanner/semgrep"
	"github.com/defectgate/defectgate/integrations/scanner/trivy"
)

// read gives the defects of a report.
func read(t *testing.T, f report.Format, document []byte) ([]*gate.Defect, gate.Scan) {
	merger := gate.NewMerger(gate.MergeOptions{})
	add := merger.From("report")
	scan, err := f.Parse(reporttest.Bytes(document), func(finding *gate.Finding) error {
		add(finding)
		return nil
	})
	require.NoError(t, err)
	return merger.Defects(), scan
}

// fact is what a log must keep of a defect.
type fact struct {
	id, component, version, fixed, path, title string
	line                                       int
	severity                                   gate.Severity
	code                                       bool
}

func factOf(d *gate.Defect, rated bool) fact {
	f := fact{id: d.ID, title: cmp.Or(d.Title, d.ID), path: cmp.Or(d.Occurrences[0].Path, d.Component.Name), line: max(1, d.Occurrences[0].Line),
		code: !d.Kind.OfComponent()}
	if rated {
		f.severity = d.Severity
	}
	if d.Kind.OfComponent() {
		f.component, f.version = d.Component.PURL, d.Occurrences[0].Version
		if len(d.Component.Fixed) > 0 {
			f.fixed = d.Component.Fixed[0]
		}
	}
	return f
}

func TestOurReaderFindsTheSameDefects(t *testing.T) {
	r := outputtest.Example()
	defects, scan := read(t, reader.Format, written(t, r))
	require.Equal(t, gate.Tool{Name: "defectgate", Version: "1.2.3"}, scan.Tool)
	require.Equal(t, "github.com/acme/shop", scan.Subject.Repository[len("https://"):])
	require.Equal(t, r.Decision.Artifact.Subject.Commit, scan.Subject.Commit)
	require.Equal(t, outputtest.Now, scan.Ended)
	require.Empty(t, scan.Failed)
	have, want := map[string]int{}, map[string]int{"budget/count open": 1, "scan/coverage open": 1, "scan/coverage suppressed": 1}
	for _, d := range defects {
		have[d.ID+" "+d.State().String()]++
	}
	for i := range r.Decision.Evaluation.Findings {
		j := &r.Decision.Evaluation.Findings[i]
		switch {
		case !j.State.IsOpen(), len(j.Violations) == 0:
		case j.Covering() != "":
			want[j.ID+" suppressed"]++
		default:
			want[j.ID+" open"]++
		}
	}
	require.Equal(t, want, have)

	r.Decision.Verdict, r.Decision.Problems = gate.Error, []string{"a source is missing"}
	_, scan = read(t, reader.Format, written(t, r))
	require.Contains(t, scan.Failed, "ERROR", "a gate that could not decide is no whole scan")
}

// kinds are those that the reader tells apart: SARIF has no word for them, and what no tool is known for is code.
var kinds = []gate.Kind{gate.Vulnerability, gate.Secret, gate.Code}

// What scanners found is found again in what the gate writes of it.
func TestReportsOfScannersComeThrough(t *testing.T) {
	for _, c := range []struct {
		path   string
		format report.Format
		rated  bool
	}{
		{"trivy/testdata/image.json", trivy.Format, true}, {"trivy/testdata/repository.json", trivy.Format, true},
		{"grype/testdata/image.json", grype.Format, true}, {"semgrep/testdata/products.json", semgrep.Format, true},
		{"gitleaks/testdata/directory.json", gitleaks.Format, false},
	} {
		t.Run(c.path, func(t *testing.T) {
			document, err := os.ReadFile("../../scanner/" + c.path)
			require.NoError(t, err)
			before, _ := read(t, c.format, document)
			r := &gate.Report{Decision: gate.Decision{Verdict: gate.Fail, Clock: gate.Clock{Now: outputtest.Now}}}
			facts, prints := map[fact]int{}, map[gate.Fingerprint]bool{}
			for _, d := range before {
				if !d.IsOpen() || !slices.Contains(kinds, d.Kind) || c.rated && d.Severity < gate.Low {
					continue
				}
				j := gate.Judged{Defect: d, Judgement: gate.Judgement{Violations: []gate.Violation{{Rule: "severity/threshold", Level: gate.Deny, Message: "x"}}}}
				r.Decision.Evaluation.Findings = append(r.Decision.Evaluation.Findings, j)
				facts[factOf(d, c.rated)]++
				for _, print := range d.Fingerprints {
					prints[print] = true
				}
			}
			require.NotEmpty(t, facts)
			after, _ := read(t, reader.Format, written(t, r))
			found := map[fact]int{}
			for _, d := range after {
				found[factOf(d, c.rated)]++
				if d.Kind.OfComponent() {
					require.True(t, slices.ContainsFunc(d.Fingerprints, func(p gate.Fingerprint) bool { return prints[p] }), "%s is another defect", d.ID)
				}
			}
			require.Equal(t, facts, found)
		})
	}
}
