package gate

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// absorb adds all that another defect holds. It is commutative once [Defect.finish] has ordered the lists.
func (d *Defect) absorb(o *Defect) {
	if d.ID != o.ID {
		d.Aliases = union(d.Aliases, []string{d.ID, o.ID})
		d.ID = minID(d.ID, o.ID)
	}
	d.Fingerprints = union(d.Fingerprints, o.Fingerprints)
	d.Aliases = union(d.Aliases, o.Aliases)
	d.Related = union(d.Related, o.Related)
	d.Kind = o.Kind
	d.Ratings = union(d.Ratings, o.Ratings)
	d.CWEs = union(d.CWEs, o.CWEs)
	d.Title = smallest(d.Title, o.Title)
	d.Remedy = smallest(d.Remedy, o.Remedy)
	d.URL = smallest(d.URL, o.URL)
	d.Component.PURL = smallest(d.Component.PURL, o.Component.PURL)
	d.Component.Name = smallest(d.Component.Name, o.Component.Name)
	d.Component.Fixed = union(d.Component.Fixed, o.Component.Fixed)
	d.addOccurrences(o.Occurrences)
	if cmp.Or(o.Certainty.rank()-d.Certainty.rank(), cmp.Compare(o.Certainty, d.Certainty)) > 0 {
		d.Certainty = o.Certainty
	}
	d.Clocks.absorb(&o.Clocks)
	if o.EPSS != nil && (d.EPSS == nil || *o.EPSS > *d.EPSS) {
		d.EPSS = o.EPSS
	}
	d.KEV = d.KEV.join(o.KEV)
	d.Exploited = d.Exploited || o.Exploited
	d.Tools = union(d.Tools, o.Tools)
	d.Sources = union(d.Sources, o.Sources)
}

func (c *Clocks) absorb(o *Clocks) {
	c.FirstSeen = earliest(c.FirstSeen, o.FirstSeen)
	c.Published = earliest(c.Published, o.Published)
	c.FixAvailable = earliest(c.FixAvailable, o.FixAvailable)
	c.ExploitedSince = earliest(c.ExploitedSince, o.ExploitedSince)
}

// known copies an entry, its dates in one spelling.
func (k *KEV) known() *KEV {
	if k == nil {
		return nil
	}
	return &KEV{Added: known(k.Added), Due: known(k.Due), Ransomware: k.Ransomware}
}

func (k *KEV) join(o *KEV) *KEV {
	if k == nil || o == nil {
		return cmp.Or(k, o)
	}
	return &KEV{
		Added:      earliest(k.Added, o.Added),
		Due:        earliest(k.Due, o.Due),
		Ransomware: k.Ransomware || o.Ransomware,
	}
}

// addOccurrences looks a place up in a short list. In a long one doubles are dropped each time it is about to grow, and it grows to twice what is
// left: a defect that stands in a hundred thousand places costs no square of that.
func (d *Defect) addOccurrences(more []*Occurrence) {
	const short = 8
	for _, o := range more {
		if len(d.Occurrences) <= short {
			if i := slices.IndexFunc(d.Occurrences, o.samePlace); i >= 0 {
				d.Occurrences[i] = minOccurrence(d.Occurrences[i], o)
				continue
			}
		}
		if len(d.Occurrences) == cap(d.Occurrences) {
			d.Occurrences = distinct(d.Occurrences)
			d.Occurrences = slices.Grow(d.Occurrences, max(1, len(d.Occurrences)))
		}
		d.Occurrences = append(d.Occurrences, o)
	}
}

func (o *Occurrence) samePlace(other *Occurrence) bool {
	return o.Version == other.Version && o.Location == other.Location
}

func minOccurrence(a, b *Occurrence) *Occurrence {
	if compareOccurrences(b, a) < 0 {
		return b
	}
	return a
}

// distinct orders occurrences and keeps one for each place: the state that keeps the defect open wins.
func distinct(list []*Occurrence) []*Occurrence {
	slices.SortFunc(list, compareOccurrences)
	return slices.CompactFunc(list, (*Occurrence).samePlace)
}

// finish orders every list and computes what follows from them.
func (d *Defect) finish(severitySource string) {
	d.Fingerprints = sorted(d.Fingerprints, compareFingerprints)
	d.Aliases = without(sorted(d.Aliases, compareIDs), d.ID)
	d.Related = without(sorted(d.Related, strings.Compare), d.Names()...)
	d.CWEs = sorted(d.CWEs, cmp.Compare[int])
	d.Component.Fixed = sorted(d.Component.Fixed, strings.Compare)
	d.Tools = sorted(d.Tools, strings.Compare)
	d.Sources = sorted(d.Sources, strings.Compare)
	d.Ratings = distinctRatings(d.Ratings)
	d.Severity = decide(d.Ratings, severitySource)
	d.Occurrences = distinct(d.Occurrences)
	d.Component.Version = singleVersion(d.Occurrences)
	d.Clocks.ExploitedSince = d.exploitedSince()
}

// trim gives back what the longest list reserved in vain.
func (d *Defect) trim() {
	if cap(d.Occurrences) > len(d.Occurrences)+1 {
		d.Occurrences = slices.Clone(d.Occurrences)
	}
}

func (d *Defect) exploitedSince() time.Time {
	if d.KEV != nil {
		return earliest(d.Clocks.ExploitedSince, d.KEV.Added)
	}
	return d.Clocks.ExploitedSince
}

func singleVersion(list []*Occurrence) string {
	for i := range list {
		if list[i].Version != list[0].Version {
			return ""
		}
	}
	return list[0].Version
}

// distinctRatings orders ratings and keeps one of those that differ only in having been chosen.
func distinctRatings(list []Rating) []Rating {
	slices.SortFunc(list, func(a, b Rating) int {
		return firstNonZero(strings.Compare(a.Party, b.Party), strings.Compare(a.Label, b.Label), strings.Compare(a.Vector, b.Vector),
			strings.Compare(a.CVSS, b.CVSS), cmp.Compare(a.Score, b.Score), cmp.Compare(a.Severity, b.Severity), strings.Compare(a.Note, b.Note),
			boolInt(b.Chosen)-boolInt(a.Chosen))
	})
	return slices.CompactFunc(list, func(a, b Rating) bool { a.Chosen, a.Wins = b.Chosen, b.Wins; return a == b })
}

func minID(a, b string) string {
	if a == "" || b != "" && compareIDs(b, a) < 0 {
		return b
	}
	return a
}

// smallest gives the first in byte order of the texts that are not empty, so that the order of sources does not matter.
func smallest(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

func union[T comparable](list, more []T) []T {
	for _, x := range more {
		if !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return list
}

func without(list []string, drop ...string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s == "" || slices.Contains(drop, s) })
}
