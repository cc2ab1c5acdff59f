package cyclonedx

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// affect names a component that a vulnerability affects, and in which versions.
type affect struct {
	Ref      string      `json:"ref"`
	Versions versionList `json:"versions"`
	Strays   strays      `json:",embed"`
}

// versionList is `versions`. Where it is null there is a list of which nobody knows the versions, and not none.
type versionList []versionsStatus

// UnmarshalJSONFrom reads the list.
func (l *versionList) UnmarshalJSONFrom(part *jsontext.Decoder) error {
	if part.PeekKind() == jsontext.KindNull {
		*l = versionList{{}}
		return part.SkipValue()
	}
	return json.UnmarshalDecode(part, (*[]versionsStatus)(l))
}

// versionsStatus is said of one version or of a range; without a status the versions are affected.
type versionsStatus struct {
	Version string `json:"version"`
	Range   string `json:"range"`
	Status  string `json:"status"`
	Strays  strays `json:",embed"`
}

// affected is a component as a vulnerability affects it.
type affected struct {
	component  gate.Component
	unaffected bool // the bom says so of the very version that the component has
}

// affected lists what a vulnerability affects. One that names nothing affects what the bom is about.
func (b *bom) affected(v *vulnerability) []affected {
	switch {
	case v.holder != nil:
		return []affected{{component: v.holder.facts()}}
	case len(v.Affects) == 0:
		return []affected{{component: gate.Component{Name: b.metadata.Component.fullName()}}}
	}
	list := make([]affected, len(v.Affects))
	for i, a := range v.Affects {
		c := b.resolve(a.Ref)
		list[i].component = c.facts()
		list[i].judge(a.Versions)
	}
	return list
}

// judge takes in what is said of versions. Ranges are not compared: whether a version lies in one depends on its ecosystem.
func (a *affected) judge(versions []versionsStatus) {
	var bad, good []string
	for _, v := range versions {
		switch {
		case v.Version == "":
		case v.Status == "unaffected":
			good = append(good, v.Version)
		default:
			bad = append(bad, v.Version)
		}
	}
	c := &a.component
	if c.Version == "" && len(bad) == 1 {
		c.Version = bad[0]
	}
	a.unaffected = slices.Contains(good, c.Version) && !slices.Contains(bad, c.Version)
	c.Fixed = slices.DeleteFunc(good, func(version string) bool { return version == c.Version })
}

// analysis is the VEX statement of the bom's author.
type analysis struct {
	State         string      `json:"state"`
	Justification string      `json:"justification"`
	Detail        string      `json:"detail"`
	FirstIssued   report.Time `json:"firstIssued"`
	LastUpdated   report.Time `json:"lastUpdated"`
}

// states are the words of impact analysis. One that is not listed says nothing that can be relied on: the vulnerability stays open.
var states = map[string]gate.State{
	"resolved":               gate.Fixed,
	"resolved_with_pedigree": gate.Fixed,
	"not_affected":           gate.NotAffected,
	"false_positive":         gate.FalsePositive,
	"in_triage":              gate.UnderInvestigation,
	"exploitable":            gate.Open,
}

func (s *analysis) state(a affected, author string) (gate.State, *gate.Word) {
	if state, ok := states[s.State]; ok {
		return state, &gate.Word{By: author, Reason: s.reason(), At: s.at(), Said: state}
	}
	if s.State == "" && a.unaffected {
		reason := fmt.Sprintf("version %s is listed as unaffected", a.component.Version)
		return gate.NotAffected, &gate.Word{By: author, Reason: reason, Said: gate.NotAffected}
	}
	return gate.Open, nil
}

func (s *analysis) reason() string {
	return strings.TrimPrefix(strings.TrimSuffix(s.Justification+": "+s.Detail, ": "), ": ")
}

func (s *analysis) at() time.Time {
	if !s.LastUpdated.IsZero() {
		return s.LastUpdated.Time
	}
	return s.FirstIssued.Time
}
