package trufflehog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/trufflehog"
)

func TestTrufflehog(t *testing.T) { reporttest.Testdata(t, trufflehog.Format) }

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	const log = `{"level":"info-0","ts":"2026-05-01T10:00:00Z","logger":"trufflehog","msg":"running source"}`
	reporttest.Detects(t, trufflehog.Format, map[string]bool{
		`{"SourceMetadata":{"Data":{"Git":{"file":"a"}}},"SourceID":0,"DetectorName":"AWS","Raw":"` + large + `"}`: true,
		`{"DetectorName":"AWS","DetectorType":2,"ExtraData":{"a":"` + large + `"},"SourceMetadata":{}}`:            true,
		`{"SourceMetadata":{"Data":{"Stdin":{}}},"DetectorName":"AWS"}` + "\n" + log:                               true,
		log:              true,
		log + "\n" + log: true,
		`{"branch":"main","commit":"` + `m","commitHash":"c","date":"d","diff":"` + large + `"}`: true,
		`{"path":"a","reason":"High Entropy","stringsFound":["s"]}`:                              true,
		`[{"SourceMetadata":{"Data":{}},"DetectorName":"AWS"}]`:                                  false,
		`[{"rule":{"id":"high-entropy"},"path":"a","secret":"s"}]`:                               false,
		`{"level":"info","logger":"other","msg":"m"}`:                                            false,
		`{"reason":"r","path":"a"}`:                                                              false,
		`{"template-id":"a","info":{},"host":"h"}`:                                               false,
		`{}`: false,
		``:   false,
	})
}

func parse(t *testing.T, lines ...string) ([]gate.Finding, gate.Scan) {
	findings, scan, err := reporttest.Parse(trufflehog.Format, []byte(strings.Join(lines, "\n")))
	require.NoError(t, err)
	return findings, scan
}

func TestLineThatIsNeitherASecretNorOfTheLogIsAnError(t *testing.T) {
	const secret = `{"SourceMetadata":{"Data":{}},"DetectorName":"AWS"}`
	for _, line := range []string{`{}`, `null`, `[]`, `7`, `{"Verified":true}`, `{"level":"info-0"}`, `{"msg":"m"}`, `{"DetectorName":`, `trufflehog`} {
		_, _, err := reporttest.Parse(trufflehog.Format, []byte(secret+"\n"+line))
		require.Error(t, err, line)
	}
	for _, line := range []string{`{"SourceMetadata":{"Data":{}},"DetectorType":2}`, `{"path":"a","stringsFound":["s"]}`} {
		_, _, err := reporttest.Parse(trufflehog.Format, []byte(line))
		require.ErrorIs(t, err, report.ErrShape, "a secret without its detector: %s", line)
	}
}

func TestOnlyWhatWorksIsCertain(t *testing.T) {
	for members, want := range map[string]gate.Certainty{
		`"Verified":true`:  gate.Verified,
		`"Verified":false`: "",
		`"Verified":false,"VerificationError":"busy"`: "",
		`"Raw":"not-a-real-secret-1"`:                 "",
	} {
		findings, scan := parse(t, `{"DetectorName":"AWS",`+members+`}`)
		require.Equal(t, want, findings[0].Certainty, members)
		require.Equal(t, strings.Contains(members, "Error"), len(scan.Warnings) == 1)
	}
}

func TestSecretOfSeveralParts(t *testing.T) {
	for members, want := range map[string]string{
		`"Raw":"part-1","RawV2":"part-1part-2"`: "part-1part-2",
		`"Raw":"part-1","RawV2":""`:             "part-1",
		`"Redacted":"p***"`:                     "",
	} {
		findings, _ := parse(t, `{"DetectorName":"AWS",`+members+`}`)
		require.Equal(t, want, findings[0].Secret)
	}
}

func TestSecretStandsNowhereElse(t *testing.T) {
	const secret = "not-a-real-secret-1"
	for _, line := range []string{
		`{"SourceMetadata":{"Data":{"Git":{"file":"a","commit":"c","line":3}}},"DetectorName":"AWS","Raw":"` + secret + `","Redacted":"` + secret +
			`","ExtraData":{"key":"` + secret + `"}}`,
		`{"path":"a","commitHash":"c","reason":"Password","diff":"` + secret + `","printDiff":"` + secret + `","stringsFound":["` + secret + `"]}`,
	} {
		findings, _ := parse(t, line)
		f := findings[0]
		require.Equal(t, secret, f.Secret)
		for _, text := range []string{f.Title, f.ID, f.URL, f.Anchor.Hash, f.Anchor.Snippet, f.Location.Path, f.Location.Logical} {
			require.NotContains(t, text, secret)
		}
	}
}

func TestIDOfADetectorThatUsersWrite(t *testing.T) {
	for members, want := range map[string]string{
		`"DetectorName":"CustomRegex","ExtraData":{"name":"shop tokens"}`: "CustomRegex/shop tokens",
		`"DetectorName":"CustomRegex","ExtraData":{"name":7}`:             "CustomRegex",
		`"DetectorName":"CustomRegex","ExtraData":null`:                   "CustomRegex",
		`"DetectorName":"Github","ExtraData":{"name":"octocat"}`:          "Github",
	} {
		findings, _ := parse(t, `{`+members+`}`)
		require.Equal(t, want, findings[0].ID)
	}
}

func TestPlaces(t *testing.T) {
	for data, want := range map[string]gate.Location{
		`"Filesystem":{"file":"a/b.env","line":3}`:                                {Path: "a/b.env", Line: 3},
		`"Github":{"file":"b","line":4,"link":"https://git.example.org/b#L4"}`:    {Path: "b", Line: 4},
		`"Docker":{"file":"/app/c","image":"shop","layer":"sha256:00","tag":"1"}`: {Path: "/app/c", Layer: "sha256:00"},
		`"GCS":{"bucket":"x","filename":"d"}`:                                     {Path: "d"},
		`"Artifactory":{"repo":"x","path":"e"}`:                                   {Path: "e"},
		`"Jira":{"issue":"X-1","link":"https://jira.example.org/X-1"}`:            {Logical: "https://jira.example.org/X-1"},
		`"Stdin":{}`:                        {},
		`"B":{"file":"b"},"A":{"file":"a"}`: {Path: "a"},
	} {
		findings, _ := parse(t, `{"SourceMetadata":{"Data":{`+data+`}},"DetectorName":"AWS"}`)
		require.Equal(t, want, findings[0].Location, data)
	}
}

func TestSubject(t *testing.T) {
	line := func(data string) string { return `{"SourceMetadata":{"Data":` + data + `},"DetectorName":"AWS"}` }
	one, other := line(`{"Git":{"repository":"https://git.example.org/one"}}`), line(`{"Git":{"repository":"https://git.example.org/other"}}`)
	image := line(`{"Docker":{"image":"shop","tag":"1"}}`)
	for _, c := range []struct {
		lines []string
		want  gate.Subject
	}{
		{[]string{one, one}, gate.Subject{Repository: "https://git.example.org/one"}},
		{[]string{one, other}, gate.Subject{}},
		{[]string{one, other, other}, gate.Subject{}},
		{[]string{image}, gate.Subject{Name: "shop:1"}},
		{[]string{image, one}, gate.Subject{}},
		{nil, gate.Subject{}},
	} {
		_, scan := parse(t, c.lines...)
		require.Equal(t, c.want, scan.Subject)
	}
}
