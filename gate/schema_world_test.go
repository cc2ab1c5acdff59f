package gate_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"go/ast"
	"go/token"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

func sumOf(text string) string {
	s := sha256.Sum256([]byte(text))
	return hex.EncodeToString(s[:])
}

// everywhere is a subject of which everything is known.
func everywhere() gate.Subject {
	return gate.Subject{Name: "app", PURL: "pkg:oci/app@1", Digests: []string{"sha256:" + sumOf("app")}, Repository: "forge.example/a/b", Commit: "c0ffee"}
}

// full is a finding of which everything is known.
func full() gate.Finding {
	at := now.AddDate(0, 0, -9)
	label, score, epss := "HIGH", 7.5, 0.25
	rating := gate.Words{}.Rate(gate.Opinion{Party: "nvd", Label: &label, Score: &score, Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"})
	return gate.Finding{
		Tool: "trivy", Kind: gate.Vulnerability, ID: "CVE-2026-1", Aliases: []string{"GHSA-aaaa-bbbb-cccc"}, Related: []string{"DSA-1"}, Title: "t", Remedy: "r",
		URL: "https://example.org", Rating: rating, Ratings: []gate.Rating{{Party: "ghsa", Severity: gate.Low}}, CWEs: []int{79},
		Component: gate.Component{PURL: "pkg:npm/a@1", Name: "a", Version: "1", Fixed: []string{"2"}},
		Location:  gate.Location{Path: "p", Line: 3, Layer: "l", Logical: "f"}, Certainty: gate.Verified, FirstSeen: at, Published: at, FixedSince: at,
		ExploitedSince: at, EPSS: &epss, KEV: &gate.KEV{Added: at, Due: at, Ransomware: true}, Exploited: true,
	}
}

// scanned is a report of which everything is known, with findings that are open, and one that the report itself closes.
func scanned(name string) *fake {
	silenced := gate.Finding{Tool: "trivy", Kind: gate.Code, ID: "rule", Location: gate.Location{Path: "main.go", Line: 1}, State: gate.Suppressed,
		Word: &gate.Word{By: "dev", Reason: "test code", At: now.Add(-time.Hour), Said: gate.Suppressed}}
	return &fake{name: name, findings: []gate.Finding{full(), silenced}, expect: gate.Expectation{Required: true, Suppressions: true},
		evidence: gate.Evidence{Source: name, Format: "trivy", Media: "application/json", SHA256: sumOf(name), Size: 7,
			Scan: gate.Scan{Tool: gate.Tool{Name: "trivy", Version: "1"}, Database: gate.Database{Version: "2", Built: now}, Started: now, Ended: now.Add(-time.Hour),
				Subject: everywhere(), Proof: "3 targets", Warnings: []string{"w"}, Read: 3, Dropped: map[string]int{"passed check": 1}},
			Receipt: &gate.ScanReceipt{Program: "trivy", ExitCode: -1, Command: []string{"trivy", "fs"}, Binary: sumOf("trivy")}}}
}

// filled is a ledger that has everything to say.
type filled struct{ *ledger }

func (l filled) Recall(ctx context.Context, a gate.Artifact, of []gate.Fingerprint) (gate.Memory, error) {
	m, err := l.ledger.Recall(ctx, a, of)
	m.History = gate.History{Record: "ledger", Store: "ledger.example", Size: 5, Root: base64.StdEncoding.EncodeToString(make([]byte, 32)), New: true}
	return m, err
}

func (l filled) Record(ctx context.Context, d *gate.Decision, bytes gate.Attachments) (gate.Recorded, error) {
	d.Signer = sumOf("key")
	return l.ledger.Record(ctx, d, bytes)
}

type baseline gate.Baseline

func (b baseline) Baseline(context.Context, gate.Artifact) (*gate.Baseline, error) {
	found := gate.Baseline(b)
	return &found, nil
}

// judgesAll says everything that a policy can say.
func judgesAll(_ context.Context, in gate.Input) (gate.Judgements, error) {
	v := gate.Violation{Rule: "test/all", Level: gate.Warn, Message: "m", Remedy: "r", Exception: "E-1", Preexisting: true}
	j := gate.Judgements{Defects: make([]gate.Judgement, len(in.Defects)), Artifact: []gate.Violation{v, {Rule: "test/deny", Level: gate.Deny, Message: "m"}}}
	for i, d := range in.Defects {
		if d.IsOpen() {
			j.Defects[i] = gate.Judgement{Due: now.AddDate(0, 0, 7), Violations: []gate.Violation{v},
				Exceptions: []gate.Ruling{{Exception: "E-1", Kind: gate.AcceptedRisk, Refusals: []string{"it is of another branch"}},
					{Exception: "E-2", Kind: gate.NoDefect, Applies: true, Covers: true}}}
		}
	}
	return j, nil
}

func evaluator() gate.Evaluator {
	return gate.Evaluator{Name: "defectgate", Version: "1", Commit: "c", Binary: sumOf("binary"), Go: "go1.26", System: "linux/amd64", OPA: "1", Rego: "v1",
		Capabilities: sumOf("capabilities"), Strict: []string{"s"}, Seed: "none", Settings: map[string]any{"sla": map[string]any{"days": 3}},
		Policies: []gate.PolicySource{{Name: "builtin", Commit: "c", Digest: sumOf("p"), Files: []gate.PolicyFile{{Path: "p.rego", SHA256: sumOf("f")}}}},
		Rules:    []gate.RuleInfo{{ID: "test/all", Title: "t", Remedy: "r"}}, Limits: gate.Limits{DeadlineSeconds: 10, HeapBytes: 1, InputBytes: 1}}
}

// fullDecisions are such that every member of a decision stands in one of them.
func fullDecisions(t *testing.T) map[string]*gate.Decision {
	accepted := fullExceptions()
	whole := func() *gate.Gate {
		g := newWorld(scanned("r.json")).gate()
		g.Policy, g.Registers, g.Evaluator = policy(judgesAll), []gate.Register{register{exceptions: accepted}}, evaluator
		g.Ledger = filled{&ledger{past: gate.Past{FirstSeen: now.AddDate(0, 0, -20), Fixed: true, Returns: 1, Returned: now.AddDate(0, 0, -2)}}}
		g.Baseline = baseline{From: "ledger", Name: sumOf("before"), Digest: sumOf("record"), At: now, Unproven: "it is too old."}
		g.Feeds = []gate.Feed{&feed{built: now, threats: []gate.Threat{{ID: "CVE-2026-1"}}}}
		g.Signals = []gate.SignalSource{&sensor{signals: []gate.Signal{{ID: "CVE-2026-1", At: now, Sensor: "waf", Evidence: "4711"}}}}
		g.Run = gate.Run{Key: "k", Platform: "github", Workflow: "w", WorkflowAt: "c", ID: "1", Attempt: "1", Job: "j", Actor: "1 a", Event: "push", Runner: "r"}
		return g
	}
	artifact := gate.Artifact{Project: "1", Component: "c", Environment: "production", Subject: everywhere(), Ref: "main",
		Change: &gate.Change{ID: "7", Base: "main", From: "c0ffee", Head: "c0ffee"}}
	decide := func(g *gate.Gate, a gate.Artifact) *gate.Decision {
		report, err := g.Check(context.Background(), a)
		require.NoError(t, err)
		return &report.Decision
	}
	failed, observed, undecided := whole(), whole(), whole()
	observed.Mode, observed.Clock = gate.Observe, "system"
	undecided.Sources = append(undecided.Sources,
		&fake{name: "large.json", expect: gate.Expectation{Required: true}, evidence: gate.Evidence{Status: gate.TooLarge, Source: "large.json", Problem: "p", Hint: "h"}},
		&fake{name: "broken.json", evidence: gate.Evidence{Source: "broken.json", Scan: gate.Scan{Failed: "f", Read: 1}}},
		&fake{name: "empty.json", evidence: gate.Evidence{Source: "empty.json", Scan: gate.Scan{Unproven: "it counts 0 files"}}})
	passed := newWorld(scanned("r.json")).gate()
	passed.Evaluator = evaluator
	d := map[string]*gate.Decision{"failed": decide(failed, artifact), "observed": decide(observed, artifact), "undecided": decide(undecided, artifact),
		"passed": decide(passed, gate.Artifact{Environment: "test"})}
	for name, want := range map[string]gate.Verdict{"failed": gate.Fail, "observed": gate.Fail, "undecided": gate.Error, "passed": gate.Pass} {
		require.Equal(t, want, d[name].Verdict, "%s: %q", name, d[name].Problems)
		require.NoError(t, d[name].Check())
	}
	return d
}

// constants reads the words of every type of the package that has constants with words.
func constants(t *testing.T) map[string][]any {
	words := map[string][]any{}
	for _, s := range gate.States() {
		words["State"] = append(words["State"], s.String())
	}
	for _, s := range gate.Severities() {
		words["Severity"] = append(words["Severity"], s.String())
	}
	_, files := parseModule(t, ".")
	for _, f := range files {
		if f.room() != "." {
			continue
		}
		ast.Inspect(f.file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			typ, isNamed := spec.Type.(*ast.Ident)
			value, isLiteral := spec.Values[0].(*ast.BasicLit)
			if isNamed && isLiteral && value.Kind == token.STRING {
				word, err := strconv.Unquote(value.Value)
				require.NoError(t, err)
				words[typ.Name] = append(words[typ.Name], word)
			}
			return true
		})
	}
	return words
}

// lastException is the one of a decision that was signed off.
func lastException(d object) object { return part(d, "evaluation")["exceptions"].([]any)[1].(object) }
