package phrase_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func judged(id string, level gate.Level, severity gate.Severity, due int) gate.Judged {
	j := gate.Judged{Defect: &gate.Defect{ID: id, Severity: severity, Occurrences: []*gate.Occurrence{{Location: gate.Location{Path: "a.go"}}}}}
	if level != "" {
		j.Violations = []gate.Violation{{Level: level}}
	}
	if due != 0 {
		j.Due = now.AddDate(0, 0, due)
	}
	return j
}

// What must not ship comes first, then the worst, then what is due first; one without a due day last.
func TestTheWorstComesFirst(t *testing.T) {
	closed, covered := judged("closed", gate.Deny, gate.Critical, 1), judged("covered", gate.Deny, gate.Critical, 1)
	closed.State, covered.Violations[0].Exception = gate.NotAffected, "EX-1"
	d := &gate.Decision{Evaluation: gate.Evaluation{Findings: []gate.Judged{
		judged("8", gate.Warn, gate.Low, 0), judged("5", gate.Deny, gate.Low, 0), judged("silent", "", gate.Critical, 1), closed, covered,
		judged("6", gate.Warn, gate.Critical, 9), judged("3", gate.Deny, gate.High, 0), judged("2", gate.Deny, gate.High, 9), judged("1", gate.Deny, gate.High, -9),
		judged("4", "block", gate.High, 0), judged("7", gate.Warn, gate.Critical, 0)}}}
	var ids string
	for _, j := range phrase.WorstFirst(d) {
		ids += j.ID
	}
	require.Equal(t, "12345678", ids)
}

// A level that nobody knows blocks, and is told as a denial.
func TestAnUnknownLevelIsADenial(t *testing.T) {
	said := []gate.Violation{{Rule: "a", Level: gate.Warn}, {Rule: "b", Level: "block"}, {Rule: "c", Level: gate.Deny}, {Rule: "d", Level: gate.Deny, Exception: "x"}}
	require.Equal(t, said[1:3], phrase.Uncovered(said, gate.Deny))
	require.Equal(t, said[:1], phrase.Uncovered(said, gate.Warn))
	d := &gate.Decision{Evaluation: gate.Evaluation{Violations: said}}
	require.Equal(t, []string{"2 denials of the artifact", "1 warning about the artifact"}, phrase.Counts(d))
}

func TestCoveredBySaysWhoAnswers(t *testing.T) {
	d := &gate.Decision{Evaluation: gate.Evaluation{Exceptions: []gate.ExceptionUse{{Exception: &gate.Exception{ID: "EX-1", Kind: gate.NoDefect,
		Approver: "alice and bob", Reason: "a test", Until: now, Controls: []string{"a", "b"}, Ticket: "T-1"}}}}}
	require.Equal(t, "EX-1, said to be none by alice and bob through 2026-11-01: a test; meanwhile: a; b; ticket: T-1", phrase.CoveredBy(d, "EX-1"))
	require.Equal(t, "exception EX-2", phrase.CoveredBy(d, "EX-2"))
}
