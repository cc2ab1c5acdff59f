package report

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// misfit is a value that has no place where it stands, in words for who has never seen the program's types.
type misfit struct{ of *json.SemanticError }

func (m misfit) Error() string {
	switch {
	case errors.Is(m.of.Err, json.ErrUnknownName):
		return fmt.Sprintf("%q is no member of it", m.of.JSONPointer.LastToken())
	case m.of.Err != nil:
		return m.of.Err.Error()
	}
	return misfitting(TypeName(m.of.GoType), m.of.JSONKind).Error()
}

func (m misfit) Unwrap() error { return m.of }

func (m misfit) Is(target error) bool { return target == ErrShape }

// plainly takes what could not be decoded apart: where it stands, and what is wrong with it. Errors of syntax name their place.
func plainly(err error) (jsontext.Pointer, error) {
	var syntactic *jsontext.SyntacticError
	var semantic *json.SemanticError
	var in *inner
	switch {
	case errors.As(err, &syntactic):
		return "", syntactic
	case !errors.As(err, &semantic):
		return "", err
	case errors.As(semantic.Err, &in):
		return semantic.JSONPointer + in.pointer, in.err
	}
	return semantic.JSONPointer, misfit{semantic}
}

// placed is the error of what could not be decoded, with its place.
func placed(err error) error {
	pointer, problem := plainly(err)
	if pointer == "" {
		return problem
	}
	return &Placed{Where: "at " + string(pointer), Err: problem}
}

func misfitting(want string, have jsontext.Kind) error {
	return fmt.Errorf("%w: want %s, have %s", ErrShape, want, KindName(have))
}

// KindName is what a value is called.
func KindName(k jsontext.Kind) string {
	switch k {
	case jsontext.KindBeginObject:
		return "an object"
	case jsontext.KindBeginArray:
		return "a list"
	case jsontext.KindString:
		return "a text"
	case jsontext.KindNumber:
		return "a number"
	}
	return k.String()
}

// TypeName is what a type takes.
func TypeName(t reflect.Type) string {
	if t == nil {
		return "something else"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return TypeName(t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	}
	return "a text"
}
