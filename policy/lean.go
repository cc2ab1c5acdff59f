package policy

import (
	"context"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Judging exceptions takes half of the built-in Rego, and most builds have none: an engine that is lazy compiles it where there is one. Without any,
// none of it has something to say, because each of its rules begins with an exception of the input; a test holds both engines against each other.
var ofExceptions = []string{"approval/", "exception/", "main/exceptions", "rules/exception/"}

// lean leaves out what judges exceptions. It is the library itself where policies of users may refer to that.
func (l *library) lean() *library {
	if len(l.sets) != 1 || l.tests || l.verbatim {
		return l
	}
	lean := *l
	lean.isLean, lean.modules = true, map[string]*ast.Module{}
	for place, m := range l.modules {
		if !judgesExceptions(place) {
			lean.modules[place] = m
		}
	}
	return &lean
}

func judgesExceptions(place string) bool {
	path := strings.TrimPrefix(place, BuiltinName+":")
	for _, prefix := range ofExceptions {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// lazy makes an engine that compiles what judges exceptions when it is asked for.
func (l *library) lazy(ctx context.Context, flat settings, limits Limits) (*Engine, error) {
	lean := l.lean()
	e, err := lean.engineOf(ctx, flat, limits)
	if err != nil || lean == l {
		return e, err
	}
	e.whole = sync.OnceValues(func() (*Engine, error) { return l.engineOf(ctx, flat, limits) })
	return e, nil
}

// complete gives the engine that has everything.
func (e *Engine) complete() (*Engine, error) {
	if e.whole == nil {
		return e, nil
	}
	return e.whole()
}
