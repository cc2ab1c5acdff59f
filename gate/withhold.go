package gate

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// Disclosure says who reads what a gate tells, and so what of secrets stands in its decisions.
type Disclosure string

// The disclosures. The zero value is [Full].
const (
	Public   Disclosure = "public"   // anybody: that there is a secret, and by which rule it was found
	Internal Disclosure = "internal" // an organisation: where it stands, too
	Full     Disclosure = "full"     // whoever mends it: what the scanner writes of it, too
)

// Disclosures lists all of them, the most reserved first.
func Disclosures() []Disclosure { return []Disclosure{Public, Internal, Full} }

// withhold takes away from secrets what not all readers may know, before anything is judged or written: what is nowhere cannot get out. Texts of
// scanners go, because they may repeat a part of the secret. For the public, places go as well, and fingerprints are hashed with the key: whoever has
// the code could try every place of it.
func (o *MergeOptions) withhold(defects []*Defect) {
	for _, d := range defects {
		if d.Kind == Secret {
			o.hide(d)
		}
	}
	slices.SortStableFunc(defects, compareDefects)
}

// hide does so with a secret. Who may know its fingerprints is told those for the public as well: when its readers change, its history goes on.
func (o *MergeOptions) hide(d *Defect) {
	hidden := o.keyed(d.Fingerprints)
	if o.Disclosure == Public {
		d.Fingerprints = hidden
	} else {
		d.Fingerprints = union(d.Fingerprints, hidden)
	}
	if o.Disclosure == "" || o.Disclosure == Full {
		return
	}
	d.Title, d.Remedy, d.URL = "a secret", "", ""
	for i, at := range d.Occurrences {
		d.Occurrences[i] = o.withheld(at)
	}
}

// withheld is an occurrence without what was written of it, and for the public without its place.
func (o *MergeOptions) withheld(at *Occurrence) *Occurrence {
	left := *at
	if o.Disclosure == Public {
		left.Location = Location{}
	}
	if at.Word != nil {
		left.Word = &Word{Said: at.Word.Said, At: at.Word.At}
	}
	return &left
}

func (o *MergeOptions) keyed(prints []Fingerprint) []Fingerprint {
	hidden := make([]Fingerprint, len(prints))
	for i, f := range prints {
		sum := hmac.New(sha256.New, o.SecretKey)
		sum.Write(f[:])
		hidden[i] = Fingerprint(sum.Sum(nil))
	}
	slices.SortFunc(hidden, compareFingerprints)
	return hidden
}

// removed points at what was withheld of a decision's findings (RFC 6901).
func (o *MergeOptions) removed(findings []Judged) (pointers []string) {
	if o.Disclosure == "" || o.Disclosure == Full {
		return nil
	}
	members := []string{"title", "remedy", "url"}
	if o.Disclosure == Public {
		members = append(members, "occurrences", "fingerprints")
	}
	for i := range findings {
		if findings[i].Kind != Secret {
			continue
		}
		for _, member := range members {
			pointers = append(pointers, fmt.Sprintf("/evaluation/findings/%d/%s", i, member))
		}
	}
	return pointers
}

// ParseDisclosure reads one by its name.
func ParseDisclosure(name string) (Disclosure, error) {
	var names []string
	for _, d := range Disclosures() {
		if string(d) == name {
			return d, nil
		}
		names = append(names, string(d))
	}
	return "", WithHint(fmt.Errorf("%q is no disclosure", name), "use one of %s", strings.Join(names, ", "))
}
