package feed_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/feed"
	"github.com/defectgate/defectgate/integrations/internal/httpapi"
)

var now = time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)

const (
	scores    = "#model_version:v2025.03.14,score_date:2026-11-20T12:55:00Z\ncve,epss,percentile\nCVE-2021-44228,0.94358,0.99957\nCVE-2026-1,0.00043,0.1\n"
	catalogue = `{"title":"CISA Catalog","catalogVersion":"2026.11.19","dateReleased":"2026-11-19T17:00:31.1875Z","count":2,"vulnerabilities":[
		{"cveID":"CVE-2021-44228","vendorProject":"Apache","dateAdded":"2021-12-10","dueDate":"2021-12-24","knownRansomwareCampaignUse":"Known","cwes":["CWE-20"]},
		{"cveID":"CVE-2026-1","dateAdded":"2026-11-19","dueDate":"2026-12-10","knownRansomwareCampaignUse":"Unknown"}]}`
	sheet = "\"cveID\",\"vendorProject\",\"dateAdded\",\"shortDescription\",\"dueDate\",\"knownRansomwareCampaignUse\"\n" +
		"\"CVE-2021-44228\",\"Apache\",\"2021-12-10\",\"two\nlines, and a comma\",\"2021-12-24\",\"Known\"\n" +
		"\"CVE-2026-1\",\"a\",\"2026-11-19\",\"x\",\"2026-12-10\",\"Unknown\"\n"
)

func format(t *testing.T, name string) feed.Format {
	f, err := feed.Lookup(name)
	require.NoError(t, err)
	return f
}

// load reads a feed, and gives what it knows of CVE-2021-44228.
func load(t *testing.T, name, text string) (known gate.Threat, e gate.Evidence) {
	f := &feed.File{Format: format(t, name), Path: name, Limits: feed.DefaultLimits, Expectation: gate.Expectation{Required: true},
		Open: feed.Opened(func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil })}
	e = f.Load(context.Background(), func(threat gate.Threat) error {
		if threat.ID == "CVE-2021-44228" {
			known = threat
		}
		return nil
	})
	return known, e
}

func packed(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

func TestEPSS(t *testing.T) {
	for _, text := range []string{scores, packed(scores), strings.Replace(scores, "00Z", "00+0000", 1)} {
		known, e := load(t, "epss", text)
		require.Empty(t, e.Problem)
		require.InDelta(t, 0.94358, *known.EPSS, 0)
		require.Equal(t, gate.Database{Version: "v2025.03.14", Built: time.Date(2026, 11, 20, 12, 55, 0, 0, time.UTC)}, e.Scan.Database)
		require.Equal(t, 2, e.Scan.Read)
	}
}

func TestKEV(t *testing.T) {
	day := func(text string) time.Time { at, err := gate.ParseDay(text); require.NoError(t, err); return at }
	for text, built := range map[string]time.Time{catalogue: time.Date(2026, 11, 19, 17, 0, 31, 187500000, time.UTC), sheet: day("2026-11-19")} {
		known, e := load(t, "kev", text)
		require.Empty(t, e.Problem)
		require.Equal(t, &gate.KEV{Added: day("2021-12-10"), Due: day("2021-12-24"), Ransomware: true}, known.KEV)
		require.Equal(t, built, e.Scan.Database.Built)
		require.Equal(t, 2, e.Scan.Read)
	}
}

func TestFeedsThatCannotBeRead(t *testing.T) {
	for _, c := range []struct {
		name, text string
		status     gate.Status
		problem    string
	}{
		{"epss", "", gate.Truncated, "unexpected EOF"},
		{"epss", packed(scores)[:60], gate.Truncated, "unexpected EOF"},
		{"epss", scores[:len(scores)-5], gate.Truncated, "unexpected EOF"},
		{"epss", scores[:len(scores)-1], gate.Truncated, "unexpected EOF"},
		{"kev", sheet[:len(sheet)-1], gate.Truncated, "unexpected EOF"},
		{"kev", sheet[:len(sheet)-3], gate.Truncated, ""},
		{"epss", strings.Replace(scores, "0.00043", "1.2", 1), gate.Malformed, `"1.2" is no probability`},
		{"epss", strings.Replace(scores, "0.00043", "NaN", 1), gate.Malformed, `"NaN" is no probability`},
		{"epss", strings.Replace(scores, "CVE-2026-1", "x", 1), gate.Malformed, `"x" is no CVE`},
		{"epss", scores[strings.Index(scores, "cve,"):], gate.Malformed, "the first line does not give"},
		{"epss", strings.Replace(scores, "epss,percentile", "percentile,epss", 1), gate.Malformed, "the columns are"},
		{"epss", "<html>\n", gate.Malformed, "the first line does not give"},
		{"kev", "", gate.Truncated, "unexpected EOF"},
		{"kev", catalogue[:200], gate.Truncated, "unexpected EOF"},
		{"kev", strings.Replace(catalogue, `"count":2`, `"count":3`, 1), gate.Truncated, "counts 3 entries and has 2"},
		{"kev", `{"catalogVersion":"1"}`, gate.Malformed, "has no `vulnerabilities`"},
		{"kev", `{"vulnerabilities":[{"cveID":""}]}`, gate.Malformed, `"" is no CVE`},
		{"kev", "<html><body>Sign in</body></html>\n", gate.Malformed, "the sheet has no column cveID"},
		{"kev", sheet[:len(sheet)-30], gate.Truncated, ""},
	} {
		_, e := load(t, c.name, c.text)
		require.Equal(t, c.status, e.Status, "%s: %s", c.text, e.Problem)
		require.Contains(t, e.Problem, c.problem)
		require.NotEmpty(t, e.Hint, c.problem)
	}
}

func TestBoundsOfAge(t *testing.T) {
	for name, want := range map[string]time.Duration{"epss": 72 * time.Hour, "kev": 14 * 24 * time.Hour} {
		f := &feed.File{Format: format(t, name)}
		require.Equal(t, want, f.Expect().MaxDatabaseAge)
		f.Expectation.MaxDatabaseAge = time.Hour
		require.Equal(t, time.Hour, f.Expect().MaxDatabaseAge)
	}
}

func TestOnlyHTTPSIsFetched(t *testing.T) {
	for from, want := range map[string]bool{"feeds/kev.json": false, "https://example.com/kev.json": true, "HTTPS://example.com": true} {
		remote, err := feed.Remote(from)
		require.NoError(t, err)
		require.Equal(t, want, remote)
	}
	for _, from := range []string{"http://example.com/kev.json", "ftp://example.com", "file:///etc/passwd"} {
		_, err := feed.Remote(from)
		require.ErrorContains(t, err, "without proof of who sends it")
	}
}

// publisher gives the scores, or what its status says.
type publisher struct {
	*httptest.Server
	status, asked, unchanged int
	text                     string
}

func publish(t *testing.T) *publisher {
	p := &publisher{status: http.StatusOK, text: packed(scores)}
	p.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.asked++
		w.Header().Set("ETag", fmt.Sprintf(`"%d"`, len(p.text)))
		switch {
		case p.status != http.StatusOK:
			w.WriteHeader(p.status)
		case r.Header.Get("If-None-Match") == w.Header().Get("ETag"):
			p.unchanged++
			w.WriteHeader(http.StatusNotModified)
		default:
			_, _ = io.WriteString(w, p.text)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *publisher) load(t *testing.T, cache string, at time.Time) gate.Evidence {
	fetcher := &feed.Fetcher{Cache: cache, Now: at, Client: httpapi.Client{HTTP: p.Client(), Pause: time.Millisecond}, Limits: feed.DefaultLimits}
	f := &feed.File{Format: format(t, "epss"), Path: p.URL, Limits: feed.DefaultLimits, Open: fetcher.Open(p.URL), Expectation: gate.Expectation{Required: true}}
	return f.Load(context.Background(), func(gate.Threat) error { return nil })
}

func TestFetchedFeedsAreKept(t *testing.T) {
	p, cache := publish(t), t.TempDir()
	read := func(at time.Time) {
		e := p.load(t, cache, at)
		require.Empty(t, e.Problem)
		require.Equal(t, 2, e.Scan.Read)
		require.Empty(t, e.Warnings)
	}
	read(now)
	read(now.Add(59 * time.Minute))
	require.Equal(t, 1, p.asked, "within an hour the copy is taken as it is")
	read(now.Add(61 * time.Minute))
	require.Equal(t, []int{2, 1}, []int{p.asked, p.unchanged}, "then it is asked whether it has changed")
	read(now.Add(100 * time.Minute))
	require.Equal(t, 2, p.asked)
	read(now.Add(-3 * time.Hour))
	require.Equal(t, 3, p.asked, "a copy of the future is asked for again")

	p.status = http.StatusServiceUnavailable
	e := p.load(t, cache, now.Add(48*time.Hour))
	require.Empty(t, e.Problem)
	require.Contains(t, e.Warnings[0], "the copy of 2026-11-20T12:00:00Z is used: GET "+p.URL+": the answer is 503")
}

func TestFeedsThatCannotBeFetched(t *testing.T) {
	p := publish(t)
	p.status = http.StatusNotFound
	for _, cache := range []string{t.TempDir(), ""} {
		e := p.load(t, cache, now)
		require.Equal(t, gate.Unavailable, e.Status, e.Problem)
		require.Contains(t, e.Problem, "the answer is 404")
	}
}

func TestFetchedFeedOverTheBoundIsTooLarge(t *testing.T) {
	p := publish(t)
	limits := feed.DefaultLimits
	limits.Raw = int64(len(p.text)) - 1
	fetcher := &feed.Fetcher{Cache: t.TempDir(), Now: now, Client: httpapi.Client{HTTP: p.Client()}, Limits: limits}
	f := &feed.File{Format: format(t, "epss"), Path: p.URL, Limits: limits, Open: fetcher.Open(p.URL), Expectation: gate.Expectation{Required: true}}
	require.Equal(t, gate.TooLarge, f.Load(context.Background(), func(gate.Threat) error { return nil }).Status)
}

func TestFeedsWithoutACache(t *testing.T) {
	p := publish(t)
	t.Setenv("TMPDIR", t.TempDir())
	require.Empty(t, p.load(t, "", now).Problem)
	left, err := os.ReadDir(os.TempDir())
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestACopyThatIsNotWholeIsNone(t *testing.T) {
	p, cache := publish(t), t.TempDir()
	require.Empty(t, p.load(t, cache, now).Problem)
	notes, err := filepath.Glob(filepath.Join(cache, "feeds", "*.json"))
	require.NoError(t, err)
	require.Len(t, notes, 1)
	require.NoError(t, os.WriteFile(notes[0], []byte(`{"address":`), 0o600))
	require.Empty(t, p.load(t, cache, now).Problem)
	require.Equal(t, 2, p.asked)
}

// A feed whose beginning can be read as well is as long as what was read: no day is missing, and only whole lines are.
func FuzzFeeds(f *testing.F) {
	for _, text := range []string{scores, catalogue, sheet} {
		for at := 0; at < len(text); at += 7 {
			f.Add(text, uint32(at))
		}
	}
	f.Fuzz(func(t *testing.T, text string, end uint32) {
		for _, name := range []string{"epss", "kev"} {
			_, whole := load(t, name, text)
			if whole.Problem != "" || text == "" {
				continue
			}
			if name == "epss" && whole.Scan.Database.Built.IsZero() {
				t.Fatal("a feed of no day")
			}
			part := text[:int(end)%len(text)]
			_, cut := load(t, name, part)
			if cut.Problem == "" && cut.Scan.Read != whole.Scan.Read && !strings.HasSuffix(part, "\n") {
				t.Fatalf("cut to %d bytes it is read without an error: %d entries of %d", len(part), cut.Scan.Read, whole.Scan.Read)
			}
		}
	})
}
