package githubtest

import (
	_ "embed"
	"fmt"
	"net/http"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

//go:embed testdata/schema.graphql
var graphSchema string

// schema reads GitHub's description of GraphQL once for all tests of a process.
var schema = sync.OnceValues(func() (*ast.Schema, error) {
	return gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: graphSchema})
})

// question is the body of a request.
type question struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables"`
	Operation string         `json:"operationName"`
}

// answerGraphQL carries out one query. What is wrong with it is said with the status 200, as GitHub does.
func answerGraphQL(c *call) answer {
	g, err := c.graphOf()
	if err != nil {
		return ok(object{"errors": []any{object{"message": err.Error()}}})
	}
	body := object{"data": g.object(g.operation.SelectionSet, c.root())}
	if len(g.problems) > 0 {
		body["errors"] = g.problems
	}
	return ok(body)
}

// graph is one query on its way to an answer.
type graph struct {
	*call
	schema    *ast.Schema
	operation *ast.OperationDefinition
	variables map[string]any
	problems  []any
	path      []any // of the field that is being answered
}

// graphOf reads a query, and holds it against the schema.
func (c *call) graphOf() (*graph, error) {
	all, err := schema()
	if err != nil {
		return nil, err
	}
	var asked question
	if err := json.Unmarshal(c.body, &asked, json.RejectUnknownMembers(true)); err != nil {
		return nil, err
	}
	document, problems := gqlparser.LoadQueryWithRules(all, asked.Query, nil)
	if len(problems) > 0 {
		return nil, problems
	}
	operation := document.Operations.ForName(asked.Operation)
	if operation == nil || operation.Operation != ast.Query {
		return nil, fmt.Errorf("there is no query %q", asked.Operation)
	}
	for name := range asked.Variables {
		if operation.VariableDefinitions.ForName(name) == nil {
			return nil, fmt.Errorf("the query has no variable %q", name)
		}
	}
	variables, err := validator.VariableValues(all, operation, asked.Variables)
	return &graph{call: c, schema: all, operation: operation, variables: variables}, err
}

// problem notes why a field is null.
func (g *graph) problem(kind, format string, values ...any) any {
	g.problems = append(g.problems, object{
		"type": kind, "path": append([]any{}, g.path...), "message": fmt.Sprintf(format, values...),
		"extensions": object{"saml_failure": false}, "locations": []any{object{"line": 1, "column": 1}},
	})
	return nil
}

// mayReadComments refuses a field to a token without the right, as GitHub does: with the status 200.
func (g *graph) mayReadComments() bool {
	may := g.token.may(readComments)
	if !may {
		g.problem("FORBIDDEN", "Resource not accessible by integration")
	}
	return may
}

// Errors is a function for [Fault.Edit]: it adds errors to an answer of GraphQL, which has the status 200 all the same.
func Errors(messages ...string) func(answer any) any {
	return func(answer any) any {
		body, isObject := answer.(object)
		if !isObject {
			body = object{}
		}
		problems, _ := body["errors"].([]any)
		for _, m := range messages {
			problems = append(problems, object{"type": http.StatusText(http.StatusServiceUnavailable), "message": m})
		}
		body["errors"] = problems
		return body
	}
}
