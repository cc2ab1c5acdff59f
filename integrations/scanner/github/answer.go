package github

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// walker looks for lists of alerts in an answer of any shape, and keeps account of the pages.
type walker struct {
	*export
	found     bool   // a list of alerts, empty or not
	failed    string // the first thing that the answers say went wrong
	lists     map[string]*list
	scanned   int // repositories whose manifests were looked at
	unscanned int // others
}

// fail keeps the first failure.
func (w *walker) fail(format string, args ...any) {
	if w.failed == "" {
		w.failed = fmt.Sprintf(format, args...)
	}
}

// answer reads one answer, or an array of them.
func (w *walker) answer(dec *report.Decoder) error {
	switch kind := dec.PeekKind(); kind {
	case jsontext.KindBeginArray:
		return report.EachElement(dec, func() error { return w.answer(dec) })
	case jsontext.KindBeginObject, jsontext.KindInvalid:
		_, err := w.object(dec, spot{})
		return err
	default:
		return fmt.Errorf("%w: want an answer, have %s", report.ErrShape, kind)
	}
}

// spot is a place in an answer: its name, and whether it is one of several. What is one of several is not continued by a later answer.
type spot struct {
	path   string
	ofMany bool
}

func (s spot) below(name string) spot { return spot{path: s.path + "." + name, ofMany: s.ofMany} }

// frame is what an object says that holds alerts somewhere below.
type frame struct {
	holds     bool  // alerts
	alerts    *list // of its own: it is a repository
	page      list
	isPage    bool
	isNull    bool // one of the nodes
	enabled   *bool
	manifests struct {
		Total report.Number `json:"totalCount"`
	}
	address, name text
}

// object walks one object, and reports whether alerts stand below it.
func (w *walker) object(dec *report.Decoder, at spot) (bool, error) {
	f := &frame{}
	err := report.EachMember(dec, func(name string) error { return w.member(dec, f, name, at) })
	if err != nil || !f.holds {
		return f.holds, err
	}
	if f.isNull {
		w.fail("an entry of %s is null: it could not be read", at.path[1:])
	}
	if f.isPage {
		w.account(at, "", &f.page)
	}
	if f.alerts != nil {
		w.repository(f, at)
	}
	return true, nil
}

func (w *walker) member(dec *report.Decoder, f *frame, name string, at spot) error {
	switch name {
	case "vulnerabilityAlerts":
		f.holds, f.alerts = true, &list{of: slug(f.name, f.address)}
		return w.alerts(dec, f.alerts)
	case "nodes", "edges":
		return w.elements(dec, f, at.below(name))
	case "pageInfo", "totalCount", "repositoryCount":
		return f.page.read(dec, name)
	case "node":
		if dec.PeekKind() == jsontext.KindNull && at.ofMany {
			w.fail("an entry of %s is null: it could not be read", at.path[1:])
		}
	case "errors":
		return w.errors(dec)
	case "hasVulnerabilityAlertsEnabled":
		return report.Value(dec, &f.enabled)
	case "dependencyGraphManifests":
		return report.Value(dec, &f.manifests)
	case "url":
		return report.Value(dec, &f.address)
	case "nameWithOwner", "name":
		return f.named(dec)
	}
	return w.inner(dec, f, at.below(name))
}

// named takes the longer name of a repository, with its owner, where both are there.
func (f *frame) named(dec *report.Decoder) error {
	var name text
	err := report.Value(dec, &name)
	if len(name) > len(f.name) {
		f.name = name
	}
	return err
}

// inner walks what a member holds, if that can hold alerts.
func (w *walker) inner(dec *report.Decoder, f *frame, at spot) error {
	if dec.PeekKind() != jsontext.KindBeginObject {
		return report.Skip(dec)
	}
	holds, err := w.object(dec, at)
	f.holds = f.holds || holds
	return err
}

// elements walks the nodes of a list that is not one of alerts.
func (w *walker) elements(dec *report.Decoder, f *frame, at spot) error {
	if !report.IsList(dec) {
		return w.inner(dec, f, at)
	}
	f.isPage, at.ofMany = true, true
	return report.EachElement(dec, func() error {
		f.page.nodes++
		f.isNull = f.isNull || dec.PeekKind() == jsontext.KindNull
		return w.inner(dec, f, at)
	})
}
