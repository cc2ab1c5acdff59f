package signoff

// Verb is what a comment asks for.
type Verb string

// The verbs.
const (
	Accept        Verb = "accept"         // take a risk until a day
	FalsePositive Verb = "false-positive" // say that there is none
	Override      Verb = "override"       // break-glass: lift the blocks of one build for some hours
	Approve       Verb = "approve"        // be the second approver of a record, or the one who looks at an override afterwards
	Revoke        Verb = "revoke"         // end a record
	Status        Verb = "status"         // say what is signed off
	Help          Verb = "help"           // say how to write a command
)

// Reach is how far a sign-off holds.
type Reach string

// The reaches. Without one a sign-off holds for the component and the environment that were judged.
const (
	Artifact   Reach = "artifact"   // the one with a digest
	Branch     Reach = "branch"     // one branch
	Everywhere Reach = "repository" // every component and environment of the repository
)

// Scope is what a `scope:` line says.
type Scope struct {
	Reach Reach
	Name  string // of the branch, or the digest of the artifact
}

// Command is a comment that was understood. Its text form is [Command.String].
type Command struct {
	Verb      Verb
	Targets   []string // ids of defects, as written, 1 to 5
	Component string   // package URL; "" where none was named
	At        string   // hexadecimal beginning of a commit, lower case; "" where none was named
	Until     string   // YYYY-MM-DD
	Hours     int      // of an override
	Record    string   // id of a record: dgx_…
	Reason    string
	Control   string // compensating control
	Ticket    string
	Scope     Scope
}
