package gate

import (
	"context"
	"time"
)

// Policy judges. It is the only place where deny, warn and accept are said.
type Policy interface {
	// Evaluate judges every open defect and the artifact as a whole. An error means that it could not: the verdict is "error".
	Evaluate(ctx context.Context, in Input) (Judgements, error)
}

// Judgements is what a policy said.
type Judgements struct {
	Defects  []Judgement // one for each defect of the input; that of a defect which is not open is empty
	Artifact []Violation
	Prints   []string // what policies printed, ordered
}

// Judgement is what a policy said of one defect.
type Judgement struct {
	Due        time.Time   `json:"due,omitzero"` // the end of its SLA; zero where it has none
	Violations []Violation `json:"violations,omitempty"`
	Exceptions []Ruling    `json:"exceptions,omitempty"` // every exception that names it
}

// Level is how strongly a rule speaks.
type Level string

// The levels of a violation.
const (
	Deny Level = "deny"
	Warn Level = "warn"
)

// blocks reports whether a violation of this level fails the build: a level that nobody knows does.
func (l Level) blocks() bool { return l != Warn }

// Violation is one rule's word about one defect or about the artifact.
type Violation struct {
	Rule        string `json:"rule"` // category/name
	Level       Level  `json:"level"`
	Message     string `json:"message"`
	Remedy      string `json:"remedy,omitempty"`
	Exception   string `json:"exception,omitempty"`  // id of the exception that covers it
	Preexisting bool   `json:"preexisting,omitzero"` // a denial that became a warning, because the baseline has the defect
}

// Ruling is the judgement of one exception for one defect.
type Ruling struct {
	Exception string      `json:"exception"`
	Kind      SignOffKind `json:"kind"`
	Applies   bool        `json:"applies"`
	Covers    bool        `json:"covers,omitzero"`    // of those that apply, the one that counts
	Refusals  []string    `json:"refusals,omitempty"` // why it does not apply, a sentence each
}

// Covering gives the id of the exception that covers the defect, or "".
func (j *Judgement) Covering() string { return j.covered().Exception }

// CoveredAs gives the kind of the exception that covers the defect, or "".
func (j *Judgement) CoveredAs() SignOffKind { return j.covered().Kind }

func (j *Judgement) covered() Ruling {
	for _, r := range j.Exceptions {
		if r.Covers {
			return r
		}
	}
	return Ruling{}
}

// Level gives the strongest level of the violations that no exception covers, or "".
func (j *Judgement) Level() Level { return strongest(j.Violations) }

func strongest(violations []Violation) Level {
	var level Level
	for _, v := range violations {
		switch {
		case v.Exception != "":
		case v.Level.blocks():
			return Deny
		default:
			level = Warn
		}
	}
	return level
}
