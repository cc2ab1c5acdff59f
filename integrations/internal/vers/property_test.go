package vers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/integrations/internal/vers"
)

// spellings write the place of a version on a line of eleven versions, for every ecosystem whose order is known.
var spellings = map[string]func(int) string{
	"npm": func(n int) string {
		return []string{"1.0.0-0", "1.0.0-9", "1.0.0-10", "1.0.0-a", "1.0.0-a.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0", "10.0.0"}[n]
	},
	"golang": func(n int) string { return fmt.Sprintf("v1.%d.0+incompatible", n) },
	"pypi": func(n int) string {
		return []string{"0.9", "1.dev1", "1a1.dev1", "1a1", "1b1", "1rc2", "1", "1+l", "1.post1", "1.0.1", "1!0"}[n]
	},
	"maven": func(n int) string {
		return []string{"0.9", "1-alpha", "1-alpha-2", "1-m1", "1-rc", "1-SNAPSHOT", "1.0.Final", "1-sp", "1-jre", "1-1", "1.0.1"}[n]
	},
	"gem": func(n int) string {
		return []string{"0.9", "1.a", "1.a.1", "1.b", "1.0", "1.0.1", "1.1", "1.2.pre", "1.2", "1.10", "2"}[n]
	},
	"deb": func(n int) string {
		return []string{"0.9", "1~~", "1~rc1", "1", "1-1~bpo", "1-1", "1-1+b1", "1-10", "1+x", "1.1", "1:0"}[n]
	},
	"rpm": func(n int) string {
		return []string{"0.9", "1~rc1", "1", "1-1", "1-2", "1-10", "1^git", "1.1", "1.10", "2", "1:0"}[n]
	},
	"apk": func(n int) string {
		return []string{"0.9", "1_alpha", "1_rc1", "1", "1-r1", "1_p1", "1a", "1.0", "1.05", "1.1", "1.10"}[n]
	},
}

const places = 11

// signpost is a comparator at a place.
type signpost struct {
	comparator string
	place      int
}

// interval is a stretch of the line between two signposts. A bound that lies between two places is written as a half.
type interval struct{ from, to float64 }

// covers tells by brute force whether a place lies in a range.
func covers(posts []signpost, place int) bool {
	within, bounded, exact := []interval{}, false, false
	begin := -1.0
	for _, p := range posts {
		at := float64(p.place)
		switch p.comparator {
		case "=", "!=":
			if p.place == place {
				return p.comparator == "="
			}
			exact = exact || p.comparator == "="
			continue
		case ">":
			begin = at + 0.5
		case ">=":
			begin = at
		case "<":
			within, begin = append(within, interval{begin, at - 0.5}), places
		case "<=":
			within, begin = append(within, interval{begin, at}), places
		}
		bounded = true
	}
	if bounded || !exact {
		within = append(within, interval{begin, places})
	}
	return slices.ContainsFunc(within, func(i interval) bool { return i.from <= float64(place) && float64(place) <= i.to })
}

// drawn gives a range that the specification allows: bounds take turns, and single versions stand outside of them.
func drawn(t *rapid.T) (posts []signpost) {
	open := rapid.Bool().Draw(t, "from the beginning")
	for place := range places {
		switch rapid.IntRange(0, 5).Draw(t, "post") {
		case 0:
			posts = append(posts, signpost{"!=", place})
		case 1:
			if !open {
				posts = append(posts, signpost{"=", place})
			}
		case 2:
			sign := map[bool]string{true: "<", false: ">"}[open]
			posts = append(posts, signpost{sign + rapid.SampledFrom([]string{"", "="}).Draw(t, "with"), place})
			open = !open
		}
	}
	return posts
}

// constraints writes a range in any order: where signposts stand is told by their versions.
func constraints(t *rapid.T, posts []signpost, spell func(int) string) string {
	written := make([]string, len(posts))
	for i, p := range posts {
		written[i] = p.comparator + strings.ReplaceAll(spell(p.place), "!", "%21")
	}
	return strings.Join(rapid.Permutation(written).Draw(t, "order"), "|")
}

func TestContainmentAgreesWithIntervals(t *testing.T) {
	for kind, spell := range spellings {
		t.Run(kind, rapid.MakeCheck(func(t *rapid.T) {
			posts := drawn(t)
			if len(posts) == 0 {
				t.Skip("no constraint")
			}
			r, err := vers.Parse("vers:" + kind + "/" + constraints(t, posts, spell))
			if err != nil {
				t.Fatal(err)
			}
			for place := range places {
				if got, want := r.Contains(spell(place)), covers(posts, place); got != want {
					t.Fatalf("%s in %s: %v, want %v", spell(place), r, got, want)
				}
			}
		}))
	}
}
