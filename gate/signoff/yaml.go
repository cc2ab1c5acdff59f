package signoff

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// DecodeStrict reads a YAML file that people answer for: one document, no unknown or double keys. The error names file and line of every fault.
func DecodeStrict(name string, text []byte, file any) error {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(file); errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: the file is empty", name)
	} else if err != nil {
		return faultsOf(name, err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: a second document follows the first: keep all in one", name)
	}
	return nil
}

// faultsOf gives one error, with file and line, for each thing that YAML decoding found wrong.
func faultsOf(name string, err error) error {
	var typed *yaml.TypeError
	if !errors.As(err, &typed) {
		return fmt.Errorf("%s: %s", name, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	var faults []error
	for _, text := range typed.Errors {
		if rest, ok := strings.CutPrefix(text, "line "); ok {
			text = rest
		}
		if field, _, ok := strings.Cut(text, " not found in type"); ok {
			text = strings.Replace(field, "field ", "unknown key ", 1)
		}
		faults = append(faults, fmt.Errorf("%s:%s", name, text))
	}
	return errors.Join(faults...)
}
