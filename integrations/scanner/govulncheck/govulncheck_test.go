package govulncheck_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/govulncheck"
)

func TestGovulncheck(t *testing.T) { reporttest.Testdata(t, govulncheck.Format) }

// FuzzGovulncheck reads each document as a list: a stream that is cut between two messages is a shorter stream, see the format's Cut.
func FuzzGovulncheck(f *testing.F) { reporttest.Fuzz(f, listed()) }

func listed() report.Format {
	f := govulncheck.Format
	f.Cut = ""
	f.Parse = func(d report.Document, emit report.Emit) (gate.Scan, error) {
		values := 0
		if err := report.JSONValues(d, func(dec *report.Decoder) error { values++; return report.Skip(dec) }); err != nil || values != 1 {
			return gate.Scan{}, fmt.Errorf("%d values: %w", values, err)
		}
		return govulncheck.Format.Parse(d, emit)
	}
	return f
}

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, govulncheck.Format, map[string]bool{
		`{"config":{"protocol_version":"v1.0.0"}}{"progress":{"message":"` + large + `"}}`: true,
		`{"config":{"protocol_version":"v1.0.0"}}`:                                         true,
		`{"config":{"name":"govulncheck","data_source":"d"}}` + "\n" + `{"progress":{}}`:   true,
		`[{"config":{"protocol_version":"v1.0.0"}},{"osv":{"details":"` + large + `"}}]`:   true,
		`[{"finding":{"osv":"GO-2026-1","trace":[]}},{"config":{}}]`:                       true,
		`{"Calls":{"Functions":{"1":{"Name":"` + large + `"}}},"Vulns":null}`:              true,
		`{"Modules":[],"Vulns":null}`:                                                      true,
		`{"config":{"name":"other"},"results":[]}`:                                         false,
		`{"progress":{"message":"x"}}`:                                                     false,
		`{"osv":"1.0","findings":[]}`:                                                      false,
		`[{"finding":"x"}]`:                                                                false,
		`[]`:                                                                               false,
		`{}`:                                                                               false,
		``:                                                                                 false,
		`null`:                                                                             false,
	})
}

func TestReportWithoutConfigurationIsAnError(t *testing.T) {
	for _, document := range []string{``, `null`, `[]`, `{}`, `{"finding":{"osv":"GO-2026-1"}}`, `{"Modules":[{"Path":"a"}]}`, `[{"progress":{}}]`} {
		_, _, err := reporttest.Parse(govulncheck.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestFindingWithoutIDIsAnError(t *testing.T) {
	_, _, err := reporttest.Parse(govulncheck.Format, []byte(`{"config":{}}{"finding":{"trace":[{"module":"a"}]}}`))
	require.ErrorContains(t, err, "without an id")
}

// A run that ended early has told of its modules and of nothing behind them.
func TestAnEmptyReportProvesItsScanByWhatFollowsTheModules(t *testing.T) {
	const config, modules, checking = `{"config":{"scan_level":"symbol"}}`, `{"SBOM":{"modules":[{"path":"a"}]}}`,
		`{"progress":{"message":"Checking the code against the vulnerabilities..."}}`
	for document, proven := range map[string]bool{
		config + modules + checking:                   true,
		config + modules:                              false,
		config + checking:                             false,
		config + checking + modules:                   false,
		config + `{"SBOM":{"modules":[]}}` + checking: false,
		config + modules + `{"progress":{"message":"Fetching vulnerabilities"}}`:       false,
		config + modules + checking + config + modules + checking:                      true,
		config + modules + checking + config + modules:                                 false,
		config + modules + checking + config:                                           false,
		`[` + config + `,` + modules + `,` + checking + `]`:                            true,
		`{"Vulns":[],"Modules":[{"Path":"stdlib"}]}`:                                   true,
		`{"Vulns":null,"Modules":null}`:                                                false,
		`{"Vulns":null,"Modules":[{"Path":"a"}]}` + config + modules:                   false,
		`{"config":{}}{"SBOM":{"modules":[{"path":"a"}]},"progress":{"message":null}}`: false,
	} {
		findings, scan, err := reporttest.Parse(govulncheck.Format, []byte(document))
		require.NoError(t, err, document)
		require.Empty(t, findings)
		require.Equal(t, proven, scan.Proof != "", document)
	}
}

func TestRunThatEndedEarlyFailsTheScan(t *testing.T) {
	const config, modules, checking = `{"config":{"scan_level":"symbol"}}`, `{"SBOM":{"modules":[{"path":"a"}]}}`,
		`{"progress":{"message":"Checking the binary against the vulnerabilities..."}}`
	for document, failed := range map[string]bool{
		config + modules: true,
		config + modules + `{"progress":{"message":"Fetching vulnerabilities from the database..."}}`: true,
		config + modules + checking + module + config + modules:                                       true,
		config + modules + checking: false,
		config + modules + module:   false,
		config:                      false,
		`{"Vulns":null,"Modules":[{"Path":"a"}]}`: false,
	} {
		_, scan, err := reporttest.Parse(govulncheck.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, failed, scan.Failed != "", document)
	}
}

const (
	module  = `{"finding":{"osv":"GO-2026-1","trace":[{"module":"a","version":"v1.0.0"}]}}`
	pkg     = `{"finding":{"osv":"GO-2026-1","trace":[{"module":"a","version":"v1.0.0","package":"a/b"}]}}`
	symbol  = `{"finding":{"osv":"GO-2026-1","trace":[{"module":"a","version":"v1.0.0","package":"a/b","function":"F"}]}}`
	another = `{"finding":{"osv":"GO-2026-1","trace":[{"module":"a","version":"v2.0.0"}]}}`
)

func TestCertaintyIsHowNearTheCodeComes(t *testing.T) {
	for document, want := range map[string]gate.Certainty{
		`{"config":{"scan_level":"symbol"}}` + module:                gate.LowCertainty,
		`{"config":{"scan_level":"symbol"}}` + module + pkg:          gate.MidCertainty,
		`{"config":{"scan_level":"symbol"}}` + module + pkg + symbol: gate.HighCertainty,
		`{"config":{"scan_level":"symbol"}}` + symbol + pkg + module: gate.HighCertainty,
		`{"config":{"scan_level":"package"}}` + module:               gate.LowCertainty,
		`{"config":{"scan_level":"package"}}` + module + pkg:         "",
		`{"config":{"scan_level":"module"}}` + module:                "",
		`{"config":{"scan_level":"quark"}}` + module:                 "",
		`{"config":{}}` + module:                                     "",
	} {
		findings, scan, err := reporttest.Parse(govulncheck.Format, []byte(document))
		require.NoError(t, err)
		require.Len(t, findings, 1, document)
		require.Equal(t, want, findings[0].Certainty, document)
		require.Equal(t, gate.Open, findings[0].State, "what is not called is open all the same")
		require.Equal(t, gate.Unknown, findings[0].Rating.Severity)
		require.Equal(t, 1, scan.Read)
	}
}

func TestVersionsOfOneModuleAreTwoFindings(t *testing.T) {
	findings, _, err := reporttest.Parse(govulncheck.Format, []byte(`{"config":{}}`+module+another+module))
	require.NoError(t, err)
	require.Len(t, findings, 2)
}

func TestOrderOfCallsChangesNothing(t *testing.T) {
	call := func(file string, line int) string {
		return fmt.Sprintf(`{"finding":{"osv":"GO-2026-1","trace":[{"module":"a","package":"a","function":"F"},
			{"module":"m","position":{"filename":%q,"line":%d}}]}}`, file, line)
	}
	calls := []string{call("b.go", 2), call("a.go", 9), call("/tmp/m/a.go", 1), call(`C:\m\a.go`, 1), call("a.go", 12)}
	for i := range calls {
		document := `{"config":{}}` + strings.Join(calls[i:], "") + strings.Join(calls[:i], "")
		findings, _, err := reporttest.Parse(govulncheck.Format, []byte(document))
		require.NoError(t, err)
		require.Len(t, findings, 1)
		require.Equal(t, gate.Location{Path: "a.go", Line: 9}, findings[0].Location, document)
	}
}

func TestRecordMayFollowItsFinding(t *testing.T) {
	findings, _, err := reporttest.Parse(govulncheck.Format, []byte(
		`{"config":{}}`+module+`{"osv":{"id":"GO-2026-1","aliases":["CVE-2026-1"],"summary":"S"}}`))
	require.NoError(t, err)
	require.Equal(t, []string{"CVE-2026-1"}, findings[0].Aliases)
	require.Equal(t, "S", findings[0].Title)
}
