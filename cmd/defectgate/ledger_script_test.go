package main

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"os"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"modernc.org/sqlite"

	"github.com/defectgate/defectgate/gate/ledger/record"
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

// counterfeit BUNDLE OLD NEW: another text stands in the payload of a bundle.
func counterfeit(ts *testscript.TestScript, _ bool, args []string) {
	text, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	bundle, err := record.ParseBundle(text)
	ts.Check(err)
	payload := bytes.ReplaceAll(bundle.Payload, []byte(args[1]), []byte(args[2]))
	if bytes.Equal(payload, bundle.Payload) {
		ts.Fatalf("the payload of %s does not have %q", args[0], args[1])
	}
	encoded := base64.StdEncoding.EncodeToString
	text = bytes.ReplaceAll(text, []byte(encoded(bundle.Payload)), []byte(encoded(payload)))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o600))
}
