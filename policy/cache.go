package policy

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// results is the cache that OPA keeps of the rules evaluated for one input. OPA makes one anew for each input, a sixth of all that an evaluation
// allocates; this one is emptied and used again. It implements topdown.VirtualCache for one goroutine.
type results struct {
	frames []*frame // the last one is in use
	spare  []*frame
}

// frame holds results that are valid together: `with` begins a new one.
type frame struct {
	first map[int]int // index of the first entry with a hash, from 1
	all   []result
	refs  []*ast.Term // of all entries, one behind the other: OPA uses its own references again
}

type result struct {
	from, to  int // where its reference lies
	next      int // entry with the same hash, from 1; 0 for none
	value     *ast.Term
	undefined bool
}

// fresh gives the cache without any result.
func (r *results) fresh() *results {
	for len(r.frames) > 0 {
		r.Pop()
	}
	r.Push()
	return r
}

// Push begins a frame without results.
func (r *results) Push() {
	if n := len(r.spare); n > 0 {
		r.frames, r.spare = append(r.frames, r.spare[n-1]), r.spare[:n-1]
		return
	}
	r.frames = append(r.frames, &frame{first: map[int]int{}})
}

// Pop forgets the results of the last frame.
func (r *results) Pop() {
	last := r.top()
	clear(last.first)
	clear(last.all)
	clear(last.refs)
	last.all, last.refs = last.all[:0], last.refs[:0]
	r.frames, r.spare = r.frames[:len(r.frames)-1], append(r.spare, last)
}

func (r *results) top() *frame { return r.frames[len(r.frames)-1] }

// Get gives the value of a reference, or that it is known to be undefined, or neither.
func (r *results) Get(ref ast.Ref) (value *ast.Term, undefined bool) {
	f := r.top()
	known := f.find(ref, f.first[ref.Hash()])
	switch {
	case known == nil:
		return nil, false
	case known.undefined:
		return nil, true
	}
	return known.value, false
}

// Put keeps the value of a reference; nil says that it is undefined.
func (r *results) Put(ref ast.Ref, value *ast.Term) {
	f := r.top()
	hash := ref.Hash()
	known := f.find(ref, f.first[hash])
	if known == nil {
		from := len(f.refs)
		f.refs = append(f.refs, ref...)
		f.all = append(f.all, result{from: from, to: len(f.refs), next: f.first[hash]})
		f.first[hash] = len(f.all)
		known = &f.all[len(f.all)-1]
	}
	if value == nil {
		known.undefined = true
		return
	}
	known.value = value
}

func (f *frame) ref(known *result) ast.Ref { return f.refs[known.from:known.to] }

func (f *frame) find(ref ast.Ref, at int) *result {
	for at != 0 {
		known := &f.all[at-1]
		if slices.EqualFunc(ref, f.ref(known), (*ast.Term).Equal) {
			return known
		}
		at = known.next
	}
	return nil
}

// Keys lists the references that have a value.
func (r *results) Keys() (keys []ast.Ref) {
	f := r.top()
	for i := range f.all {
		if known := &f.all[i]; known.value != nil {
			keys = append(keys, slices.Clone(f.ref(known)))
		}
	}
	return keys
}
