package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown/print"

	"github.com/defectgate/defectgate/gate"
)

// judgement reads what was said of a defect. Anything but the agreed shape is an error, never silence.
func (e *Engine) judgement(answer ast.Object, about asked) (j gate.Judgement, err error) {
	if j.Due, err = dueOf(answer.Get(dueKey)); err != nil {
		return j, err
	}
	if j.Violations, err = e.violations(answer); err != nil {
		return j, err
	}
	e.soften(j.Violations, about)
	said := answer.Get(exceptionsKey)
	if said == nil {
		return j, nil // no exception names the defect, and none was asked about
	}
	if j.Exceptions, err = coverage(said); err == nil {
		lift(j.Violations, j.Exceptions)
	}
	return j, err
}

// isOfExceptions reports whether a rule speaks of exceptions: no exception covers the faults of exceptions.
func isOfExceptions(rule string) bool { return strings.HasPrefix(rule, "exception/") }

func dueOf(term *ast.Term) (at time.Time, err error) {
	if term == nil {
		return at, errors.New("due_ns: the policy says nothing of it")
	}
	number, _ := term.Value.(ast.Number)
	ns, ok := number.Int64()
	if !ok {
		return at, fmt.Errorf("due_ns: want a whole number, have %v", term)
	}
	if ns > 0 {
		at = time.Unix(0, ns).UTC()
	}
	return at, nil
}

// violations reads the reports of the rules that were asked.
func (e *Engine) violations(answer ast.Object) (list []gate.Violation, err error) {
	err = answer.Iter(func(key, report *ast.Term) error {
		if key.Equal(dueKey) || key.Equal(exceptionsKey) {
			return nil
		}
		rule := string(key.Value.(ast.String)) //nolint:forcetypeassert // the question was composed with texts
		set, ok := report.Value.(ast.Set)
		if !ok {
			return e.at(rule, fmt.Errorf("want a set of violations, have %v", report))
		}
		return set.Iter(func(said *ast.Term) error {
			v, err := violation(said)
			if err != nil {
				return e.at(rule, err)
			}
			v.Rule, v.Level = rule, softer(v.Level, e.levels[rule])
			list = append(list, v)
			return nil
		})
	})
	sortViolations(list)
	return list, err
}

// softer takes the level of a violation's own word or that of its rule's setting: neither can harden the other.
func softer(own, set gate.Level) gate.Level {
	if own == gate.Warn || set == gate.Warn {
		return gate.Warn
	}
	return gate.Deny
}

// asked is what a judgement is about.
type asked struct {
	age    gate.Age
	change bool // in a change request
}

// soften makes warnings of what must not block: a change request does not answer for the defects that its base has, nor anyone for what came
// before where the rule judges only what is new.
func (e *Engine) soften(said []gate.Violation, about asked) {
	if about.age != gate.Preexisting {
		return
	}
	for i := range said {
		if v := &said[i]; v.Level == gate.Deny && (about.change || e.onlyNew[v.Rule]) {
			v.Level, v.Preexisting = gate.Warn, true
		}
	}
}

// violation reads a text, or an object.
func violation(said *ast.Term) (v gate.Violation, err error) {
	message, ok := said.Value.(ast.String)
	if !ok {
		found := textOf(said, "message")
		if found == nil {
			found = textOf(said, "msg") // as Conftest calls it
		}
		if found == nil {
			return v, gate.WithHint(fmt.Errorf("the violation %v has no message", said), "%s", wantedViolation)
		}
		message = ast.String(*found)
	}
	if v.Message = string(message); strings.TrimSpace(v.Message) == "" {
		return v, gate.WithHint(errors.New("a violation has an empty message"), "%s", wantedViolation)
	}
	if v.Level, err = levelOf(said); err != nil {
		return v, err
	}
	if remedy := textOf(said, "remedy"); remedy != nil {
		v.Remedy = *remedy
	}
	return v, nil
}

// levelOf reads the level that a violation gives itself.
func levelOf(said *ast.Term) (gate.Level, error) {
	object, ok := said.Value.(ast.Object)
	if !ok || object.Get(word("level")) == nil {
		return gate.Deny, nil
	}
	level := textOf(said, "level")
	if level == nil || *level != string(gate.Deny) && *level != string(gate.Warn) {
		return "", gate.WithHint(fmt.Errorf("the violation %v has an unknown level", said), "write deny or warn, or leave it out")
	}
	return gate.Level(*level), nil
}

// textOf gives a member that is a text, or nil.
func textOf(term *ast.Term, name string) *string {
	object, ok := term.Value.(ast.Object)
	if !ok {
		return nil
	}
	member := object.Get(word(name))
	if member == nil {
		return nil
	}
	text, ok := member.Value.(ast.String)
	if !ok {
		return nil
	}
	return (*string)(&text)
}

const wantedViolation = "give a text, or an object with `message` (or `msg`)"

// at names the rule of which an answer cannot be read, and where it stands.
func (e *Engine) at(id string, err error) error {
	for _, r := range e.library.rules {
		if r.ID() == id {
			return fmt.Errorf("%s: rule %s: %w", relative(r.Place), id, err)
		}
	}
	return fmt.Errorf("rule %s: %w", id, err)
}

func rulings(said *ast.Term) (list []gate.Ruling, err error) {
	all, err := setOf(said, "rulings")
	for _, item := range all {
		id, kind := textOf(item, "exception"), textOf(item, "kind")
		refusals, err := setOf(item, "refusals")
		if id == nil || kind == nil || err != nil {
			return nil, fmt.Errorf("the judgement of an exception is %v, want exception, kind and refusals", item)
		}
		ruling := gate.Ruling{Exception: *id, Kind: gate.SignOffKind(*kind), Applies: len(refusals) == 0}
		for _, refusal := range refusals {
			sentence, ok := refusal.Value.(ast.String)
			if !ok {
				return nil, fmt.Errorf("exception %s: a refusal is %v, want a text", *id, refusal)
			}
			ruling.Refusals = append(ruling.Refusals, string(sentence))
		}
		slices.Sort(ruling.Refusals)
		list = append(list, ruling)
	}
	slices.SortFunc(list, func(a, b gate.Ruling) int { return strings.Compare(a.Exception, b.Exception) })
	return list, err
}

func setOf(term *ast.Term, name string) ([]*ast.Term, error) {
	if object, ok := term.Value.(ast.Object); ok {
		if member := object.Get(word(name)); member != nil {
			if set, ok := member.Value.(ast.Set); ok {
				return set.Slice(), nil
			}
		}
	}
	return nil, fmt.Errorf("%s: want a set, have %v", name, term)
}

// printed collects what policies print, each line once, up to a bound.
type printed struct {
	mu   sync.Mutex
	all  map[string]bool
	size int
	left bool // some lines did not fit
}

const maxPrinted = 64 << 10

// Print implements OPA's print hook.
func (p *printed) Print(c print.Context, message string) error {
	line := fmt.Sprintf("%s: %s", c.Location, message)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all[line] {
		return nil
	}
	if p.size+len(line) > maxPrinted {
		p.left = true
		return nil
	}
	if p.all == nil {
		p.all = map[string]bool{}
	}
	p.all[line] = true
	p.size += len(line)
	return nil
}

// lines are in order. Which ones fit depends on chance, where not all do; so then there are none.
func (p *printed) lines() []string {
	if p.left {
		return []string{fmt.Sprintf("more than %d KiB, which are left out: print less", maxPrinted>>10)}
	}
	return sortedKeys(p.all)
}
