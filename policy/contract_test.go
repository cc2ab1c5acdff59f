package policy

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

func builtinLibrary(t *testing.T) *library {
	l, err := loadWithBuiltin(nil, true)
	require.NoError(t, err)
	return l
}

// terms are settings of no rule: what is demanded of every exception.
const terms = "exception/terms"

func TestEveryRuleHasSettings(t *testing.T) {
	l := builtinLibrary(t)
	var rules, set []string
	for _, r := range l.rules {
		rules = append(rules, r.ID())
		assert.NotContains(t, r.Reads, everything, "%s reads the whole input: each defect is then built as a whole", r.ID())
	}
	for category, names := range l.defaults {
		for name := range names {
			set = append(set, category+"/"+name)
		}
	}
	rules = append(rules, terms)
	slices.Sort(rules)
	slices.Sort(set)
	assert.Equal(t, rules, set)
}

func TestEverySettingHasAForm(t *testing.T) {
	l := builtinLibrary(t)
	var form map[string]any
	require.NoError(t, json.Unmarshal(settingsSchema, &form))
	for category, names := range l.defaults {
		for name, values := range names {
			rule := below(t, form, "properties", category, "properties", name)
			ofAll := func(key string) bool { return key == "level" || key == "judge" }
			want := slices.DeleteFunc(sortedKeys(without(values)), ofAll)
			properties, _ := rule["properties"].(map[string]any)
			assert.Equal(t, want, slices.DeleteFunc(sortedKeys(properties), ofAll), "rules.%s.%s in config/schema.json", category, name)
			if category+"/"+name == terms {
				assert.Equal(t, "#/$defs/terms", rule["$ref"])
				assert.NotContains(t, values, "level")
				continue
			}
			assert.Equal(t, "#/$defs/leveled", rule["$ref"], "rules.%s.%s", category, name)
		}
	}
}

func below(t *testing.T, document map[string]any, path ...string) map[string]any {
	for _, name := range path {
		next, ok := document[name].(map[string]any)
		require.True(t, ok, "%s of %v", name, path)
		document = next
	}
	return document
}

// full is an input in which nothing is empty.
func full() gate.Input {
	at := time.Date(2026, 3, 1, 0, 0, 0, 1, time.UTC)
	epss, high := 0.25, gate.High
	d := &gate.Defect{
		ID: "CVE-2026-1", Fingerprints: []gate.Fingerprint{{1}}, Aliases: []string{"GHSA-1"}, Related: []string{"DSA-1"}, Kind: gate.Vulnerability,
		Severity: gate.High, CWEs: []int{79}, Title: "t", Certainty: gate.Verified, EPSS: &epss, Exploited: true,
		Ratings:     []gate.Rating{{Party: "nvd", Label: "HIGH", CVSS: "3.1", Vector: "v", Score: 7.5, Severity: gate.High, Note: "n", Chosen: true}},
		Component:   gate.Component{PURL: "pkg:npm/a@1", Name: "a", Version: "1", Fixed: []string{"2"}},
		Occurrences: []*gate.Occurrence{{Version: "1", Location: gate.Location{Path: "p", Line: 3, Layer: "l", Logical: "f"}}},
		Clocks:      gate.Clocks{FirstSeen: at, Published: at, FixAvailable: at, ExploitedSince: at, Returned: at}, Age: gate.New, Returns: 1,
		KEV: &gate.KEV{Added: at, Due: at, Ransomware: true}, Tools: []string{"trivy"}, Sources: []string{"trivy.json"},
	}
	closed := &gate.Defect{ID: "CVE-2026-2", Kind: gate.Code, Occurrences: []*gate.Occurrence{{State: gate.Fixed}}}
	e := &gate.Exception{
		ID: "E-1", Kind: gate.NoDefect, Defect: "CVE-2026-1", Fingerprint: &gate.Fingerprint{1}, Package: "pkg:npm/a", Reason: "r", Approver: "a",
		Granted: at, Until: at.Add(1), Controls: []string{"waf"}, Origin: "exceptions.yaml:1", Ticket: "t", Fault: "f", Leaf: "l", Wide: true, Severity: &high,
		Scope:     gate.Scope{Repository: "r", Artifact: "a", Branch: "b", Environment: "production", Component: "c", Commit: "0123"},
		Approvals: []gate.Approval{approvalBy("1", at)}, Barred: []gate.Party{{Person: gate.Person{ID: "2"}, As: "author"}}, Renewals: 1, Head: "0123",
		Revoked:  &gate.Revocation{At: at, By: gate.Person{ID: "2", Login: "b"}, Reason: "r"},
		Bindings: []gate.Binding{{ID: "CVE-2026-1", Fingerprints: []gate.Fingerprint{{1}}, Severity: gate.High, Exploited: true, Fixable: true}},
	}
	return gate.Input{
		Now: at, Defects: []*gate.Defect{d, closed},
		Candidates: [][]gate.Candidate{{{Exception: e, Mismatches: []gate.Mismatch{{What: "branch", Want: "main", Have: "dev"}},
			Bound: &e.Bindings[0]}}, nil},
		Exceptions: []gate.ExceptionUse{{Exception: e, InScope: true, Named: 1}},
		Sources: []gate.Evidence{{Source: "s", Kind: "report", Status: gate.OK, Required: true, Problem: "p", Format: "trivy",
			Scan: gate.Scan{Tool: gate.Tool{Name: "trivy", Version: "1"}, Read: 2, Suppressed: 1}}},
		Artifact: gate.Artifact{Project: "p", Component: "c", Environment: "production", Ref: "main", Change: &gate.Change{ID: "7", Base: "main", Head: "0123"},
			Subject: gate.Subject{Name: "n", PURL: "pkg:oci/a", Digests: []string{"sha256:1"}, Repository: "r", Commit: "c"}},
	}
}

func approvalBy(id string, at time.Time) gate.Approval {
	return gate.Approval{At: at, Fault: "f", Actor: gate.Actor{Person: gate.Person{ID: id, Login: "a"}, Role: "admin", Teams: []string{"o/t"}, Source: "forge"}}
}

// signOffInput is asked about somebody who signs an exception off for a defect.
func signOffInput(r *run) ast.Value {
	who := gate.Asking{Approval: approvalBy("1", r.in.Now), Barred: []gate.Party{{Person: gate.Person{ID: "2"}, As: "author"}}}
	return slices.Clip(r.common).with("defect", describe(r.in.Defects[0], defectMembers).term()).
		with("exceptions", list(r.in.Candidates[0], candidate)).with("sign_off", asking(who)).term().Value
}

// formOf is the schema of the input in a scope. At a sign-off there is what there is for a defect, and more.
func formOf(t *testing.T, scope string) map[string]any {
	var form map[string]any
	require.NoError(t, json.Unmarshal(inputSchema, &form))
	if scope == "sign-off" {
		delete(below(t, form, "properties", "sign_off"), scopeKey)
		scope = "defect"
	}
	keep(form, scope)
	return form
}

// TestInputFitsItsSchema builds every input with everything in it: they validate, and between them they have every property of the schema.
func TestInputFitsItsSchema(t *testing.T) {
	in := full()
	r := &run{Engine: &Engine{members: defectMembers, all: defectMembers}, in: &in, common: common(in)}
	seen := map[string]bool{}
	for scope, input := range map[string]ast.Value{"defect": r.defectInput(0), "artifact": r.artifactInput(make([]gate.Judgement, 2)),
		"sign-off": signOffInput(r)} {
		form := formOf(t, scope)
		compiler := jsonschema.NewCompiler()
		require.NoError(t, compiler.AddResource("input.json", form))
		schema, err := compiler.Compile("input.json")
		require.NoError(t, err)
		document, err := ast.JSON(input)
		require.NoError(t, err)
		require.NoError(t, schema.Validate(document), scope)
		have := map[string]bool{}
		produced(document, "", have)
		want := map[string]bool{}
		(&properties{t, form, want}).of(form, "")
		assert.Equal(t, sortedKeys(want), sortedKeys(have), scope)
		maps.Copy(seen, have)
		assert.Equal(t, scope == "sign-off", have[".sign_off"], "%s: only somebody who signs off", scope)
	}
	assert.Contains(t, seen, ".defect.kev.due_ns")
	assert.Contains(t, seen, ".exceptions[].bound.exploited")
	assert.Contains(t, seen, ".exceptions[].revoked.at_ns")
	assert.Contains(t, seen, ".defects[].accepted")
}

// produced lists the members of a document, by path.
func produced(value any, at string, into map[string]bool) {
	switch v := value.(type) {
	case map[string]any:
		for key, below := range v {
			if strings.HasPrefix(at, ".summary.") {
				key = "*" // counts by name
			}
			into[at+"."+key] = true
			produced(below, at+"."+key, into)
		}
	case []any:
		for _, item := range v {
			produced(item, at+"[]", into)
		}
	}
}

// properties lists those of a schema likewise.
type properties struct {
	t    *testing.T
	root map[string]any
	into map[string]bool
}

func (p *properties) of(schema map[string]any, at string) {
	if ref, ok := schema["$ref"].(string); ok {
		schema = below(p.t, p.root, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	named, _ := schema["properties"].(map[string]any)
	for name := range named {
		p.into[at+"."+name] = true
		p.of(below(p.t, named, name), at+"."+name)
	}
	if items, ok := schema["items"].(map[string]any); ok {
		p.of(items, at+"[]")
	}
	if _, open := schema["additionalProperties"].(map[string]any); open {
		p.into[at+".*"] = true
	}
}
