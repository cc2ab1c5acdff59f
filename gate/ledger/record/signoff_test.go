package record_test

import (
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/record"
)

// signOff is a whole record of a kind.
func signOff(kind gate.SignOffKind) *gate.SignOff {
	s := &gate.SignOff{Schema: gate.SignOffSchema, ID: "dgx_01JZX3M8Q4T6W9Y2B5D7F0GHKN", Kind: kind, Number: 1, Project: "42",
		Actor: gate.Actor{Person: gate.Person{ID: "1", Login: "ann"}, Teams: []string{"b", "a"}}, Reason: "run <1> & \u2028", RecordedAt: now, Tool: "1",
		Policy: sum("policy"), Signer: sum("key")}
	switch kind {
	case gate.ApprovalOf, gate.RevocationFor:
		s.Target = "dgx_01JZX3M8Q4T6W9Y2B5D7F0GHKA"
	case gate.Overriding:
		s.NotAfter, s.Scope, s.Ticket = now.Add(time.Hour), gate.Scope{Environment: "production", Commit: commit}, "INC-1"
	default:
		s.NotAfter = now.Add(time.Hour)
		s.Defects = []gate.Binding{{ID: "CVE-1", Fingerprints: []gate.Fingerprint{{1}, {2}}, Package: "pkg:npm/a", Severity: gate.High},
			{ID: "CVE-2", Fingerprints: []gate.Fingerprint{{3}}}}
	}
	return s
}

var everyKind = []gate.SignOffKind{gate.AcceptedRisk, gate.NoDefect, gate.Overriding, gate.ApprovalOf, gate.RevocationFor}

func signOffPayload(t require.TestingT, s *gate.SignOff) []byte {
	text, err := record.SignOffPayload(s)
	require.NoError(t, err)
	return text
}

func TestSignOffIsReadAsItWasWritten(t *testing.T) {
	for _, kind := range everyKind {
		s := signOff(kind)
		text := signOffPayload(t, s)
		read, err := record.ParseSignOff(text)
		require.NoError(t, err, kind)
		require.Equal(t, s, read)
		require.Equal(t, text, signOffPayload(t, read), "equal records are equal bytes")
		require.True(t, record.IsSignOff(text))
		_, err = record.ParseDecision(text)
		require.Error(t, err, "it is no decision")
	}
}

// What a sign-off is about has a digest, as in-toto demands: a defect its fingerprints, an override its commit, another record its id.
func TestSubjectOfASignOff(t *testing.T) {
	hexOf := func(n string) string { return n + strings.Repeat("0", 62) }
	accepted := []record.Subject{{Name: "CVE-1", URI: "pkg:npm/a", Digest: map[string]string{"sha256": hexOf("01")}},
		{Name: "CVE-1", URI: "pkg:npm/a", Digest: map[string]string{"sha256": hexOf("02")}}, {Name: "CVE-2", Digest: map[string]string{"sha256": hexOf("03")}}}
	target := []record.Subject{{Name: "dgx_01JZX3M8Q4T6W9Y2B5D7F0GHKA", Digest: map[string]string{"sha256": sum("dgx_01JZX3M8Q4T6W9Y2B5D7F0GHKA")}}}
	for kind, want := range map[gate.SignOffKind][]record.Subject{gate.AcceptedRisk: accepted, gate.NoDefect: accepted, gate.ApprovalOf: target,
		gate.RevocationFor: target, gate.Overriding: {{Name: "commit", Digest: map[string]string{"gitCommit": commit}}}} {
		s, err := record.ParseStatement(signOffPayload(t, signOff(kind)))
		require.NoError(t, err)
		require.Equal(t, record.StatementType, s.Type)
		require.Equal(t, gate.SignOffSchema, s.PredicateType)
		require.Equal(t, want, s.Subject, kind)
	}
}

func TestWhatIsNoSignOffIsRefused(t *testing.T) {
	whole := string(signOffPayload(t, signOff(gate.AcceptedRisk)))
	unwhole := signOff(gate.AcceptedRisk)
	unwhole.Signer = ""
	for name, c := range map[string]struct{ text, says string }{
		"a decision":         {string(payload(t, decision(gate.Subject{Commit: commit}))), "and no sign-off"},
		"no JSON":            {whole[1:], ""},
		"cut off":            {whole[:len(whole)-1], ""},
		"more behind it":     {whole + "x", ""},
		"an unknown member":  {strings.Replace(whole, `"kind"`, `"made_up":1,"kind"`, 1), "made_up"},
		"a member twice":     {strings.Replace(whole, `"kind"`, `"kind":"revoke","kind"`, 1), "kind"},
		"members by case":    {strings.Replace(whole, `"kind"`, `"Kind"`, 1), "Kind"},
		"half a fingerprint": {strings.Replace(whole, `["0100`, `["`, 1), ""},
		"an unknown kind":    {strings.Replace(whole, `"kind":"accept"`, `"kind":"delegate"`, 1), "use a newer defectgate"},
		"one that is unfit":  {string(signOffPayload(t, unwhole)), "it lacks its id"},
		"nothing":            {"", ""},
		"null":               {"null", ""},
	} {
		require.NotEqual(t, whole, c.text, name)
		_, err := record.ParseSignOff([]byte(c.text))
		require.ErrorContains(t, err, c.says, name)
	}
	require.False(t, record.IsSignOff([]byte("x")))
	require.False(t, record.IsSignOff(payload(t, decision(gate.Subject{Commit: commit}))))
}

// FuzzParseSignOff: what is read is whole, and writes itself down again with the same meaning.
func FuzzParseSignOff(f *testing.F) {
	for _, kind := range everyKind {
		f.Add(signOffPayload(f, signOff(kind)))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := record.ParseSignOff(text)
		if err != nil {
			return
		}
		require.True(t, record.IsSignOff(text))
		require.NoError(t, s.Check())
		again, err := record.ParseSignOff(signOffPayload(t, s))
		require.NoError(t, err)
		one, err := json.Marshal(s, gate.Deterministic)
		require.NoError(t, err)
		two, err := json.Marshal(again, gate.Deterministic)
		require.NoError(t, err)
		require.Equal(t, string(one), string(two))
	})
}
