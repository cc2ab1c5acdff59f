package hadolint_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/hadolint"
)

func TestHadolint(t *testing.T) { reporttest.Testdata(t, hadolint.Format) }

func FuzzHadolint(f *testing.F) { reporttest.Fuzz(f, hadolint.Format) }

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, hadolint.Format, map[string]bool{
		`[{"code":"DL3006","column":1,"file":"Dockerfile","level":"warning","line":1,"message":"m"}]`:                       true,
		`[{"line":1,"code":"SC2086","message":"m","column":1,"file":"-","level":"info"}]`:                                   true,
		`[{"file":"a","line":1,"level":"info","code":"DL3006","message":"m"},{"message":"` + large + `"}]`:                  true,
		`[{"file":"a.sh","line":1,"endLine":1,"column":1,"endColumn":2,"level":"info","code":2086,"message":"m","fix":{}}]`: false,
		`[{"check_name":"DL3006","fingerprint":"f","location":{"path":"Dockerfile"},"severity":"minor"}]`:                   false,
		`{"code":"DL3006","file":"a","level":"info","line":1}`:                                                              false,
		`[{"code":"DL3006","file":"a","level":"info","line":1}]` + "\n" + `[]`:                                              false,
		`[]`: false,
	})
}

func TestFileThatCouldNotBeParsedFailsTheScan(t *testing.T) {
	findings, scan, err := reporttest.Parse(hadolint.Format, []byte(`[
		{"file":"a/Dockerfile","line":3,"column":1,"level":"error","code":"DL1000","message":"unexpected 'F'\nexpecting ADD"},
		{"file":"b/Dockerfile","line":9,"column":1,"level":"error","code":"DL1000","message":"another"}]`))
	require.NoError(t, err)
	require.Empty(t, findings)
	require.Equal(t, "a/Dockerfile, line 3, could not be parsed: unexpected 'F'", scan.Failed)
	require.Equal(t, map[string]int{"file that could not be parsed": 2}, scan.Dropped)
}

func TestLevelThatNobodyKnowsIsCritical(t *testing.T) {
	findings, _, err := reporttest.Parse(hadolint.Format, []byte(`[{"code":"DL3006","level":""},{"code":"DL3006","level":"odd"},{"code":"DL3006"}]`))
	require.NoError(t, err)
	require.Equal(t, gate.Critical, findings[0].Rating.Severity)
	require.Equal(t, gate.Critical, findings[1].Rating.Severity)
	require.Equal(t, gate.Unknown, findings[2].Rating.Severity, "the member is not there")
}

func TestWhatIsNoArrayOfRulesIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `null`, `[[]]`, `[{"code":"","level":"error"}]`} {
		_, _, err := reporttest.Parse(hadolint.Format, []byte(document))
		require.Error(t, err, document)
	}
	_, _, err := reporttest.Parse(hadolint.Format, []byte(`[{"level":"error","file":"a"}]`))
	require.ErrorIs(t, err, report.ErrShape, "an entry without its rule")
}
