package sonarqube

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// page is what one page says of itself.
type page struct {
	issues, hotspots bool // the member was there, empty or not
	entries          int
	total            report.Count // stands beside paging, in answers of issues
	paging           struct {
		Index report.Count `json:"pageIndex"`
		Total report.Count `json:"total"`
	}
}

// tally is what all pages of one list hold, and say that there is.
type tally struct {
	entries, total int
	silent         bool // some page does not say how many there are
	seen           map[int]bool
	twice          int // a page that is there twice
}

// count adds one page to the tally of its list.
func (p *parser) count() error {
	list := "issues"
	switch {
	case !p.page.issues && !p.page.hotspots:
		return fmt.Errorf("%w: the page has neither `issues` nor `hotspots`", report.ErrShape)
	case !p.page.issues:
		list = "hotspots"
	}
	t := p.tally[list]
	if t == nil {
		t = &tally{seen: map[int]bool{}}
		p.tally[list] = t
	}
	t.entries += p.page.entries
	t.total = max(t.total, p.page.total.N, p.page.paging.Total.N)
	t.silent = t.silent || !p.page.total.Known && !p.page.paging.Total.Known
	index := p.page.paging.Index.N
	if t.seen[index] {
		t.twice = max(1, index)
	}
	t.seen[index] = true
	return nil
}

// missing says why the export is not whole.
func (p *parser) missing() string {
	for _, list := range slices.Sorted(maps.Keys(p.tally)) {
		switch t := p.tally[list]; {
		case t.total > t.entries:
			return fmt.Sprintf("the export holds %d of %d %s", t.entries, t.total, list)
		case t.twice > 0:
			return fmt.Sprintf("the export holds page %d of the %s twice", t.twice, list)
		case t.silent:
			return fmt.Sprintf("the export does not say how many %s there are", list)
		}
	}
	return ""
}

// locate reads the paths of one page, the first time.
func (p *parser) locate(dec *report.Decoder) error {
	return report.EachMember(dec, func(name string) error {
		if name != "components" {
			return report.Skip(dec)
		}
		return report.Each(dec, func(c *struct {
			Key  string `json:"key"`
			Path string `json:"path"`
		}) error {
			if c.Path != "" && c.Path != end(c.Key) {
				p.paths[c.Key] = c.Path
			}
			return nil
		})
	})
}

// end is what mostly is the path of a component: its key without that of the project, and of the module.
func end(key string) string { return key[strings.LastIndex(key, ":")+1:] }

// path is where a component lies. The project itself has no path.
func (p *parser) path(component, project string) string {
	switch path := p.paths[component]; {
	case path != "":
		return path
	case component == project:
		return ""
	}
	return end(component)
}
