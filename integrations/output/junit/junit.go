// Package junit writes a report as JUnit XML: what GitLab shows in the widget of a merge request, and Jenkins and most others as test results.
//
// Each rule that was evaluated is a test suite, and each defect at which it says something a test case. A denial is a failure. A rule that found
// nothing is one case that passed, so that every rule is seen to have been asked.
//
// A warning is a skipped case, and so is a denial that an exception covers: the check is not enforced there, and every viewer counts skipped cases
// and shows their text, and fails no build for them. As a case that passed with a text beside it, it would be shown by none.
//
// What could not be decided is an error in a suite of its own: a report with the verdict "error" or "fail" has an error or a failure, whatever its
// rules say. That holds for a check that only observes, too: its exit code is 0, and what it saw is a failure.
//
// There is no official schema. The text keeps to what the schemas of Ant (windyroad/JUnit-Schema) and Jenkins (xunit-plugin) both allow.
package junit

import (
	"bufio"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// Write streams the report.
func Write(w io.Writer, r *gate.Report) error {
	p := &page{Writer: bufio.NewWriter(w), d: &r.Decision}
	p.line("%s", strings.TrimSpace(xml.Header))
	p.line("<testsuites>")
	for i, s := range suites(&r.Decision) {
		p.suite(i, s)
	}
	p.line("</testsuites>")
	return p.Flush()
}

// page is the text as it is written. bufio keeps the first error for Flush.
type page struct {
	*bufio.Writer
	d *gate.Decision
}

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// suite writes the cases of one rule. No time passes in it, and it ran nowhere: a decision is no test.
func (p *page) suite(i int, s *suite) {
	counts, at := s.counts(), p.d.Clock.Now.UTC().Format("2006-01-02T15:04:05")
	figures := fmt.Sprintf(`tests="%d" failures="%d" errors="%d" skipped="%d"`, len(s.cases), counts[failure], counts[problem], counts[skipped])
	p.line(`  <testsuite id="%d" package="defectgate" name=%s timestamp="%s" hostname="localhost" %s time="0">`, i, quoted(s.title), at, figures)
	p.line("    <properties>")
	for _, property := range [][2]string{{"rule", s.rule}, {"decision", p.d.ID}, {"verdict", string(p.d.Verdict)}} {
		p.line("      <property name=%s value=%s></property>", quoted(property[0]), quoted(property[1]))
	}
	p.line("    </properties>")
	taken := names{}
	for _, c := range s.cases {
		p.testCase(s, c, taken)
	}
	p.line("    <system-out></system-out>")
	p.line("    <system-err></system-err>")
	p.line("  </testsuite>")
}

// testCase writes one case.
func (p *page) testCase(s *suite, c testCase, taken names) {
	name, message, details := c.told(p.d)
	name = taken.own(cmp.Or(gate.CleanLine(name, maxName), unnamed))
	p.line("    <testcase classname=%s name=%s time=\"0\">", quoted(s.class()), quoted(name))
	switch c.outcome {
	case passed:
	case skipped: // has no type in Jenkins's schema
		p.line("      <skipped message=%s>%s</skipped>", quoted(message), text(details))
	default:
		p.line("      <%s message=%s type=%s>%s</%[1]s>", c.outcome, quoted(message), quoted(s.rule), text(details))
	}
	p.line("    </testcase>")
}

// names are those of the cases of a suite, each with how many asked for it. Two cases never have one: GitLab would show one of them.
type names map[string]int

// own gives a case a name of its own.
func (n names) own(name string) string {
	n[name]++
	for own := name; ; n[name]++ {
		if n[name] > 1 {
			own = fmt.Sprintf("%s (%d)", name, n[name])
		}
		if own == name {
			return own
		}
		if _, taken := n[own]; !taken {
			n[own] = 1
			return own
		}
	}
}

// How much of a foreign text is shown, in characters.
const (
	maxName  = 300
	maxLine  = 2000
	maxLines = 20
)

// unnamed stands for a text of which nothing shows: a name must not be empty.
const unnamed = "-"

// quoted is a text as the value of an attribute.
func quoted(s string) string { return `"` + escaped(cmp.Or(gate.CleanLine(s, maxLine), unnamed)) + `"` }

// text is that of an element, line by line.
func text(lines []string) string {
	var clean []string
	for line := range strings.SplitSeq(strings.Join(phrase.NonEmpty(lines...), "\n"), "\n") {
		blanks, line := phrase.Indent(line)
		clean = append(clean, blanks+escaped(gate.CleanLine(line, maxLine)))
	}
	if more := len(clean) - maxLines; more > 0 {
		clean = append(clean[:maxLines], "… and "+phrase.Plural(more, "more line", "more lines"))
	}
	return strings.Join(clean, "\n")
}

// escaped is a cleaned line in XML. A strings.Builder takes all.
func escaped(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return ""
	}
	return b.String()
}
