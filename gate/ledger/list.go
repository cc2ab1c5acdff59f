package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// Filter says which decisions are wanted. An empty member asks for nothing.
type Filter struct {
	Artifact    string // digest, package URL, name or commit
	Commit      string // or its beginning
	Defect      string // id or alias of a defect that was open
	Tool        string // name of a scanner, or NAME@VERSION
	Verdict     gate.Verdict
	Environment string
	Project     string
	Branch      string
	Since       time.Time // the decision's clock
	Until       time.Time // before this instant
}

// Listed is one decision of a list.
type Listed struct {
	ID          string       `json:"id"`
	Verdict     gate.Verdict `json:"verdict"`
	Time        time.Time    `json:"time"`
	Artifact    string       `json:"artifact"`
	Environment string       `json:"environment"`
	Index       int64        `json:"index"`
	Branch      string       `json:"branch"`
	Commit      string       `json:"commit"`
	Mode        gate.Mode    `json:"mode"`
}

// condition is one part of a WHERE clause; its ? stands for the parameter.
type condition struct {
	text  string
	value any
}

// hadOpen asks for the decisions that had a defect, open: by what was said of it last on their branch, until then.
const hadOpen = `EXISTS (SELECT 1 FROM defect_name n JOIN defect x ON x.defect = n.defect WHERE n.name = ? AND x.branch = d.branch AND (
	SELECT s.state FROM sighting s WHERE s.defect = x.defect AND s.idx <= d.idx ORDER BY s.idx DESC LIMIT 1) IN ('open', 'under_investigation'))`

func (f *Filter) conditions() (list []condition) {
	add := func(wanted bool, text string, value any) {
		if wanted {
			list = append(list, condition{text, value})
		}
	}
	tool, at := f.Tool, strings.LastIndex(f.Tool, "@") // a name may begin with @, as those of npm
	if at > 0 {
		tool = f.Tool[:at]
	}
	add(f.Artifact != "", `d.idx IN (SELECT idx FROM decision_subject WHERE name = ?)`, f.Artifact)
	add(f.Commit != "", `substr(d.commit_id, 1, length(CAST(? AS TEXT))) = ?`, f.Commit)
	add(f.Defect != "", hadOpen, f.Defect)
	add(f.Tool != "", `d.idx IN (SELECT idx FROM verification_activity WHERE tool = ?)`, tool)
	add(at > 0, `d.idx IN (SELECT idx FROM verification_activity WHERE tool || '@' || version = ?)`, f.Tool)
	add(f.Verdict != "", `d.verdict = ?`, string(f.Verdict))
	add(f.Environment != "", `d.environment = ?`, f.Environment)
	add(f.Project != "", `b.project = ?`, f.Project)
	add(f.Branch != "", `b.name = ?`, f.Branch)
	add(!f.Since.IsZero(), `d.now_ns >= ?`, nanoseconds(f.Since))
	add(!f.Until.IsZero(), `d.now_ns < ?`, nanoseconds(f.Until))
	return list
}

// List gives the decisions that are wanted, in the order of the log.
func List(ctx context.Context, s *store.Store, f Filter, use func(Listed) error) error {
	query, args := `SELECT d.decision_id, d.verdict, d.now_ns, d.artifact, d.environment, d.idx, b.name, d.commit_id, d.mode
		FROM decision d JOIN branch b ON b.branch = d.branch WHERE 1 = 1`, []any(nil)
	for _, c := range f.conditions() {
		args = append(args, c.value)
		query += ` AND ` + strings.ReplaceAll(c.text, "?", fmt.Sprintf("$%d", len(args)))
	}
	return store.Each(ctx, s.View(), store.Query{Text: query + ` ORDER BY d.idx`, Args: args}, func(rows *sql.Rows) error {
		var l Listed
		var now int64
		var verdict, mode string
		if err := rows.Scan(&l.ID, &verdict, &now, &l.Artifact, &l.Environment, &l.Index, &l.Branch, &l.Commit, &mode); err != nil {
			return err
		}
		l.Time, l.Verdict, l.Mode = instant(now), gate.Verdict(verdict), gate.Mode(mode)
		return use(l)
	})
}

// Recorded is a decision as it stands in the log.
type Recorded struct {
	Index    int64
	Leaf     tlog.Hash
	Envelope record.Envelope
	Decision *gate.Decision
}

// minPrefix is how much of an id names a decision.
const minPrefix = 6

// latest names the last decision of the log; latest~1 the one before.
var latest = regexp.MustCompile(`^latest(?:~([0-9]{1,9}))?$`)

// NoSuch is the error of an id that names no decision, or several.
type NoSuch struct{ error }

// Unwrap gives what is wrong with the id.
func (e NoSuch) Unwrap() error { return e.error }

// Find gives the one decision whose id begins with a text, or that is called latest, latest~1 and so on.
func Find(ctx context.Context, s *store.Store, id string) (*Recorded, error) {
	if back := latest.FindStringSubmatch(id); back != nil {
		n, _ := strconv.ParseInt("0"+back[1], 10, 64) // digits, or none
		return fromEnd(ctx, s, n)
	}
	if len(id) < minPrefix {
		return nil, NoSuch{gate.WithHint(fmt.Errorf("%q is too short for the id of a decision", id), "write at least %d of its characters", minPrefix)}
	}
	indexes, err := s.Find(ctx, strings.ToLower(id))
	if err != nil {
		return nil, err
	}
	if len(indexes) != 1 {
		return nil, NoSuch{gate.WithHint(fmt.Errorf("%d decisions of the ledger %s have an id that begins with %q", len(indexes), s.Name(), id),
			"list them with: defectgate decision list")}
	}
	return At(ctx, s, indexes[0])
}

// fromEnd counts back from the last decision.
func fromEnd(ctx context.Context, s *store.Store, n int64) (*Recorded, error) {
	index, err := s.LastOf(ctx, decisionKind, n)
	if err == nil && index < 0 {
		err = NoSuch{fmt.Errorf("the ledger %s has no more than %d decisions", s.Name(), n)}
	}
	if err != nil {
		return nil, err
	}
	return At(ctx, s, index)
}

// At gives a decision by its place in the log.
func At(ctx context.Context, s *store.Store, index int64) (*Recorded, error) {
	e, err := s.Entry(ctx, index)
	if err != nil {
		return nil, err
	}
	return recordedIn(e)
}

// recordedIn reads the decision of an entry, whose bytes must be those that were hashed.
func recordedIn(e *store.Entry) (*Recorded, error) {
	r := &Recorded{Index: e.Index, Leaf: e.Leaf, Envelope: EnvelopeOf(e)}
	leaf, err := leafOf(&r.Envelope)
	if err == nil && leaf != e.Leaf {
		err = gate.WithHint(errors.New("its bytes are not those that were hashed"), "see what else was changed: defectgate ledger verify")
	}
	if err == nil {
		r.Decision, err = record.ParseDecision(e.Payload)
	}
	if err != nil {
		return nil, fmt.Errorf("entry %d: %w", e.Index, err)
	}
	return r, nil
}

// Needs lists the bytes that a replay of a decision needs, by their SHA-256.
func Needs(d *gate.Decision) (names []string) {
	if d.Document != nil {
		names = append(names, d.Document.SHA256)
	}
	for _, set := range d.Evaluator.Policies {
		for _, f := range set.Files {
			if !slices.Contains(names, f.SHA256) {
				names = append(names, f.SHA256)
			}
		}
	}
	return names
}

// Report shows a recorded decision, with a proof that it is in the log.
func (l *Ledger) Report(ctx context.Context, r *Recorded) (*gate.Report, error) {
	var made gate.Recorded
	if err := l.show(r.Decision, &r.Envelope, &made); err != nil {
		return nil, err
	}
	proof, err := l.Proof(ctx, r.Index)
	if err != nil {
		return nil, err
	}
	receipt(proof, r.Leaf, &made)
	return &gate.Report{Decision: *r.Decision, Receipt: made.Receipt, Bundle: made.Bundle, Summary: made.Summary, Proof: made.Proof}, nil
}
