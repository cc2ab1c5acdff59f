package githubtest

import (
	"cmp"
	"net/http"
	"slices"
	"time"
)

// Comment is one at an issue or a pull request.
type Comment struct {
	ID          int64
	Number      int // of the issue or pull request
	User        *User
	Body        string
	Created     time.Time
	Updated     time.Time
	Edited      time.Time // zero where it never was; only GraphQL tells
	Editor      *User
	App         *App   // through which it was written; nil for none
	Association string // of the author, as OWNER; "" for what the author's role makes of it
	Minimized   string // why it is hidden, as OUTDATED; "" where it is not
	ByEmail     bool
	Reactions   []*Reaction

	repository *Repository
}

// Reaction is somebody's sign at a comment.
type Reaction struct {
	ID      int64
	User    *User
	Content string // +1, -1, laugh, confused, heart, hooray, rocket or eyes
	Created time.Time
}

// mostText is how many characters a comment may have.
const mostText = 65536

// AddComment writes a comment at an issue or a pull request. What is not set of its times and id is made up.
func (r *Repository) AddComment(c Comment) *Comment {
	s := r.server
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !r.hasNumber(int64(c.Number)) {
		s.t.Fatalf("%s has no issue or pull request %d", r.FullName(), c.Number)
	}
	return r.addComment(c)
}

func (r *Repository) addComment(c Comment) *Comment {
	s := r.server
	if c.ID == 0 {
		c.ID = s.id()
	}
	if c.User == nil {
		c.User = s.account("commenter", "User")
	}
	if c.Created.IsZero() {
		c.Created = s.clock()
	}
	if c.Updated.IsZero() {
		c.Updated = c.Created
	}
	c.repository = r
	r.Comments = append(r.Comments, &c)
	return &c
}

// Edit changes the text of a comment as somebody.
func (c *Comment) Edit(by *User, body string) {
	s := c.repository.server
	s.mu.Lock()
	defer s.mu.Unlock()
	c.edit(by, body)
}

func (c *Comment) edit(by *User, body string) {
	now := c.repository.server.clock()
	c.Body, c.Editor, c.Edited, c.Updated = body, by, now, now
}

// Delete takes a comment away.
func (c *Comment) Delete() {
	r := c.repository
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	r.Comments = slices.DeleteFunc(r.Comments, func(other *Comment) bool { return other == c })
}

// CommentsAt are copies of the comments at an issue or a pull request, in the order of their ids.
func (r *Repository) CommentsAt(number int) (all []Comment) {
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	for _, c := range r.commentsOf(number) {
		all = append(all, *c)
	}
	return all
}

// hasNumber reports whether there is an issue or pull request.
func (r *Repository) hasNumber(number int64) bool {
	return r.pull(number) != nil || slices.ContainsFunc(r.Issues, func(i *Issue) bool { return int64(i.Number) == number })
}

// commentsOf are those of an issue or pull request, in the order of their ids.
func (r *Repository) commentsOf(number int) []*Comment {
	all := slices.DeleteFunc(slices.Clone(r.Comments), func(c *Comment) bool { return c.Number != number })
	slices.SortFunc(all, func(a, b *Comment) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

func (c *call) comment() *Comment {
	for _, found := range c.repository.Comments {
		if found.ID == c.number("comment_id") {
			return found
		}
	}
	return nil
}

// sinceOnly leaves the comments that were changed since an instant.
func (c *call) sinceOnly(all []*Comment) []*Comment {
	since := c.since()
	return slices.DeleteFunc(all, func(one *Comment) bool { return one.Updated.Before(since) })
}

func listComments(c *call) answer {
	number := c.number("issue_number")
	if !c.repository.hasNumber(number) {
		return notFound()
	}
	return list(c, c.sinceOnly(c.repository.commentsOf(int(number))), (*Comment).shape)
}

// listAllComments lists those of the whole repository. Without a sort, GitHub takes no account of the direction.
func listAllComments(c *call) answer {
	all := c.sinceOnly(slices.Clone(c.repository.Comments))
	key := map[string]func(*Comment) int64{
		"created": func(one *Comment) int64 { return one.Created.Unix() },
		"updated": func(one *Comment) int64 { return one.Updated.Unix() },
	}[c.value("sort")]
	slices.SortFunc(all, func(a, b *Comment) int { return cmp.Compare(a.ID, b.ID) })
	if c.has("direction"); key != nil {
		order(c, all, "asc", key)
	}
	return list(c, all, (*Comment).shape)
}

func getComment(c *call) answer {
	if found := c.comment(); found != nil {
		return ok(found.shape())
	}
	return notFound()
}

// text is what a comment is to say.
func (c *call) text() (string, *answer) {
	var asked struct {
		Body string `json:"body"`
	}
	c.decode(&asked)
	var problem answer
	switch {
	case asked.Body == "":
		problem = invalid("IssueComment", "body", "body cannot be blank")
	case len([]rune(asked.Body)) > mostText:
		problem = invalid("IssueComment", "body", "body is too long (maximum is 65536 characters)")
	default:
		return asked.Body, nil
	}
	return "", &problem
}

func createComment(c *call) answer {
	number := c.number("issue_number")
	if !c.repository.hasNumber(number) {
		return notFound()
	}
	text, problem := c.text()
	if problem != nil {
		return *problem
	}
	if p := c.repository.pull(number); p != nil && p.Locked && !c.maySpeak() {
		return refused(http.StatusForbidden, "Unable to create comment because issue is locked.")
	}
	return created(c.repository.addComment(Comment{Number: int(number), User: c.token.who(), App: c.token.App, Body: text}).shape())
}

// maySpeak reports whether somebody may comment where a conversation is locked: those who may write, and apps.
func (c *call) maySpeak() bool {
	push, _ := c.repository.role(c.token.who()).powers()["push"].(bool)
	return push || c.token.App != nil
}

func updateComment(c *call) answer {
	found := c.comment()
	if found == nil {
		return notFound()
	}
	text, problem := c.text()
	if problem != nil {
		return *problem
	}
	found.edit(c.token.who(), text)
	return ok(found.shape())
}
