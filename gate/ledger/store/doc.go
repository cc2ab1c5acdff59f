// Package store keeps the log in a database: SQLite in a file, or PostgreSQL. One text of SQL serves both.
//
//	Open     finds the database that an address names, and refuses one that it does not understand   open.go, sqlite.go, postgres.go
//	Prepare  creates the tables and brings them up to date                                            schema.go, schema.sql
//	Append   adds one entry: leaf, nodes of the tree, bytes, projections and head in one transaction  append.go, nodes.go
//	Read     gives entries, bytes, proofs and checkpoints back                                        read.go
//
// The tables log_*, blob, checkpoint and meta are what is kept. All others are projections: whoever appends fills them in the same transaction, and
// they can be made again from the leaves. An entry is added once, whatever becomes of the answer: its id is unique, and [Store.Append] looks for it
// before it writes and again when it does not know what became of a COMMIT.
package store
