// Package sigstoretest holds what the ledger writes against implementations that share no code with it: sigstore-go reads the bundles, the in-toto
// types the statements, and the Merkle tree of transparency-dev the proofs of the log. It is a module of its own, so that none of them is part of
// the program:
//
//	cd gate/ledger/sigstoretest && go test ./...
package sigstoretest
