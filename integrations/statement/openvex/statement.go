package openvex

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// statement is one entry of `statements` ("Statement Fields").
type statement struct {
	Vulnerability vulnerability
	Timestamp     report.Time
	Updated       report.Time
	Products      []product
	Subcomponents []component // before 0.2.0: of every product
	Status        string
	Notes         string
	Justification string
	Impact        string
	Action        string
}

// unused are the members of statements of which nothing is made.
var unused = []string{"@id", "version", "supplier", "action_statement_timestamp", "vuln_description"}

// UnmarshalJSONFrom reads the object.
func (s *statement) UnmarshalJSONFrom(part *jsontext.Decoder) error {
	return closed(report.Within(part), func(name string) any {
		if slices.Contains(unused, name) {
			return new(jsontext.Value)
		}
		return s.member(name)
	})
}

func (s *statement) member(name string) any {
	switch name {
	case "vulnerability":
		return &s.Vulnerability
	case "timestamp":
		return &s.Timestamp
	case "last_updated":
		return &s.Updated
	case "products":
		return &s.Products
	case "subcomponents":
		return &s.Subcomponents
	case "status":
		return &s.Status
	case "status_notes":
		return &s.Notes
	case "justification":
		return &s.Justification
	case "impact_statement":
		return &s.Impact
	case "action_statement":
		return &s.Action
	}
	return nil
}

// vulnerability is a name before 0.2.0, and an object since.
type vulnerability struct {
	ID      string   `json:"@id"`
	Name    string   `json:"name"`
	Aliases []string `json:"aliases"`
}

// UnmarshalJSONFrom takes either shape.
func (v *vulnerability) UnmarshalJSONFrom(part *jsontext.Decoder) error {
	dec := report.Within(part)
	if dec.PeekKind() == jsontext.KindString {
		return report.Value(dec, &v.Name)
	}
	type object vulnerability // without this method
	return report.Value(dec, (*object)(v))
}

// states are the labels of "Status Labels".
var states = map[string]gate.State{
	"not_affected":        gate.NotAffected,
	"affected":            gate.Open,
	"fixed":               gate.Fixed,
	"under_investigation": gate.UnderInvestigation,
}

// state refuses a label that is not in the specification: what it stands for cannot be guessed.
func (s *statement) state() (gate.State, error) {
	state, ok := states[s.Status]
	if ok {
		return state, nil
	}
	return 0, gate.WithHint(fmt.Errorf("%w: the status of %s is %q", report.ErrShape, cmp.Or(s.Vulnerability.Name, "a statement"), s.Status),
		"write not_affected, affected, fixed or under_investigation")
}

// justifications are the labels of "Status Justifications".
var justifications = []string{"component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path",
	"vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist"}

// justified reports whether "not affected" has the reason that it must have.
func (s *statement) justified() bool {
	return slices.Contains(justifications, s.Justification) || strings.TrimSpace(s.Impact) != ""
}

// mostPairs bounds the subcomponents of a statement, which are those of each of its products. Such statements were written by hand.
const mostPairs = 100_000

func (s *statement) said(h *head, state gate.State) (*gate.Statement, error) {
	ids := s.Vulnerability.ids()
	if len(ids) == 0 {
		return nil, gate.WithHint(fmt.Errorf("%w: a statement names no vulnerability", report.ErrShape), "give its vulnerability a name, as CVE-2026-1")
	}
	if len(s.Products)*len(s.Subcomponents) > mostPairs {
		return nil, fmt.Errorf("%w: a statement speaks of %d subcomponents in %d products", report.ErrTooLarge, len(s.Subcomponents), len(s.Products))
	}
	said := &gate.Statement{IDs: ids, State: state, Word: gate.Word{By: h.Author, Reason: s.reason(), At: s.at(h).Time, Said: state}}
	for i := range s.Products {
		said.Products = append(said.Products, s.Products[i].spokenOf(s.Subcomponents)...)
	}
	return said, nil
}

// ids are the name and what else the vulnerability is called. The name stands instead of it where it has only an address.
func (v *vulnerability) ids() (ids []string) {
	seen := map[string]bool{"": true}
	for _, id := range append([]string{cmp.Or(v.Name, v.ID)}, v.Aliases...) {
		if id = strings.TrimSpace(id); !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}

// reason is why a product is not affected, else what else is said of the status.
func (s *statement) reason() string {
	why := strings.TrimPrefix(strings.TrimSuffix(s.Justification+": "+s.Impact, ": "), ": ")
	return cmp.Or(why, s.Action, s.Notes)
}

// at is when the statement was known to be true ("Inheritance Flow").
func (s *statement) at(h *head) report.Time {
	return cmp.Or(s.Updated, s.Timestamp, h.Issued, h.Updated)
}
