package gate

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"
)

// SignOffSchema names the shape of [SignOff].
const SignOffSchema = "https://defectgate.dev/attestation/sign-off/v1"

// SignOffKind says what a sign-off does. The first three are exceptions of their own; the others speak of one.
type SignOffKind string

// The kinds.
const (
	AcceptedRisk  SignOffKind = "accept"         // the risk is taken, until a day
	NoDefect      SignOffKind = "false-positive" // there is no such risk; looked at again on a day
	Overriding    SignOffKind = "override"       // break-glass: the denials of one build in one environment are lifted, for hours
	ApprovalOf    SignOffKind = "approve"        // another approver's word on a record
	RevocationFor SignOffKind = "revoke"         // a record ends before its time
)

// IsException reports whether a sign-off of this kind is an exception of its own.
func (k SignOffKind) IsException() bool {
	return k == AcceptedRisk || k == NoDefect || k == Overriding
}

// Last says the last moment of an exception that has ended at an instant: its last day; of an override, the minute.
func (k SignOffKind) Last(until time.Time) string {
	if k == Overriding {
		return until.UTC().Format("2006-01-02 15:04 UTC")
	}
	return until.Add(-time.Nanosecond).UTC().Format(time.DateOnly)
}

// SignOff is what was signed off, by whom, and on what evidence: what is signed and recorded. It never changes; others that name it as their target
// add to it or end it.
type SignOff struct {
	Schema      string      `json:"schema"`
	ID          string      `json:"id"` // dgx_ and a ULID
	Kind        SignOffKind `json:"kind"`
	Number      int64       `json:"number"`               // among the sign-offs of the project, from 1, without a gap
	Previous    string      `json:"previous,omitempty"`   // the record that this one renews
	Renewals    int         `json:"renewals,omitzero"`    // how many records it renews, one through the other
	Target      string      `json:"target,omitempty"`     // approve and revoke: the record that is meant
	Host        string      `json:"host,omitempty"`       // of the forge; "" without one
	Project     string      `json:"project"`              // as [Artifact.Project] is
	Repository  string      `json:"repository,omitempty"` // its path on the forge, which may change
	Component   string      `json:"component,omitempty"`
	Environment string      `json:"environment,omitempty"`
	Change      *SignedAt   `json:"change,omitzero"`    // the change request; nil without one
	Comment     *Comment    `json:"comment,omitzero"`   // the comment that is the evidence; nil without one
	Actor       Actor       `json:"actor"`              // who signs off
	Requester   *Person     `json:"requester,omitzero"` // who asked for it
	Asks        bool        `json:"asks,omitzero"`      // the actor may not approve: he asks for approvers, and is none himself
	Needed      int         `json:"approvals_needed,omitzero"`
	Defects     []Binding   `json:"defects,omitempty"`
	Scope       Scope       `json:"scope,omitzero"`
	Wide        bool        `json:"wide,omitzero"`      // it holds beyond the component and environment where it was asked for
	NotAfter    time.Time   `json:"not_after,omitzero"` // it has ended at this instant
	Reason      string      `json:"reason,omitempty"`
	Controls    []string    `json:"controls,omitempty"` // compensating controls
	Ticket      string      `json:"ticket,omitempty"`
	RecordedAt  time.Time   `json:"recorded_at"`        // by the clock of the program, never by that of the forge
	Tool        string      `json:"tool"`               // version of the program that wrote it
	Policy      string      `json:"policy_digest"`      // of the policy that judged it, with its settings
	Decision    string      `json:"decision,omitempty"` // id of the decision whose denials it answers
	Signer      string      `json:"signer"`             // id of the key that signs it
}

// SignedAt is the change request where something was signed off.
type SignedAt struct {
	Number     int64    `json:"number"`
	Head       string   `json:"head_sha"` // its commit then
	Base       string   `json:"base_ref"`
	Author     Person   `json:"author"`
	Committers []Person `json:"committers,omitempty"`
}

// Comment is the evidence of a sign-off: where it stands, and what was read there.
type Comment struct {
	ID      int64     `json:"id"`
	URL     string    `json:"url"`
	Created time.Time `json:"created_at"`
	SHA256  string    `json:"body_sha256"` // hexadecimal
}

// Person is somebody on a forge. The id stays, the login may become somebody else's.
type Person struct {
	ID    string `json:"id"` // number on the forge; key:ID for whoever holds a key, file:NAME for who is named in a file
	Login string `json:"login,omitempty"`
}

// Is reports whether two are one person: by the id, which stays, or by the name, by which the forge and a key set call one person alike.
func (p Person) Is(other Person) bool {
	return p.ID == other.ID || p.Login != "" && strings.EqualFold(p.Login, other.Login)
}

// Name is how people call him.
func (p Person) Name() string { return cmp.Or(p.Login, p.ID) }

// Actor is a person with what made him one who may sign off.
type Actor struct {
	Person
	Role      string    `json:"role,omitempty"`        // on the repository
	Teams     []string  `json:"teams,omitempty"`       // of those that the policy names
	Source    string    `json:"role_source,omitempty"` // where role and teams were read: "forge", "key" or "file"
	CheckedAt time.Time `json:"checked_at,omitzero"`
}

// Sources of the authority of an actor.
const (
	FromForge = "forge" // the forge was asked
	FromKey   = "key"   // he holds a key for sign-offs
	FromFile  = "file"  // a file that goes through code review names him
)

// Binding ties a sign-off to one defect as it was then. It fits a defect that has one of the fingerprints and goes by what was named: the
// fingerprints come from a decision that a change may have forged, and the name from whoever signed.
type Binding struct {
	ID           string        `json:"id"`
	Named        string        `json:"named,omitempty"` // an alias or a fingerprint; "" for the id
	Aliases      []string      `json:"aliases,omitempty"`
	Fingerprints []Fingerprint `json:"fingerprints"`
	Package      string        `json:"component,omitempty"` // package URL; with a version it is for that version only
	Place        string        `json:"place,omitempty"`     // of what is in no component: its first file and line, for people
	Severity     Severity      `json:"severity_ceiling"`    // it is for at most this
	Exploited    bool          `json:"exploited,omitzero"`  // known to be exploited then
	Fixable      bool          `json:"fixable,omitzero"`    // somebody could have mended it then
}

// Bind ties to a defect as it is.
func Bind(d *Defect) Binding {
	return Binding{ID: d.ID, Aliases: d.Aliases, Fingerprints: d.Fingerprints, Package: d.Component.PURL, Place: d.place(), Severity: d.Severity,
		Exploited: d.Exploited || d.KEV != nil, Fixable: d.Fixable()}
}

// place is where what belongs to no component is found first.
func (d *Defect) place() string {
	if d.Kind.OfComponent() || len(d.Occurrences) == 0 || d.Occurrences[0].Path == "" {
		return ""
	}
	o := d.Occurrences[0]
	if o.Line == 0 {
		return o.Path
	}
	return fmt.Sprintf("%s:%d", o.Path, o.Line)
}

// String names the defect for people: what was named, and where it stands.
func (b *Binding) String() string {
	name := b.ID
	for _, more := range []string{b.Package, b.Place} {
		if more != "" {
			name += " " + more
		}
	}
	return name
}

// ErrRegister is the error of sign-offs that were changed, are missing, or were signed by nobody knows whom: no exception can be told from them.
var ErrRegister = errors.New("the recorded sign-offs do not hold")

// Check refuses what is no whole record.
func (s *SignOff) Check() error {
	switch {
	case s.Schema != SignOffSchema:
		return fmt.Errorf("it is of type %q, and no sign-off of this program: %q is wanted", s.Schema, SignOffSchema)
	case s.ID == "" || s.Project == "" || s.Number < 1 || s.RecordedAt.IsZero() || s.Actor.ID == "" || s.Signer == "" || s.Policy == "":
		return errors.New("it lacks its id, project, number, time, actor, signer or policy")
	case s.Kind == ApprovalOf || s.Kind == RevocationFor:
		return s.checkTarget()
	case !s.Kind.IsException():
		return fmt.Errorf("it is of the kind %q, which this program does not know: use a newer defectgate", s.Kind)
	}
	return s.checkException()
}

func (s *SignOff) checkTarget() error {
	if s.Target == "" || len(s.Defects) > 0 {
		return fmt.Errorf("a record of the kind %q names a record, and no defects", s.Kind)
	}
	return nil
}

func (s *SignOff) checkException() error {
	if !s.NotAfter.After(s.RecordedAt) {
		return errors.New("it does not say until when it holds, or ended before it began")
	}
	if s.Asks && (s.Kind == Overriding || s.Requester == nil || s.Needed < 1) {
		return errors.New("somebody asks for it who is not named, for nobody's approval, or for what lets a whole build through")
	}
	if (s.Kind == Overriding) != (len(s.Defects) == 0) {
		return fmt.Errorf("a record of the kind %q names %d defects", s.Kind, len(s.Defects))
	}
	if s.Kind == Overriding && !s.ofOneBuild() {
		return errors.New("an override is for one build, for 72 hours at most, with a ticket")
	}
	for _, b := range s.Defects {
		if len(b.Fingerprints) == 0 {
			return fmt.Errorf("it names %q without a fingerprint", b.ID)
		}
	}
	return nil
}

// LongestOverride is for how long one build can be let through at most, whatever a policy says.
const LongestOverride = 72 * time.Hour

func (s *SignOff) ofOneBuild() bool {
	named := (s.Scope.Commit != "" || s.Scope.Artifact != "") && s.Scope.Environment != "" && !s.Wide
	return named && s.Ticket != "" && s.NotAfter.Sub(s.RecordedAt) <= LongestOverride
}

// SignedOff is a sign-off as it stands in a ledger.
type SignedOff struct {
	SignOff
	Index  int64  `json:"index"`  // of its entry in the log
	Leaf   string `json:"leaf"`   // hash of the entry, base64
	Fault  string `json:"fault"`  // why its signature does not count; "" where it does
	Signed []byte `json:"signed"` // the statement, as it was signed
	Proof  []byte `json:"-"`      // C2SP tlog-proof; nil where it was not asked for
}
