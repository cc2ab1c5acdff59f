package config

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// How YAML decoding speaks: of the line of a syntax error, and of a value of another kind than its key has.
var (
	yamlLine = regexp.MustCompile(`(?m)^(.+?): line (\d+): `)
	yamlKind = regexp.MustCompile("cannot unmarshal !+(\\w*)(?: `((?s:.*?))`)? into (.+)")
)

// InWords says what is wrong with a YAML file as its author would, each fault with file and line.
func InWords(err error) error {
	if err == nil {
		return nil
	}
	text := yamlLine.ReplaceAllString(err.Error(), "$1:$2: ")
	text = yamlKind.ReplaceAllStringFunc(text, func(fault string) string {
		m := yamlKind.FindStringSubmatch(fault)
		return fmt.Sprintf("want %s, have %s", wanted(m[3]), found(m[1], m[2]))
	})
	if hint := gate.HintOf(err); hint != "" {
		return gate.WithHint(errors.New(text), "%s", hint)
	}
	return errors.New(text)
}

// wanted says what is written for a Go type.
func wanted(goType string) string {
	switch {
	case goType == "[]string":
		return "a list of texts"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case goType == "string":
		return "a text"
	case goType == "bool":
		return "true or false"
	}
	return "keys with values"
}

// found says what a YAML tag stands for.
func found(tag, value string) string {
	switch tag {
	case "seq":
		return "a list"
	case "map":
		return "keys with values"
	}
	return fmt.Sprintf("%q", value)
}
