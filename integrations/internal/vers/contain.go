package vers

import (
	"slices"
	"strings"
)

// String gives the range as written.
func (r *Range) String() string { return r.text }

// Contains reports whether a version lies in the range ("Checking if a version is contained within a range" in the specification). It is false where
// that cannot be told.
func (r *Range) Contains(version string) bool {
	if r.all {
		return true
	}
	if len(version) > maxVersion {
		return false
	}
	if r.order == nil {
		return len(r.posts) == 0 && r.lists(version)
	}
	place, ok := r.order.parse(version)
	return ok && r.contains(place)
}

// lists reports whether a version is listed by its text.
func (r *Range) lists(version string) bool {
	return slices.ContainsFunc(r.listed, func(p post) bool { return p.comparator == "=" && p.version == version })
}

func (r *Range) contains(place any) bool {
	if i, found := r.search(r.listed, place); found {
		return r.listed[i].comparator == "="
	}
	if len(r.posts) == 0 {
		return r.onlyExcludes()
	}
	next, found := r.search(r.posts, place)
	switch {
	case found:
		return strings.HasSuffix(r.posts[next].comparator, "=")
	case next == 0:
		return r.posts[0].closes() // from the beginning of time up to the first signpost
	}
	return r.posts[next-1].opens()
}

// onlyExcludes reports whether a range lists nothing but what is not in it: then it contains all else.
func (r *Range) onlyExcludes() bool {
	return len(r.listed) > 0 && !slices.ContainsFunc(r.listed, func(p post) bool { return p.comparator == "=" })
}

func (r *Range) search(posts []post, place any) (int, bool) {
	return slices.BinarySearchFunc(posts, place, func(p post, place any) int { return r.order.compare(p.place, place) })
}

// compare orders constraints by version; by text where the order of the ecosystem is not known.
func (r *Range) compare(a, b post) int {
	if r.order == nil {
		return strings.Compare(a.version, b.version)
	}
	return r.order.compare(a.place, b.place)
}
