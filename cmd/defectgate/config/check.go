package config

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/feed"
	"github.com/defectgate/defectgate/integrations/output"
	"github.com/defectgate/defectgate/integrations/scanner"
	"github.com/defectgate/defectgate/integrations/statement"
	"github.com/defectgate/defectgate/policy"
)

var digestPattern = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// IsDigest reports whether a text is a SHA-256 digest in the spelling of the OCI image specification.
func IsDigest(text string) bool { return digestPattern.MatchString(text) }

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

// required finds keys that are left out; those without a value are found by filled.
func (c *checker) required(at, value string) {
	if _, written := c.lines[at]; !written && value == "" {
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

// inside holds a path against the working directory: the file that names it may come from whoever changes the code.
func (c *checker) inside(at, path, advice string) {
	if err := Inside(path); err != nil {
		c.fault(at, "%v: %s", err, advice)
	}
}

// Inside refuses a path that a configuration must not name.
func Inside(path string) error {
	switch {
	case path == "-":
		return errors.New("- is no file")
	case path != "" && !filepath.IsLocal(path):
		return fmt.Errorf("%q lies outside of the working directory", path)
	}
	return nil
}

// environment holds a name against those that are known.
func (c *checker) environment(at, name string) {
	if slices.Contains(policy.Environments, name) {
		c.fault(at, "%q is known without being named: name only those beside %s", name, strings.Join(policy.Environments, ", "))
	}
}

// filled finds keys and items without a value. Decoding takes them for left out: a pin, or a source, would be gone without a word.
func (c *checker) filled(text []byte) {
	for _, leaf := range flatten(text) {
		if leaf.path != "" && leaf.missing() {
			c.fault(leaf.path, "the value is empty: fill or remove it")
		}
	}
}

// missing reports whether a value should stand here. Null is a value of a rule's setting, and no item of a list.
func (l leaf) missing() bool {
	if l.path == "rules" || strings.HasPrefix(l.path, "rules.") {
		return l.null && strings.HasSuffix(l.path, "]")
	}
	return l.empty
}

// others looks at the sources that are no reports.
func (c *checker) others(f *File) {
	const inside = "copy the file inside, or name it on the command line"
	for i, s := range f.Statements {
		at := fmt.Sprintf("statements[%d]", i)
		c.required(at+".vex", s.VEX)
		c.inside(at+".vex", s.VEX, inside)
		if _, written := c.lines[at+".authors"]; !written {
			c.fault(at, "authors is missing: name those whose statements count, or \"*\" for anyone")
		} else if len(s.Authors) == 0 {
			c.fault(at+".authors", "nobody's statements would count")
		}
		_, err := statement.Lookup(StatementFormats(), s.Format)
		c.lookup(at+".format", s.Format, err)
	}
	for i, s := range f.Signals {
		at := fmt.Sprintf("signals[%d]", i)
		c.required(at+".path", s.Path)
		c.inside(at+".path", s.Path, inside)
	}
	for i, s := range f.Feeds {
		at := fmt.Sprintf("feeds[%d]", i)
		c.required(at+".feed", s.Feed)
		c.required(at+".from", s.From)
		_, err := feed.Lookup(s.Feed)
		c.lookup(at+".feed", s.Feed, err)
		remote, err := feed.Remote(s.From)
		c.lookup(at+".from", s.From, err)
		if !remote && err == nil {
			c.inside(at+".from", s.From, inside)
		}
	}
}

// ledger holds an address against what a file may say: it may come from whoever changes the code, and everybody reads it.
func (c *checker) ledger(address string) {
	scheme, path, _ := strings.Cut(address, ":")
	switch scheme {
	case "", "none", "auto":
	case "sqlite":
		c.inside("ledger", path, "name a file inside; --ledger names another")
	case "postgres", "postgresql":
		parsed, err := url.Parse(address)
		if err != nil {
			c.fault("ledger", "it is no address: write postgres://USER@HOST/DATABASE")
		} else if _, secret := parsed.User.Password(); secret || parsed.Query().Has("password") {
			c.fault("ledger", "it holds a password, which everybody could read: put the address into the variable DEFECTGATE_LEDGER")
		}
	case "branch":
		if path == "" {
			c.fault("ledger", "it names no branch: write branch:NAME")
		}
	default:
		c.fault("ledger", "%q begins no address: write sqlite:PATH, postgres://USER@HOST/DATABASE, branch:NAME, auto, or none", scheme)
	}
}

// origin looks at where the findings of a source come from: a report or, instead, alerts.
func (c *checker) origin(at string, s *Source) {
	if !c.has(at+".alerts", s.Alerts != "") {
		if !c.has(at+".report", s.Report != "") {
			c.fault(at, "report is missing: name one, or alerts")
		}
		c.inside(at+".report", s.Report, "let the scanner write a file inside, or name it on the command line")
		_, err := scanner.Lookup(s.Format)
		c.lookup(at+".format", s.Format, err)
		return
	}
	c.oneOf(at+".alerts", s.Alerts, AlertKinds()...)
	for _, other := range []struct {
		key string
		set bool
	}{{"report", s.Report != ""}, {"format", s.Format != ""}, {"max_database_age", s.MaxDatabaseAge != nil}} {
		if c.has(at+"."+other.key, other.set) {
			c.fault(at, "a source of alerts has no %s: remove it", other.key)
		}
	}
}

// has reports whether a key is written, or has come from elsewhere in the file.
func (c *checker) has(at string, set bool) bool {
	_, written := c.lines[at]
	return written || set
}

func (c *checker) check(f *File) {
	for i, s := range f.Sources {
		at := fmt.Sprintf("sources[%d]", i)
		c.origin(at, &f.Sources[i])
		c.oneOf(at+".empty", s.Empty, "proven", "allowed")
		c.oneOf(at+".subject", s.Subject, string(gate.SubjectMatch), string(gate.SubjectRequired), string(gate.SubjectAny))
		c.oneOf(at+".suppressions", s.Suppressions, "honour", "ignore")
		c.oneOf(at+".statements", s.Statements, "trusted", "ignore")
	}
	c.others(f)
	for i, p := range f.Policies {
		at := fmt.Sprintf("policies[%d]", i)
		c.required(at+".path", p.Path)
		if p.Digest != "" && !IsDigest(p.Digest) {
			c.fault(at+".digest", "%q is no digest: write sha256: and 64 hexadecimal digits", p.Digest)
		}
	}
	for i, o := range f.Outputs {
		at := fmt.Sprintf("outputs[%d]", i)
		_, err := output.Lookup(o.Format)
		c.lookup(at+".format", o.Format, err)
		c.required(at+".format", o.Format)
		c.required(at+".path", o.Path)
		c.inside(at+".path", o.Path, "name a file inside; --output writes elsewhere, --format prints")
	}
	c.ledger(f.Ledger)
	c.oneOf("disclosure", f.Disclosure, string(gate.Public), string(gate.Internal), string(gate.Full))
	for i, name := range f.Environments {
		c.environment(fmt.Sprintf("environments[%d]", i), name)
	}
}
