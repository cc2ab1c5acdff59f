package signoff

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/package-url/packageurl-go"
	"go.yaml.in/yaml/v3"

	"github.com/defectgate/defectgate/gate"
)

// entry is one exception as it is written. Days are texts: YAML would read some of them as something else.
type entry struct {
	ID          string   `yaml:"id"`
	Defect      string   `yaml:"defect"`
	Fingerprint string   `yaml:"fingerprint"`
	Package     string   `yaml:"package"`
	Scope       scope    `yaml:"scope"`
	Reason      string   `yaml:"reason"`
	Approver    string   `yaml:"approver"`
	Approvers   []string `yaml:"approvers"`
	Requester   string   `yaml:"requester"`
	Severity    string   `yaml:"severity"`
	Ticket      string   `yaml:"ticket"`
	Granted     string   `yaml:"granted"`
	Expires     string   `yaml:"expires"`
	Controls    []string `yaml:"controls"`
}

type scope struct {
	Repository  string `yaml:"repository"`
	Artifact    string `yaml:"artifact"`
	Branch      string `yaml:"branch"`
	Environment string `yaml:"environment"`
	Component   string `yaml:"component"`
}

// ParseFile reads an exceptions file, whose authority is code review: it names who approved each exception, and until when it holds.
//
//	exceptions:
//	  - id: EX-2026-07
//	    defect: CVE-2026-12345            # id or alias; or fingerprint:, or package: — several must all fit
//	    package: pkg:npm/left-pad@1.3.0   # with a version it covers that version only
//	    scope: {environment: production}  # repository, artifact, branch, environment, component
//	    reason: not reachable, the parser is not used
//	    approver: alice                   # or approvers: [alice, bob]
//	    granted: 2026-11-01
//	    expires: 2026-12-31               # mandatory; holds through the end of that day in UTC
//	    severity: high                    # the most that it is for
//	    controls: [WAF rule 4711]
//	    requester: carol                  # who asked for it, and cannot approve it
//	    ticket: SEC-1
//
// An unknown key, a missing or impossible day, a double id: the file is refused, with every fault named
// by file and line.
func ParseFile(name string, text []byte) ([]gate.Exception, error) {
	var file struct {
		Exceptions []entry `yaml:"exceptions"`
	}
	if err := DecodeStrict(name, text, &file); err != nil {
		return nil, err
	}
	nodes, err := entryNodes(text)
	if err != nil {
		return nil, faultsOf(name, err)
	}
	var faults []error
	exceptions := make([]gate.Exception, len(file.Exceptions))
	seen := map[string]int{}
	for i, e := range file.Exceptions {
		at := fmt.Sprintf("%s:%d", name, nodes[i].Line)
		x, err := e.exception(at, &nodes[i])
		faults = append(faults, err, hollow(name, "", &nodes[i]))
		if first, twice := seen[e.ID]; twice && e.ID != "" {
			faults = append(faults, fmt.Errorf("%s: id %q stands already in line %d", at, e.ID, first))
		}
		seen[e.ID] = nodes[i].Line
		exceptions[i] = x
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return exceptions, nil
}

// entryNodes gives each entry as it is written.
func entryNodes(text []byte) ([]yaml.Node, error) {
	var file struct {
		Exceptions []yaml.Node `yaml:"exceptions"`
	}
	err := yaml.Unmarshal(text, &file)
	return file.Exceptions, err
}

// writes reports whether an entry has a key.
func writes(n *yaml.Node, key string) bool {
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return true
		}
	}
	return false
}

// hollow refuses keys and list items without a value that shows: what a template left empty must not mean "everywhere", nor "by somebody".
func hollow(name, key string, n *yaml.Node) error {
	switch n.Kind {
	case yaml.AliasNode:
		return hollow(name, key, n.Alias)
	case yaml.ScalarNode:
		if n.Tag == "!!null" || gate.CleanLine(n.Value, 0) == "" {
			return fmt.Errorf("%s:%d: %s is empty: fill it in, or remove it", name, n.Line, key)
		}
	case yaml.MappingNode:
		var faults []error
		for i := 0; i+1 < len(n.Content); i += 2 {
			faults = append(faults, hollow(name, n.Content[i].Value, n.Content[i+1]))
		}
		return errors.Join(faults...)
	case yaml.SequenceNode:
		var faults []error
		for _, item := range n.Content {
			faults = append(faults, hollow(name, key, item))
		}
		return errors.Join(faults...)
	}
	return nil
}

// exception checks an entry and gives its meaning.
func (e *entry) exception(at string, n *yaml.Node) (gate.Exception, error) {
	var faults []error
	fault := func(err error) {
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", at, err))
		}
	}
	x := gate.Exception{ID: e.ID, Kind: gate.AcceptedRisk, Defect: e.Defect, Package: e.Package, Scope: e.Scope.gate(),
		Reason: e.Reason, Controls: e.Controls, Ticket: e.Ticket, Origin: at}
	for _, required := range []struct{ key, value string }{
		{"id", e.ID}, {"reason", e.Reason}, {"approver", e.Approver + strings.Join(e.Approvers, "")}, {"granted", e.Granted}, {"expires", e.Expires},
	} {
		if required.value == "" && !writes(n, required.key) {
			fault(fmt.Errorf("%s is missing", required.key))
		}
	}
	if strings.TrimSpace(e.ID) != e.ID {
		fault(fmt.Errorf("id %q begins or ends with white space", e.ID))
	}
	fault(e.names(&x))
	fault(e.days(&x))
	fault(e.ceiling(&x))
	fault(e.people(&x))
	return x, errors.Join(faults...)
}

func (s scope) gate() gate.Scope {
	return gate.Scope{Repository: s.Repository, Artifact: s.Artifact, Branch: s.Branch, Environment: s.Environment, Component: s.Component}
}

// ceiling reads the most that it is for.
func (e *entry) ceiling(x *gate.Exception) error {
	if e.Severity == "" {
		return nil
	}
	x.Severity = new(gate.Severity)
	if err := x.Severity.UnmarshalText([]byte(e.Severity)); err != nil {
		return fmt.Errorf("severity: %w", err)
	}
	return nil
}

// people reads who answers for it. The review of the file is their authority.
func (e *entry) people(x *gate.Exception) error {
	if e.Approver != "" && len(e.Approvers) > 0 {
		return errors.New("it has an approver and approvers: keep one of the two")
	}
	for _, name := range append([]string{e.Approver, e.Requester}, e.Approvers...) {
		if clean := gate.CleanLine(name, 80); clean != "" && clean != strings.TrimSpace(name) {
			return fmt.Errorf("%q is no name: write at most 80 characters that show", gate.CleanLine(name, 60))
		}
	}
	names := e.Approvers
	if e.Approver != "" {
		names = []string{e.Approver}
	}
	x.Approver = strings.Join(names, ", ")
	for _, name := range names {
		by := gate.Actor{Person: gate.Person{ID: FileID(name), Login: name}, Source: gate.FromFile}
		x.Approvals = append(x.Approvals, gate.Approval{Actor: by, At: x.Granted})
	}
	if e.Requester != "" {
		x.Barred = []gate.Party{{Person: gate.Person{ID: FileID(e.Requester), Login: e.Requester}, As: "requester"}}
	}
	return nil
}

// FileID is how somebody is called whom a file names: names are compared without regard to case, white space and an @ before them.
func FileID(name string) string {
	return "file:" + strings.TrimPrefix(strings.ToLower(strings.Join(strings.Fields(name), " ")), "@")
}

// names reads what the exception is for.
func (e *entry) names(x *gate.Exception) error {
	if e.Defect == "" && e.Fingerprint == "" && e.Package == "" {
		return errors.New("it names no defect: write defect, fingerprint or package")
	}
	if e.Fingerprint != "" {
		x.Fingerprint = new(gate.Fingerprint)
		if err := x.Fingerprint.UnmarshalText([]byte(e.Fingerprint)); err != nil {
			return fmt.Errorf("fingerprint: %w", err)
		}
	}
	if e.Package != "" {
		return checkPackage(e.Package)
	}
	return nil
}

// checkPackage refuses what is written and would not be looked at: qualifiers, a subpath, and an @ without a version.
func checkPackage(purl string) error {
	p, err := packageurl.FromString(purl)
	switch {
	case err != nil:
		return fmt.Errorf("package: %q is no package URL: %w", purl, err)
	case len(p.Qualifiers) > 0 || p.Subpath != "":
		return fmt.Errorf("package: %q has qualifiers or a subpath, which are not compared: remove what follows ? or #", purl)
	case strings.HasSuffix(purl, "@"):
		return fmt.Errorf("package: %q ends before its version: name one, or remove the @", purl)
	}
	return nil
}

// days reads from when and until when it holds: through the end of its last day, in UTC.
func (e *entry) days(x *gate.Exception) error {
	if e.Granted == "" || e.Expires == "" {
		return nil
	}
	granted, err := gate.ParseDay(e.Granted)
	if err != nil {
		return fmt.Errorf("granted: %w", err)
	}
	last, err := gate.ParseDay(e.Expires)
	if err != nil {
		return fmt.Errorf("expires: %w", err)
	}
	x.Granted, x.Until = granted, last.Add(24*time.Hour)
	if !x.Granted.Before(x.Until) {
		return fmt.Errorf("expires: %s lies before granted: %s", e.Expires, e.Granted)
	}
	return nil
}
