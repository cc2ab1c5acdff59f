package githubtest

import (
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/go-json-experiment/json"
)

//go:embed testdata/openapi.json
var openAPI []byte

// description is what GitHub says of its REST API, as far as the fake has it.
type description struct {
	document   *openapi3.T
	operations map[string]*openapi3.Operation // by id
	refusal    *openapi3.Schema               // of errors that the description of an operation does not mention
	invalid    *openapi3.Schema               // likewise, of the status 422
}

// described reads the description once for all tests of a process.
var described = sync.OnceValues(func() (*description, error) {
	document, err := openapi3.NewLoader().LoadFromData(openAPI)
	if err != nil {
		return nil, err
	}
	d := &description{document: document, operations: map[string]*openapi3.Operation{}}
	for i := range operations {
		if o := &operations[i]; o.id != "graphql" {
			if err := d.add(o); err != nil {
				return nil, err
			}
		}
	}
	d.refusal, d.invalid = document.Components.Schemas["basic-error"].Value, document.Components.Schemas["validation-error"].Value
	d.amend()
	d.close()
	return d, nil
})

// add sees to it that the table of operations and the description agree.
func (d *description) add(o *operation) error {
	item := d.document.Paths.Value(strings.ReplaceAll(o.path, "...", ""))
	if item == nil || item.GetOperation(o.method) == nil || item.GetOperation(o.method).OperationID != o.id {
		return fmt.Errorf("%s %s is not %s: run make fakes", o.method, o.path, o.id)
	}
	d.operations[o.id] = item.GetOperation(o.method)
	return nil
}

// strictly are the options of every check. Of the formats the library knows instants, and is told of addresses.
func strictly(more ...openapi3.SchemaValidationOption) []openapi3.SchemaValidationOption {
	return append(more, openapi3.DisableSchemaErrorDetails(), openapi3.MultiErrors(),
		openapi3.WithStringFormatValidator("uri", openapi3.NewCallbackValidator(isAddress)))
}

func isAddress(text string) error {
	if u, err := url.Parse(text); err != nil || !u.IsAbs() {
		return fmt.Errorf("%q is no address", text)
	}
	return nil
}

// wrongRequest says what of a request the description does not know.
func (d *description) wrongRequest(c *call) error {
	o := d.operations[c.operation.id]
	_, unreadable := url.ParseQuery(c.request.URL.RawQuery)
	all := []error{unreadable}
	for name, values := range c.query {
		if o.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			all = append(all, fmt.Errorf("there is no parameter %q", name))
		}
		if len(values) > 1 {
			all = append(all, fmt.Errorf("the parameter %q is there %d times", name, len(values)))
		}
	}
	input := &openapi3filter.RequestValidationInput{
		Request: c.request, PathParams: c.parameters, QueryParams: c.query, Route: &routers.Route{Spec: d.document},
		Options: &openapi3filter.Options{SkipSettingDefaults: true, SchemaValidationOptions: strictly()},
	}
	for _, p := range o.Parameters {
		if value := p.Value; value.In != openapi3.ParameterInPath || c.parameters[value.Name] != "" { // the root of the contents has no name
			all = append(all, openapi3filter.ValidateParameter(c.request.Context(), input, value))
		}
	}
	return errors.Join(append(all, d.wrongBody(c, o))...)
}

func (d *description) wrongBody(c *call, o *openapi3.Operation) error {
	if len(c.body) == 0 {
		if o.RequestBody != nil && o.RequestBody.Value.Required {
			return errors.New("there is no body")
		}
		return nil
	}
	if o.RequestBody == nil {
		return errors.New("there must be no body")
	}
	media := c.request.Header.Get("Content-Type")
	content := o.RequestBody.Value.Content.Get(media)
	if content == nil {
		return fmt.Errorf("the body is said to be %q", media)
	}
	var value any
	if err := json.Unmarshal(c.body, &value); err != nil {
		return err
	}
	return content.Schema.Value.VisitJSON(value, strictly(openapi3.VisitAsRequest())...)
}

// wrongAnswer says what of an answer the description does not know.
func (d *description) wrongAnswer(c *call, a answer) error {
	if a.raw != nil {
		return nil
	}
	schema, err := d.schemaOf(c.operation.id, a)
	if err != nil || schema == nil {
		return err
	}
	text, err := json.Marshal(a.body)
	if err != nil {
		return err
	}
	var value any // as whoever reads it has it
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	return schema.VisitJSON(value, strictly(openapi3.VisitAsResponse())...)
}

// schemaOf is that of an answer; nil where it has no body, and is to have none. Of errors that can come of anything the description of an operation
// often says nothing: they have the form that errors have elsewhere.
func (d *description) schemaOf(id string, a answer) (*openapi3.Schema, error) {
	response := d.operations[id].Responses.Value(strconv.Itoa(a.status))
	if response != nil {
		if content := response.Value.Content.Get("application/json"); content != nil {
			return content.Schema.Value, nil
		}
	}
	switch {
	case a.body == nil && response != nil:
		return nil, nil
	case a.status < http.StatusMultipleChoices:
		return nil, fmt.Errorf("there is no answer %d with what it has", a.status)
	case a.status == http.StatusUnprocessableEntity:
		return d.invalid, nil
	}
	return d.refusal, nil
}
