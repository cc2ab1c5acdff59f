package githubtest

import (
	"cmp"
	"context"
	"net/http"
	"time"
)

// Fault is something that goes wrong, or happens, at requests of one kind. Of what is set here all holds together. Answers that a fault changes are
// not checked.
type Fault struct {
	Operation string // which requests: those for an operation, by its id; "graphql"; "storage" for where artifacts are fetched; "" for all
	Path      string // and those with this path as it was sent, "" for any
	After     int    // so many of them go well first
	Times     int    // how many of the next are hit: 0 is one, and less than 0 is all

	Before func()        // runs before anything is done; it may call all methods of the fake
	Delay  time.Duration // passes then, or until the other side has enough

	Status   int               // of the answer instead; the state is not changed
	Header   map[string]string // of the answer instead, or besides what it has
	Body     string            // of the answer instead; "" for what GitHub says with such a status
	Redirect string            // address that the answer leads to instead; Status is 302 where it is not set
	Hangup   bool              // the connection ends without any answer
	Late     bool              // the request is carried out, and what is said above hits its answer

	Edit      func(answer any) any // changes the JSON of the answer that there would be: maps, lists, texts, numbers as float64
	DropLink  bool                 // the answer does not lead to other pages
	DropItems bool                 // the answer is a page with nothing on it, which leads to no other
}

// script is a fault and what is left of it.
type script struct {
	Fault
	after, times int
}

// Fault has something go wrong. Of several that fit a request the first one that is not used up acts.
func (s *Server) Fault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := &script{Fault: f, after: f.After, times: f.Times}
	if n.times == 0 {
		n.times = 1
	}
	s.faults = append(s.faults, n)
}

// next is the fault that a request is hit by, nil for none. The lock is held.
func (s *Server) next(operation, path string) *Fault {
	for _, f := range s.faults {
		switch {
		case f.Operation != "" && f.Operation != operation || f.Path != "" && f.Path != path || f.times == 0:
		case f.after > 0:
			f.after--
		default:
			f.times--
			return &f.Fault
		}
	}
	return nil
}

// prepare does what comes before the request is looked at.
func (f *Fault) prepare(ctx context.Context) {
	if f == nil {
		return
	}
	if f.Before != nil {
		f.Before()
	}
	if f.Delay > 0 {
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
}

// instead reports whether there is another answer than that of the operation.
func (f *Fault) instead() bool {
	return f.Status != 0 || f.Body != "" || f.Redirect != "" || f.Hangup
}

// replaces reports whether the request is not even carried out.
func (f *Fault) replaces() bool { return f != nil && f.instead() && !f.Late }

// acts reports whether an answer is not sent as it is.
func (f *Fault) acts() bool {
	return f != nil && (f.instead() || len(f.Header) > 0 || f.Edit != nil || f.DropLink || f.DropItems)
}

// answer sends what a fault makes of an answer.
func (f *Fault) answer(w http.ResponseWriter, c *call, a answer) {
	if f.Hangup {
		panic(http.ErrAbortHandler) // how a handler ends the connection
	}
	if f.instead() {
		a = f.other()
	} else {
		a = f.changed(a)
	}
	for name, value := range f.Header {
		w.Header().Set(name, value)
	}
	c.send(w, a)
}

// other is the answer that a fault has of itself.
func (f *Fault) other() answer {
	a := answer{status: f.Status, header: http.Header{}, raw: []byte(f.Body), media: "application/json; charset=utf-8"}
	if f.Redirect != "" {
		a.header.Set("Location", f.Redirect)
		a.status = cmp.Or(a.status, http.StatusFound)
	}
	if a.status = cmp.Or(a.status, http.StatusOK); a.status >= http.StatusBadRequest && f.Body == "" {
		a.body = refused(a.status, "%s", http.StatusText(a.status)).body
	}
	return a
}

// changed is what a fault makes of the answer of the operation.
func (f *Fault) changed(a answer) answer {
	if f.DropLink || f.DropItems {
		a.header = a.header.Clone()
		a.header.Del("Link")
	}
	if f.DropItems {
		a.body = emptied(plain(a.body))
	}
	if f.Edit != nil {
		a.body = f.Edit(plain(a.body))
	}
	return a
}
