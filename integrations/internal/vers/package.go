package vers

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/package-url/packageurl-go"

	"github.com/defectgate/defectgate/gate"
)

// ErrHollow is the error of a package URL that begins a version or a range and does not give it, as "pkg:npm/p@". Its author did not mean every
// version, which is what a package URL without a version stands for.
var ErrHollow = errors.New("its version is empty")

// Package reads a package URL on which somebody's word depends.
func Package(purl string) (packageurl.PackageURL, error) {
	p, err := packageurl.FromString(purl)
	if err == nil && hollow(purl) {
		err = ErrHollow
	}
	return p, err
}

// hollow looks at the text: what was read does not tell an empty version from none.
func hollow(purl string) bool {
	text, _, _ := strings.Cut(purl, "#")
	path, qualifiers, _ := strings.Cut(text, "?")
	return strings.HasSuffix(path, "@") || slices.ContainsFunc(strings.Split(qualifiers, "&"), func(qualifier string) bool {
		key, value, _ := strings.Cut(qualifier, "=")
		return strings.EqualFold(key, "vers") && value == ""
	})
}

// OfPackage gives the range that a package URL names in its qualifier "vers"; nil where it names none. Nothing is in that of a hollow one.
// https://github.com/package-url/purl-spec/blob/main/docs/specification.md, known qualifiers
func OfPackage(purl string) gate.Versions {
	p, err := Package(purl)
	switch {
	case errors.Is(err, ErrHollow):
		return unread(purl)
	case err != nil:
		return nil
	}
	if within, ok := p.Qualifiers.Map()["vers"]; ok {
		return Trusted(within)
	}
	return nil
}

// Doubts counts the package URLs of statements that cannot be read, so that these do not come to nothing unnoticed. The zero value is ready for one
// document.
type Doubts struct {
	seen  map[string]bool
	first string
}

// Note looks at products, and at what they are part of.
func (d *Doubts) Note(products []gate.Product) {
	for i := range products {
		for p := &products[i]; p != nil; p = p.Within {
			d.read(p.PURL)
		}
	}
}

func (d *Doubts) read(purl string) {
	if _, err := Package(purl); purl == "" || err == nil {
		return
	}
	if d.seen == nil {
		d.seen, d.first = map[string]bool{}, purl
	}
	d.seen[purl] = true
}

// Warnings is one line on all package URLs that cannot be read, or nothing.
func (d *Doubts) Warnings() []string {
	switch len(d.seen) {
	case 0:
		return nil
	case 1:
		return []string{fmt.Sprintf("1 package URL cannot be read, and matches nothing: %q", shortened(d.first))}
	}
	return []string{fmt.Sprintf("%d package URLs cannot be read, and match nothing: %q is the first", len(d.seen), shortened(d.first))}
}
