package report_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

func TestDatesThatNobodyCanMeanAreCounted(t *testing.T) {
	for want, texts := range map[string][]string{
		"": {"1971-01-01", "2149-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "", "soon"},
		"1 date before 1971 counts as not known (x)":               {"1970-12-31T23:59:59Z"},
		"3 dates before 1971 count as not known (x)":               {"1970-01-01", "0000-01-01", "1971-01-01T00:00:00+01:00", "2026-01-31"},
		"2 dates after 2149 count as not known (x)":                {"2150-01-01", "9999-12-31T23:59:59Z"},
		"2 dates before 1971 or after 2149 count as not known (x)": {"1969-07-20", "2200-01-01T00:00:00Z"},
	} {
		var dates report.Dates
		for _, text := range texts {
			at := report.ParseTime(text)
			known := report.Meant(at)
			dates.Settle("x", &at)
			require.Equal(t, known, !at.IsZero(), text)
		}
		require.Equal(t, want, first(dates.Warnings()))
	}
}

func TestSeveralMembersAreCountedApart(t *testing.T) {
	var dates report.Dates
	for _, member := range []string{"published", "due", "published"} {
		at := time.Unix(0, 0)
		dates.Settle(member, &at)
	}
	require.Equal(t, []string{"3 dates before 1971 count as not known (due: 1, published: 2)"}, dates.Warnings())
}

// The years are those of gate, which does not export them.
func TestGateMeansTheSameYears(t *testing.T) {
	for _, day := range []string{"1970-12-31", "1971-01-01", "2149-12-31", "2150-01-01"} {
		_, err := gate.ParseDay(day)
		require.Equal(t, err == nil, report.Meant(report.ParseTime(day)), day)
	}
}

// A year that JSON cannot write is no time: the decision holds the time of the report.
func TestYearsThatCannotBeWritten(t *testing.T) {
	for _, text := range []string{"0000-01-01T00:00:00+10:00", "9999-12-31T23:59:59-10:00"} {
		require.True(t, report.ParseTime(text).IsZero(), text)
	}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func TestDatesThatCannotBeRead(t *testing.T) {
	for text, want := range map[string][]string{
		`"yesterday"`: {"1 date that cannot be read counts as not known (found)"}, `"2026-13-45"`: {"1 date that cannot be read counts as not known (found)"},
		`0`:  {"1 date that cannot be read counts as not known (found)"},
		`""`: nil, `null`: nil, `"0001-01-01T00:00:00Z"`: nil, `"None"`: nil, `"2026-11-20"`: nil,
		`"1969-01-01"`: {"1 date before 1971 counts as not known (found)"},
	} {
		var v struct {
			At report.Time `json:"at"`
		}
		require.NoError(t, report.Unmarshal([]byte(`{"at":`+text+`}`), &v))
		var dates report.Dates
		dates.Read("found", &v.At)
		require.Equal(t, want, dates.Warnings(), text)
	}
}
