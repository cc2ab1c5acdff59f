package github

import (
	"strings"
	"testing"

	"github.com/google/go-github/v62/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// patches are patches as GitHub gives them, with the lines that they add or rewrite; nil patches are none.
var patches = []struct {
	name, patch string
	added       []span
	broken      bool
}{
	{name: "one line rewritten", patch: "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c", added: []span{{2, 2}}},
	{name: "a new file", patch: "@@ -0,0 +1,2 @@\n+a\n+b", added: []span{{1, 2}}},
	{name: "a new file of one line", patch: "@@ -0,0 +1 @@\n+a", added: []span{{1, 1}}},
	{name: "one line for one line", patch: "@@ -1 +1 @@\n-a\n+b", added: []span{{1, 1}}},
	{name: "a file that is gone", patch: "@@ -1,2 +0,0 @@\n-a\n-b"},
	{name: "lines taken away", patch: "@@ -3,4 +3,2 @@ func main() {\n a\n-b\n-c\n d"},
	{name: "the beginning taken away", patch: "@@ -1,3 +1,1 @@\n-a\n-b\n c"},
	{name: "several hunks", patch: "@@ -1,2 +1,3 @@\n a\n+b\n c\n@@ -10,2 +11,4 @@ type T struct {\n+d\n x\n+e\n y", added: []span{{2, 2}, {11, 11}, {13, 13}}},
	{name: "hunks that touch", patch: "@@ -1 +1,2 @@\n a\n+b\n@@ -2 +3,2 @@\n+c\n d", added: []span{{2, 3}}},
	{name: "taken away without lines around", patch: "@@ -5,2 +4,0 @@\n-a\n-b\n@@ -9,0 +7,2 @@\n+c\n+d", added: []span{{7, 8}}},
	{name: "no line end before", patch: "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b", added: []span{{2, 2}}},
	{name: "no line end behind", patch: "@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file", added: []span{{2, 2}}},
	{name: "no line end on either side", patch: "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file", added: []span{{1, 1}}},
	{name: "CRLF", patch: "@@ -1,3 +1,4 @@\r\n a\r\n+b\r\n+\r\n-c\r\n d\r", added: []span{{2, 3}}},
	{name: "lone carriage returns", patch: "@@ -1,2 +1,2 @@\n a\r@@ -9 +9 @@\n-b\n+b\r+c\r+d", added: []span{{2, 2}}},
	{name: "lines that look like a patch", patch: "@@ -1,2 +1,4 @@\n a\n+@@ -100 +100 @@\n+++ b/x\n b", added: []span{{2, 3}}},
	{name: "a line taken away that looks like a head", patch: "@@ -1,2 +1,1 @@\n a\n--- a/x"},
	{name: "an empty line", patch: "@@ -1,3 +1,4 @@\n a\n \n+b\n c", added: []span{{3, 3}}},
	{name: "an empty line, trimmed", patch: "@@ -1,3 +1,4 @@\n a\n\n+b\n c", added: []span{{3, 3}}},
	{name: "a line end behind it all", patch: "@@ -1 +1,2 @@\n a\n+b\n", added: []span{{2, 2}}},
	{name: "only the head of a hunk without lines", patch: "@@ -0,0 +0,0 @@"},

	{name: "cut in a hunk", patch: "@@ -1,3 +1,4 @@\n a\n+b", broken: true},
	{name: "cut in a head", patch: "@@ -1,3 +1,4 @", broken: true},
	{name: "more than the head says", patch: "@@ -1,1 +1,2 @@\n a\n+b\n+c", broken: true},
	{name: "no head", patch: "+a", broken: true},
	{name: "what is no line of a hunk", patch: "@@ -1 +1 @@\n*a", broken: true},
	{name: "a line of no kind between the others", patch: "@@ -1 +1 @@\n-a\n*x\n+b", broken: true},
	{name: "too many old lines", patch: "@@ -1,0 +1,1 @@\n-a\n+b", broken: true},
	{name: "too many new lines", patch: "@@ -1,2 +1,0 @@\n-a\n+b\n-c", broken: true},
	{name: "backwards", patch: "@@ -10 +10 @@\n-a\n+b\n@@ -1 +1 @@\n-a\n+b", broken: true},
	{name: "over one another", patch: "@@ -1 +1,2 @@\n a\n+b\n@@ -2 +2 @@\n-a\n+b", broken: true},
	{name: "line 0", patch: "@@ -1 +0,1 @@\n-a\n+b", broken: true},
	{name: "a number that is too large", patch: "@@ -1 +99999999999999999999 @@\n-a\n+b", broken: true},
	{name: "a negative number", patch: "@@ -1 +-1 @@\n-a\n+b", broken: true},
	{name: "a combined diff", patch: "@@@ -1,2 -1,2 +1,2 @@@\n- a\n -b\n++c", broken: true},
	{name: "the header of a file", patch: "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b", broken: true},
	{name: "something else", patch: "Binary files differ", broken: true},
}

func TestAddedLines(t *testing.T) {
	for _, c := range patches {
		t.Run(c.name, func(t *testing.T) {
			added, ok := addedLines(c.patch)
			assert.Equal(t, !c.broken, ok)
			assert.Equal(t, c.added, added)
		})
	}
}

func TestChangedInAFile(t *testing.T) {
	for _, c := range []struct {
		name, status, patch string
		changes             int
		want                []span
	}{
		{"modified", "modified", "@@ -1 +1 @@\n-a\n+b", 2, []span{{1, 1}}},
		{"added", "added", "@@ -0,0 +1 @@\n+a", 1, []span{{1, 1}}},
		{"removed", "removed", "@@ -1 +0,0 @@\n-a", 1, nil},
		{"removed, and large", "removed", "", 90000, nil},
		{"moved", "renamed", "", 0, nil},
		{"copied", "copied", "", 0, nil},
		{"unchanged", "unchanged", "", 0, nil},
		{"moved and rewritten", "renamed", "@@ -1 +1 @@\n-a\n+b", 2, []span{{1, 1}}},
		{"moved and rewritten, and large", "renamed", "", 90000, wholeFile},
		{"binary", "modified", "", 0, wholeFile},
		{"binary and new", "added", "", 0, wholeFile},
		{"large", "modified", "", 90000, wholeFile},
		{"cut", "modified", "@@ -1,9 +1,9 @@\n-a", 18, wholeFile},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, changedIn(&github.CommitFile{Status: &c.status, Patch: &c.patch, Changes: &c.changes}))
		})
	}
}

func TestChangedHas(t *testing.T) {
	c := Changed{files: map[string][]span{"a.go": {{2, 4}, {9, 9}}, "moved.go": nil, "logo.png": wholeFile}}
	for line, want := range map[int]bool{1: false, 2: true, 3: true, 4: true, 5: false, 8: false, 9: true, 10: false, 0: true, -1: true} {
		assert.Equal(t, want, c.Has("a.go", line), "line %d", line)
	}
	assert.True(t, c.overlaps("a.go", 1, 2))
	assert.True(t, c.overlaps("a.go", 4, 8))
	assert.True(t, c.overlaps("a.go", 1, 100))
	assert.False(t, c.overlaps("a.go", 5, 8))
	assert.False(t, c.overlaps("a.go", 5, 2), "an end before the beginning is none")
	assert.True(t, c.overlaps("a.go", 9, 2), "likewise")
	assert.False(t, c.Has("moved.go", 0))
	assert.True(t, c.Has("logo.png", 77))
	assert.False(t, c.Has("b.go", 1))
	assert.False(t, Changed{}.Has("b.go", 0))
	c.more = true
	assert.True(t, c.Has("b.go", 1), "GitHub does not list it")
	assert.False(t, c.Has("a.go", 1), "GitHub lists it")
}

func FuzzAddedLines(f *testing.F) {
	for _, c := range patches {
		f.Add(c.patch)
	}
	f.Fuzz(func(t *testing.T, patch string) {
		added, ok := addedLines(patch)
		if !ok {
			require.Nil(t, added)
		}
		before, lines := 0, 0
		for _, s := range added {
			require.Greater(t, s.first, before, "in order, and each by itself")
			require.GreaterOrEqual(t, s.last, s.first)
			before, lines = s.last+1, lines+s.last-s.first+1
		}
		plus := 0
		for line := range strings.SplitSeq(patch, "\n") {
			if strings.HasPrefix(line, "+") {
				plus++
			}
		}
		if ok {
			require.Equal(t, plus, lines, "every line with a plus is one")
		}
	})
}
