package signoff

import (
	"cmp"
	_ "embed" // the templates of the replies
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"text/template"

	"github.com/defectgate/defectgate/gate"
)

//go:embed reply.tmpl
var replyText string

// replies are the forms of what is answered. What somebody else wrote stands in code spans or is escaped, never at the beginning of a line: other
// bots read comments too, and forges execute lines.
var replies = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("reply").Funcs(template.FuncMap{"code": codeSpan, "cell": tableCell, "plain": sentence}).Parse(replyText))
})

// answer is what a reply is made of.
type answer struct {
	Headline, ID, Waits, ApproveLine, RevokeLine, Commit string
	SoonerLine, SoonerUntil                              string // approves what somebody else has signed off of the same defects, and its last day
	Rerun, Asks                                          bool
	Who                                                  string // may approve, in a sentence
	Rows                                                 []row
	More                                                 int
	Refusal
	Accept, FalsePositive, Override, Approve, Revoke string // examples
}

// row is one defect of one record.
type row struct{ Until, Severity, Defect, Component, Approvers, Scope, ID string }

// maxRows bounds what a status lists.
const maxRows = 20

// marker ends every reply. It finds our own comments again, together with who wrote them; by itself it proves nothing.
func (o *Outcome) marker() string {
	again := ""
	if o.isUndecided() {
		again = " undecided"
	}
	return fmt.Sprintf("<!-- defectgate:v1:reply comment=%d%s -->", o.Event.Comment, again)
}

var markerOf = regexp.MustCompile(`<!-- defectgate:v1:reply comment=([1-9][0-9]{0,17})( undecided)? -->\s*$`)

// Decides reports whether a reply of ours says what became of a comment, and not that nobody could tell.
func Decides(reply string) bool {
	parts := markerOf.FindStringSubmatch(reply)
	return parts != nil && parts[2] == ""
}

// AnswerTo gives the comment that a reply of ours answers, by its marker; 0 where it has none. Only what we wrote ourselves is one.
func AnswerTo(reply string) int64 {
	parts := markerOf.FindStringSubmatch(reply)
	if parts == nil {
		return 0
	}
	comment, _ := strconv.ParseInt(parts[1], 10, 64) // the pattern has digits
	return comment
}

// Reply is what is answered: Markdown whose first line is fixed text.
func (o *Outcome) Reply() string {
	var text strings.Builder
	name, a := o.answer()
	if err := replies().ExecuteTemplate(&text, name, a); err != nil {
		return "**defectgate: the reply could not be written**\n\n" + o.marker() + "\n" // a fault of a template: tests run each
	}
	return strings.TrimRight(text.String(), "\n") + "\n\n" + o.marker() + "\n"
}

func (o *Outcome) answer() (form string, a answer) {
	switch {
	case o.Recorded != nil:
		return o.recorded()
	case o.Refusal != nil:
		a.Refusal = *o.Refusal
		return "refused", a
	case o.Verified.Verb == Help:
		return "help", answer{Accept: exampleOf(Accept), FalsePositive: exampleOf(FalsePositive), Override: exampleOf(Override),
			Approve: exampleOf(Approve), Revoke: exampleOf(Revoke)}
	}
	return "status", o.status()
}

var headlines = map[gate.SignOffKind]string{gate.AcceptedRisk: "accepted", gate.NoDefect: "recorded as a false positive",
	gate.Overriding: "overridden this once", gate.ApprovalOf: "approved", gate.RevocationFor: "revoked"}

// subject is the exception that was recorded, or that what was recorded speaks of.
func (o *Outcome) subject() *Standing {
	if o.Recorded.Target != "" {
		return o.Book.Find(o.Recorded.Target)
	}
	return o.Book.Find(o.Recorded.ID)
}

// waits says for whom it waits; "" where it does not.
func (o *Outcome) waits() string {
	x := o.subject()
	if x == nil || x.Revoked != nil || x.distinct() >= x.Needed {
		return ""
	}
	return fmt.Sprintf("it has %d of %d approvers", x.distinct(), x.Needed)
}

func (o *Outcome) recorded() (form string, a answer) {
	id := cmp.Or(o.Recorded.Target, o.Recorded.ID)
	a = answer{Headline: headlines[o.Recorded.Kind], ID: id, Waits: o.waits(), Commit: short(o.Head), Rerun: o.Rerun,
		ApproveLine: o.approveLine(id), RevokeLine: fmt.Sprintf("/defectgate revoke %s because …", id)}
	if x := o.subject(); x != nil {
		a.Rows = rowsOf(x)
		if other := o.Book.waitingToo(x, o.At); other != nil && a.Waits != "" {
			a.SoonerLine, a.SoonerUntil = o.approveLine(other.ID), other.Last()
		}
	}
	if a.Asks = o.Recorded.Asks && a.Waits != ""; a.Asks {
		a.Headline = "asked for, and waits for an approver"
		if o.Verified != nil {
			a.Who = o.Verified.Waits
		}
	} else if a.Waits != "" {
		a.Headline += ", and waits for another approver"
	}
	if o.Recorded.Target != "" {
		return "approved", a
	}
	return "accepted", a
}

func (o *Outcome) approveLine(id string) string {
	return fmt.Sprintf("/defectgate approve %s at %s", id, short(o.Head))
}

func (o *Outcome) status() (a answer) {
	for _, x := range o.Book.All() {
		if x.Ended(o.At) == "" {
			a.Rows = append(a.Rows, rowsOf(x)...)
		}
	}
	if a.More = len(a.Rows) - maxRows; a.More > 0 {
		a.Rows = a.Rows[:maxRows]
	}
	a.More = max(a.More, 0)
	return a
}

func rowsOf(x *Standing) (rows []row) {
	r := row{Severity: "any", Until: x.Last(), Approvers: x.Approvers(), Scope: x.Holds(), ID: x.ID, Defect: "every one of the build"}
	for _, b := range x.Defects {
		r.Defect, r.Component, r.Severity = b.ID, b.Package, b.Severity.String()
		if b.Exploited {
			r.Severity += ", exploited"
		}
		if b.Fixable {
			r.Severity += ", with a fix"
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		rows = append(rows, r)
	}
	return rows
}

// Holds says for what an exception holds, in words.
func (x *Standing) Holds() string {
	if x.Wide {
		return "the whole repository"
	}
	return InWords(x.Scope)
}

// InWords says a scope in words.
func InWords(s gate.Scope) string {
	var parts []string
	for _, part := range []struct{ what, name string }{
		{"", s.Environment}, {"component ", s.Component}, {"branch ", s.Branch}, {"artifact ", s.Artifact}, {"commit ", short(s.Commit)},
		{"repository ", s.Repository},
	} {
		if part.name != "" {
			parts = append(parts, part.what+part.name)
		}
	}
	if len(parts) == 0 {
		return "every build"
	}
	return strings.Join(parts, ", ")
}

// maxShown is how much of a foreign text a reply shows, in characters.
const maxShown = 200

func codeSpan(text string) string { return gate.CodeSpan(text, maxShown) }

func tableCell(text string) string { return gate.CodeCell(text, maxShown) }

// sentence shows one of which somebody else may have written a part.
func sentence(text string) string {
	text = gate.CleanLine(text, 4*maxShown)
	if text != "" && text[0] >= 'a' && text[0] <= 'z' {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return gate.Prose(text, 0)
}
