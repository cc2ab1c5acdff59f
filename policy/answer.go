package policy

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/topdown/print"

	"github.com/defectgate/defectgate/gate"
)

// judgement reads what the entry point says of a defect. Anything but the agreed shape is an error, never silence.
func (e *Engine) judgement(answer map[string]any) (j gate.Judgement, err error) {
	due, err := integer(answer["due_ns"])
	if err != nil {
		return j, fmt.Errorf("due_ns: %w", err)
	}
	if due > 0 {
		j.Due = time.Unix(0, due).UTC()
	}
	if j.Violations, err = e.violations(answer["violations"]); err != nil {
		return j, err
	}
	if j.Exceptions, err = rulings(answer["exceptions"]); err != nil {
		return j, err
	}
	covering, ok := answer["covering"].(string)
	if !ok {
		return j, fmt.Errorf("covering: want the id of an exception, have %v", answer["covering"])
	}
	for i := range j.Violations {
		if v := &j.Violations[i]; !strings.HasPrefix(v.Rule, "exception/") { // faults of exceptions are not covered by one
			v.Exception = covering
		}
	}
	return j, nil
}

func integer(value any) (int64, error) {
	number, ok := value.(fmt.Stringer) // json.Number
	if !ok {
		return 0, fmt.Errorf("want a number, have %v", value)
	}
	return strconv.ParseInt(number.String(), 10, 64)
}

func (e *Engine) violations(value any) ([]gate.Violation, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("violations: want a set, have %v", value)
	}
	result := make([]gate.Violation, 0, len(list))
	for _, item := range list {
		v, err := violation(item)
		if err != nil {
			return nil, e.at(v.Rule, err)
		}
		result = append(result, v)
	}
	sortViolations(result)
	return result, nil
}

func violation(item any) (gate.Violation, error) {
	object, ok := item.(map[string]any)
	if !ok {
		return gate.Violation{}, fmt.Errorf("a violation is %v, want an object", item)
	}
	v := gate.Violation{Level: gate.Deny}
	v.Rule, _ = object["rule"].(string)
	said, ok := object["said"].(map[string]any)
	if !ok {
		said = map[string]any{"message": object["said"]}
	}
	message, named := said["message"]
	if !named {
		message = said["msg"] // as Conftest calls it
	}
	if v.Message, ok = message.(string); !ok {
		return v, gate.WithHint(fmt.Errorf("the violation %v has no message", spell(object["said"])), "%s", wantedViolation)
	}
	if strings.TrimSpace(v.Message) == "" {
		return v, gate.WithHint(errors.New("a violation has an empty message"), "%s", wantedViolation)
	}
	if object["level"] == string(gate.Warn) || said["level"] == string(gate.Warn) {
		v.Level = gate.Warn // by its setting, or by its own word: neither can harden the other
	}
	v.Remedy, _ = said["remedy"].(string)
	return v, nil
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

func rulings(value any) ([]gate.Ruling, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("exceptions: want a set, have %v", value)
	}
	var result []gate.Ruling
	for _, item := range list {
		object, _ := item.(map[string]any)
		id, known := object["exception"].(string)
		refusals, listed := object["refusals"].([]any)
		if !known || !listed {
			return nil, fmt.Errorf("the judgement of an exception is %v, want exception and refusals", item)
		}
		ruling := gate.Ruling{Exception: id, Applies: len(refusals) == 0}
		for _, refusal := range refusals {
			ruling.Refusals = append(ruling.Refusals, fmt.Sprint(refusal))
		}
		slices.Sort(ruling.Refusals)
		result = append(result, ruling)
	}
	slices.SortFunc(result, func(a, b gate.Ruling) int { return strings.Compare(a.Exception, b.Exception) })
	return result, nil
}

// printed collects what policies print, up to a bound.
type printed struct {
	mu   sync.Mutex
	all  []string
	size int
}

const maxPrinted = 64 << 10

// Print implements OPA's print hook.
func (p *printed) Print(c print.Context, message string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.size += len(message); p.size <= maxPrinted {
		p.all = append(p.all, fmt.Sprintf("%s: %s", c.Location, message))
	}
	return nil
}

func (p *printed) lines() []string {
	slices.Sort(p.all)
	return slices.Compact(p.all)
}
