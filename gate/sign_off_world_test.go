package gate_test

import (
	"time"

	"github.com/defectgate/defectgate/gate"
)

// recordOf gives the id of a record.
func recordOf(last string) string { return "dgx_01JZX3M8Q4T6W9Y2B5D7F0GHK" + last }

// ann may sign off; all is known of her.
var ann = gate.Actor{Person: gate.Person{ID: "1", Login: "ann"}, Role: "maintain", Teams: []string{"acme/release"}, Source: gate.FromForge, CheckedAt: now}

// bound is a binding of which everything is known.
func bound() gate.Binding {
	finding := full()
	return gate.Binding{ID: "CVE-2026-1", Named: "GHSA-aaaa-bbbb-cccc", Aliases: []string{"GHSA-aaaa-bbbb-cccc"}, Fingerprints: gate.NewFingerprinter(nil).Identify(&finding).Fingerprints,
		Package: "pkg:npm/a@1", Place: "a.js:1", Severity: gate.High, Exploited: true, Fixable: true}
}

// fullExceptions are one of a file and one that was signed off; each member stands in one of them.
func fullExceptions() []gate.Exception {
	ceiling, b := gate.High, bound()
	ofFile := gate.Exception{ID: "E-1", Kind: gate.AcceptedRisk, Defect: "CVE-2026-1", Fingerprint: &b.Fingerprints[0], Package: "pkg:npm/a", Severity: &ceiling,
		Reason: "r", Approver: "1 a", Approvals: []gate.Approval{{Actor: gate.Actor{Person: gate.Person{ID: "file:a"}, Source: gate.FromFile}, At: now}},
		Granted: now, Until: now.Add(1), Controls: []string{"waf"}, Origin: "exceptions.yaml:1", File: sumOf("exceptions"),
		Scope: gate.Scope{Repository: "a/b", Artifact: "app", Branch: "main", Environment: "production", Component: "c", Commit: "c0ffee"}}
	signed := gate.Exception{ID: "E-2", Kind: gate.NoDefect, Bindings: []gate.Binding{b}, Wide: true, Reason: "r", Approver: "ann",
		Approvals: []gate.Approval{{Actor: ann, At: now, Record: recordOf("A"), Fault: "the key ended"}},
		Barred:    []gate.Party{{Person: gate.Person{ID: "2", Login: "al"}, As: "author"}, {Person: gate.Person{ID: "3"}, As: "committer"}, {Person: gate.Person{ID: "4"}, As: "requester"}}, Granted: now, Until: now.Add(time.Hour),
		Revoked:  &gate.Revocation{At: now, By: ann.Person, Reason: "r", Record: recordOf("B")},
		Renewals: 2, Ticket: "SEC-1", Origin: "entry 7", Leaf: leafText, Head: "c0ffee", Evidence: "https://forge.example/c/1", Gone: true, Fault: "the key ended"}
	return []gate.Exception{ofFile, signed}
}

const leafText = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

// signOff is a whole record of a kind, with no more than it must have.
func signOff(kind gate.SignOffKind) gate.SignOff {
	s := gate.SignOff{Schema: gate.SignOffSchema, ID: recordOf("A"), Kind: kind, Number: 1, Project: "42", Actor: gate.Actor{Person: gate.Person{ID: "1"}},
		RecordedAt: now, Tool: "1", Policy: sumOf("policy"), Signer: sumOf("key")}
	switch kind {
	case gate.ApprovalOf, gate.RevocationFor:
		s.Target = recordOf("B")
	case gate.Overriding:
		s.NotAfter, s.Scope, s.Ticket = now.Add(time.Hour), gate.Scope{Environment: "production", Commit: "c0ffee"}, "INC-1"
	default:
		s.NotAfter = now.Add(time.Hour)
		s.Defects = []gate.Binding{{ID: "CVE-2026-1", Fingerprints: []gate.Fingerprint{{1}}, Severity: gate.High}}
	}
	return s
}

// signOffKinds are all kinds.
var signOffKinds = []gate.SignOffKind{gate.AcceptedRisk, gate.NoDefect, gate.Overriding, gate.ApprovalOf, gate.RevocationFor}

// fullSignOffs are records such that every member stands in one of them.
func fullSignOffs() map[string]gate.SignOff {
	all := map[string]gate.SignOff{}
	for _, kind := range signOffKinds {
		all["bare "+string(kind)] = signOff(kind)
	}
	whole := signOff(gate.AcceptedRisk)
	whole.Previous, whole.Renewals, whole.Host, whole.Repository, whole.Component, whole.Environment = recordOf("C"), 2, "forge.example", "a/b", "c", "production"
	whole.Change = &gate.SignedAt{Number: 7, Head: "c0ffee", Base: "main", Author: gate.Person{ID: "2", Login: "bob"}, Committers: []gate.Person{{ID: "3"}}}
	whole.Comment = &gate.Comment{ID: 4711, URL: "https://forge.example/c/1", Created: now, SHA256: sumOf("body")}
	whole.Actor, whole.Requester, whole.Needed, whole.Defects, whole.Wide = ann, &gate.Person{ID: "4", Login: "cid"}, 2, []gate.Binding{bound()}, true
	whole.Scope = gate.Scope{Repository: "a/b", Artifact: "app", Branch: "main", Environment: "production", Component: "c", Commit: "c0ffee"}
	whole.Reason, whole.Controls, whole.Ticket, whole.Decision = "r", []string{"waf"}, "SEC-1", sumOf("decision")
	all["whole"] = whole
	asked := signOff(gate.NoDefect)
	asked.Asks, asked.Requester, asked.Needed = true, &gate.Person{ID: "1"}, 1
	all["asked for"] = asked
	revoked := signOff(gate.RevocationFor)
	revoked.Target = recordOf("D")
	all["revoked"] = revoked
	return all
}
