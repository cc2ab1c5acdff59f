package gitlab

import (
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// location is the place of a finding. Each sort of scan has members of its own.
type location struct {
	File      text          `json:"file"` // code, secrets, dependencies
	StartLine report.Number `json:"start_line"`
	Class     text          `json:"class"`
	Method    text          `json:"method"` // of a class, or of HTTP
	Commit    struct {
		SHA text `json:"sha"`
	} `json:"commit"` // secrets

	Dependency      dependency `json:"dependency"`
	Image           text       `json:"image"`
	OperatingSystem text       `json:"operating_system"`
	Kubernetes      struct {
		Namespace text `json:"namespace"`
		Kind      text `json:"kind"`
		Name      text `json:"name"`
		Container text `json:"container_name"`
	} `json:"kubernetes_resource"`

	Hostname text `json:"hostname"` // DAST and API fuzzing
	Path     text `json:"path"`
	Param    text `json:"param"`

	CrashType  text `json:"crash_type"` // coverage-guided fuzzing
	CrashState text `json:"crash_state"`
}

type dependency struct {
	Package struct {
		Name text `json:"name"`
	} `json:"package"`
	Version text `json:"version"`
}

func (l *location) ofCode() gate.Location {
	return gate.Location{Path: string(l.File), Line: max(l.StartLine.Int(), 0), Logical: l.logical()}
}

func (l *location) logical() string {
	switch {
	case l.Hostname != "" || l.Path != "":
		return l.attacked()
	case l.CrashType != "" || l.CrashState != "":
		return joined(" in ", report.FirstLine(string(l.CrashType)), report.FirstLine(string(l.CrashState)))
	}
	return joined(".", string(l.Class), string(l.Method))
}

// attacked names a place on a web site without its host: review environments have one each.
func (l *location) attacked() string {
	path := string(l.Path)
	if path == "" {
		path = "/"
	}
	if l.Param != "" {
		path += " (" + string(l.Param) + ")"
	}
	return joined(" ", string(l.Method), path)
}

// ofComponent has the file that declares a dependency, or where in a cluster, else in which image, a package was found.
func (l *location) ofComponent() gate.Location {
	where := gate.Location{Path: string(l.File)}
	k := &l.Kubernetes
	where.Logical = joined("/", string(k.Namespace), string(k.Kind), string(k.Name), string(k.Container))
	if where.Logical == "" {
		where.Logical = string(l.Image)
	}
	return where
}

func joined(separator string, parts ...string) string {
	var there []string
	for _, part := range parts {
		if part != "" {
			there = append(there, part)
		}
	}
	return strings.Join(there, separator)
}

// images gathers which images the findings of a report are about: an empty report names none.
type images struct {
	names   map[string]bool
	digests []string
}

func (i *images) note(image string) {
	if image == "" || i.names[image] {
		return
	}
	if i.names == nil {
		i.names = map[string]bool{}
	}
	i.names[image] = true
	if _, digest, pinned := strings.Cut(image, "@sha256:"); pinned {
		i.digests = append(i.digests, "sha256:"+digest)
	}
}

// subject is the image; of a cluster, all images, where each is pinned: the artifact must be one of them.
func (i *images) subject() gate.Subject {
	subject := gate.Subject{}
	if len(i.digests) == len(i.names) {
		subject.Digests = i.digests
	}
	if len(i.names) == 1 {
		for name := range i.names {
			subject.Name = name
		}
	}
	return subject
}

// tracking holds signatures by which GitLab follows a finding when lines move.
type tracking struct {
	Items []struct {
		Signatures []struct {
			Algorithm text `json:"algorithm"`
			Value     text `json:"value"`
		} `json:"signatures"`
	} `json:"items"`
}

// algorithms of signatures, best last, as GitLab ranks them. The one called "location" holds the line and is left out.
var algorithms = []text{"hash", "scope_offset", "scope_offset_compressed", "rule_value"}

// hash joins the signatures of the best algorithm.
func (t *tracking) hash() (best string) {
	for _, algorithm := range algorithms {
		var values []string
		for _, item := range t.Items {
			for _, signature := range item.Signatures {
				if signature.Algorithm == algorithm && signature.Value != "" {
					values = append(values, string(signature.Value))
				}
			}
		}
		if len(values) > 0 {
			best = strings.Join(values, "|")
		}
	}
	return best
}
