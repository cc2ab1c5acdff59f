// Package tree is the arithmetic of the log: a Merkle tree as RFC 6962 has it, whose hashes golang.org/x/mod/sumdb/tlog computes, and the two texts
// in which its state leaves the ledger.
//
//	Checkpoint   origin, size and root of the log at one moment (C2SP tlog-checkpoint), signed or not   checkpoint.go
//	Proof        that an entry is in the tree of a checkpoint (C2SP tlog-proof@v1)                      proof.go
//
// A checkpoint is worth what its signature is worth, and what was kept of it outside of the ledger's reach: whoever owns the database can write
// another log, but none that agrees with a checkpoint that somebody else holds.
package tree
