package signoff

import (
	"fmt"
	"strings"
)

// Code says why a comment was refused. The words are fixed: replies, logs and people's searches rest on them.
type Code string

// The codes, in the order in which [Verify] comes to them.
const (
	Syntax      Code = "E_SYNTAX"       // the grammar; with the column and an example
	Multi       Code = "E_MULTI"        // a second command line
	Edited      Code = "E_EDITED"       // the comment was edited, or whether it was is not known
	NotChange   Code = "E_NOT_PR"       // the comment stands at no change request
	Closed      Code = "E_CLOSED"       // the change is closed or merged
	Repository  Code = "E_REPO_ID"      // the repository is another one
	Misplaced   Code = "E_SCOPE"        // the comment belongs to another change
	Bot         Code = "E_BOT"          // a bot, an app on behalf of somebody, ourselves, or the forge itself
	Auth        Code = "E_AUTH"         // not an approver
	Self        Code = "E_SELF"         // the author, a committer, or who approved already
	HeadMoved   Code = "E_HEAD_MOVED"   // the commit is not the one that was named, or not any more
	Unknown     Code = "E_UNKNOWN"      // no open blocking defect
	NoRecord    Code = "E_RECORD"       // the record that is named cannot be approved or revoked
	Date        Code = "E_DATE"         // no day, past, or beyond the longest time
	Hours       Code = "E_HOURS"        // beyond the longest time of an override
	Control     Code = "E_CONTROL"      // a compensating control is wanted
	Ticket      Code = "E_TICKET"       // a ticket is wanted
	Reason      Code = "E_REASON"       // too short, too long, filler, or with characters that do not show
	Field       Code = "E_FIELD"        // a field that the verb does not know, twice, empty, or misplaced
	Secret      Code = "E_SECRET"       // something that looks like a credential
	Duplicate   Code = "E_DUP"          // recorded already
	NeedsSecond Code = "E_NEEDS_SECOND" // recorded, and waits for another approver
	Conflict    Code = "E_CONFLICT"     // others were faster, several times
	Upstream    Code = "E_UPSTREAM"     // the platform did not answer, or not wholly
	Register    Code = "E_REGISTER"     // the recorded sign-offs do not hold
)

// Refusal says why nothing was recorded, and what to do instead.
type Refusal struct {
	Code    Code
	Message string   // one sentence or two, for whoever wrote the comment; it may quote what they wrote
	Column  int      // of the first line, from 1, in characters; 0 where no place is at fault
	Example string   // a line that would be taken; "" where none helps
	Known   []string // E_UNKNOWN: what could have been named, at most ten
	Record  string   // the record that it is about; "" where there is none
	Err     error    // what went wrong elsewhere; never shown in a reply
}

// Error is the code with the message.
func (r *Refusal) Error() string {
	text := string(r.Code) + ": " + r.Message
	if len(r.Known) > 0 {
		text += " (" + strings.Join(r.Known, ", ") + ")"
	}
	return text
}

// Unwrap gives what went wrong elsewhere.
func (r *Refusal) Unwrap() error { return r.Err }

// refuse makes a refusal.
func refuse(code Code, message string, args ...any) *Refusal {
	return &Refusal{Code: code, Message: fmt.Sprintf(message, args...)}
}
