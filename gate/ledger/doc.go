// Package ledger records decisions so that they can be verified, replayed and shown to be unchanged years later, and remembers.
//
// A decision takes these hops:
//
//	Record    decision → statement → envelope → leaf of the log, with its bytes and projections, in one transaction   ledger.go
//	project   leaf → projects, branches, decisions, defects with their events: what is asked for                      project.go, defects.go
//	Recall    projections → first seen, fixed, returned: what the next decision is told                               recall.go
//	Verify    bundle, proof and keys → what holds, offline                                                            verify.go
//	Audit     all that is stored, held against the leaves                                                             audit.go
//
// Parts: record (the shapes of a decision outside), key (who signed), store (the log in SQLite or PostgreSQL), tree (the arithmetic of proofs).
//
// Whoever owns the database can write another log. What cannot be done is to write one that agrees with a checkpoint which left the machine: each
// check prints one, and [Claim] and [Audit] hold the log against an older one.
package ledger
