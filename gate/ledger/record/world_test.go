package record_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/record"
)

var now = time.Date(2026, 5, 4, 3, 2, 1, 987654321, time.UTC)

const commit = "0123456789abcdef0123456789abcdef01234567"

func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return hex.EncodeToString(s[:])
}

// decision is one about a subject, with inputs and maps that an unordered spelling would show.
func decision(s gate.Subject) *gate.Decision {
	ev := gate.Evaluation{Verdict: gate.Pass, Summary: gate.Summary{Closed: map[gate.State]int{}, Severities: map[string]int{"low": 1, "high": 2, "critical": 3},
		Kinds: map[gate.Kind]int{gate.Code: 1, gate.Secret: 2, gate.Design: 3}, Violations: map[gate.Level]int{gate.Deny: 1, gate.Warn: 2}}}
	d := &gate.Decision{
		Schema: gate.DecisionSchema, ID: sum("id"), Verdict: ev.Verdict, Mode: gate.Enforce, Artifact: gate.Artifact{Environment: "production", Subject: s},
		Clock: gate.Clock{Now: now, Source: "flag", Arithmetic: "elapsed"}, Run: gate.Run{Key: "run <1> & \u2028"},
		Evaluator: gate.Evaluator{Name: "defectgate", Version: "1.2.3", OPA: "1.22.2", Strict: []string{},
			Settings: map[string]any{"z": 1.0, "a": map[string]any{"y": true, "b": "t"}},
			Policies: []gate.PolicySource{{Name: "builtin", Digest: sum("policies"), Files: []gate.PolicyFile{}}}, Rules: []gate.RuleInfo{}},
		Inputs: []gate.Evidence{
			{Source: "b.json", Kind: gate.ReportKind, Status: gate.OK, SHA256: sum("b")},
			{Source: "a.json", Kind: gate.ReportKind, Status: gate.OK, SHA256: sum("a")},
			{Source: "absent.json", Kind: gate.ReportKind, Status: gate.Missing},
			{Source: "vex.json", Kind: gate.StatementsKind, Status: gate.OK, SHA256: sum("vex")},
		},
		Feeds: "no feed", History: gate.History{Record: "file"}, Redactions: []string{}, Evaluation: ev,
	}
	d.Digest, _ = ev.Digest()
	return d
}

func payload(t require.TestingT, d *gate.Decision) []byte {
	text, err := record.Payload(d)
	require.NoError(t, err)
	return text
}

func signer(t require.TestingT, algorithm string) *key.Private {
	k, err := key.Generate(algorithm)
	require.NoError(t, err)
	return k
}

// sealed is an envelope around a payload, signed by a new key.
func sealed(t require.TestingT, algorithm string, text []byte) (record.Envelope, *key.Private) {
	k := signer(t, algorithm)
	e, err := record.Seal(text, k)
	require.NoError(t, err)
	return e, k
}

// subjects are all ways of knowing what a decision is about.
func subjects() map[string]gate.Subject {
	return map[string]gate.Subject{
		"artifact":           {Name: "registry/app:1", Digests: []string{"sha256:" + sum("app")}},
		"artifact of commit": {Name: "app", PURL: "pkg:oci/app@1", Digests: []string{"sha256:" + sum("app")}, Repository: "forge.example/a/b", Commit: commit},
		"two digests":        {Name: "app", Digests: []string{"sha256:" + sum("app"), "sha512:" + strings.Repeat("ab", 64)}},
		"commit only":        {Commit: commit},
		"commit of a place":  {Repository: "forge.example/a/b", Commit: commit},
		"package only":       {Name: "app", PURL: "pkg:npm/app@1"},
		"package unnamed":    {PURL: "pkg:npm/app@1"},
		"name only":          {Name: "app"},
		"reports only":       {},
		"no digest in one":   {Name: "app", Digests: []string{"latest", "sha256:", ":" + sum("app")}},
	}
}

func TestASubjectHasAlwaysADigest(t *testing.T) {
	reports := map[string]string{"sha256": sum(strings.Join(sortedSums(), ""))}
	app := record.Subject{Name: "app", Digest: map[string]string{"sha256": sum("app")}}
	for name, want := range map[string][]record.Subject{
		"artifact": {{Name: "registry/app:1", Digest: app.Digest}},
		"artifact of commit": {{Name: "app", URI: "pkg:oci/app@1", Digest: app.Digest},
			{Name: "forge.example/a/b", Digest: map[string]string{"gitCommit": commit}}},
		"two digests":       {app, {Name: "app", Digest: map[string]string{"sha512": strings.Repeat("ab", 64)}}},
		"commit only":       {{Name: "commit", Digest: map[string]string{"gitCommit": commit}}},
		"commit of a place": {{Name: "forge.example/a/b", Digest: map[string]string{"gitCommit": commit}}},
		"package only":      {{Name: "app", URI: "pkg:npm/app@1", Digest: reports}},
		"package unnamed":   {{Name: "pkg:npm/app@1", URI: "pkg:npm/app@1", Digest: reports}},
		"name only":         {{Name: "app", Digest: reports}},
		"reports only":      {{Name: "reports", Digest: reports}},
		"no digest in one":  {{Name: "app", Digest: reports}},
	} {
		t.Run(name, func(t *testing.T) {
			s, known := subjects()[name]
			require.True(t, known)
			require.Equal(t, want, record.Subjects(decision(s)))
		})
	}
	require.Equal(t, []record.Subject{{Name: "reports", Digest: map[string]string{"sha256": sum("")}}}, record.Subjects(&gate.Decision{}))
}

// sortedSums are the digests of the reports of a decision, a line each.
func sortedSums() []string {
	a, b := sum("a")+"\n", sum("b")+"\n"
	return []string{min(a, b), max(a, b)}
}

func TestNoSubjectIsWithoutADigest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := func(label string) string {
			return rapid.SampledFrom([]string{"", "x", "sha256:", "sha256:ab", ":", ":ab"}).Draw(t, label)
		}
		d := decision(gate.Subject{Name: text("name"), PURL: text("purl"), Repository: text("repository"), Commit: text("commit"),
			Digests: rapid.SliceOfN(rapid.Just(""), 0, 3).Draw(t, "digests")})
		for i := range d.Artifact.Subject.Digests {
			d.Artifact.Subject.Digests[i] = text("digest")
		}
		list := record.Subjects(d)
		require.NotEmpty(t, list)
		for _, s := range list {
			require.Len(t, s.Digest, 1)
			for algorithm, digest := range s.Digest {
				require.NotEmpty(t, algorithm)
				require.NotEmpty(t, digest)
			}
		}
	})
}

func TestTheDigestOfReportsIsThatOfTheirSet(t *testing.T) {
	d, other := decision(gate.Subject{}), decision(gate.Subject{})
	other.Inputs[0], other.Inputs[1] = other.Inputs[1], other.Inputs[0]
	require.Equal(t, record.Subjects(d), record.Subjects(other), "whatever their order")
	other.Inputs[3].SHA256 = sum("other statements")
	require.Equal(t, record.Subjects(d), record.Subjects(other), "statements are no reports")
	other.Inputs[0].SHA256 = sum("other report")
	require.NotEqual(t, record.Subjects(d), record.Subjects(other))
}

// with gives a JSON object with a member changed; an absent value takes it away.
func with(t require.TestingT, object []byte, name string, value any) []byte {
	var members map[string]any
	require.NoError(t, json.Unmarshal(object, &members))
	if members[name] = value; value == nil {
		delete(members, name)
	}
	text, err := json.Marshal(members, json.Deterministic(true))
	require.NoError(t, err)
	return text
}

func encode(bytes []byte) string { return base64.StdEncoding.EncodeToString(bytes) }
