package zap_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/zap"
)

func TestZAP(t *testing.T) { reporttest.Testdata(t, zap.Format) }

func FuzzZAP(f *testing.F) { reporttest.Fuzz(f, zap.Format) }

func TestDetect(t *testing.T) {
	for document, want := range map[string]bool{
		`<OWASPZAPReport version="2.9.0"/>`:                        true,
		`{"@version":"2.9.0","site":[]}`:                           true,
		`{"@programName":"ZAP","site":null}`:                       true,
		`{"site":[{"alerts":[],"@name":"https://a"}]}`:             true,
		`{"site":{"@name":"https://a"}}`:                           true,
		`<report/>`:                                                false,
		`{"site":[]}`:                                              false,
		`{"site":"https://a","alerts":[]}`:                         false,
		`{"@version":"2.9.0"}`:                                     false,
		"{\"@version\":\"1\",\"site\":[]}\n{\"@version\":\"1\"}\n": false,
		`{}`: false, `[]`: false, `null`: false, ``: false,
	} {
		o, err := report.Sketch(reporttest.Bytes(document))
		require.NoError(t, err)
		require.Equal(t, want, zap.Format.Detect(o), document)
	}
}

func TestReportWithoutSitesOrAlertsIsAnError(t *testing.T) {
	for _, document := range []string{`{"@version":"2.9.0"}`, `{"@version":"2.9.0","site":[{"@name":"a"}]}`, `{}`, `[]`, `null`,
		`<OWASPZAPReport><site name="a"/></OWASPZAPReport>`, `<other/>`} {
		_, _, err := reporttest.Parse(zap.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
	_, _, err := reporttest.Parse(zap.Format, nil)
	require.Error(t, err)
}

// read parses a report with one alert, in both spellings of a member.
func read(t *testing.T, members ...string) []gate.Finding {
	xml, json := "", ""
	for i := 0; i < len(members); i += 2 {
		xml += "<" + members[i] + ">" + members[i+1] + "</" + members[i] + ">"
		json += `"` + members[i] + `":"` + members[i+1] + `",`
	}
	fromXML, _, err := reporttest.Parse(zap.Format, []byte(`<OWASPZAPReport><site name="https://a"><alerts><alertitem>`+xml+`</alertitem></alerts></site>
		</OWASPZAPReport>`))
	require.NoError(t, err)
	fromJSON, _, err := reporttest.Parse(zap.Format, []byte(`{"site":[{"alerts":[{`+strings.TrimSuffix(json, ",")+`}],"@name":"https://a"}]}`))
	require.NoError(t, err)
	require.Equal(t, fromXML, fromJSON)
	return fromXML
}

func TestRisk(t *testing.T) {
	for code, want := range map[string]gate.Severity{"0": gate.None, "1": gate.Low, "2": gate.Medium, "3": gate.High, "4": gate.Critical,
		"-1": gate.Critical, "": gate.Critical} {
		require.Equal(t, want, read(t, "pluginid", "1", "riskcode", code)[0].Rating.Severity, code)
	}
	require.Equal(t, gate.Unknown, read(t, "pluginid", "1")[0].Rating.Severity, "a report without the member does not rate")
}

func TestConfidence(t *testing.T) {
	for code, want := range map[string]gate.Certainty{"1": gate.LowCertainty, "2": gate.MidCertainty, "3": gate.HighCertainty, "4": gate.Verified, "9": ""} {
		f := read(t, "pluginid", "1", "confidence", code)[0]
		require.Equal(t, want, f.Certainty)
		require.Equal(t, gate.Open, f.State)
	}
	f := read(t, "pluginid", "1", "confidence", "0")[0]
	require.Equal(t, gate.FalsePositive, f.State)
	require.Equal(t, gate.FalsePositive, f.Word.Said)
}

func TestID(t *testing.T) {
	require.Equal(t, "10055-4", read(t, "pluginid", "10055", "alertRef", "10055-4")[0].ID)
	require.Equal(t, "10055", read(t, "pluginid", "10055")[0].ID)
	require.Equal(t, "By hand", read(t, "pluginid", "-1", "name", "By hand")[0].ID)
	_, _, err := reporttest.Parse(zap.Format, []byte(`{"site":[{"alerts":[{"riskcode":"3"}]}]}`))
	require.ErrorIs(t, err, report.ErrShape)
}

func TestAddress(t *testing.T) {
	for written, want := range map[string]string{
		"https://example.org/search":                                        "https://example.org/search",
		"see http://a.example/html, and https://b.example":                  "http://a.example/html,",
		"http://a.example/1http://b.example/2https://c.example/3":           "http://a.example/1",
		"https://a.example/1https://b.example/2http://c.example/3 http://d": "https://a.example/1",
		"none": "",
	} {
		require.Equal(t, want, read(t, "pluginid", "1", "reference", written)[0].URL)
	}
}

func anchors(t *testing.T, alerts string) (anchors []string) {
	findings, _, err := reporttest.Parse(zap.Format, []byte(`{"site":[{"@name":"https://a","alerts":[`+alerts+`]}]}`))
	require.NoError(t, err)
	for _, f := range findings {
		anchors = append(anchors, f.Anchor.Hash)
	}
	return anchors
}

func TestPlaceDoesNotDependOnWhatTheScanPutIntoTheAddress(t *testing.T) {
	at := func(uri string) string {
		return anchors(t, `{"pluginid":"1","instances":[{"uri":"`+uri+`","method":"GET","param":"q"}]}`)[0]
	}
	require.Equal(t, at("https://a/x?q=1"), at("https://a/x?q=2#f"))
	require.Equal(t, at("https://a/x?q=1"), at("https://me:not-a-real-secret@a/x;jsessionid=7"))
	require.NotEqual(t, at("https://a/x?q=1"), at("https://a/y?q=1"))
}

func TestAlertsOfOneWeaknessAtOneAddressAreTwo(t *testing.T) {
	two := anchors(t, `{"pluginid":"1","cweid":"693","instances":[{"uri":"https://a/"}]},{"pluginid":"2","cweid":"693","instances":[{"uri":"https://a/"}]}`)
	require.Len(t, two, 2)
	require.NotEqual(t, two[0], two[1])
}

func TestSystemicAlertIsOneFindingOfItsSite(t *testing.T) {
	instances := `"instances":[{"uri":"https://a/1"},{"uri":"https://a/2"}]`
	require.Equal(t, []string{"1 https://a"}, anchors(t, `{"pluginid":"1","systemic":true,`+instances+`}`))
	require.Len(t, anchors(t, `{"pluginid":"1","systemic":false,`+instances+`}`), 2)
	require.Len(t, anchors(t, `{"pluginid":"1","systemic":"who knows",`+instances+`}`), 2)
}

func TestStoppedScanFailed(t *testing.T) {
	for document, failed := range map[string]bool{
		`{"site":[],"stoppingInsight":{}}`:                                                                       true,
		`{"site":[],"stoppingInsight":null}`:                                                                     false,
		`{"site":[],"insights":[{"level":"High","key":"insight.diskspace.full"}]}`:                               true,
		`{"site":[],"insights":[{"level":"High","key":"insight.auth.failure"}]}`:                                 false,
		`<OWASPZAPReport><stoppingInsight><key>insight.network.failure</key></stoppingInsight></OWASPZAPReport>`: true,
	} {
		_, scan, err := reporttest.Parse(zap.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, failed, scan.Failed != "", document)
	}
}

func TestOnlyEndpointsProveAScan(t *testing.T) {
	for insight, proof := range map[string]string{
		`{"level":"Info","key":"insight.endpoint.total","statistic":"3"}`: "endpoints found: 3",
		`{"level":"Info","key":"insight.endpoint.total","statistic":"0"}`: "",
		`{"level":"Info","key":"insight.memory.usage","statistic":"3"}`:   "",
	} {
		_, scan, err := reporttest.Parse(zap.Format, []byte(`{"site":[{"@name":"a","alerts":[]}],"insights":[`+insight+`]}`))
		require.NoError(t, err)
		require.Equal(t, proof, scan.Proof)
	}
}

func TestSecondRiskIsAnError(t *testing.T) {
	for _, twice := range []string{`<riskcode>3</riskcode><riskcode>0</riskcode>`, `<riskcode/><riskcode>0</riskcode>`, `<confidence>1</confidence><confidence>0</confidence>`} {
		_, _, err := reporttest.Parse(zap.Format, []byte(`<OWASPZAPReport><site name="a"><alerts><alertitem><pluginid>1</pluginid>`+twice+`</alertitem></alerts></site>
			</OWASPZAPReport>`))
		require.ErrorIs(t, err, report.ErrShape)
	}
}

func TestPasswordsInAddressesAreKeptNowhere(t *testing.T) {
	for written, want := range map[string]string{
		"https://me:hunter2@a/x":    "1 https://a/x",
		"https://me:hunter2/y@a/x":  "1 https://a/x",
		"https://me:hunter2?y@a/x":  "1 https://a/x",
		"https://me:hunter2%zz@a/x": "1 https://a/x",
		"me:hunter2@a/x":            "1 a/x",
		"https://a/%zz/@x":          "1 https://a/%zz/@x",
	} {
		require.Equal(t, []string{want}, anchors(t, `{"pluginid":"1","instances":[{"uri":"`+written+`"}]}`), written)
	}
}
