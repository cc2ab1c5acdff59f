package gate

import (
	"fmt"
	"time"
)

// State is where one occurrence of a defect stands. The zero value is [Open].
type State uint8

// The states, in the order in which they win when two sources speak of one occurrence.
const (
	Open               State = iota // nothing was said, or "affected"
	UnderInvestigation              // somebody looks at it; still open
	Suppressed                      // silenced inside a report by its author
	NotAffected                     // a VEX statement
	FalsePositive                   // a VEX statement
	Fixed                           // a VEX statement
)

var stateNames = [...]string{"open", "under_investigation", "suppressed", "not_affected", "false_positive", "fixed"}

// String gives the word, as "under_investigation".
func (s State) String() string { return stateNames[s] }

// States lists every state.
func States() []State {
	return []State{Open, UnderInvestigation, Suppressed, NotAffected, FalsePositive, Fixed}
}

// IsOpen reports whether an occurrence in this state keeps its defect open and its SLA clock running.
func (s State) IsOpen() bool { return s == Open || s == UnderInvestigation }

// IsStatement reports whether the state is a VEX statement that takes an occurrence out of the open ones.
func (s State) IsStatement() bool { return s == NotAffected || s == FalsePositive || s == Fixed }

// MarshalText gives the state's name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes a state's name.
func (s *State) UnmarshalText(text []byte) error {
	for i, name := range stateNames {
		if name == string(text) {
			*s = State(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no state", text)
}

// Word is what somebody said about an occurrence to put it into its state: a suppression inside a report or a VEX statement.
type Word struct {
	By     string    `json:"by,omitempty"`     // person, tool or file; empty where the report does not say
	Reason string    `json:"reason,omitempty"` // justification, as written
	At     time.Time `json:"at,omitzero"`
	Said   State     `json:"said"` // the state that was asked for; the occurrence's own differs where the source is not trusted
}

// known copies a word, its date in one spelling.
func (w *Word) known() *Word {
	if w == nil {
		return nil
	}
	return &Word{By: w.By, Reason: w.Reason, At: known(w.At), Said: w.Said}
}
