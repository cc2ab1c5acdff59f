package trufflehog_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/trufflehog"
)

const (
	began  = `{"level":"info-0","ts":"2026-05-01T10:00:00Z","logger":"trufflehog","msg":"running source","with_units":true}`
	found  = `{"SourceMetadata":{"Data":{"Git":{"file":"a","line":1}}},"DetectorName":"AWS","Raw":"not-a-real-secret-1"}`
	failed = `{"level":"error","ts":"2026-05-01T10:00:00Z","logger":"trufflehog","msg":"encountered errors during scan","errors":["no access\nx"]}`
)

func ended(counts string) string {
	return `{"level":"info-0","ts":"2026-05-01T10:00:02Z","logger":"trufflehog","msg":"finished scanning",` + counts + `,"trufflehog_version":"3.90.6"}`
}

func TestLogThatFinishedProvesAScan(t *testing.T) {
	for counts, want := range map[string]string{
		`"chunks":4,"bytes":90,"verified_secrets":0,"unverified_secrets":0`: "chunks scanned: 4",
		`"chunks":0,"bytes":0,"verified_secrets":0,"unverified_secrets":0`:  "",
		`"chunks":4,"verified_secrets":0,"unverified_secrets":1`:            "", // found, and not in the report
		`"chunks":4,"verified_secrets":1,"unverified_secrets":0`:            "",
		`"bytes":90`:                      "",
		`"chunks":4`:                      "", // of secrets it says nothing
		`"chunks":4,"verified_secrets":0`: "",
	} {
		_, scan := parse(t, began, ended(counts))
		require.Equal(t, want, scan.Proof, counts)
		require.Empty(t, scan.Failed)
		require.Equal(t, gate.Tool{Name: "trufflehog", Version: "3.90.6"}, scan.Tool)
		require.Equal(t, "2026-05-01 10:00:00 2026-05-01 10:00:02", scan.Started.Format("2006-01-02 15:04:05 ")+scan.Ended.Format("2006-01-02 15:04:05"))
	}
}

func TestWhatIsNoCountInTheLastLineIsAnError(t *testing.T) {
	for _, member := range []string{"chunks", "verified_secrets", "unverified_secrets"} {
		for _, value := range []string{`"4"`, `"many"`, `""`, `null`, `{}`, `[4]`, `true`, `1.5`, `-1`, `1e999`} {
			_, _, err := reporttest.Parse(trufflehog.Format, []byte(began+"\n"+ended(`"`+member+`":`+value)))
			require.ErrorIs(t, err, report.ErrShape, value)
			require.ErrorContains(t, err, member)
		}
	}
	parse(t, `{"level":"info-2","msg":"any other line","chunks":["a"]}`, ended(`"chunks":4`))
}

func TestLogThatDidNotFinishFailsTheScan(t *testing.T) {
	for _, lines := range [][]string{{began}, {began, found}, {found, began}} {
		_, scan := parse(t, lines...)
		require.Equal(t, "its log does not say that it finished scanning", scan.Failed)
	}
	_, scan := parse(t, found)
	require.Empty(t, scan.Failed, "there is no log")
}

func TestErrorInTheLogFailsTheScan(t *testing.T) {
	const counts = `"chunks":4`
	for line, want := range map[string]string{
		failed: "encountered errors during scan: no access",
		`{"level":"error","msg":"cannot clone","error":"denied"}`:            "cannot clone: denied",
		`{"level":"error","msg":"cannot clone","error":{},"errors":[{},7]}`:  "cannot clone",
		`{"level":"error","msg":""}`:                                         "an error without a message",
		`{"level":"fatal","msg":"a level that is not known","reason":"why"}`: "a level that is not known",
		`{"level":"info-2","msg":"chatty","error":"not meant so"}`:           "",
	} {
		_, scan := parse(t, began, line, ended(counts))
		require.Equal(t, want, scan.Failed)
	}
	_, scan := parse(t, failed, `{"level":"error","msg":"second"}`)
	require.Equal(t, "encountered errors during scan: no access", scan.Failed, "the first is kept")
}

func TestEveryStringOfAnOldLineIsASecret(t *testing.T) {
	for members, want := range map[string][]string{
		`"stringsFound":["not-a-real-secret-1","not-a-real-secret-2"]`: {"not-a-real-secret-1", "not-a-real-secret-2"},
		`"stringsFound":[]`:   {""},
		`"stringsFound":null`: {""},
	} {
		findings, scan := parse(t, `{"reason":"Password","path":"a","commitHash":"c0ffee",`+members+`}`)
		require.Equal(t, len(want), scan.Read)
		for i, f := range findings {
			require.Equal(t, want[i], f.Secret)
			require.Equal(t, "c0ffee:a:Password", f.Anchor.Hash)
		}
	}
}

// FuzzTrufflehog differs from the fuzzing of other formats in one thing: a report cut at a line end has fewer findings, and no error.
func FuzzTrufflehog(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.*")
	require.NoError(f, err)
	for _, path := range paths {
		document, err := os.ReadFile(path)
		require.NoError(f, err)
		for i := range uint32(20) {
			f.Add(document, i*97)
		}
	}
	f.Fuzz(func(t *testing.T, document []byte, end uint32) {
		findings, scan, err := reporttest.Parse(trufflehog.Format, document)
		if err != nil || len(document) == 0 {
			return
		}
		fingerprints := gate.NewFingerprinter(nil)
		for i := range findings {
			require.NotEmpty(t, strings.TrimSpace(findings[i].ID))
			require.NotEmpty(t, fingerprints.Identify(&findings[i]).Fingerprints)
		}
		require.Equal(t, len(findings), scan.Read)
		beginning := document[:int(end)%len(document)]
		if fewer, _, err := reporttest.Parse(trufflehog.Format, beginning); err == nil {
			require.LessOrEqual(t, len(fewer), len(findings))
		}
	})
}

func TestUnproven(t *testing.T) {
	for _, c := range []struct {
		lines []string
		want  string
	}{
		{[]string{began, ended(`"chunks":4,"verified_secrets":0,"unverified_secrets":0`)}, ""},
		{[]string{began, ended(`"chunks":0,"verified_secrets":0,"unverified_secrets":0`)}, "its log counts 0 chunks"},
		{[]string{began, ended(`"chunks":4,"verified_secrets":2,"unverified_secrets":1`)}, "its log counts 3 secrets and it lists 0"},
		{[]string{began, found, ended(`"chunks":4,"verified_secrets":0,"unverified_secrets":2`)}, "its log counts 2 secrets and it lists 1"},
		{[]string{began, found, ended(`"chunks":4,"verified_secrets":0,"unverified_secrets":1`)}, ""},
		{[]string{began, ended(`"chunks":4,"verified_secrets":0,"unverified_secrets":1`), found}, ""}, // two streams in one file
		{[]string{began, ended(`"bytes":90`)}, ""},
		{[]string{began}, ""},
	} {
		_, scan := parse(t, c.lines...)
		require.Equal(t, c.want, scan.Unproven, c.lines)
	}
}
