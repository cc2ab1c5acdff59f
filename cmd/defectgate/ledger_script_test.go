package main

import (
	"database/sql"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"modernc.org/sqlite"
)

var writtenID = regexp.MustCompile(`"id": ?"([0-9a-f]{64})"`)

// decided NAME: puts the id of the decision that the last command printed as JSON into a variable.
func decided(ts *testscript.TestScript, _ bool, args []string) {
	found := writtenID.FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("nothing printed is a decision")
	}
	ts.Setenv(args[0], found[1])
}

// printed NAME: puts what the last command printed into a variable.
func printed(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}

// alter LEDGER SQL…: changes a ledger's tables behind the program's back.
func alter(ts *testscript.TestScript, _ bool, args []string) {
	connector, err := sqlite.NewConnector("file:" + ts.MkAbs(args[0]))
	ts.Check(err)
	db := sql.OpenDB(connector)
	for _, statement := range args[1:] {
		_, err := db.Exec(statement)
		ts.Check(err)
	}
	ts.Check(db.Close())
}
