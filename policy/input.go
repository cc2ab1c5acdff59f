package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/defectgate/defectgate/gate"
)

// defectMember is one member of input.defect. A nil term leaves it out.
type defectMember struct {
	name string
	term func(*gate.Defect) *ast.Term
}

// defectMembers is input.defect; schema.json describes it, and a test keeps the two equal.
var defectMembers = []defectMember{
	{"id", func(d *gate.Defect) *ast.Term { return text(d.ID) }},
	{"fingerprints", func(d *gate.Defect) *ast.Term { return array(d.Fingerprints, gate.Fingerprint.String) }},
	{"aliases", func(d *gate.Defect) *ast.Term { return texts(d.Aliases) }},
	{"related", func(d *gate.Defect) *ast.Term { return texts(d.Related) }},
	{"kind", func(d *gate.Defect) *ast.Term { return word(string(d.Kind)) }},
	{"severity", func(d *gate.Defect) *ast.Term { return word(d.Severity.String()) }},
	{"ratings", func(d *gate.Defect) *ast.Term { return list(d.Ratings, rating) }},
	{"cwes", func(d *gate.Defect) *ast.Term { return list(d.CWEs, ast.IntNumberTerm) }},
	{"title", func(d *gate.Defect) *ast.Term { return text(d.Title) }},
	{"component", func(d *gate.Defect) *ast.Term { return component(d.Component) }},
	{"occurrences", func(d *gate.Defect) *ast.Term { return list(d.Occurrences, occurrence) }},
	{"state", func(d *gate.Defect) *ast.Term { return word(d.State().String()) }},
	{"open", func(d *gate.Defect) *ast.Term { return ast.BooleanTerm(d.IsOpen()) }},
	{"fixable", func(d *gate.Defect) *ast.Term { return ast.BooleanTerm(d.Fixable()) }},
	{"certainty", func(d *gate.Defect) *ast.Term { return optional(string(d.Certainty)) }},
	{"clocks", func(d *gate.Defect) *ast.Term { return clocks(d.Clocks) }},
	{"epss", epss},
	{"kev", kev},
	{"exploited", func(d *gate.Defect) *ast.Term { return ast.BooleanTerm(d.Exploited) }},
	{"age", func(d *gate.Defect) *ast.Term { return optional(string(d.Age)) }},
	{"returns", func(d *gate.Defect) *ast.Term { return ast.IntNumberTerm(d.Returns) }},
	{"tools", func(d *gate.Defect) *ast.Term { return texts(d.Tools) }},
	{"sources", func(d *gate.Defect) *ast.Term { return texts(d.Sources) }},
}

// membersRead gives the members of a defect that the rules read; building only these is what makes a defect cheap.
func membersRead(rules []*Rule, always []string) []defectMember {
	read := map[string]bool{}
	for _, name := range always {
		read[name] = true
	}
	for _, r := range rules {
		for _, name := range r.Reads {
			read[name] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(defectMembers), func(m defectMember) bool {
		return !read[everything] && !read["defect."+m.name]
	})
}

// fields builds an object; members whose term is nil are left out.
type fields [][2]*ast.Term

func (f fields) with(name string, term *ast.Term) fields {
	if term == nil {
		return f
	}
	return append(f, [2]*ast.Term{word(name), term})
}

func (f fields) term() *ast.Term { return ast.NewTerm(ast.NewObject(f...)) }

// word is a text of a small set: OPA keeps one term for it.
func word(s string) *ast.Term { return ast.InternedTerm(s) }

func text(s string) *ast.Term { return ast.StringTerm(s) }

func optional(s string) *ast.Term {
	if s == "" {
		return nil
	}
	return ast.StringTerm(s)
}

func texts(list []string) *ast.Term { return array(list, func(s string) string { return s }) }

func array[T any](items []T, show func(T) string) *ast.Term {
	return list(items, func(item T) *ast.Term { return ast.StringTerm(show(item)) })
}

func list[T any](items []T, show func(T) *ast.Term) *ast.Term {
	terms := make([]*ast.Term, len(items))
	for i, item := range items {
		terms[i] = show(item)
	}
	return ast.ArrayTerm(terms...)
}

func component(c gate.Component) *ast.Term {
	return fields{}.with("purl", text(c.PURL)).with("name", text(c.Name)).with("version", text(c.Version)).with("fixed", texts(c.Fixed)).term()
}

func occurrence(o *gate.Occurrence) *ast.Term {
	return fields{}.with("version", optional(o.Version)).with("path", optional(o.Path)).with("line", ast.IntNumberTerm(o.Line)).
		with("layer", optional(o.Layer)).with("logical", optional(o.Logical)).with("state", word(o.State.String())).term()
}

func rating(r gate.Rating) *ast.Term {
	return fields{}.with("party", text(r.Party)).with("label", optional(r.Label)).with("cvss", optional(r.CVSS)).
		with("vector", optional(r.Vector)).with("score", ast.FloatNumberTerm(r.Score)).with("severity", word(r.Severity.String())).
		with("note", optional(r.Note)).with("chosen", ast.BooleanTerm(r.Chosen)).term()
}

func clocks(c gate.Clocks) *ast.Term {
	return fields{}.instant("first_seen", c.FirstSeen).instant("published", c.Published).
		instant("fix_available", c.FixAvailable).instant("exploited_since", c.ExploitedSince).
		instant("returned", c.Returned).term()
}

// instant adds a time as text and as nanoseconds: reading text costs a rule 13 µs each time.
func (f fields) instant(name string, at time.Time) fields {
	if at.IsZero() {
		return f
	}
	return f.with(name, text(at.Format(time.RFC3339Nano))).with(name+"_ns", nanoseconds(at))
}

func nanoseconds(at time.Time) *ast.Term { return ast.IntNumberTerm(int(at.UnixNano())) }

func epss(d *gate.Defect) *ast.Term {
	if d.EPSS == nil {
		return nil
	}
	return ast.FloatNumberTerm(*d.EPSS)
}

func kev(d *gate.Defect) *ast.Term {
	if d.KEV == nil {
		return nil
	}
	return fields{}.instant("added", d.KEV.Added).instant("due", d.KEV.Due).with("ransomware", ast.BooleanTerm(d.KEV.Ransomware)).term()
}

// use is one of input.exceptions of the artifact.
func (r *run) use(u gate.ExceptionUse) *ast.Term {
	return exception(u.Exception, nil).with("in_scope", ast.BooleanTerm(u.InScope)).with("named", ast.IntNumberTerm(u.Named)).
		with("lifts", ast.BooleanTerm(r.lifting != "" && u.ID == r.lifting)).term()
}

func source(e gate.Evidence) *ast.Term {
	return fields{}.with("source", text(e.Source)).with("kind", text(e.Kind)).with("status", text(string(e.Status))).
		with("required", ast.BooleanTerm(e.Required)).with("problem", text(strings.TrimSpace(e.Problem))).with("format", optional(e.Format)).
		with("tool", optional(e.Scan.Tool.Name)).with("version", optional(e.Scan.Tool.Version)).
		with("read", ast.IntNumberTerm(e.Scan.Read)).with("suppressed", ast.IntNumberTerm(e.Scan.Suppressed)).term()
}

func summary(s gate.Summary) *ast.Term {
	return fields{}.with("defects", ast.IntNumberTerm(s.Defects)).with("open", ast.IntNumberTerm(s.Open)).
		with("denied", ast.IntNumberTerm(s.Denied)).with("warned", ast.IntNumberTerm(s.Warned)).with("accepted", ast.IntNumberTerm(s.Accepted)).
		with("false_positives", ast.IntNumberTerm(s.Dismissed)).with("overridden", ast.IntNumberTerm(s.Overridden)).
		with("severities", counts(s.Severities)).with("kinds", counts(s.Kinds)).with("closed", counts(s.Closed)).term()
}

func counts[K comparable](m map[K]int) *ast.Term {
	f := fields{}
	for key, n := range m {
		f = append(f, [2]*ast.Term{text(fmt.Sprint(key)), ast.IntNumberTerm(n)})
	}
	return f.term()
}

func artifact(a gate.Artifact) *ast.Term {
	s := a.Subject
	return fields{}.with("project", text(a.Project)).with("component", text(a.Component)).with("environment", text(a.Environment)).
		with("ref", text(a.Ref)).with("change", change(a.Change)).
		with("subject", fields{}.with("name", text(s.Name)).with("purl", text(s.PURL)).with("repository", text(s.Repository)).
			with("commit", text(s.Commit)).with("digests", texts(s.Digests)).term()).term()
}

func change(c *gate.Change) *ast.Term {
	if c == nil {
		return nil
	}
	return fields{}.with("id", text(c.ID)).with("base", text(c.Base)).with("head", text(c.Head)).term()
}
