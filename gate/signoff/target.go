package signoff

import (
	"slices"
	"strings"

	"github.com/package-url/packageurl-go"

	"github.com/defectgate/defectgate/gate"
)

// target is a defect that blocks.
type target struct{ *gate.Judged }

// maxKnown is how many defects are named to somebody who named none of them.
const maxKnown = 10

// blocking lists the findings of the decision that are denied.
func (r *Request) blocking() (list []target) {
	if r.Decision == nil {
		return nil
	}
	for i := range r.Decision.Evaluation.Findings {
		if j := &r.Decision.Evaluation.Findings[i]; blocks(j) {
			list = append(list, target{j})
		}
	}
	return list
}

func blocks(j *gate.Judged) bool { return j.State.IsOpen() && j.Level() == gate.Deny }

// answerable lists what can be signed off: what blocks, and what would if it had not been signed off before, so that it can be renewed in time.
func (r *Request) answerable() (list []target) {
	for i := range r.Decision.Evaluation.Findings {
		if j := &r.Decision.Evaluation.Findings[i]; answers(j) {
			list = append(list, target{j})
		}
	}
	return list
}

// answers reports whether a sign-off can be the answer to a finding: a rule denies it, whether or not an exception covers it now.
func answers(j *gate.Judged) bool {
	denies := func(v gate.Violation) bool { return v.Level == gate.Deny && !strings.HasPrefix(v.Rule, "exception/") }
	return blocks(j) || j.State.IsOpen() && slices.ContainsFunc(j.Violations, denies)
}

// deniesArtifact reports whether something blocks that belongs to no defect, and that an exception could cover.
func deniesArtifact(d *gate.Decision) bool {
	return slices.ContainsFunc(d.Evaluation.Violations, func(v gate.Violation) bool {
		return v.Level == gate.Deny && v.Exception == "" && !strings.HasPrefix(v.Rule, "exception/")
	})
}

// targets finds each defect that is named among those that block: no other can be signed off, and no name stands for several.
func (r *Request) targets() (found []target, refusal *Refusal) {
	if refusal := r.decided(); refusal != nil {
		return nil, refusal
	}
	blocking := r.answerable()
	for _, name := range r.Targets {
		fit := slices.DeleteFunc(slices.Clone(blocking), func(t target) bool { return !t.is(name) || !t.in(r.Component) })
		switch len(fit) {
		case 0:
			refusal := refuse(Unknown, "%q is no open defect that blocks %s%s", name, build(r.Head), inWords(r.Component))
			refusal.Known = r.ids(blocking)
			return nil, refusal
		case 1:
			found = append(found, fit[0])
		default:
			refusal := refuse(Unknown, "%q stands for %d defects: name one of them", name, len(fit))
			refusal.Known = r.ids(fit)
			return nil, refusal
		}
	}
	return found, nil
}

func inWords(component string) string {
	if component == "" {
		return ""
	}
	return " in " + component
}

// ids names defects as a command would.
func (r *Request) ids(list []target) (names []string) {
	list = list[:min(len(list), maxKnown)]
	var told []*gate.Judged
	for _, t := range list {
		told = append(told, t.Judged)
	}
	lines := NamesOf(r.Decision, told)
	for _, t := range list {
		names = append(names, strings.TrimSpace(lines.Target(t.Judged)+inWords(Component(t.Defect))))
	}
	return names
}

// Names say how a command names the findings of a decision.
type Names map[[2]string]int

func keyOf(j *gate.Judged) [2]string { return [2]string{Name(j.Defect), Component(j.Defect)} }

// NamesOf counts what of a decision goes by the name and component of some of its findings.
func NamesOf(d *gate.Decision, some []*gate.Judged) Names {
	n, ids := Names{}, map[string]bool{}
	for _, j := range some {
		n[keyOf(j)], ids[j.ID] = 0, true
	}
	for i := range d.Evaluation.Findings {
		if j := &d.Evaluation.Findings[i]; ids[j.ID] && answers(j) { // to look at what an id means takes memory, and there may be a million
			if count, asked := n[keyOf(j)]; asked {
				n[keyOf(j)] = count + 1
			}
		}
	}
	return n
}

// Target names a finding by its id where that, with its component, names no other that could be meant; else by a fingerprint.
func (n Names) Target(j *gate.Judged) string {
	if n[keyOf(j)] < 2 {
		return Name(j.Defect)
	}
	return j.Fingerprints[0].String()
}

// is reports whether a name is one of the defect: an id, an alias, or a fingerprint.
func (t target) is(name string) bool {
	return slices.ContainsFunc(t.Names(), func(id string) bool { return strings.EqualFold(id, name) }) ||
		slices.ContainsFunc(t.Fingerprints, func(f gate.Fingerprint) bool { return strings.EqualFold(f.String(), name) })
}

// in reports whether the defect stands in a component; with a version, in that one.
func (t target) in(purl string) bool {
	if purl == "" {
		return true
	}
	version, err := versionOf(purl)
	if err != nil || !gate.SamePackage(purl, t.Component.PURL) {
		return false
	}
	return version == "" || slices.Contains(t.OpenVersions(), version)
}

func versionOf(purl string) (string, error) {
	p, err := packageurl.FromString(purl)
	return p.Version, err
}

// bind ties the record to the defect as it is, by the name that was written; to one version, where one was named.
func (t target) bind(name, component string) gate.Binding {
	b := gate.Bind(t.Defect)
	if !strings.EqualFold(name, b.ID) {
		b.Named = name
	}
	if version, err := versionOf(component); err == nil && version != "" {
		b.Package = component
	}
	return b
}

// Name is how a command names a defect: by its id, or by a fingerprint where the grammar does not take the id.
func Name(d *gate.Defect) string {
	if faultOfID(d.ID) == "" {
		return d.ID
	}
	return d.Fingerprints[0].String()
}

// Component is how a command names the component of a defect; "" where the grammar does not take it, or where there is none.
func Component(d *gate.Defect) string {
	if d.Kind.OfComponent() && purlForm.MatchString(d.Component.PURL) && checkPackage(d.Component.PURL) == nil {
		return d.Component.PURL
	}
	return ""
}
