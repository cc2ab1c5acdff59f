package gate_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// leaks is a source with a secret and a code defect, whose texts repeat what must not get out.
type leaks struct{}

func (leaks) Name() string { return "leaks.json" }

func (leaks) Expect() gate.Expectation { return gate.Expectation{Required: true, Suppressions: true} }

func (leaks) Load(_ context.Context, emit func(*gate.Finding) error) gate.Evidence {
	for _, f := range []gate.Finding{
		{Tool: "leaks", Kind: gate.Secret, ID: "aws-key", Title: "AWS key AKIAHALF found", Remedy: "rotate AKIAHALF", URL: "https://x.example/AKIAHALF",
			Location: gate.Location{Path: "hidden/config.env", Line: 7}, State: gate.Suppressed, Word: &gate.Word{By: "dana", Reason: "only AKIAHALF"}},
		{Tool: "leaks", Kind: gate.Secret, ID: "aws-key", Title: "AWS key AKIAHALF found", Location: gate.Location{Path: "hidden/other.env", Line: 1}},
		{Tool: "leaks", Kind: gate.Code, ID: "sql-injection", Title: "open query", Location: gate.Location{Path: "src/shop.go", Line: 3}},
	} {
		if err := emit(&f); err != nil {
			panic(err)
		}
	}
	return gate.Evidence{Source: "leaks.json", Scan: gate.Scan{Read: 3}}
}

func told(t *testing.T, d gate.Disclosure, key string) gate.Decision {
	t.Helper()
	g := gate.Gate{Sources: []gate.Source{leaks{}}, Policy: level(gate.Warn), Now: func() time.Time { return now }, Mode: gate.Enforce, Run: gate.Run{Key: "run"},
		Merge: gate.MergeOptions{Disclosure: d, SecretKey: []byte(key)}}
	r, err := g.Check(t.Context(), gate.Artifact{Environment: "production"})
	require.NoError(t, err)
	require.NoError(t, r.Decision.Check())
	return r.Decision
}

func textOf(t *testing.T, d *gate.Decision) string {
	t.Helper()
	text, err := json.Marshal(d)
	require.NoError(t, err)
	return string(text)
}

func TestASecretIsToldToThoseWhoMayKnow(t *testing.T) {
	full, internal, public := told(t, gate.Full, "k"), told(t, gate.Internal, "k"), told(t, gate.Public, "k")
	require.Contains(t, textOf(t, &full), "AKIAHALF")
	require.Empty(t, full.Redactions)

	require.NotContains(t, textOf(t, &internal), "AKIAHALF")
	require.Contains(t, textOf(t, &internal), "hidden/config.env")
	require.Len(t, internal.Redactions, 2*3)

	text := textOf(t, &public)
	require.NotContains(t, text, "AKIAHALF")
	require.NotContains(t, text, "hidden/")
	require.Contains(t, text, "aws-key", "by which rule it was found, everybody may know")
	require.Contains(t, text, "src/shop.go", "what is no secret is told")
	require.Contains(t, text, "/evaluation/findings/0/fingerprints")
	for _, f := range internal.Evaluation.Findings {
		if f.Kind == gate.Secret {
			require.NotContains(t, text, f.Fingerprints[0].String(), "whoever has the code could try every place")
		}
	}
}

func TestWithheldSecretsStayThemselves(t *testing.T) {
	once, again, other := told(t, gate.Public, "k"), told(t, gate.Public, "k"), told(t, gate.Public, "another")
	require.Equal(t, once.Digest, again.Digest)
	require.NotEqual(t, once.Digest, other.Digest)
	require.Equal(t, 1, once.Evaluation.Summary.Closed[gate.Suppressed], "its state is what it was")
	require.Equal(t, 3, once.Evaluation.Summary.Defects)
}

func TestADisclosureHasAName(t *testing.T) {
	for _, d := range gate.Disclosures() {
		read, err := gate.ParseDisclosure(string(d))
		require.NoError(t, err)
		require.Equal(t, d, read)
	}
	_, err := gate.ParseDisclosure("Public")
	require.ErrorContains(t, err, `"Public" is no disclosure`)
	require.True(t, strings.Contains(gate.HintOf(err), "public, internal, full"))
}
