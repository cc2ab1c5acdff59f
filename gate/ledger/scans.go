package ledger

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// scans are the reports of one decision, by what was scanned.
type scans struct {
	bySource map[string]string // source → scope
	byScope  map[string]*scan
	vague    bool            // the scope of one is not known to the end
	other    map[string]bool // sources that are about something else, or of no possible day
}

// scan is what the reports of one scope are together.
type scan struct {
	reports  int
	broken   bool // one of them is not whole
	earliest int64
	latest   int64
}

// scansOf sorts the reports of a decision. What was made ahead of the clock counts as made now, here as everywhere.
func scansOf(d *gate.Decision) scans {
	s := scans{bySource: map[string]string{}, byScope: map[string]*scan{}, other: map[string]bool{}}
	for i := range d.Inputs {
		e := &d.Inputs[i]
		if e.Kind != gate.ReportKind {
			continue
		}
		s.other[e.Source] = e.Status == gate.WrongSubject || e.Status == gate.Malformed
		scope := scopeOf(e, &d.Artifact)
		s.bySource[e.Source], s.vague = scope, s.vague || isVague(scope)
		if s.byScope[scope] == nil {
			s.byScope[scope] = &scan{}
		}
		s.byScope[scope].add(closes(e), min(nanoseconds(e.Scan.Time()), nanoseconds(d.Clock.Now)), nanoseconds(d.Clock.Now))
	}
	return s
}

// speak reports whether a finding is one of the branch: some source that has it is about what is judged.
func (s scans) speak(j *gate.Judged) bool {
	return len(j.Sources) == 0 || slices.ContainsFunc(j.Sources, func(source string) bool { return !s.other[source] })
}

// closes reports whether the silence of a report means something: it is whole, and if it is empty that is proven, and not only allowed.
func closes(e *gate.Evidence) bool {
	return e.Status.Complete() && (e.Scan.Read > 0 || e.Scan.Proof != "")
}

// add takes up a report; one that does not say when it was made was made when it was judged.
func (s *scan) add(whole bool, at, now int64) {
	s.reports++
	s.broken = s.broken || !whole
	if at == 0 {
		at = now
	}
	if s.earliest == 0 || at < s.earliest {
		s.earliest = at
	}
	s.latest = max(s.latest, at)
}

// unknown stands for the tool or the subject that a broken report did not come to say.
const unknown = "*"

// scopeOf names what a scan looked at, and how: tool, subject and report. The part of a report's name that changes with each run is left out. A
// report that names no subject is about what is judged.
func scopeOf(e *gate.Evidence, judged *gate.Artifact) string {
	tool, subject := e.Scan.Tool.Name, lasting(&e.Scan.Subject)
	if !e.Status.Complete() && tool == "" {
		tool = unknown
	}
	if s := &e.Scan.Subject; !e.Status.Complete() && s.Name == "" && s.PURL == "" && s.Repository == "" {
		subject = unknown
	}
	if subject == "" {
		subject = numbered.ReplaceAllString(lasting(&judged.Subject), "*")
	}
	parts := []string{tool, subject, changing.ReplaceAllStringFunc(e.Source, unlessWord)}
	for i := range parts {
		parts[i] = withoutZero(strings.NewReplacer("\n", " ", "\t", " ").Replace(parts[i]))
	}
	return strings.Join(parts, "\t")
}

// changing fits dates with times, UUIDs, and numbers of runs, commits and digests.
var changing = regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}([T_-]?[0-9]{2}[-_:.]?[0-9]{2}([-_:.]?[0-9]{2})?Z?)?|[0-9]{8}[T_-][0-9]{4,6}Z?|` +
	`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{6,}`)

// unlessWord leaves words alone that could be hexadecimal, as "facade".
func unlessWord(part string) string {
	if strings.ContainsAny(part, "0123456789") {
		return "*"
	}
	return part
}

// numbered fits a version in the name of what is built, as in app-1.2.3.jar.
var numbered = regexp.MustCompile(`v?[0-9]+(\.[0-9]+)+`)

// lasting is the part of a subject that stays from build to build: no version, tag, digest or commit. A folder of the machine is none.
func lasting(s *gate.Subject) string {
	name := cmp.Or(s.Name, s.PURL, s.Repository)
	if path.IsAbs(name) || strings.HasPrefix(name, ".") {
		return ""
	}
	isPackage := strings.HasPrefix(name, "pkg:")
	if isPackage {
		name, _, _ = strings.Cut(name, "?")
	}
	above, last := path.Split(version.ReplaceAllString(name, ""))
	last, _, _ = strings.Cut(last, "@") // behind the last slash: before it stands a user, or the scope of a package
	if colon := strings.LastIndex(last, ":"); colon > 0 && !isPackage {
		last = last[:colon]
	}
	return above + last
}

// version fits one that stands behind a name, as Dependency-Track's does.
var version = regexp.MustCompile(` v?[0-9][^ /]*$`)

// scopesOf lists the scopes in which a finding was seen, each with the number of its reports: which of several has it cannot be told by their names,
// so that all must be silent.
func (s scans) scopesOf(j *gate.Judged) string {
	var list []string
	for _, source := range j.Sources {
		if scope, ok := s.bySource[source]; ok {
			list = append(list, scope+"\t"+strconv.Itoa(s.byScope[scope].reports))
		}
	}
	return lines(list)
}

// latestOf is when the newest scan of some scopes was made.
func (s scans) latestOf(scopes string) (latest int64) {
	for _, line := range split(scopes) {
		if scan := s.byScope[keyOf(line)]; scan != nil {
			latest = max(latest, scan.latest)
		}
	}
	return latest
}

// without lists the scopes that may still hold a defect which this decision does not have: those that were not scanned again, to the end, and later.
func (s scans) without(d *defect) string {
	return lines(slices.DeleteFunc(split(d.scopes), func(line string) bool { return s.again(line, d.lastScan) }))
}

// again reports whether all scans of a scope were made again, none before an instant.
func (s scans) again(line string, since int64) bool {
	key := keyOf(line)
	reports, _ := strconv.Atoi(line[min(len(line), len(key)+1):])
	made := 0
	for _, scope := range s.like(key) {
		if scope.broken || scope.earliest < since {
			return false
		}
		made += scope.reports
	}
	return made > 0 && made >= reports
}

// like finds the scans of a scope: where one of the two is not known to the end, all that may be the same.
func (s scans) like(key string) (found []*scan) {
	if scope := s.byScope[key]; scope != nil && !s.vague {
		return []*scan{scope}
	}
	if !s.vague && !isVague(key) {
		return nil
	}
	for have, scope := range s.byScope {
		if mayBe(strings.Split(have, "\t"), strings.Split(key, "\t")) {
			found = append(found, scope)
		}
	}
	return found
}

// mayBe holds tools, subjects and reports against each other.
func mayBe(a, b []string) bool {
	const tool, subject, report = 0, 1, 2
	like := func(i int) bool { return a[i] == b[i] || a[i] == unknown || b[i] == unknown }
	return len(a) == len(b) && a[report] == b[report] && like(tool) && like(subject)
}

// isVague reports whether the tool or the subject of a scope is not known.
func isVague(key string) bool {
	return strings.HasPrefix(key, unknown+"\t") || strings.Contains(key, "\t"+unknown+"\t")
}

// keyOf is the line of a scope without the number of its reports.
func keyOf(line string) string {
	if i := strings.LastIndex(line, "\t"); i >= 0 {
		return line[:i]
	}
	return line
}

// lines joins a list, ordered and without doubles; split takes it apart.
func lines(list []string) string {
	slices.Sort(list)
	return strings.Join(slices.Compact(list), "\n")
}

func split(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return line == "" })
}
