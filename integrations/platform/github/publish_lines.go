package github

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/go-github/v62/github"
)

// Changed are the lines that a pull request adds or rewrites, as they are numbered behind it.
type Changed struct {
	files map[string][]span
	more  bool // there are files that GitHub does not list
}

// span is from one line to another, both included.
type span struct{ first, last int }

// wholeFile is every line of a file.
var wholeFile = []span{{1, math.MaxInt}}

// Has reports whether a line was changed; line 0 stands for any of the file.
func (c Changed) Has(path string, line int) bool { return c.overlaps(path, line, line) }

// overlaps reports whether any of some lines was changed. Of a file that GitHub does not list nobody knows: it counts as changed.
func (c Changed) overlaps(path string, first, last int) bool {
	spans, listed := c.files[path]
	if !listed {
		return c.more
	}
	for _, s := range spans {
		if first <= 0 || s.first <= max(first, last) && first <= s.last {
			return true
		}
	}
	return false
}

// maxChangedFiles is how many files of a pull request GitHub lists.
const maxChangedFiles = 3000

// ChangedLines asks which lines a pull request changes. Where GitHub does not say, for a binary or large file and for all behind the first 3,000,
// they count as changed: it is better to show an annotation too many than to withhold one. Not being allowed to is [ErrForbidden].
func (c *Client) ChangedLines(ctx context.Context, change int64) (Changed, error) {
	const what = "list the files of the pull request"
	pull, err := pullNumber(change)
	if err != nil {
		return Changed{}, fmt.Errorf("%s: %w", what, err)
	}
	changed, count := Changed{files: map[string][]span{}}, 0
	err = pages(what, func(number int) (int, error) {
		some, response, err := c.api.PullRequests.ListFiles(ctx, c.owner, c.name, pull, &github.ListOptions{Page: number, PerPage: perPage})
		if err != nil {
			return 0, c.problem(what, readChanges, err)
		}
		if some == nil {
			return 0, unproven(what, response, "is no list")
		}
		for _, file := range some {
			changed.files[file.GetFilename()] = changedIn(file)
		}
		count += len(some)
		return response.NextPage, nil
	})
	if err != nil {
		return Changed{}, err
	}
	changed.more = count >= maxChangedFiles
	return changed, nil
}

// changedIn gives the changed lines of one file. One that was only moved has none; a patch that is not to be understood says nothing.
func changedIn(file *github.CommitFile) []span {
	patch, status := file.GetPatch(), file.GetStatus()
	switch {
	case status == "removed" || status == "unchanged":
		return nil
	case patch == "" && file.GetChanges() == 0 && (status == "renamed" || status == "copied"):
		return nil
	case patch == "":
		return wholeFile
	}
	if lines, ok := addedLines(patch); ok {
		return lines
	}
	return wholeFile
}

// addedLines reads the hunks of a unified diff of one file. It is strict: what does not add up is no patch, or was cut.
func addedLines(patch string) ([]span, bool) {
	r := hunkReader{next: 1}
	for line := range strings.SplitSeq(strings.TrimSuffix(patch, "\n"), "\n") {
		if !r.read(line) {
			return nil, false
		}
	}
	if r.old > 0 || r.new > 0 {
		return nil, false
	}
	return r.added, true
}

// hunkReader reads a patch line by line.
type hunkReader struct {
	next     int // number of the next line on the new side
	old, new int // lines that the hunk has yet to come, on either side
	added    []span
}

func (r *hunkReader) read(line string) bool {
	if strings.HasPrefix(line, `\`) { // "\ No newline at end of file"
		return true
	}
	if r.old == 0 && r.new == 0 {
		return r.head(line)
	}
	switch {
	case strings.HasPrefix(line, "+"):
		r.add()
		r.new--
	case strings.HasPrefix(line, "-"):
		r.old--
	case line == "" || line[0] == ' ': // somebody may have trimmed an empty line
		r.old, r.new, r.next = r.old-1, r.new-1, r.next+1
	default:
		return false
	}
	return r.old >= 0 && r.new >= 0
}

// add takes the next line for one that was added.
func (r *hunkReader) add() {
	if last := len(r.added) - 1; last >= 0 && r.added[last].last == r.next-1 {
		r.added[last].last = r.next
	} else {
		r.added = append(r.added, span{r.next, r.next})
	}
	r.next++
}

// hunkHead is the first line of a hunk: where it begins on either side, and how many lines it has there, 1 where it does not say.
var hunkHead = regexp.MustCompile(`^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@`)

// head begins a hunk. Hunks are in order; one without lines on the new side names the line before.
func (r *hunkReader) head(line string) bool {
	parts := hunkHead.FindStringSubmatch(line)
	if parts == nil {
		return false
	}
	r.old, r.new = counted(parts[2]), counted(parts[4])
	start := counted(parts[3])
	if r.new == 0 {
		start++
	}
	if start < r.next {
		return false
	}
	r.next = start
	return true
}

func counted(digits string) int {
	if digits == "" {
		return 1
	}
	n, _ := strconv.Atoi(digits) // nine digits always fit
	return n
}
