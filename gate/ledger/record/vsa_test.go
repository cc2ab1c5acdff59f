package record_test

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/record"
)

// summary is the predicate of a VSA, read with every member as it stands.
func summary(t *testing.T, d *gate.Decision) (record.Statement, map[string]any) {
	text, err := record.Summary(d, payload(t, d))
	require.NoError(t, err)
	s, err := record.ParseStatement(text)
	require.NoError(t, err)
	var predicate map[string]any
	require.NoError(t, json.Unmarshal(s.Predicate, &predicate))
	return s, predicate
}

func TestASummaryHasWhatSLSAAsksFor(t *testing.T) {
	for name, subject := range subjects() {
		t.Run(name, func(t *testing.T) {
			d := decision(subject)
			s, predicate := summary(t, d)
			require.Equal(t, "https://slsa.dev/verification_summary/v1", s.PredicateType)
			require.Equal(t, record.Subjects(d), s.Subject)
			for _, required := range []string{"verifier", "timeVerified", "resourceUri", "policy", "verificationResult", "verifiedLevels"} {
				require.NotEmpty(t, predicate[required], required)
			}
			require.NotEmpty(t, predicate["verifier"].(map[string]any)["id"])
			require.NotEmpty(t, predicate["policy"].(map[string]any)["uri"])
			_, err := s.Decision()
			require.ErrorContains(t, err, "and no decision of this program", "a summary is none")
		})
	}
}

func TestASummaryIsOfItsDecision(t *testing.T) {
	d := decision(subjects()["artifact of commit"])
	_, predicate := summary(t, d)
	require.Equal(t, map[string]any{
		"verifier":     map[string]any{"id": "https://defectgate.dev", "version": map[string]any{"defectgate": "1.2.3", "opa": "1.22.2"}},
		"timeVerified": "2026-05-04T03:02:01.987654321Z", "resourceUri": "pkg:oci/app@1",
		"policy": map[string]any{"uri": "https://defectgate.dev/policy", "digest": map[string]any{"sha256": sum(sum("policies") + "  builtin\n")}},
		"inputAttestations": []any{map[string]any{"uri": gate.DecisionSchema + "#" + d.ID,
			"digest": map[string]any{"sha256": sum(string(payload(t, d)))}}},
		"verificationResult": "PASSED", "verifiedLevels": []any{"https://defectgate.dev/levels/no-blocking-defects/v1"}, "slsaVersion": "1.1",
	}, predicate)
}

func TestOnlyAPassIsPassed(t *testing.T) {
	for _, mode := range []gate.Mode{gate.Enforce, gate.Observe} {
		for verdict, want := range map[gate.Verdict]string{gate.Pass: "PASSED", gate.Fail: "FAILED", gate.Error: "FAILED", "": "FAILED", "passed": "FAILED"} {
			d := decision(gate.Subject{})
			d.Verdict, d.Mode = verdict, mode
			_, predicate := summary(t, d)
			require.Equal(t, want, predicate["verificationResult"], "%s %s", mode, verdict)
			if want == "FAILED" {
				require.Equal(t, []any{"FAILED"}, predicate["verifiedLevels"])
			}
		}
	}
}

func TestTheResourceIsNamed(t *testing.T) {
	for name, want := range map[string]string{
		"artifact": "registry/app:1", "artifact of commit": "pkg:oci/app@1", "commit only": commit, "commit of a place": "git+forge.example/a/b@" + commit,
		"package unnamed": "pkg:npm/app@1", "reports only": "reports",
	} {
		_, predicate := summary(t, decision(subjects()[name]))
		require.Equal(t, want, predicate["resourceUri"], name)
	}
}

func TestThePolicyIsNamedByAllItsSets(t *testing.T) {
	seen := map[any]bool{}
	for _, sets := range [][]gate.PolicySource{nil, {{Name: "a", Digest: sum("1")}}, {{Name: "b", Digest: sum("1")}}, {{Name: "a", Digest: sum("2")}},
		{{Name: "a", Digest: sum("1")}, {Name: "b", Digest: sum("2")}}, {{Name: "b", Digest: sum("2")}, {Name: "a", Digest: sum("1")}}} {
		d := decision(gate.Subject{})
		d.Evaluator.Policies = sets
		_, predicate := summary(t, d)
		digest := predicate["policy"].(map[string]any)["digest"].(map[string]any)["sha256"]
		require.False(t, seen[digest], "%v", sets)
		seen[digest] = true
	}
}
