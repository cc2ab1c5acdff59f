package gate

import "time"

// Objection is what a policy has against a sign-off, with the code by which a reply names it.
type Objection struct {
	Code     string // E_DATE …
	Sentence string // says what to do
}

// Advice is what a policy says of an exception that is asked for.
type Advice struct {
	Objections []Objection // none: it may be signed off
	Needed     int         // distinct approvers
}

// Asking is somebody who asks for a sign-off, and where.
type Asking struct {
	Now      time.Time
	Artifact Artifact
	Approval Approval // the one that is to be given
	Barred   []Party  // who has a part in the change
	Fork     bool     // the change comes from another repository
	Unmapped bool     // a commit of the change is by somebody whom the forge does not know
	Named    bool     // the commit that was looked at is named
	Asks     bool     // he may not approve, and asks for approvers
}

// Demands are what a policy wants of an exception.
type Demands struct {
	Days      int  // the longest time of an exception
	Hours     int  // and of an override
	Approvers int  // distinct ones
	Control   bool // a compensating control
	Ticket    bool
	Reason    int // characters
}
