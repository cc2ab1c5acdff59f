package markdown_test

import (
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/output/markdown"
	"github.com/defectgate/defectgate/integrations/output/outputtest"
)

var (
	listed = regexp.MustCompile("(?m)^\\| (critical|high|medium|low) \\| `CVE-2027-")
	folds  = regexp.MustCompile(`(?s)<details>.*?</details>`)
	more   = regexp.MustCompile(`(?m)^… and (\d+) more$`)
)

// part is one part of a page, from its heading to the next.
func part(page, heading string) string {
	_, rest, _ := strings.Cut(page, heading)
	rest, _, _ = strings.Cut(rest, "\n### ")
	rest, _, _ = strings.Cut(rest, "\nTo sign off")
	return rest
}

func counted(t *testing.T, page string) int {
	m := more.FindStringSubmatch(page)
	require.NotNil(t, m, "it says how many there are besides")
	n, err := strconv.Atoi(m[1])
	require.NoError(t, err)
	return n
}

// Ten thousand defects fit, and the page says how many it does not show.
func TestALongPageIsCut(t *testing.T) {
	for name, text := range map[string]string{"hostile": strings.Repeat("@#<|`\\*[](x)", 30), "wide": strings.Repeat("漢", 300), "beyond": strings.Repeat("🎉", 300)} {
		r := outputtest.Many(10_000, text)
		for limit, fits := range map[markdown.Limit]func(string) (used, allowed int){
			markdown.Summary(): func(s string) (int, int) { return len(s), 1 << 20 },
			markdown.Comment(): func(s string) (int, int) { return len(utf16.Encode([]rune(s))), 65_536 },
		} {
			t.Run(name, func(t *testing.T) {
				page := written(t, r, markdown.Options{Limit: limit, RunURL: run})
				used, allowed := fits(page)
				require.LessOrEqual(t, used, allowed)
				require.Greater(t, used, allowed*9/10, "there is room for more")
				require.True(t, strings.HasPrefix(page, "**defectgate: FAIL**\n\n10002 defects must not ship · "))
				require.Equal(t, 10_002, len(listed.FindAllString(part(page, "### Must not ship"), -1))+counted(t, part(page, "### Must not ship"))+
					strings.Count(part(page, "### Must not ship"), "`CVE-2026-"))
				require.Equal(t, 9_995, counted(t, part(page, "approver writes a comment")))
				require.Equal(t, 10, strings.Count(page, "\n/defectgate accept CVE-"))
				require.Equal(t, 9_994, counted(t, part(page, "### Next 14 days")))
				require.True(t, strings.HasSuffix(page, "**If nothing changes, the next build fails now.**\n"))
			})
		}
	}
}

// A limit in characters is not one in bytes.
func TestCharactersAreNotBytes(t *testing.T) {
	page := written(t, outputtest.Many(1000, strings.Repeat("漢", 300)), markdown.Options{Limit: markdown.Comment()})
	require.Greater(t, len(page), 65_536)
	require.LessOrEqual(t, utf8.RuneCountInString(page), 65_536)
	require.LessOrEqual(t, len(written(t, outputtest.Many(1000, strings.Repeat("漢", 300)), markdown.Options{Limit: markdown.Bytes(65_536)})), 65_536)
}

// Rows of folded parts go first, then those of what must not ship; the rest stands, or there is no page.
func TestWhatIsFoldedGoesFirst(t *testing.T) {
	r := outputtest.Many(20, "a title")
	whole := written(t, r, markdown.Options{})
	require.NotRegexp(t, more, part(whole, "### Must not ship"))
	seen := map[string]bool{}
	for limit := len(whole); limit > 0; limit -= 50 {
		var page strings.Builder
		if err := markdown.Write(&page, r, markdown.Options{Limit: markdown.Bytes(limit)}); err != nil {
			require.ErrorContains(t, err, "what must be said needs")
			require.Empty(t, page.String())
			seen["refused"] = true
			continue
		}
		text := page.String()
		require.LessOrEqual(t, len(text), limit)
		cut := more.MatchString(folds.ReplaceAllString(part(text, "### Must not ship"), ""))
		folded := strings.Join(folds.FindAllString(text, -1), "")
		require.False(t, cut && strings.Contains(folded, "`CVE-"), "a folded row stands where one of what must not ship does not")
		seen["cut"] = seen["cut"] || cut
		seen["folded"] = seen["folded"] || more.MatchString(folded) && !cut
		for _, always := range []string{"**defectgate: FAIL**\n\n22 defects must not ship", "**If nothing changes, the next build fails now.**\n"} {
			require.Contains(t, text, always)
		}
		if strings.Count(text, "\n/defectgate accept") < 3 {
			require.LessOrEqual(t, len(blocking(text)), 1, "lines to sign off with give way to the worst defect alone")
			seen["tight"] = true
		}
	}
	require.Equal(t, map[string]bool{"refused": true, "cut": true, "folded": true, "tight": true}, seen)
	require.Error(t, markdown.Write(io.Discard, r, markdown.Options{Limit: markdown.Characters(1)}))
}

// What always stands fits every limit that a publisher has, whatever the texts are: a page that is refused is a check that cannot be told.
func TestWhatAlwaysStandsFits(t *testing.T) {
	for _, sign := range []string{"@", "#", "!", "&", "漢", "🎉", "|", "`", "gh-1", "://", "x"} {
		for _, length := range []int{490, 2000} {
			text := strings.Repeat(sign, length/len(sign))
			r := outputtest.Hostile(text)
			d := &r.Decision
			d.Inputs[2].Hint = strings.Repeat(text+"\n", 40)
			for range 5 {
				d.Problems, d.Evaluation.Violations = append(d.Problems, d.Problems...), append(d.Evaluation.Violations, d.Evaluation.Violations...)
				d.Inputs, r.Ways = append(d.Inputs, d.Inputs...), append(r.Ways, r.Ways...)
			}
			for _, limit := range []markdown.Limit{markdown.Bytes(65_535), markdown.Comment(), markdown.Summary()} {
				page := written(t, r, markdown.Options{Limit: limit, RunURL: run})
				require.True(t, strings.HasPrefix(page, "**defectgate: ERROR**\n"))
			}
		}
	}
}

// A line that is too long to be pasted is counted, and not cut.
func TestALongWayIsCounted(t *testing.T) {
	r := outputtest.Example()
	r.Ways[1].Line += strings.Repeat("x", 1000)
	page := written(t, r, markdown.Options{})
	require.NotContains(t, page, "/defectgate accept CVE-2026-0002")
	require.Equal(t, 4, counted(t, part(page, "approver writes a comment")))
}
