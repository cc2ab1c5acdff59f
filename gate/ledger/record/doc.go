// Package record gives a decision the shape in which it leaves the program and is kept.
//
//	Statement   in-toto Statement v1: subjects with digests, predicate type, and the decision as predicate   statement.go
//	Envelope    DSSE: the exact bytes of the statement, with one signature or none                           envelope.go
//	Bundle      Sigstore bundle v0.3 around the envelope, for tools that know it                             bundle.go
//	VSA         SLSA Verification Summary, derived: verdict, policy and inputs by digest                     vsa.go
//
// The bytes that were signed are the bytes that are kept and hashed; nothing is ever serialised again. An envelope has one spelling, so that its
// bytes, which are the log's entry, can be had again from payload and signature.
package record
