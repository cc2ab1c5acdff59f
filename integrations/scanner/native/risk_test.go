package native_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/native"
)

const (
	likely    = `"skill_level":9,"motive":9,"opportunity":9,"size":9,"ease_of_discovery":9,"ease_of_exploit":9,"awareness":9,"intrusion_detection":9`
	technical = `"loss_of_confidentiality":4,"loss_of_integrity":4,"loss_of_availability":4,"loss_of_accountability":4`
	business  = `"financial_damage":9,"reputation_damage":9,"non_compliance":9,"privacy_violation":9`

	factorHint = "write a whole number from 0 to 9: 9 where nobody can tell"
	riskHint   = "give the eight factors of threat agent and vulnerability, and the four of technical or of business impact: 9 where nobody can tell"
)

// The three forms of one report of risks say the same. Its first two records are the example of the methodology, step 4.
func TestRiskInAllForms(t *testing.T) {
	var findings [][]gate.Finding
	for path, format := range map[string]report.Format{"risk.json": native.JSON, "risk.ndjson": native.NDJSON, "risk.csv": native.CSV} {
		content, err := os.ReadFile("testdata/" + path)
		require.NoError(t, err)
		found, _, err := reporttest.Parse(format, content)
		require.NoError(t, err, path)
		findings = append(findings, found)
	}
	require.Equal(t, findings[0], findings[1])
	require.Equal(t, findings[0], findings[2])
	require.Equal(t, gate.High, findings[0][0].Rating.Severity)
	require.Equal(t, gate.Low, findings[0][1].Rating.Severity, "the business impact is known, and is low")
}

// A record is as bad as the worst of what is said of it.
func TestRiskBesideOtherRatings(t *testing.T) {
	for record, want := range map[string]gate.Severity{
		`"risk":{` + likely + `,` + technical + `}`:                        gate.High,
		`"risk":{` + likely + `,` + technical + `,` + business + `}`:       gate.Critical,
		`"risk":{` + likely + `,` + technical + `},"severity":"low"`:       gate.High,
		`"risk":{` + likely + `,` + technical + `},"severity":"critical"`:  gate.Critical,
		`"risk":{` + likely + `,` + technical + `},"severity":"odd"`:       gate.Critical,
		`"risk":{` + likely + `,` + technical + `},"score":9.8`:            gate.Critical,
		`"risk":{` + likely + `,` + technical + `},"score":0`:              gate.High,
		`"risk":{` + likely + `,` + technical + `},"vector":"CVSS:9/AV:N"`: gate.Critical,
		`"risk":null,"severity":"low"`:                                     gate.Low,
	} {
		findings, _, err := reporttest.Parse(native.JSON, document(`{"id":"x","kind":"design",`+record+`}`))
		require.NoError(t, err, record)
		require.Equal(t, want, findings[0].Rating.Severity, record)
	}
}

// In a sheet the column of the severity is required: an empty cell is critical unless something else in the row rates the defect.
func TestSheetRatedByRiskAlone(t *testing.T) {
	content, err := os.ReadFile("testdata/risk.csv")
	require.NoError(t, err)
	without := strings.Replace(string(content), "5,2,7,1,3,6,9,2,9,7,5,8,,,,", strings.Repeat(",", 15), 1)
	findings, _, err := reporttest.Parse(native.CSV, []byte(without))
	require.NoError(t, err)
	require.Equal(t, gate.Critical, findings[0].Rating.Severity)
	require.Empty(t, findings[0].Rating.Vector)
	require.Equal(t, gate.Low, findings[1].Rating.Severity)
}

func TestBadRisksAreNamed(t *testing.T) {
	risk := func(members string) string {
		return string(document(`{"id":"RA-1","kind":"design"}`, `{"id":"RA-2","kind":"design","severity":"low","risk":`+members+`}`))
	}
	at := `defects[1] "RA-2": `
	factors := "skill_level, motive, opportunity, size, ease_of_discovery, ease_of_exploit, awareness, intrusion_detection, " +
		"loss_of_confidentiality, loss_of_integrity, loss_of_availability, loss_of_accountability"
	all := factors + ", financial_damage, reputation_damage, non_compliance, privacy_violation"
	requireRefused(t, native.JSON, []wrong{
		{risk(`{}`), at + `risk: it lacks ` + factors, riskHint},
		{risk(`{` + technical + `}`), at + `risk: it lacks ` + strings.Split(factors, ", loss")[0], riskHint},
		{risk(`{` + likely + `}`), at + `risk: it lacks loss_of_confidentiality, loss_of_integrity, loss_of_availability, loss_of_accountability`, riskHint},
		{risk(`{` + likely + `,"loss_of_integrity":9,` + business + `}`),
			at + `risk: it lacks loss_of_confidentiality, loss_of_availability, loss_of_accountability`, riskHint},
		{risk(`{` + likely + `,` + technical + `,"non_compliance":0}`),
			at + `risk: it lacks financial_damage, reputation_damage, privacy_violation`, riskHint},
		{risk(`{` + strings.Replace(likely, `"size":9`, `"size":null`, 1) + `,` + technical + `}`), at + `risk: it lacks size`, riskHint},
		{risk(`{` + strings.Replace(likely, `"size":9`, `"size":10`, 1) + `,` + technical + `}`), at + `risk.size: 10 is no factor`, factorHint},
		{risk(`{` + strings.Replace(likely, `"size":9`, `"size":-1`, 1) + `,` + technical + `}`), at + `risk.size: -1 is no factor`, factorHint},
		{risk(`{"size":1.5}`), at + `risk.size: want a whole number, have 1.5`, ""},
		{risk(`{"size":"9"}`), at + `risk.size: want a whole number, have a text`, ""},
		{risk(`{"skill":9}`), at + `"skill" is no member of risk`, "use one of " + all},
		{risk(`"high"`), at + `risk: want an object, have a text`, ""},
	})
	requireRefused(t, native.NDJSON, []wrong{
		{`{"defectgate":1,"tool":{"name":"x"}}` + "\n" + `{"id":"RA-1","kind":"design","risk":{` + likely + `}}`, `record 1 "RA-1": risk: it lacks ` +
			`loss_of_confidentiality, loss_of_integrity, loss_of_availability, loss_of_accountability`, riskHint},
	})
}

func TestBadRisksOfSheets(t *testing.T) {
	content, err := os.ReadFile("testdata/risk.csv")
	require.NoError(t, err)
	sheet := func(factors string) string {
		return strings.Replace(string(content), "5,2,7,1,3,6,9,2,9,7,5,8,1,2,1,5", factors, 1)
	}
	at := `line 7 "RA-2": `
	requireRefused(t, native.CSV, []wrong{
		{sheet("5,2,7,1,3,6,9,2,9,7,5,8,1,2,1,"), at + "risk: it lacks privacy_violation", riskHint},
		{sheet("5,2,7,1,3,6,9,2,9,7,5,8,1,2,1,10"), at + "risk.privacy_violation: 10 is no factor", factorHint},
		{sheet("5,2,high,1,3,6,9,2,9,7,5,8,1,2,1,5"), at + `risk.opportunity: "high" is no factor`, factorHint},
		{sheet("5,2,7,1,3,6,9,2,9,7,7.0,8,1,2,1,5"), at + `risk.loss_of_availability: "7.0" is no factor`, factorHint},
	})
}

// Each name sets the factor of that name in all forms, and no other.
func TestEachFactorHasItsName(t *testing.T) {
	factors := (&gate.Risk{}).Factors()
	require.Len(t, factors, 16)
	for i := range factors {
		var names, cells, members, vector []string
		for j, f := range factors {
			value := 0
			if i == j {
				value = 1
			}
			names, cells = append(names, "risk."+f.Name), append(cells, strconv.Itoa(value))
			members, vector = append(members, fmt.Sprintf("%q:%d", f.Name, value)), append(vector, fmt.Sprintf("%s:%d", f.Short, value))
		}
		sheet := "#defectgate,1\n#tool,x\nid,kind,severity," + strings.Join(names, ",") + "\nRA-1,design,," + strings.Join(cells, ",") + "\n#end,1\n"
		for format, content := range map[*report.Format][]byte{
			&native.CSV: []byte(sheet), &native.JSON: document(`{"id":"x","kind":"design","risk":{` + strings.Join(members, ",") + `}}`),
		} {
			findings, _, err := reporttest.Parse(*format, content)
			require.NoError(t, err, factors[i].Name)
			require.Equal(t, strings.Join(vector, "/"), findings[0].Rating.Vector, "%s: %s", format.Name, factors[i].Name)
		}
	}
}
