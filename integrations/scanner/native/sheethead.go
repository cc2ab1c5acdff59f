package native

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// metaLine is a line of the head of a sheet.
type metaLine struct {
	mark  string
	cells []string // what stands in the cells behind the mark
	set   func(h *head, cells []string) error
}

var metaLines = []metaLine{
	{sheetMark, []string{strconv.Itoa(version)}, func(h *head, cells []string) (err error) { h.Version, err = wholeNumber(cells[0]); return err }},
	{"#tool", []string{"NAME", "VERSION"}, func(h *head, cells []string) error { h.Tool = gate.Tool{Name: cells[0], Version: cells[1]}; return nil }},
	{"#database", []string{"VERSION", "BUILT"}, func(h *head, cells []string) error { h.Database = database{cells[0], cells[1]}; return nil }},
	{"#started", []string{"TIME"}, func(h *head, cells []string) error { h.Started = cells[0]; return nil }},
	{"#ended", []string{"TIME"}, func(h *head, cells []string) error { h.Ended = cells[0]; return nil }},
	{"#subject", []string{"NAME", "DIGESTS", "REPOSITORY", "COMMIT"}, setSubject},
	{"#scanned", []string{"NUMBER"}, func(h *head, cells []string) (err error) { h.Scanned, err = wholeNumber(cells[0]); return err }},
}

func setSubject(h *head, cells []string) error {
	h.Subject = gate.Subject{Name: cells[0], Digests: strings.Fields(cells[1]), Repository: cells[2], Commit: cells[3]}
	return nil
}

// readHead reads the lines before the records: the mark, what is known of the scan, and the names of the columns.
func (s *sheet) readHead() error {
	seen := map[string]bool{}
	for {
		row, err := s.next()
		if err != nil {
			return err
		}
		if len(seen) == 0 && row[0] != sheetMark {
			return s.placed(noMark(row[0]))
		}
		if !strings.HasPrefix(row[0], "#") {
			return s.header(row)
		}
		if err := s.meta(filled(row), seen); err != nil {
			return s.placed(err)
		}
		seen[row[0]] = true
	}
}

// meta reads one line of the head.
func (s *sheet) meta(row []string, seen map[string]bool) error {
	mark, cells := row[0], row[1:]
	i := slices.IndexFunc(metaLines, func(m metaLine) bool { return m.mark == mark })
	switch {
	case mark == endMark:
		return gate.WithHint(fmt.Errorf("%s stands before the names of the columns", endMark), "write the names of the columns even if no record follows")
	case i < 0:
		return gate.WithHint(fmt.Errorf("%q is no line of the head", mark), "use %s", marks())
	case seen[mark]:
		return fmt.Errorf("a second %s", mark)
	case len(cells) > len(metaLines[i].cells):
		return gate.WithHint(fmt.Errorf("%s has %d cells too many", mark, len(cells)-len(metaLines[i].cells)), "write %s", metaLines[i])
	}
	if err := metaLines[i].set(&s.head, slices.Concat(cells, make([]string, len(metaLines[i].cells)-len(cells)))); err != nil {
		return gate.WithHint(fmt.Errorf("%s: %w", mark, err), "write %s", metaLines[i])
	}
	if mark == sheetMark {
		return s.head.checkVersion()
	}
	return nil
}

func (m metaLine) String() string { return m.mark + "," + strings.Join(m.cells, ",") }

func marks() string {
	all := make([]string, len(metaLines))
	for i, m := range metaLines {
		all[i] = m.String()
	}
	return strings.Join(all, "; ")
}

// header reads the names of the columns.
func (s *sheet) header(row []string) error {
	if err := s.head.fill(&s.scan); err != nil {
		return placed("the head", "", err)
	}
	seen := map[string]bool{"": false}
	for _, name := range row {
		column, err := columnNamed(name)
		if err == nil && name != "" && seen[name] {
			err = fmt.Errorf("a second column %q", name)
		}
		if err != nil {
			return s.placed(err)
		}
		seen[name] = true
		s.columns = append(s.columns, column)
	}
	for _, name := range []string{"id", "kind", "severity"} {
		if !seen[name] {
			return s.placed(fmt.Errorf("the column %q is missing", name))
		}
	}
	return nil
}

func columnNamed(name string) (member, error) {
	if name == "" {
		return member{}, nil
	}
	i := slices.IndexFunc(recordMembers, func(m member) bool { return m.name == name && m.set != nil })
	if i < 0 {
		return member{}, unlessSeparated(name, gate.WithHint(fmt.Errorf("%q is no column", name), "use some of %s", strings.Join(columnNames(), ", ")))
	}
	return recordMembers[i], nil
}

// columnNames lists the columns that a sheet may have.
func columnNames() (names []string) {
	for _, m := range recordMembers {
		if m.set != nil {
			names = append(names, m.name)
		}
	}
	return names
}

func noMark(cell string) error {
	return unlessSeparated(cell, gate.WithHint(fmt.Errorf("%q stands there", cell), "begin the sheet with %s", metaLines[0]))
}

// unlessSeparated names the separator where it is what is wrong: the spreadsheets of some countries write semicolons.
func unlessSeparated(cell string, err error) error {
	separator := ""
	switch {
	case strings.Contains(cell, ";"):
		separator = "semicolons"
	case strings.Contains(cell, "\t"):
		separator = "tabs"
	default:
		return err
	}
	return gate.WithHint(fmt.Errorf("the columns are separated by %s, not by commas", separator),
		"export the sheet again, with the comma as field delimiter")
}
