package gate_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

// TestSignOffsFitTheSchema makes records of every kind; taken together, every member stands in them.
func TestSignOffsFitTheSchema(t *testing.T) {
	whole := map[string]any{}
	for name, s := range fullSignOffs() {
		require.NoError(t, s.Check(), name)
		whole[name] = document(t, &s)
	}
	fit(t, compiled(t, gate.SignOffSchema, gate.SignOffSchemaJSON()), formOf(t, gate.SignOffSchemaJSON()), whole)
}

// anyone stands for a change of records of all kinds.
const anyone = gate.SignOffKind("")

// unwhole are changes of whole records that make them none, with what is said of them.
var unwhole = map[string]struct {
	kind   gate.SignOffKind
	change func(s *gate.SignOff)
	says   string
	silent bool // the schema cannot say it
}{
	"another schema": {anyone, func(s *gate.SignOff) { s.Schema += "0" }, `sign-off/v10", and no sign-off of this program`, false},
	"a decision":     {anyone, func(s *gate.SignOff) { s.Schema = gate.DecisionSchema }, "and no sign-off of this program", false},
	"no schema":      {anyone, func(s *gate.SignOff) { s.Schema = "" }, `it is of type ""`, false},
	"no id":          {anyone, func(s *gate.SignOff) { s.ID = "" }, "it lacks its id", false},
	"no project":     {anyone, func(s *gate.SignOff) { s.Project = "" }, "it lacks its id", false},
	"number 0":       {anyone, func(s *gate.SignOff) { s.Number = 0 }, "it lacks its id", false},
	"number -1":      {anyone, func(s *gate.SignOff) { s.Number = -1 }, "it lacks its id", false},
	"no time":        {anyone, func(s *gate.SignOff) { s.RecordedAt = time.Time{} }, "it lacks its id", false},
	"no actor":       {anyone, func(s *gate.SignOff) { s.Actor.ID = "" }, "it lacks its id", false},
	"no signer":      {anyone, func(s *gate.SignOff) { s.Signer = "" }, "it lacks its id", false},
	"no policy":      {anyone, func(s *gate.SignOff) { s.Policy = "" }, "it lacks its id", false},
	"no kind":        {anyone, func(s *gate.SignOff) { s.Kind = "" }, `of the kind ""`, false},
	"a newer kind":   {anyone, func(s *gate.SignOff) { s.Kind = "delegate" }, `of the kind "delegate", which this program does not know`, false},

	"approves nothing":   {gate.ApprovalOf, func(s *gate.SignOff) { s.Target = "" }, "names a record, and no defects", false},
	"approves a defect":  {gate.ApprovalOf, func(s *gate.SignOff) { s.Defects = []gate.Binding{bound()} }, "names a record, and no defects", false},
	"revokes nothing":    {gate.RevocationFor, func(s *gate.SignOff) { s.Target = "" }, "names a record, and no defects", false},
	"revokes a defect":   {gate.RevocationFor, func(s *gate.SignOff) { s.Defects = []gate.Binding{bound()} }, "names a record, and no defects", false},
	"accepts nothing":    {gate.AcceptedRisk, func(s *gate.SignOff) { s.Defects = nil }, `of the kind "accept" names 0 defects`, false},
	"dismisses nothing":  {gate.NoDefect, func(s *gate.SignOff) { s.Defects = nil }, `of the kind "false-positive" names 0 defects`, false},
	"overrides a defect": {gate.Overriding, func(s *gate.SignOff) { s.Defects = []gate.Binding{bound()} }, `of the kind "override" names 1 defects`, false},
	"asks for nobody":    {gate.AcceptedRisk, func(s *gate.SignOff) { s.Asks, s.Needed = true, 1 }, "somebody asks for it who is not named", true},
	"asks without need":  {gate.AcceptedRisk, func(s *gate.SignOff) { s.Asks, s.Requester = true, &gate.Person{ID: "1"} }, "for nobody's approval", true},
	"asks for a build": {gate.Overriding, func(s *gate.SignOff) { s.Asks, s.Requester, s.Needed = true, &gate.Person{ID: "1"}, 1 },
		"for what lets a whole build through", true},
	"accepts without fingerprint": {gate.AcceptedRisk, func(s *gate.SignOff) { s.Defects = append([]gate.Binding{bound()}, gate.Binding{ID: "CVE-2"}) },
		`names "CVE-2" without a fingerprint`, false},
	"dismisses without fingerprint": {gate.NoDefect, func(s *gate.SignOff) { s.Defects[0].Fingerprints = nil }, "without a fingerprint", false},
	"accepts for ever":              {gate.AcceptedRisk, func(s *gate.SignOff) { s.NotAfter = time.Time{} }, "does not say until when", false},
	"dismisses for ever":            {gate.NoDefect, func(s *gate.SignOff) { s.NotAfter = time.Time{} }, "does not say until when", false},
	"overrides for ever":            {gate.Overriding, func(s *gate.SignOff) { s.NotAfter = time.Time{} }, "does not say until when", false},
	"ends as it begins":             {gate.AcceptedRisk, func(s *gate.SignOff) { s.NotAfter = s.RecordedAt }, "ended before it began", true},
	"overrides for longer": {gate.Overriding, func(s *gate.SignOff) { s.NotAfter = s.RecordedAt.Add(gate.LongestOverride + 1) },
		"for 72 hours at most", true},
	"overrides anything":         {gate.Overriding, func(s *gate.SignOff) { s.Scope.Commit = "" }, "for one build", true},
	"overrides anywhere":         {gate.Overriding, func(s *gate.SignOff) { s.Scope.Environment = "" }, "for one build", true},
	"overrides widely":           {gate.Overriding, func(s *gate.SignOff) { s.Wide = true }, "for one build", true},
	"overrides without a ticket": {gate.Overriding, func(s *gate.SignOff) { s.Ticket = "" }, "with a ticket", true},
	"ends before it begins":      {gate.Overriding, func(s *gate.SignOff) { s.NotAfter = s.RecordedAt.Add(-1) }, "ended before it began", true},
}

// What Check refuses does not fit the schema either, but for what the schema cannot say.
func TestWhatIsNoWholeSignOff(t *testing.T) {
	schema := compiled(t, gate.SignOffSchema, gate.SignOffSchemaJSON())
	for name, c := range unwhole {
		for _, kind := range signOffKinds {
			if c.kind != anyone && c.kind != kind {
				continue
			}
			t.Run(name+" "+string(kind), func(t *testing.T) {
				s := signOff(kind)
				require.NoError(t, s.Check())
				require.NoError(t, schema.Validate(document(t, &s)))
				c.change(&s)
				assert.ErrorContains(t, s.Check(), c.says)
				if c.silent {
					assert.NoError(t, schema.Validate(document(t, &s)))
				} else {
					assert.Error(t, schema.Validate(document(t, &s)))
				}
			})
		}
	}
}

// What the schema alone refuses: texts that this program never writes.
func TestWhatNoSignOffSays(t *testing.T) {
	schema := compiled(t, gate.SignOffSchema, gate.SignOffSchemaJSON())
	for name, change := range map[string]func(s object){
		"id of no ULID":       func(s object) { s["id"] = "dgx_81JZX3M8Q4T6W9Y2B5D7F0GHKN" },
		"id of small letters": func(s object) { s["target"] = "dgx_01jzx3m8q4t6w9y2b5d7f0ghkn" },
		"time of no zone":     func(s object) { s["not_after"] = "2026-05-04T03:02:01" },
		"no word of severity": func(s object) { s["defects"].([]any)[0].(object)["severity_ceiling"] = "bad" },
		"no ceiling":          func(s object) { delete(s["defects"].([]any)[0].(object), "severity_ceiling") },
		"half a fingerprint":  func(s object) { s["defects"].([]any)[0].(object)["fingerprints"] = []any{"ab"} },
		"authority by rumour": func(s object) { part(s, "actor")["role_source"] = "rumour" },
		"null for a person":   func(s object) { s["requester"] = nil },
		"digest of no text":   func(s object) { part(s, "comment")["body_sha256"] = "" },
	} {
		t.Run(name, func(t *testing.T) {
			whole := fullSignOffs()["whole"]
			s := document(t, &whole).(object)
			require.NoError(t, schema.Validate(s))
			change(s)
			require.Error(t, schema.Validate(s))
		})
	}
}

// TestSchemaAndCheckSayTheSame has both look at records that nobody thought of: what fits the schema is whole, but for its times.
func TestSchemaAndCheckSayTheSame(t *testing.T) {
	schema := compiled(t, gate.SignOffSchema, gate.SignOffSchemaJSON())
	rapid.Check(t, func(t *rapid.T) {
		s := signOff(rapid.SampledFrom(append(signOffKinds, "", "other")).Draw(t, "kind"))
		s.Target = rapid.SampledFrom([]string{"", recordOf("B")}).Draw(t, "target")
		s.NotAfter = rapid.SampledFrom([]time.Time{{}, now.Add(time.Hour)}).Draw(t, "until")
		s.Project = rapid.SampledFrom([]string{"", "42"}).Draw(t, "project")
		s.Number = rapid.Int64Range(-1, 2).Draw(t, "number")
		s.Defects = nil
		for range rapid.IntRange(0, 2).Draw(t, "defects") {
			s.Defects = append(s.Defects, gate.Binding{ID: "CVE-1", Fingerprints: make([]gate.Fingerprint, rapid.IntRange(0, 2).Draw(t, "fingerprints"))})
		}
		text, err := json.Marshal(&s, gate.Deterministic)
		require.NoError(t, err)
		read, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		require.NoError(t, err)
		require.Equal(t, s.Check() == nil, schema.Validate(read) == nil, "%s: %v, %v", text, s.Check(), schema.Validate(read))
	})
}

func TestKindsOfExceptions(t *testing.T) {
	for kind, is := range map[gate.SignOffKind]bool{gate.AcceptedRisk: true, gate.NoDefect: true, gate.Overriding: true, gate.ApprovalOf: false,
		gate.RevocationFor: false, "": false, "other": false} {
		assert.Equal(t, is, kind.IsException(), kind)
	}
}

func TestBindTiesToADefectAsItIs(t *testing.T) {
	print := gate.Fingerprint{1}
	d := gate.Defect{ID: "CVE-1", Aliases: []string{"GHSA-a"}, Fingerprints: []gate.Fingerprint{print}, Kind: gate.Vulnerability, Severity: gate.High,
		Component: gate.Component{PURL: "pkg:npm/a"}}
	want := gate.Binding{ID: "CVE-1", Aliases: []string{"GHSA-a"}, Fingerprints: []gate.Fingerprint{print}, Package: "pkg:npm/a", Severity: gate.High}
	assert.Equal(t, want, gate.Bind(&d))
	for _, change := range []func(){ // one on top of the other
		func() { d.Exploited, want.Exploited = true, true },                            // seen in production
		func() { d.Exploited, want.Exploited = false, false },                          // no more
		func() { d.KEV, want.Exploited = &gate.KEV{}, true },                           // in the catalogue
		func() { d.Component.Fixed, want.Fixable = []string{"2"}, true },               // with a fix
		func() { d.Component, d.Kind, want.Package = gate.Component{}, gate.Code, "" }, // our own code
		func() { d.Severity, want.Severity = gate.Low, gate.Low },                      // less severe
	} {
		change()
		assert.Equal(t, want, gate.Bind(&d))
	}
}
