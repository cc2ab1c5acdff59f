package github

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// list is a list that comes in pages: of alerts, or of what holds alerts.
type list struct {
	nodes int
	total *float64 // how many there are, where the answer says
	more  bool     // the last page says that there is another
	of    text     // the repository, as far as it is known before its alerts
}

// read takes what a list says of its length.
func (l *list) read(dec *report.Decoder, name string) error {
	if name == "pageInfo" {
		var info struct {
			More bool `json:"hasNextPage"`
		}
		err := report.Value(dec, &info)
		l.more = l.more || info.More
		return err
	}
	var total report.Number
	err := report.Value(dec, &total)
	if total.Float != nil {
		l.total = total.Float
	}
	return err
}

// account adds a page to its list. The later pages of one list, of one owner, continue it; lists inside of lists have one page each.
func (w *walker) account(at spot, of string, page *list) {
	key := strings.TrimSpace(at.path + " " + of)
	if at.ofMany {
		key = fmt.Sprintf("%s, number %d", key, len(w.lists)+1)
	}
	l := w.lists[key]
	if l == nil {
		l = &list{}
		w.lists[key] = l
	}
	l.nodes += page.nodes
	l.more = page.more
	if page.total != nil {
		l.total = page.total
	}
}

// unfinished says which list is not whole.
func (w *walker) unfinished() string {
	for _, key := range slices.Sorted(maps.Keys(w.lists)) {
		switch l := w.lists[key]; {
		case l.more:
			return fmt.Sprintf("%s has a next page that is not there", key[1:])
		case l.total != nil && !(float64(l.nodes) >= *l.total):
			return fmt.Sprintf("%s has %d of %v entries", key[1:], l.nodes, *l.total)
		}
	}
	return ""
}

// proof says that the files of all repositories were looked at.
func (w *walker) proof() string {
	if w.scanned == 0 || w.unscanned > 0 {
		return ""
	}
	return fmt.Sprintf("repositories whose manifests Dependabot watches: %d", w.scanned)
}
