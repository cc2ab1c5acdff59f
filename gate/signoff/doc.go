// Package signoff lets people take a risk: in a file that is reviewed, by a comment at a change, or by a command with a key.
//
// A comment takes these hops, and each has a file of its own:
//
//	Parse            Command     what is asked, in a linear grammar                     parse.go, scan.go, fields.go, words.go
//	Desk.facts       Facts       what the forge and the log know, fetched before        fetch.go, facts.go
//	Verify           Verified    what may be recorded; or a Refusal with its code       verify.go, refusal.go
//	Request.Judge    gate.SignOff the record, bound to defects that block                request.go, target.go, amend.go
//	Log.Append       SignedOff   signed, once, judged again while nobody else appends   desk.go
//	Outcome.Reply    Markdown    what is answered, in its place                         answer.go, reply.go
//
// A check reads the log into a [Book], which says what all records say together, and gives the policy [gate.Exception] values. Whether one holds is
// the policy's judgement alone ([Judge]); the log is the ledger's ([Log]); the platform is whoever implements [Forge].
package signoff
