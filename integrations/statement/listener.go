package statement

import (
	"fmt"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// anyone stands for every author.
const anyone = "*"

// listener passes statements on, and notes whose do not count.
type listener struct {
	emit     func(*gate.Statement) error
	most     int // statements of one document
	authors  map[string]bool
	ours     map[string]bool
	heard    int
	foreign  int      // statements that do not count
	foreigns []string // their authors, each once, up to one more than are named
}

func newListener(f *File, emit func(*gate.Statement) error) *listener {
	return &listener{emit: emit, most: f.Limits.Count, authors: setOf(f.Authors), ours: setOf(f.Products)}
}

// setOf leaves out the empty name: it is that of everything that has none.
func setOf(names []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		if name != "" {
			set[name] = true
		}
	}
	return set
}

// hear says of a statement whether it counts and which of its products are ours.
func (l *listener) hear(s *gate.Statement) error {
	if l.heard++; l.heard > l.most {
		return fmt.Errorf("%w: it has more than %d statements (limit findings)", report.ErrTooLarge, l.most)
	}
	s.Counts = l.authors[anyone] || l.authors[s.Word.By]
	if !s.Counts {
		l.note(s.Word.By)
	}
	for i := range s.Products {
		for p := &s.Products[i]; p != nil; p = p.Within {
			p.Ours = l.ours[p.PURL] || slices.ContainsFunc(p.Names, func(name string) bool { return l.ours[name] })
		}
	}
	return l.emit(s)
}

// named is how many authors a warning names.
const named = 3

func (l *listener) note(author string) {
	l.foreign++
	if len(l.foreigns) <= named && !slices.Contains(l.foreigns, author) {
		l.foreigns = append(l.foreigns, author)
	}
}

// warnings says what of a document comes to nothing.
func (l *listener) warnings(scan *gate.Scan) (list []string) {
	if l.heard == 0 {
		list = append(list, "the document states nothing"+leftOut(scan.Dropped))
	}
	if l.foreign > 0 {
		list = append(list, fmt.Sprintf("%d of %d statements do not count, for their authors are not listed: %s", l.foreign, l.heard, l.names()))
	}
	return list
}

func leftOut(dropped map[string]int) string {
	n := 0
	for _, count := range dropped {
		n += count
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" that can be used: %d of its entries are left out", n)
}

func (l *listener) names() string {
	names := make([]string, len(l.foreigns))
	for i, author := range l.foreigns {
		names[i] = fmt.Sprintf("%q", author)
		if author == "" {
			names[i] = "one who is not named"
		}
	}
	if len(names) > named {
		names = append(names[:named], "and others")
	}
	return strings.Join(names, ", ")
}
