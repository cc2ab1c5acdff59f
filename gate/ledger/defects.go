package ledger

import (
	"database/sql"

	"github.com/defectgate/defectgate/gate"
)

// defect is a row of the table of defects: one defect on one branch.
type defect struct {
	id        int64
	name      string
	severity  string
	state     string // of [gate.State]; fixed too where no scan has it any more
	firstSeen int64
	firstBy   string
	lastSeen  int64
	lastScan  int64 // the newest of the scans that had it
	fixed     int64
	returns   int
	returned  int64
	exception string
	scopes    string   // of the scans that had it last, a line each
	was       string   // its state before this decision; "" of a new one
	said      sighting // by the decision before
	says      sighting // and by this one
	seen      bool     // by this decision
	changed   bool     // beside that it was seen
	grown     bool     // it took up another, with its names
	into      *defect  // that took it up
}

const defectColumns = `d.defect, d.name, d.severity, d.state, d.first_seen_ns, d.first_seen_by, d.last_seen_ns, d.last_scan_ns, d.fixed_ns, d.returns,
	d.returned_ns, d.exception_id, d.scopes, d.sighted, d.level, d.due_ns`

// read fills a row from its columns, which stand behind others.
func (d *defect) read(rows *sql.Rows, others ...any) error {
	var sighted bool
	var said sighting
	err := rows.Scan(append(others, &d.id, &d.name, &d.severity, &d.state, &d.firstSeen, &d.firstBy, &d.lastSeen, &d.lastScan, &d.fixed, &d.returns,
		&d.returned, &d.exception, &d.scopes, &sighted, &said.level, &said.due)...)
	if d.was = d.state; sighted {
		said.severity, said.state = d.severity, d.state
		d.said = said
	}
	return err
}

// older gives the one of two defects that was seen first.
func (d *defect) older(o *defect) *defect {
	if d == nil || o.firstSeen < d.firstSeen || o.firstSeen == d.firstSeen && o.id < d.id {
		return o
	}
	return d
}

// history is what a decision does to the defects of its branch.
type history struct {
	*projection
	now   int64
	scans scans

	// rows to be added, and fingerprints that go from one defect to another
	defects, marks, events []any
	names                  map[naming]bool
	moved                  []naming

	opened, reopened, fixed, others []string
}

// naming is a name, or a fingerprint, of a defect.
type naming struct {
	defect int64
	name   string
}

// defects brings the history of the branch up to date.
func (p *projection) defects() (*history, error) {
	h := &history{projection: p, now: nanoseconds(p.d.Clock.Now), scans: scansOf(p.d), names: map[naming]bool{}}
	for i := range p.d.Evaluation.Findings {
		if j := &p.d.Evaluation.Findings[i]; h.scans.speak(j) {
			h.see(j)
		}
	}
	h.close()
	return h, h.save()
}

// see takes up one finding: a defect that is known by one of its fingerprints, or a new one.
func (h *history) see(j *gate.Judged) {
	d, whole := h.find(j)
	if d == nil {
		d = h.add(j, whole)
	} else {
		h.update(d, j)
	}
	h.mark(d, j)
	d.seen, d.says = true, sightingOf(j)
}

// mark gives a defect the fingerprints of a finding, and notes its names where they may have become more.
func (h *history) mark(d *defect, j *gate.Judged) {
	more := d.grown || d.name != j.ID || len(j.Names()) > len(j.Fingerprints)
	for _, mark := range j.Fingerprints {
		owner := h.owner(mark)
		if owner == nil {
			h.marks = append(h.marks, mark[:], h.branch, d.id)
		} else if owner != d {
			h.moved = append(h.moved, naming{d.id, string(mark[:])})
		}
		more = more || owner != d
		h.byMark[mark] = d
	}
	if !more {
		return
	}
	for _, name := range j.Names() {
		h.names[naming{d.id, withoutZero(name)}] = true
	}
}

// owner gives the defect that has a fingerprint.
func (h *history) owner(mark gate.Fingerprint) *defect {
	d := h.byMark[mark]
	for d != nil && d.into != nil {
		d = d.into
	}
	return d
}

// find gives the oldest of the defects that share a fingerprint with the finding. Two that were known apart and turn out to be one are one from now
// on. What another finding of this decision is already has been split: it is no more than where the finding comes from.
func (h *history) find(j *gate.Judged) (oldest, whole *defect) {
	for _, mark := range j.Fingerprints {
		if d := h.owner(mark); d != nil && d.seen {
			whole = whole.older(d)
		} else if d != nil {
			oldest = oldest.older(d)
		}
	}
	for _, mark := range j.Fingerprints {
		if d := h.owner(mark); d != nil && d != oldest && !d.seen {
			h.merge(d, oldest)
		}
	}
	return oldest, whole
}

// merge ends the history of a defect in that of another, which is open while one of the two is.
func (h *history) merge(d, into *defect) {
	h.happened(d, "merged", into.name)
	if fixed := gate.Fixed.String(); into.state == fixed && d.state != fixed {
		into.state, into.was, into.fixed = d.state, d.state, 0
		h.happened(into, entered(stateOf(d.state)), d.name)
	}
	into.scopes = lines(append(split(into.scopes), split(d.scopes)...))
	into.lastSeen, into.lastScan = max(into.lastSeen, d.lastSeen), max(into.lastScan, d.lastScan)
	into.returns, into.returned = max(into.returns, d.returns), max(into.returned, d.returned)
	into.grown, into.changed = true, true
	d.into, d.state, d.fixed, d.seen, d.changed = into, gate.Fixed.String(), h.now, true, true
}

// add makes a new defect. A part of a whole that was split begins when the whole did, and comes back with it.
func (h *history) add(j *gate.Judged, whole *defect) *defect {
	d := &defect{id: h.next, name: j.ID, severity: j.Severity.String(), state: j.State.String(), firstSeen: nanoseconds(j.Clocks.FirstSeen),
		firstBy: j.Clocks.SeenBy, lastSeen: h.now, exception: j.Covering(), scopes: h.scans.scopesOf(j)}
	d.lastScan = h.scans.latestOf(d.scopes)
	h.next++
	h.byID[d.id] = d
	h.begin(d, j, whole)
	if d.state == gate.Fixed.String() {
		d.fixed = d.lastSeen
	}
	if d.exception != "" {
		h.happened(d, "excepted", d.exception)
	}
	h.defects = append(h.defects, d.id, h.branch, d.name, string(j.Kind), componentOf(j), d.severity, d.state, d.firstSeen, d.firstBy, h.index,
		d.lastSeen, d.lastScan, h.index, d.fixed, d.returns, d.returned, d.exception, d.scopes, 1, string(j.Level()), nanoseconds(j.Due))
	return d
}

// begin says how a new defect came about.
func (h *history) begin(d *defect, j *gate.Judged, whole *defect) {
	if whole == nil {
		h.happened(d, entered(j.State), "")
		if j.State.IsOpen() {
			h.opened = append(h.opened, d.name)
		}
		return
	}
	d.returns, d.returned = whole.returns, whole.returned
	if whole.firstSeen < d.firstSeen {
		d.firstSeen, d.firstBy = whole.firstSeen, whole.firstBy
	}
	h.note("%s: was one with %s", d.name, whole.name)
	if whole.was == gate.Fixed.String() && whole.said.sighted() == 0 && j.State.IsOpen() {
		h.happened(d, "reopened", whole.name)
		h.reopened = append(h.reopened, d.name)
		return
	}
	h.happened(d, entered(j.State), whole.name)
}

// entered is the event of coming into a state.
func entered(s gate.State) string {
	if s.IsOpen() {
		return "opened"
	}
	return s.String()
}

// componentOf is what a defect belongs to: a package, else the first place.
func componentOf(j *gate.Judged) string {
	first := j.Occurrences[0]
	for _, text := range []string{j.Component.PURL, j.Component.Name, first.Path, first.Logical} {
		if text != "" {
			return text
		}
	}
	return ""
}

// happened notes an event.
func (h *history) happened(d *defect, kind, detail string) {
	h.events = append(h.events, h.event, d.id, h.index, h.now, kind, detail)
	h.event++
}
