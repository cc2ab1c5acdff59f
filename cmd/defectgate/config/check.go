package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/output"
	"github.com/defectgate/defectgate/integrations/scanner"
	"github.com/defectgate/defectgate/policy"
)

var digestPattern = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// checker finds values that no key may have.
type checker struct {
	name   string
	lines  map[string]int
	faults []error
}

func (c *checker) fault(at, format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf("%s:%d: %s: %s", c.name, c.lines[at], at, fmt.Sprintf(format, args...)))
}

func (c *checker) oneOf(at, value string, allowed ...string) {
	if value != "" && !slices.Contains(allowed, value) {
		c.fault(at, "%q is none of %s", value, strings.Join(allowed, ", "))
	}
}

func (c *checker) required(at, value string) {
	if strings.TrimSpace(value) == "" {
		parent, key := at[:strings.LastIndex(at, ".")], at[strings.LastIndex(at, ".")+1:]
		c.fault(parent, "%s is missing", key)
	}
}

// lookup holds the name of a format against its table.
func (c *checker) lookup(at, name string, err error) {
	if name != "" && err != nil {
		c.fault(at, "%v: %s", err, gate.HintOf(err))
	}
}

// nothings finds items of lists that are empty: decoding drops them, and a source would be gone without a word.
func (c *checker) nothings(text []byte) {
	for _, leaf := range flatten(text) {
		if strings.HasSuffix(leaf.path, "]") && leaf.null {
			c.fault(leaf.path, "the item is empty: fill or remove it")
		}
	}
}

func (c *checker) check(f *File) {
	for i, s := range f.Sources {
		at := fmt.Sprintf("sources[%d]", i)
		c.required(at+".report", s.Report)
		_, err := scanner.Lookup(s.Format)
		c.lookup(at+".format", s.Format, err)
		c.oneOf(at+".empty", s.Empty, "proven", "allowed")
		c.oneOf(at+".subject", s.Subject, string(gate.SubjectMatch), string(gate.SubjectRequired), string(gate.SubjectAny))
		c.oneOf(at+".suppressions", s.Suppressions, "honour", "ignore")
		c.oneOf(at+".statements", s.Statements, "trusted", "ignore")
	}
	for i, p := range f.Policies {
		at := fmt.Sprintf("policies[%d]", i)
		c.required(at+".path", p.Path)
		if p.Digest != "" && !digestPattern.MatchString(p.Digest) {
			c.fault(at+".digest", "%q is no digest: write sha256: and 64 hexadecimal digits", p.Digest)
		}
	}
	for i, o := range f.Outputs {
		at := fmt.Sprintf("outputs[%d]", i)
		_, err := output.Lookup(o.Format)
		c.lookup(at+".format", o.Format, err)
		c.required(at+".format", o.Format)
		c.required(at+".path", o.Path)
	}
	for i, name := range f.Environments {
		if slices.Contains(policy.Environments, name) || strings.TrimSpace(name) == "" {
			c.fault(fmt.Sprintf("environments[%d]", i), "%q is known already or empty", name)
		}
	}
}
