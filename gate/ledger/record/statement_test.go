package record_test

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/record"
)

func TestAStatementReadsBackAsItWas(t *testing.T) {
	for name, subject := range subjects() {
		t.Run(name, func(t *testing.T) {
			d := decision(subject)
			text := payload(t, d)
			s, err := record.ParseStatement(text)
			require.NoError(t, err)
			require.Equal(t, "https://in-toto.io/Statement/v1", s.Type)
			require.Equal(t, gate.DecisionSchema, s.PredicateType)
			require.Equal(t, record.Subjects(d), s.Subject)
			read, err := record.ParseDecision(text)
			require.NoError(t, err)
			require.Equal(t, string(text), string(payload(t, read)))
		})
	}
}

func TestEqualDecisionsAreEqualBytes(t *testing.T) {
	first := payload(t, decision(subjects()["artifact of commit"]))
	for range 50 { // maps are gone through in another order each time
		require.Equal(t, string(first), string(payload(t, decision(subjects()["artifact of commit"]))))
	}
	other := decision(subjects()["artifact of commit"])
	other.Clock.Now = now.Add(1)
	require.NotEqual(t, string(first), string(payload(t, other)))
	require.NotContains(t, string(first), "\n")
}

func TestThePredicateIsTheDecision(t *testing.T) {
	d := decision(subjects()["artifact"])
	s, err := record.ParseStatement(payload(t, d))
	require.NoError(t, err)
	want, err := json.Marshal(d, gate.Deterministic)
	require.NoError(t, err)
	require.Equal(t, string(want), string(s.Predicate))
}

func TestStatementsAreReadStrictly(t *testing.T) {
	fine := string(payload(t, decision(subjects()["artifact"])))
	_, err := record.ParseDecision([]byte(fine))
	require.NoError(t, err)
	change := func(from, to string) string {
		require.Contains(t, fine, from)
		return strings.Replace(fine, from, to, 1)
	}
	statement := `{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"` + gate.DecisionSchema + `"`
	for name, c := range map[string]struct{ text, want string }{
		"nothing":               {"", "this is no in-toto statement"},
		"null":                  {"null", `its statement is of type "", and`},
		"a list":                {"[]", "this is no in-toto statement"},
		"unknown member":        {change(`{"_type"`, `{"version":1,"_type"`), "unknown object member name"},
		"other case":            {change(`"_type"`, `"_Type"`), "unknown object member name"},
		"type twice":            {change(`{"_type"`, `{"_type":"x","_type"`), "duplicate object member name"},
		"predicate twice":       {change(`"predicate":`, `"predicate":{},"predicate":`), "duplicate object member name"},
		"type of before":        {change("Statement/v1", "Statement/v0.1"), `its statement is of type "https://in-toto.io/Statement/v0.1"`},
		"unknown of subject":    {change(`"digest":{`, `"size":1,"digest":{`), "unknown object member name"},
		"algorithm twice":       {change(`"sha256":`, `"sha256":"0","sha256":`), "duplicate object member name"},
		"more behind":           {fine + "{}", "this is no in-toto statement"},
		"no UTF-8":              {change("registry", "registry\xff"), "this is no in-toto statement"},
		"other predicate":       {change(gate.DecisionSchema, "https://slsa.dev/provenance/v1"), "it is of type \"https://slsa.dev/provenance/v1\", and no decision of this program"},
		"unknown of decision":   {change(`"verdict":"pass"`, `"verdict":"pass","force":true`), "unknown object member name"},
		"verdict twice":         {change(`"verdict":"pass"`, `"verdict":"fail","verdict":"pass"`), "duplicate object member name"},
		"other schema":          {change(`"schema":"`+gate.DecisionSchema, `"schema":"`+gate.DecisionSchema+"0"), "the decision is of type"},
		"no predicate":          {statement + `}`, "read the decision"},
		"predicate is null":     {statement + `,"predicate":null}`, `the decision is of type ""`},
		"predicate is empty":    {statement + `,"predicate":{}}`, `the decision is of type ""`},
		"predicate is a string": {statement + `,"predicate":"pass"}`, "read the decision"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := record.ParseDecision([]byte(c.text))
			require.ErrorContains(t, err, c.want)
			require.Nil(t, d)
		})
	}
}
