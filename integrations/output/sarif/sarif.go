// Package sarif writes what the gate judged as SARIF 2.1.0: for GitHub code scanning, and whatever else shows the Static Analysis Results Interchange
// Format of OASIS.
//
// # What is a result
//
// One result is one defect at which a rule of the gate says something, with the defect's id as the id of its rule: an alert is about CVE-2026-0001,
// and stays one alert whichever rules of the gate speak of it, and however many. A result for each violation would open and close alerts with every
// change of a policy, and call all of them "Severity threshold". The rules of the gate stand in an extension of the tool, and every result names
// those that speak. What they say of the artifact as a whole are results too, else a log without results could be of a build that fails.
//
// The level is "error" for what must not ship, "warning" for what is to be looked at, "note" for what an exception covers: that has a suppression,
// accepted, with who answers for it, until when and why. Nothing else has one, for some take any suppression for an accepted one. Defects at which no
// rule says anything, and those that are not open, are no results: code scanning passes over suppressions and would raise an alert for each. The JSON
// output has them.
//
// # Places
//
// Code scanning drops a result without a file. One that has no path (a package of an image) is placed in a file called like what it belongs to. Paths
// are relative to the root of the repository; nothing says where that lies on the machine.
//
// # Limits
//
// Code scanning takes 25,000 results and rules of a run, and 20 tags of a rule. The least bad results are left out, with a notification that says how
// many. It also takes 10 MiB once the log is compressed.
//
// Sections (§) are those of https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; what GitHub makes of it is in its "SARIF support for
// code scanning".
package sarif

import (
	"io"
	"iter"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
)

// schema and version name the format.
const (
	schema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	version = "2.1.0"
)

// Write streams the log. Equal decisions are equal bytes.
func Write(w io.Writer, r *gate.Report) error {
	c := choose(&r.Decision)
	document := log{schema, version, []run{{
		Tool:        c.tool(),
		Automation:  automation{c.category()},
		Invocations: []invocation{c.invocation()},
		Provenance:  c.provenance(),
		Bases:       map[string]artifactLocation{root: {Description: &message{Text: "The root of the repository."}}},
		Results:     c.results(),
		Properties:  map[string]string{"decision": clean(c.d.ID), "mode": string(c.d.Mode), "verdict": string(c.d.Verdict)},
	}}}
	if err := json.MarshalWrite(w, &document, gate.Deterministic, jsontext.WithIndent(" ")); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

type log struct {
	Schema  string `json:"$schema"`
	Version string `json:"version"`
	Runs    []run  `json:"runs"`
}

type run struct {
	Tool        tool                        `json:"tool"`
	Automation  automation                  `json:"automationDetails"`
	Invocations []invocation                `json:"invocations"`
	Provenance  []provenance                `json:"versionControlProvenance,omitempty"`
	Bases       map[string]artifactLocation `json:"originalUriBaseIds"`
	Results     list[result]                `json:"results"`
	Properties  map[string]string           `json:"properties"`
}

// list is an array whose elements are made when they are written.
type list[T any] iter.Seq[T]

// MarshalJSONTo writes one element after the other.
func (l list[T]) MarshalJSONTo(to *jsontext.Encoder) error {
	if err := to.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	for element := range l {
		if err := json.MarshalEncode(to, element, gate.Deterministic); err != nil {
			return err
		}
	}
	return to.WriteToken(jsontext.EndArray)
}

// message is a text (§3.11); of rules and their help there is one in Markdown beside it.
type message struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}
