// Package config reads defectgate.yaml: what is expected of a build, and how it is judged. It is decoded strictly, all faults are reported at once
// with file and line, and every effective value keeps its origin.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// DefaultPath is where the configuration is looked for.
const DefaultPath = "defectgate.yaml"

// File is defectgate.yaml. The schema in schema.json says the same to editors; a test keeps the two equal.
type File struct {
	Project      string         `yaml:"project"`
	Component    string         `yaml:"component"`
	Environments []string       `yaml:"environments"`
	Sources      []Source       `yaml:"sources"`
	Statements   []Statements   `yaml:"statements"`
	Signals      []Signals      `yaml:"signals"`
	Feeds        []Feed         `yaml:"feeds"`
	Limits       Limits         `yaml:"limits"`
	Policies     []Policy       `yaml:"policies"`
	Rules        map[string]any `yaml:"rules"`
	Severity     Severity       `yaml:"severity"`
	Exceptions   []string       `yaml:"exceptions"`
	Outputs      []Output       `yaml:"outputs"`
	Ledger       string         `yaml:"ledger"`
	Keys         string         `yaml:"keys"`
	Disclosure   string         `yaml:"disclosure"`

	text []byte
	name string
}

// Source is one expected report, or several by a glob, or a list of alerts that the platform keeps.
type Source struct {
	Report         string    `yaml:"report"`
	Alerts         string    `yaml:"alerts"`
	Format         string    `yaml:"format"`
	Required       *bool     `yaml:"required"`
	Empty          string    `yaml:"empty"`
	MaxAge         *Duration `yaml:"max_age"`
	MaxDatabaseAge *Duration `yaml:"max_database_age"`
	Subject        string    `yaml:"subject"`
	Suppressions   string    `yaml:"suppressions"`
	Statements     string    `yaml:"statements"`
}

// Statements is one VEX document, or several by a glob, with those whose word counts.
type Statements struct {
	VEX      string    `yaml:"vex"`
	Format   string    `yaml:"format"`
	Authors  []string  `yaml:"authors"`  // whose statements count; "*" is anyone
	Products []string  `yaml:"products"` // names by which the documents call what is being built
	Required *bool     `yaml:"required"`
	MaxAge   *Duration `yaml:"max_age"`
}

// Signals is one file of signals of abuse.
type Signals struct {
	Path     string `yaml:"path"`
	Required *bool  `yaml:"required"`
}

// Feed is one feed of threat intelligence.
type Feed struct {
	Feed     string    `yaml:"feed"`
	From     string    `yaml:"from"` // a file or an HTTPS address
	MaxAge   *Duration `yaml:"max_age"`
	Required *bool     `yaml:"required"`
}

// Policy is one set of policy files.
type Policy struct {
	Path   string `yaml:"path"`
	Digest string `yaml:"digest"` // sha256:HEX; the set must have it
}

// Severity says which ratings decide.
type Severity struct {
	Source string `yaml:"source"`
}

// Output is one file that a check writes.
type Output struct {
	Format string `yaml:"format"`
	Path   string `yaml:"path"`
}

// The defaults that depend on the environment: production does not live on old reports.
const (
	ProductionMaxAge         = 24 * time.Hour
	ProductionMaxDatabaseAge = 5 * 24 * time.Hour
)

// Load reads a configuration. A path that is "" means [DefaultPath], which may be absent: then the file is empty.
func Load(path string) (f File, err error) {
	if path == "" && absent(DefaultPath) {
		return f, misnamed(".")
	}
	name := cmp.Or(path, DefaultPath)
	text, err := ReadFile(name)
	if err != nil {
		return f, gate.WithHint(fmt.Errorf("configuration: %w", err),
			"name a file that is there with --config, or write one: defectgate init REPORT…")
	}
	return Parse(name, text)
}

// Parse reads the text of a configuration and checks every value.
func Parse(name string, text []byte) (f File, err error) {
	if err := signoff.DecodeStrict(name, text, &f); err != nil {
		return f, gate.WithHint(InWords(err), "see the keys with: defectgate config schema")
	}
	f.name, f.text = name, text
	c := checker{name: name, lines: linesOf(text)}
	c.filled(text)
	c.check(&f)
	return f, errors.Join(c.faults...)
}

// At names the place of a key or of an item of a list: "defectgate.yaml:12: sources[0].report".
func (f File) At(path string, args ...any) string {
	path = fmt.Sprintf(path, args...)
	return fmt.Sprintf("%s:%d: %s", f.name, linesOf(f.text)[path], path)
}

// Expectation is what must hold of statements.
func (s Statements) Expectation() gate.Expectation {
	x := gate.Expectation{Required: demanded(s.Required)}
	if s.MaxAge != nil {
		x.MaxAge, x.MaxAgeExplicit = time.Duration(*s.MaxAge), true
	}
	return x
}

// Expectation is what must hold of signals.
func (s Signals) Expectation() gate.Expectation {
	return gate.Expectation{Required: demanded(s.Required)}
}

// Expectation is what must hold of a feed.
func (f Feed) Expectation() gate.Expectation {
	x := gate.Expectation{Required: demanded(f.Required)}
	if f.MaxAge != nil {
		x.MaxDatabaseAge = time.Duration(*f.MaxAge)
	}
	return x
}

// demanded is what `required` means where it is left out.
func demanded(required *bool) bool { return required == nil || *required }

// Expectation is what must hold of a configured source in an environment.
func (s Source) Expectation(environment string) gate.Expectation {
	x := gate.Expectation{
		Required:     demanded(s.Required),
		EmptyAllowed: s.Empty == "allowed",
		Subject:      gate.SubjectCheck(s.Subject),
		Suppressions: s.Suppressions != "ignore",
		Statements:   s.Statements == "trusted",
	}
	if environment == "production" {
		x.MaxAge, x.MaxDatabaseAge = ProductionMaxAge, ProductionMaxDatabaseAge
	}
	if s.MaxAge != nil {
		x.MaxAge, x.MaxAgeExplicit = time.Duration(*s.MaxAge), true
	}
	if s.MaxDatabaseAge != nil {
		x.MaxDatabaseAge = time.Duration(*s.MaxDatabaseAge)
	}
	return x
}

// Locate adds file and line to what was found wrong with the settings of rules: messages that begin with the path of a key.
func (f File) Locate(err error) error {
	if err == nil || f.name == "" {
		return err
	}
	lines := linesOf(f.text)
	var faults []error
	for message := range strings.Lines(err.Error()) {
		message = strings.TrimSuffix(message, "\n")
		path, _, _ := strings.Cut(message, ":")
		if line, ok := lines[path]; ok {
			message = fmt.Sprintf("%s:%d: %s", f.name, line, message)
		}
		faults = append(faults, errors.New(message))
	}
	if hint := gate.HintOf(err); hint != "" {
		return gate.WithHint(errors.Join(faults...), "%s", hint)
	}
	return errors.Join(faults...)
}
