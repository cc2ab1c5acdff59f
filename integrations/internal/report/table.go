package report

import (
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// Row is a format in a table of formats.
type Row interface {
	called() string
	claims(*Outline) bool
}

func (f Format) called() string                  { return f.Name }
func (f Format) claims(o *Outline) bool          { return f.Detect(o) }
func (f StatementFormat) called() string         { return f.Name }
func (f StatementFormat) claims(o *Outline) bool { return f.Detect(o) }
func (f FeedFormat) called() string              { return f.Name }
func (f FeedFormat) claims(*Outline) bool        { return false } // feeds are named

// Names lists the names of formats.
func Names[F Row](table []F) []string {
	names := make([]string, len(table))
	for i, f := range table {
		names[i] = f.called()
	}
	return names
}

// Lookup finds a format by its name; what says in an error what the formats of the table are: "report format".
func Lookup[F Row](table []F, what, name string) (none F, err error) {
	for _, f := range table {
		if f.called() == name {
			return f, nil
		}
	}
	return none, gate.WithHint(fmt.Errorf("%q is no %s", name, what), "use one of %s", strings.Join(Names(table), ", "))
}

// Claims lists the formats that take a document for theirs.
func Claims[F Row](table []F, o *Outline) (list []F) {
	for _, f := range table {
		if f.claims(o) {
			list = append(list, f)
		}
	}
	return list
}

// Recognise finds the one format that claims a document. unknown is the error of one that nobody claims, and how what to do where several do.
func Recognise[F Row](table []F, o *Outline, unknown error, how string) (none F, err error) {
	claimed := Claims(table, o)
	switch len(claimed) {
	case 1:
		return claimed[0], nil
	case 0:
		return none, unknown
	}
	return none, gate.WithHint(fmt.Errorf("this may be %s", strings.Join(Names(claimed), " or ")), "%s", how)
}
