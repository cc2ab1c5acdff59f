package native

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

var errMissing = errors.New("it is missing")

// errCut is the error of a document of lines without its last record.
var errCut = fmt.Errorf("the last record with the count is missing, the document is cut: %w", io.ErrUnexpectedEOF)

// checker keeps the first thing that is wrong.
type checker struct{ err error }

func (c *checker) refuse(member, hint, problem string, args ...any) {
	if c.err == nil {
		c.err = wrong(member, hint, fmt.Errorf(problem, args...))
	}
}

func (c *checker) time(member, text string) time.Time {
	at, err := readTime(text)
	if err != nil {
		c.refuse(member, "write it as 2026-01-31T09:30:00Z, with the zone, or as the day 2026-01-31", "%q is no time", text)
	}
	return at
}

// list refuses empty texts: an empty id would be shared by defects that have nothing in common.
func (c *checker) list(member string, texts []string) {
	if slices.Contains(texts, "") {
		c.refuse(member, "leave it out of the list", "a text is empty")
	}
}

func wrong(member, hint string, err error) error {
	return gate.WithHint(fmt.Errorf("%s: %w", member, err), "%s", hint)
}

// placed names the record that an error is about: where it stands and, where that is known, its id.
func placed(where, id string, err error) error {
	if err == nil || errors.As(err, new(*jsontext.SyntacticError)) || errors.Is(err, errCut) {
		return err
	}
	if id != "" {
		where += " " + strconv.Quote(id)
	}
	return &report.Placed{Where: where, Err: err}
}

// explain says in the words of the format why a value could not be decoded. Errors of syntax stay as they are: they name the place.
// The pointer of the error is cut by the depth at which the value stands.
func explain(err error, members []member, depth int) error {
	var semantic *json.SemanticError
	if !errors.As(err, &semantic) || errors.As(err, new(*jsontext.SyntacticError)) {
		return err
	}
	path, name := memberPath(semantic.JSONPointer, depth)
	if errors.Is(err, json.ErrUnknownName) {
		return unknownMember(members, path, name)
	}
	problem := semantic.Err // of a type of ours
	if problem == nil || semantic.JSONKind == jsontext.KindNumber {
		problem = fmt.Errorf("want %s, have %s", report.TypeName(semantic.GoType), have(semantic))
	}
	if path == "" {
		return problem
	}
	return fmt.Errorf("%s: %w", path, problem)
}

func unknownMember(members []member, path, name string) error {
	parent := strings.TrimSuffix(strings.TrimSuffix(path, name), ".")
	of := ""
	if parent != "" {
		of = " of " + parent
	}
	return gate.WithHint(fmt.Errorf("%q is no member%s", name, of), "use one of %s", strings.Join(namesBelow(members, parent), ", "))
}

// memberPath spells a pointer as the members are spelt: /component/fixed/0 is component.fixed[0].
func memberPath(pointer jsontext.Pointer, depth int) (path, last string) {
	for token := range pointer.Tokens() {
		if depth--; depth >= 0 {
			continue
		}
		last = token
		switch _, err := strconv.Atoi(token); {
		case err == nil:
			path += "[" + token + "]"
		case path == "":
			path = token
		default:
			path += "." + token
		}
	}
	return path, last
}

func have(e *json.SemanticError) string {
	if len(e.JSONValue) > 0 {
		return string(e.JSONValue)
	}
	return report.KindName(e.JSONKind)
}
