package npmaudit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/npmaudit"
)

func TestFixThatNpmHas(t *testing.T) {
	for entry, want := range map[string]struct {
		remedy string
		fixed  []string
	}{
		`"via":[{"source":1,"range":"<1.2.3"}],"fixAvailable":true`:                                                 {"npm audit fix", []string{"1.2.3"}},
		`"via":[{"source":1,"range":"<1.2.3"}],"fixAvailable":false`:                                                {"", []string{"1.2.3"}},
		`"via":[{"source":1,"range":"<=1.2.3"}],"fixAvailable":true`:                                                {"npm audit fix", []string{">1.2.3"}},
		`"via":[{"source":1,"range":"<=1.2.3"}],"fixAvailable":false`:                                               {"", nil},
		`"via":[{"source":1,"range":"<=1.2.3"}]`:                                                                    {"", nil},
		`"via":[{"source":1,"range":"*"}],"fixAvailable":{"name":"a","version":"0.1.0"}`:                            {"install a@0.1.0", []string{"0.1.0"}},
		`"via":[{"source":1,"range":"<=1.2.3"}],"fixAvailable":{"name":"b","version":"9.0.0","isSemVerMajor":true}`: {"install b@9.0.0, which may break what depends on it", []string{">1.2.3"}},
	} {
		findings, _, err := reporttest.Parse(npmaudit.Format, []byte(`{"auditReportVersion":2,"vulnerabilities":{"a":{`+entry+`}}}`))
		require.NoError(t, err)
		require.Equal(t, want.remedy, findings[0].Remedy, entry)
		require.Equal(t, want.fixed, findings[0].Component.Fixed, entry)
	}
}

func TestScoreOfZeroWithoutVectorIsNoScore(t *testing.T) {
	for members, want := range map[string]gate.Severity{
		`"cvss":{"score":0,"vectorString":null}`:                                           gate.Critical,
		`"cvss":{"score":0,"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"}`: gate.None,
		`"cvss":{"score":7.5,"vectorString":null}`:                                         gate.High,
		`"cvss":{"score":0,"vectorString":null},"severity":"moderate"`:                     gate.Medium,
		`"severity":"spicy"`: gate.Critical,
		`"severity":null`:    gate.Critical,
	} {
		findings, _, err := reporttest.Parse(npmaudit.Format, []byte(`{"advisories":{"1":{"id":1,`+members+`}}}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Rating.Severity, members)
	}
}
