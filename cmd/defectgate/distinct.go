package main

import (
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// distinct makes one source of those that name one report: the stricter expectation counts in everything, whoever comes first.
func distinct(sources []gate.Source) ([]gate.Source, error) {
	var list []gate.Source
	known := map[string]gate.Source{}
	for _, s := range sources {
		first, twice := known[s.Name()]
		if !twice {
			known[s.Name()] = s
			list = append(list, s)
			continue
		}
		if err := join(first, s); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// join takes over what another source of the same name asks.
func join(first, again gate.Source) error {
	x := first.Expect().Join(again.Expect())
	if u, ok := first.(*unlisted); ok {
		u.expectation = x
		return nil
	}
	one, same := first.(*scanner.File)
	other, alike := again.(*scanner.File)
	if !same || !alike {
		return fmt.Errorf("report %q is named twice, as a file and as a folder", first.Name())
	}
	if one.Expectation = x; one.Format == "" {
		one.Format = other.Format
	}
	if other.Format != "" && other.Format != one.Format {
		return gate.WithHint(fmt.Errorf("report %q is named as %s and as %s", one.Path, one.Format, other.Format), "name it once")
	}
	return nil
}
