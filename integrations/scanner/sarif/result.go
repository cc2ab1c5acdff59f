package sarif

import (
	"cmp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// result is one entry of a run (§3.27). What it does not name, code flows above all, is passed over.
type result struct {
	RuleID        string
	RuleIndex     *int
	Rule          reference
	Kind          string
	Level         report.Word
	Message       message
	Locations     report.List[location]
	Fingerprints  report.Named[string]
	Partial       report.Named[string]
	Taxa          report.List[reference]
	Suppressions  report.List[suppression]
	BaselineState string
	Properties    properties
	Provenance    struct {
		FirstSeen  report.Time `json:"firstDetectionTimeUtc"`
		Invocation *int        `json:"invocationIndex"`
	}
	Fixes []struct {
		Description message `json:"description"`
	}
}

// Field gives where a member of a result goes.
func (v *result) Field(name []byte) any { //nolint:gocyclo // a table of names
	switch string(name) {
	case "ruleId":
		return &v.RuleID
	case "ruleIndex":
		return &v.RuleIndex
	case "rule":
		return &v.Rule
	case "kind":
		return &v.Kind
	case "level":
		return &v.Level
	case "message":
		return &v.Message
	case "locations":
		return &v.Locations
	case "fingerprints":
		return &v.Fingerprints
	case "partialFingerprints":
		return &v.Partial
	case "taxa":
		return &v.Taxa
	case "suppressions":
		return &v.Suppressions
	case "baselineState":
		return &v.BaselineState
	case "properties":
		return &v.Properties
	case "provenance":
		return &v.Provenance
	case "fixes":
		return &v.Fixes
	}
	return nil
}

// reference gives the rule that the result names: what result.rule leaves out stands in ruleId and ruleIndex (§3.52.4, §3.52.5).
func (v *result) reference() reference {
	ref := v.Rule
	ref.ID = cmp.Or(ref.ID, v.RuleID)
	ref.Index = cmp.Or(ref.Index, v.RuleIndex)
	return ref
}

// entry is a result with what it means in its run.
type entry struct {
	*result
	run  *run
	rule *rule // never nil
	id   string
	text string // the message
	kind gate.Kind
}

// unruled is the id of a result that names no rule, which is allowed (§3.27.5).
const unruled = "result without rule"

func (v *result) in(r *run) entry {
	ref := v.reference()
	found, home := r.rule(ref)
	if found == nil {
		found = &rule{}
	}
	id := cmp.Or(strings.TrimSpace(ref.ID), strings.TrimSpace(found.id), strings.TrimSpace(found.name), unruled)
	e := entry{result: v, run: r, rule: found, id: id}
	e.text = v.Message.resolve(found.strings, home.strings)
	e.kind = e.classify()
	return e
}

func (v *result) finding(r *run) *gate.Finding {
	e := v.in(r)
	f := &gate.Finding{
		Tool:      r.tool(),
		Kind:      e.kind,
		ID:        e.id,
		Title:     e.title(),
		URL:       e.rule.url,
		Rating:    e.rating(),
		CWEs:      e.weaknesses(),
		Location:  e.location(),
		Anchor:    e.anchor(),
		Certainty: e.certainty(),
		FirstSeen: v.Provenance.FirstSeen.Time,
	}
	if len(v.Fixes) > 0 && f.Kind != gate.Secret { // its fix may quote it
		f.Remedy = shorten(report.FirstLine(v.Fixes[0].Description.resolve()))
	}
	if f.Kind.OfComponent() {
		e.fillComponent(f)
	}
	f.State, f.Word = v.state()
	return f
}

// title of code is the message, which says what is wrong at this place. Elsewhere the message is a table of facts, or holds the
// secret, and the rule's description says what is wrong.
func (e *entry) title() string {
	said := shorten(report.FirstLine(e.text))
	if e.kind == gate.Code {
		return cmp.Or(said, e.rule.title, e.rule.name, e.id)
	}
	if e.kind == gate.Secret {
		said = ""
	}
	return cmp.Or(e.rule.title, said, e.rule.name, e.id)
}

// lineHash is the partial fingerprint that code scanning made common: the hash of the line and those around it, with how many times it
// came before in the file, "39fa2ee980eb94b0:1". The number stays: it tells equal lines apart in whatever order they are reported.
const lineHash = "primaryLocationLineHash"

// column is a partial fingerprint that holds nothing but a column.
const column = "primaryLocationStartColumnFingerprint"

func (e *entry) anchor() gate.Anchor {
	a := gate.Anchor{Hash: e.hash()}
	if at := e.place().Physical; e.kind != gate.Secret {
		a.Snippet = cmp.Or(at.Region.Snippet.Text, at.Context.Snippet.Text)
	}
	return a
}

// hash prefers what the tool calls a fingerprint, which identifies a result by itself (§3.27.16), to what only adds to one (§3.27.17).
// The name is part of it: it says how the value was made, and in which version.
//
// Scanners for secrets write the author, the mail address and the commit as partial fingerprints: nothing there holds to a place.
func (e *entry) hash() string {
	if h := firstHash(e.Fingerprints); h != "" {
		return h
	}
	if name, value, ok := first(e.Partial, func(name, _ string) bool { return isLineHash(name) }); ok {
		return hashOf(name, value)
	}
	if e.kind == gate.Secret {
		return ""
	}
	return firstHash(e.Partial)
}

// firstHash gives the first by name. A value with white space is no hash: Semgrep writes "requires login" in its place.
func firstHash(prints report.Named[string]) string {
	name, value, _ := first(prints, func(name, value string) bool { return hashOf(name, value) != "" })
	return hashOf(name, value)
}

func hashOf(name, value string) string {
	if value == "" || strings.ContainsAny(value, " \t\r\n") || name == column {
		return ""
	}
	return name + "=" + value
}

func isLineHash(name string) bool { return name == lineHash || strings.HasPrefix(name, lineHash+"/") }

// first gives the first name that fits, in their order.
func first(prints report.Named[string], fits func(name, value string) bool) (name, value string, ok bool) {
	for _, print := range prints {
		if (!ok || print.Name < name) && fits(print.Name, print.Value) {
			name, value, ok = print.Name, print.Value, true
		}
	}
	return name, value, ok
}
