// Package vers reads ranges of versions in the notation of VERS and tells whether a version lies in one:
//
//	vers:npm/>=1.0.0|!=1.5.0|<2.0.0
//	vers:deb/*
//
// A range is a list of signposts on the line of all versions of a package. Which of two versions comes first depends on the ecosystem, so that a
// range names its own. Those whose order is known are semver, npm, cargo, hex and golang (precedence of Semantic Versioning), pypi (PEP 440), maven,
// gem, deb, rpm, and apk with alpine.
//
// In doubt a version is not in a range, since whoever asks wants to know whether somebody's word applies. Of an ecosystem whose order is not known,
// and of versions that its rules do not cover, only equality is told, and only by the text: such a range contains what it lists one by one, and
// nothing else.
//
// Where the specification wants an error, there is one: blanks, empty constraints, versions that stand twice, signposts that contradict each other.
// Signposts out of order are sorted, as earlier drafts of the specification asked for: their order carries no meaning.
//
// https://github.com/package-url/vers-spec/blob/main/docs/specification/standard/specification.md
package vers

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// The bounds of a range. Those that people write have a few dozen constraints; databases list up to some hundreds of versions one by one.
const (
	maxConstraints = 1000
	maxVersion     = 256                             // bytes of one version
	maxText        = maxConstraints * 3 * maxVersion // bytes of a range, every character of it escaped
)

// ErrRange is the error of a text that is no range of versions.
var ErrRange = errors.New("no range of versions")

// Range is a range of versions, see [gate.Versions].
type Range struct {
	text string
	all  bool
	// order is how versions compare; nil where that is not known of every version that the range names.
	order  *order
	posts  []post // where versions begin and cease to be in the range, by version
	listed []post // versions that are in the range, or out of it, by themselves
}

// post is one constraint: a comparator and a version.
type post struct {
	comparator string
	version    string
	place      any // the version as its order compares it
}

// Parse reads a range. A range of an ecosystem that is not known is no error: see the package for what it contains.
func Parse(text string) (gate.Versions, error) {
	r, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRange, err)
	}
	return r, nil
}

// kinds is the form of the type of a range ("Type" in the specification).
var kinds = regexp.MustCompile(`^[a-z][a-z0-9.-]*$`)

func parse(text string) (*Range, error) {
	rest, ok := strings.CutPrefix(text, "vers:")
	switch {
	case len(text) > maxText:
		return nil, fmt.Errorf("it is longer than %d bytes", maxText)
	case !ok:
		return nil, fmt.Errorf("%q does not begin with %q", shortened(text), "vers:")
	case strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c >= 0x7f }):
		return nil, fmt.Errorf("%q has blanks, or letters that are not ASCII", shortened(text))
	case rest == "*":
		return &Range{text: text, all: true}, nil
	}
	kind, constraints, ok := strings.Cut(rest, "/")
	if !ok || !kinds.MatchString(kind) || kind == "invalid" {
		return nil, fmt.Errorf("%q names no ecosystem: write vers:npm/>=1.0.0|<2.0.0", shortened(text))
	}
	if constraints == "*" {
		return &Range{text: text, all: kind != "none"}, nil
	}
	return parseConstraints(text, kind, constraints)
}

func parseConstraints(text, kind, constraints string) (*Range, error) {
	if strings.Count(constraints, "|") >= maxConstraints {
		return nil, fmt.Errorf("it has more than %d constraints", maxConstraints)
	}
	var all []post
	for constraint := range strings.SplitSeq(constraints, "|") {
		p, err := parsePost(constraint)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	r := &Range{text: text, order: orderOf(kind, all)}
	return r, r.arrange(all)
}

// comparators are the signs, the longer ones first. A version without one is meant alone.
var comparators = []string{">=", "<=", "!=", "<", ">", "="}

func parsePost(constraint string) (post, error) {
	p := post{comparator: "="}
	escaped := constraint
	for _, comparator := range comparators {
		if version, ok := strings.CutPrefix(constraint, comparator); ok {
			p.comparator, escaped = comparator, version
			break
		}
	}
	version, err := url.PathUnescape(escaped)
	switch {
	case err != nil:
		return post{}, fmt.Errorf("%q is not escaped properly", shortened(constraint))
	case strings.ContainsAny(escaped, "<>=!*"):
		return post{}, fmt.Errorf("%q has a sign that has to be escaped", shortened(constraint))
	case version == "" || len(version) > maxVersion:
		return post{}, fmt.Errorf("%q names no version of 1 to %d bytes", shortened(constraint), maxVersion)
	}
	p.version = version
	return p, nil
}

// arrange parts the constraints, and refuses what the specification calls invalid.
func (r *Range) arrange(all []post) error {
	slices.SortStableFunc(all, r.compare)
	for i, p := range all {
		if i > 0 && r.compare(all[i-1], p) == 0 {
			return fmt.Errorf("version %q stands twice", shortened(p.version))
		}
		if p.comparator == "=" || p.comparator == "!=" {
			r.listed = append(r.listed, p)
		} else {
			r.posts = append(r.posts, p)
		}
	}
	if r.order == nil {
		return nil
	}
	return r.alternate(all)
}

// alternate refuses signposts that follow each other and point the same way, and single versions that lie within the range anyhow.
func (r *Range) alternate(all []post) error {
	all = slices.DeleteFunc(slices.Clone(all), func(p post) bool { return p.comparator == "!=" })
	for i := 1; i < len(all); i++ {
		last, next := all[i-1], all[i]
		if last.opens() && !next.closes() || !last.opens() && next.closes() {
			return fmt.Errorf("%s%s and then %s%s: one of them says nothing", last.comparator, shortened(last.version),
				next.comparator, shortened(next.version))
		}
	}
	return nil
}

func (p post) opens() bool  { return p.comparator[0] == '>' }
func (p post) closes() bool { return p.comparator[0] == '<' }

// shortened makes a text fit for a message.
func shortened(text string) string {
	const most = 60
	if len(text) > most {
		text = text[:most] + "…"
	}
	return strings.ToValidUTF8(text, "?")
}
