package markdown_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/output/markdown"
	"github.com/defectgate/defectgate/integrations/output/outputtest"
)

// measures are the two ways to limit a page, and to measure one.
var measures = []struct {
	limit func(int) markdown.Limit
	of    func(string) int
}{
	{markdown.Bytes, func(s string) int { return len(s) }},
	{markdown.Characters, func(s string) int { return len(utf16.Encode([]rune(s))) }},
}

// blocking are the rows of what must not ship.
func blocking(page string) []string {
	_, table, _ := strings.Cut(page, "### Must not ship: ")
	_, table, _ = strings.Cut(table, "|---|---|---|---|---|---|")
	var rows []string
	for line := range strings.Lines(strings.TrimPrefix(table, "\n")) {
		if !strings.HasPrefix(line, "| ") {
			break
		}
		rows = append(rows, line)
	}
	return rows
}

var needs = regexp.MustCompile(`needs (\d+) more than the 1 that are allowed`)

// smallest is the smallest limit that gives a page.
func smallest(t require.TestingT, r *gate.Report, limit func(int) markdown.Limit) int {
	more := needs.FindStringSubmatch(markdown.Write(&strings.Builder{}, r, markdown.Options{Limit: limit(1)}).Error())
	require.NotNil(t, more)
	n, err := strconv.Atoi(more[1])
	require.NoError(t, err)
	return n + 1
}

// drawnReport has some defects that must not ship, and much or little else.
func drawnReport(t *rapid.T) *gate.Report {
	text := strings.Repeat(rapid.SampledFrom([]string{"a", "@", "漢", "🎉", "|", "long word "}).Draw(t, "sign"), rapid.IntRange(1, 400).Draw(t, "length"))
	r := outputtest.Many(rapid.IntRange(0, 30).Draw(t, "defects"), text)
	d := &r.Decision
	worst := &d.Evaluation.Findings[0]
	for range rapid.IntRange(0, 20).Draw(t, "violations") {
		worst.Violations = append(worst.Violations, gate.Violation{Rule: "a/b", Level: gate.Deny, Message: text})
	}
	for range rapid.IntRange(0, 5).Draw(t, "problems") {
		d.Problems, d.Verdict = append(d.Problems, text), gate.Error
	}
	d.Inputs[2].Required, d.Inputs[2].Hint = true, strings.Repeat(text+"\n", rapid.IntRange(0, 20).Draw(t, "hint"))
	r.Ways = r.Ways[:rapid.IntRange(0, len(r.Ways)).Draw(t, "ways")]
	return r
}

// Whatever the limit is, no page is longer; each says how many it leaves out; and the worst of what must not ship stands wherever there is room for it.
func TestTheWorstStandsWithinEveryLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawnReport(t)
		whole := blocking(written(t, r, markdown.Options{}))
		require.NotEmpty(t, whole)
		for _, m := range measures {
			least := smallest(t, r, m.limit)
			enough := least + m.of(whole[0])
			limits := []int{least - 1, least, least + 1, enough - 1, enough, enough + 1}
			limits = append(limits, rapid.SliceOfN(rapid.IntRange(least, least+20_000), 10, 10).Draw(t, "limits")...)
			for _, limit := range limits {
				var page strings.Builder
				err := markdown.Write(&page, r, markdown.Options{Limit: m.limit(limit)})
				require.Equal(t, limit < least, err != nil)
				require.LessOrEqual(t, m.of(page.String()), limit)
				if err != nil {
					continue
				}
				rows := blocking(page.String())
				require.Equal(t, strings.Join(whole[:len(rows)], ""), strings.Join(rows, ""), "the worst first, and none that is cut")
				require.Equal(t, limit >= enough, len(rows) > 0, "limit %d, and %d would be enough", limit, enough)
				if left := len(whole) - len(rows); left > 0 {
					require.Contains(t, part(page.String(), "### Must not ship"), "\n… and "+strconv.Itoa(left)+" more\n")
				}
			}
		}
	})
}

// A defect of which every rule speaks has a row that is not too long to stand.
func TestARowTellsSomeViolations(t *testing.T) {
	r := outputtest.Example()
	worst := &r.Decision.Evaluation.Findings[0]
	for range 1000 {
		worst.Violations = append(worst.Violations, gate.Violation{Rule: "a/b", Level: gate.Deny, Message: strings.Repeat("@", 300)})
	}
	rows := blocking(written(t, r, markdown.Options{Limit: markdown.Comment()}))
	require.Len(t, rows, 2)
	require.Equal(t, 4, strings.Count(rows[0], "`a/b`"))
	require.Contains(t, rows[0], "; and 996 more |")
}
