package policy_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/policy"
)

func input(defects ...*gate.Defect) gate.Input {
	return gate.Input{
		Now: now, Defects: defects, Candidates: make([][]gate.Candidate, len(defects)),
	}
}

func plain(*gate.Defect) {}

// TestUnreadableAnswers evaluates rules whose answer is no violation, or that do not come to one. Never is that silence.
func TestUnreadableAnswers(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"a number":                {`report contains 5`, "first.rego:3: rule mine/first: the violation 5 has no message"},
		"true":                    {`report contains true`, "has no message"},
		"nothing":                 {`report contains null`, "has no message"},
		"a list":                  {`report contains ["x"]`, "has no message"},
		"a set":                   {`report contains {"x"}`, "has no message"},
		"an object without text":  {`report contains {"text": "x"}`, "first.rego:3: rule mine/first: the violation {\"text\": \"x\"} has no message"},
		"a level that is none":    {`report contains {"message": "x", "level": "denny"}`, "has an unknown level"},
		"a level that is no text": {`report contains {"message": "x", "level": 1}`, "has an unknown level"},
		"an empty text":           {`report contains ""`, "empty message"},
		"white space":             {`report contains {"message": " "}`, "empty message"},
		"a message that is none":  {`report contains {"message": ["x"]}`, "has no message"},
		"an instant that is none": {`report contains "x" if time.parse_rfc3339_ns(input.defect.title) > 0`, "first.rego:5: eval_builtin_error: time.parse_rfc3339_ns"},
		"a number that is none":   {`report contains "x" if to_number(input.defect.title) > 0`, "first.rego:5: eval_builtin_error: to_number"},
		"a fault inside not":      {`report contains "x" if not to_number(input.defect.title)`, "eval_builtin_error"},
		"a fault inside a list":   {`report contains "x" if count([n | n := to_number(input.defect.title)]) > 0`, "eval_builtin_error"},
		"two values of one rule":  {"report contains \"x\" if a\n\na := input.defect.id\n\na := input.defect.title", "eval_conflict_error"},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := engine(t, mine(c.body))
			require.NoError(t, err)
			_, err = e.Evaluate(t.Context(), input(defect(func(d *gate.Defect) { d.Title = "rubbish" })))
			require.ErrorContains(t, err, c.want)
		})
	}
}

// TestClockOfPolicies asks OPA's clock, which is that of the decision.
func TestClockOfPolicies(t *testing.T) {
	e, err := engine(t, mine(`report contains "the same" if time.now_ns() == input.now_ns`))
	require.NoError(t, err)
	judged, err := e.Evaluate(t.Context(), input(defect(plain)))
	require.NoError(t, err)
	require.Equal(t, "the same", judged.Defects[0].Violations[0].Message)
}

// TestNoPolicyReachesTheNetwork names a schema that lies on a server, in the two ways in which OPA would load it.
func TestNoPolicyReachesTheNetwork(t *testing.T) {
	var asked atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Store(true) }))
	defer server.Close()
	schema := fmt.Sprintf(`{"$ref": "%s/schema.json"}`, server.URL)
	for name, body := range map[string]string{
		"called":   `report contains "x" if json.match_schema({}, ` + schema + `)[0]`,
		"declared": "# METADATA\n# scope: rule\n# schemas:\n# - input: " + schema + "\n" + `report contains "x" if input.defect.exploited`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := engine(t, mine(body))
			require.Error(t, err)
			require.False(t, asked.Load(), "a policy has reached a server")
		})
	}
}

// TestLimits evaluates policies that would not end, or that would take all memory.
func TestLimits(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"endless loops": {`report contains "x" if {
	some a in numbers.range(1, 9000)
	some b in numbers.range(1, 9000)
	some c in numbers.range(1, 9000)
	a + b + c == count(input.defect.title) - 5
}`, "longer than 300ms"},
		"a long range": {`report contains "x" if count(numbers.range(1, 50000000)) == count(input.defect.title)`, ""},
		"a long text": {`report contains "x" if {
	lines := [line | some i in numbers.range(1, 20000); line := sprintf("%01000d", [i + count(input.defect.title)])]
	text := concat("", lines)
	count({part | some i in numbers.range(1, 50); part := concat(text, [sprintf("%d", [i]), text])}) == 0
}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := policy.Options{Environment: "production", Sets: []policy.Set{folder(t, mine(c.body))},
				Limits: policy.Limits{Deadline: 300 * time.Millisecond, Heap: 64 << 20}}
			e, err := policy.New(t.Context(), o)
			require.NoError(t, err)
			began := time.Now()
			_, err = e.Evaluate(t.Context(), input(defect(plain)))
			require.ErrorContains(t, err, "the evaluation was ended: ")
			assert.Regexp(t, "a query took longer than 300ms|the heap grew by more than 64 MiB", err.Error())
			require.ErrorContains(t, err, c.want)
			assert.Less(t, time.Since(began), 5*time.Second)
		})
	}
}

func TestOneLimitAlone(t *testing.T) {
	e, err := policy.New(t.Context(), policy.Options{Environment: "production", Limits: policy.Limits{Deadline: time.Minute}})
	require.NoError(t, err)
	var described gate.Evaluator
	e.Describe(&described)
	assert.Equal(t, gate.Limits{DeadlineSeconds: 60, HeapBytes: 512 << 20}, described.Limits)
	_, err = e.Evaluate(t.Context(), input(defect(plain)))
	require.NoError(t, err)
}

func TestCancelled(t *testing.T) {
	e, err := engine(t, mine(`report contains "x" if count([1 | some a in numbers.range(1, 9000); some b in numbers.range(1, 9000); a == b + input.now_ns]) == 1`))
	require.NoError(t, err)
	why := errors.New("the job was stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(50*time.Millisecond, func() { cancel(why) })
	_, err = e.Evaluate(ctx, input(defect(plain)))
	require.ErrorIs(t, err, why)
	_, err = e.Evaluate(ctx, input()) // before it begins
	require.ErrorIs(t, err, why)
}

func TestEveryRuleIgnored(t *testing.T) {
	e, err := policy.New(t.Context(), policy.Options{Environment: "production"})
	require.NoError(t, err)
	rules := map[string]any{}
	for _, r := range e.Rules() {
		if r.ID() == "exception/override" || r.ID() == "exception/follow_up" {
			continue // what becomes of overrides is always said; no defect is judged by it
		}
		if rules[r.Category] == nil {
			rules[r.Category] = map[string]any{}
		}
		rules[r.Category].(map[string]any)[r.Name] = map[string]any{"level": "ignore"}
	}
	_, err = policy.New(t.Context(), policy.Options{Environment: "production", Rules: rules})
	require.ErrorContains(t, err, "no rule is left to judge with")
	delete(rules, "malware")
	e, err = policy.New(t.Context(), policy.Options{Environment: "production", Rules: rules})
	require.NoError(t, err)
	j, err := e.Evaluate(t.Context(), input(defect(func(d *gate.Defect) { d.Kind = gate.Malware })))
	require.NoError(t, err)
	assert.Equal(t, "malware/found", j.Defects[0].Violations[0].Rule)
	assert.Equal(t, now.Add(30*24*time.Hour), j.Defects[0].Due, "the due day is told, whatever rules read")
}

// TestSameAnswers judges many defects with one worker and with several, in both orders: each gets the same judgement.
func TestSameAnswers(t *testing.T) {
	e, err := policy.New(t.Context(), policy.Options{Environment: "production"})
	require.NoError(t, err)
	var defects, reversed []*gate.Defect
	for i := range 500 {
		d := defect(func(d *gate.Defect) {
			d.ID, d.Severity = fmt.Sprintf("CVE-2026-%04d", i), gate.Severities()[i%6]
			d.Exploited, d.Clocks.FirstSeen = i%7 == 0, now.AddDate(0, 0, -i)
		})
		if i%11 == 0 {
			d.Occurrences[0].State = gate.NotAffected
		}
		defects, reversed = append(defects, d), append([]*gate.Defect{d}, reversed...)
	}
	var first gate.Judgements
	for _, workers := range []int{1, 2, 4} {
		before := runtime.GOMAXPROCS(workers)
		t.Cleanup(func() { runtime.GOMAXPROCS(before) })
		j, err := e.Evaluate(t.Context(), input(defects...))
		require.NoError(t, err)
		if workers == 1 {
			first = j
		}
		require.Equal(t, first, j)
		back, err := e.Evaluate(t.Context(), input(reversed...))
		require.NoError(t, err)
		for i := range defects {
			require.Equal(t, j.Defects[i], back.Defects[len(defects)-1-i])
		}
		require.Equal(t, j.Artifact, back.Artifact)
	}
	assert.Zero(t, first.Defects[0], "a closed defect is not judged")
	assert.NotEmpty(t, first.Defects[499].Violations)
}

// TestPrints collects what policies print, once each.
func TestPrints(t *testing.T) {
	e, err := engine(t, mine("report contains \"x\" if {\n\tprint(\"kind\", input.defect.kind)\n\tfalse\n}"))
	require.NoError(t, err)
	j, err := e.Evaluate(t.Context(), input(defect(plain), defect(plain)))
	require.NoError(t, err)
	require.Len(t, j.Prints, 1)
	assert.Regexp(t, `first\.rego:6: kind vulnerability$`, j.Prints[0])
}
