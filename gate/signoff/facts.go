package signoff

import (
	"context"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// Judge is the policy, as it is asked about sign-offs. It alone says who may sign off what, for how long, and for which reason; no objection is
// consent.
type Judge interface {
	// Against says what stands against somebody who asks for a sign-off, whatever it is for.
	Against(ctx context.Context, who gate.Asking) ([]gate.Objection, error)
	// Object says what stands against an exception for a defect; a nil defect stands for a whole build.
	Object(ctx context.Context, who gate.Asking, c gate.Candidate, d *gate.Defect) (gate.Advice, error)
	// Demand says what is wanted of an exception for a defect; nil asks about overrides.
	Demand(ctx context.Context, a gate.Artifact, d *gate.Defect) (gate.Demands, error)
	// Digest names the policy with its settings.
	Digest() string
}

// Post is a comment at a change request, as the forge gave it when it was asked for by its id. What an event says of it is never believed.
type Post struct {
	ID       int64
	URL      string
	Body     string
	Author   gate.Person
	Bot      bool // a bot by its account, or through an app on behalf of somebody
	Created  time.Time
	Edit     Edit
	Change   int64 // at which it stands; 0: at none
	System   bool  // written by the forge itself
	Internal bool  // not for everybody to see
	Imported bool  // from another forge: its author is a guess
}

// Edit says whether a comment is as it was written.
type Edit int

// What is known of edits. A forge that cannot say leaves it unknown, which counts as edited. The time of an update says nothing: reactions move it.
const (
	EditUnknown Edit = iota
	Unedited
	WasEdited
)

// Event is what woke us: a hint of which comment to ask for. The zero value is somebody who asked by hand.
type Event struct {
	Action     string // created or create; "" where there was no event
	Repository int64  // id
	Change     int64
	Comment    int64
	Body       *string // nil where there was no event
}

// Change is a change request as the forge has it now.
type Change struct {
	Number     int64
	IsChange   bool // and no issue
	Open       bool
	Fork       bool // it comes from another repository
	Head       string
	Base       string
	Author     gate.Person
	Committers []gate.Person // authors and committers of all its commits
	Unmapped   bool          // one of them is nobody that the forge knows
}

// Member is what the forge says of the author of a comment: whether he belongs to the repository, and as what.
type Member struct {
	gate.Person           // as the forge answered; another id than that of the comment is another person
	Role        string    // on the repository
	Teams       []string  // of those that were asked about, where he is an active member
	Active      bool      // not pending, blocked or gone
	Expires     time.Time // of the membership; zero for no end
}

// Place is where comments are judged.
type Place struct {
	Host        string // of the forge
	Repository  int64  // id, which stays when it is renamed
	Path        string // owner and name
	Component   string
	Environment string
	Self        string // id of the account that replies
	Tool        string // version of the program
}

// Facts is everything that [Verify] may know. It was fetched before.
type Facts struct {
	ID       string // of the record that may come of it
	Now      time.Time
	Place    Place
	Found    int64 // id of the repository that answered: another one may have taken its name
	Event    Event
	Post     Post
	Change   Change
	Member   Member
	Decision *gate.Decision // of the newest run for the head of the change; nil where there is none
	Book     *Book
	Judge    Judge
}

// artifact is what is signed off about, as far as the policy has to know it.
func (f *Facts) artifact() gate.Artifact {
	return gate.Artifact{Project: f.Place.project(), Component: f.Place.Component, Environment: f.Place.Environment,
		Change: &gate.Change{Base: f.Change.Base, Head: f.Change.Head}}
}

// actor is the author of the comment, with what makes him one who may sign off.
func (f *Facts) actor() gate.Actor {
	return gate.Actor{Person: f.Post.Author, Role: f.Member.Role, Teams: f.Member.Teams, Source: gate.FromForge, CheckedAt: f.Now}
}

// barred are those who have a part in the change.
func (c *Change) barred() []gate.Party {
	list := []gate.Party{{Person: c.Author, As: "author"}, {Person: c.Author, As: "requester"}}
	for _, p := range c.Committers {
		list = append(list, gate.Party{Person: p, As: "committer"})
	}
	return list
}
