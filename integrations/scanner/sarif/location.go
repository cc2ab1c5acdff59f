package sarif

import (
	"cmp"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// location is a place (§3.28).
type location struct {
	Physical physicalLocation
	Logical  []logicalLocation
}

// Field gives where a member of a location goes.
func (l *location) Field(name []byte) any {
	switch string(name) {
	case "physicalLocation":
		return &l.Physical
	case "logicalLocations":
		return &l.Logical
	}
	return nil
}

type physicalLocation struct {
	Artifact        artifactLocation
	Region, Context region
}

// Field gives where a member of a physical location goes.
func (l *physicalLocation) Field(name []byte) any {
	switch string(name) {
	case "artifactLocation":
		return &l.Artifact
	case "region":
		return &l.Region
	case "contextRegion":
		return &l.Context
	}
	return nil
}

type region struct {
	StartLine int
	Snippet   text
}

// Field gives where a member of a region goes.
func (r *region) Field(name []byte) any {
	switch string(name) {
	case "startLine":
		return &r.StartLine
	case "snippet":
		return &r.Snippet
	}
	return nil
}

// artifactLocation is an address: of itself, below a named base, or by the number of an artifact (§3.4).
type artifactLocation struct {
	URI   string
	Base  string
	Index *int
}

// Field gives where a member of an address goes.
func (a *artifactLocation) Field(name []byte) any {
	switch string(name) {
	case "uri":
		return &a.URI
	case "uriBaseId":
		return &a.Base
	case "index":
		return &a.Index
	}
	return nil
}

type logicalLocation struct {
	Name  string `json:"name"`
	Full  string `json:"fullyQualifiedName"`
	Index *int   `json:"index"`
}

// place is the first location: a result has more only where one change is needed in several places (§3.27.12).
func (v *result) place() *location {
	if len(v.Locations) == 0 {
		return &location{}
	}
	return &v.Locations[0]
}

func (e *entry) location() gate.Location {
	at := e.place()
	path := e.run.path(at.Physical.Artifact)
	where := gate.Location{Path: path, Line: max(at.Physical.Region.StartLine, 0), Logical: e.run.logicalName(at)}
	if isWeb(path) { // an address that was attacked is no file
		where.Path, where.Logical = "", path
	}
	return where
}

func (r *run) logicalName(at *location) string {
	if len(at.Logical) == 0 {
		return ""
	}
	l := at.Logical[0]
	if i := l.Index; l.Full == "" && i != nil && *i >= 0 && *i < len(r.logical) {
		l = r.logical[*i]
	}
	return cmp.Or(l.Full, l.Name)
}

// path gives the path of an address, relative to the repository where its root is known.
func (r *run) path(at artifactLocation) string {
	if i := at.Index; at.URI == "" && i != nil && *i >= 0 && *i < len(r.artifacts) {
		at = r.artifacts[*i]
	}
	if at.URI == "" {
		return ""
	}
	absolute, relative := r.resolve(at)
	if isWeb(absolute) {
		return absolute
	}
	for _, root := range r.roots {
		if below, ok := strings.CutPrefix(absolute, root); ok && below != "" {
			return gate.CleanPath(below)
		}
	}
	return gate.CleanPath(relative)
}

// deepest is how many bases may stand on one another: a circle of them ends there.
const deepest = 10

// resolve follows the bases (§3.14.14). relative is what stands below the base that is absolute or unknown: that one is a folder of the
// machine that scanned, and mostly the root of the repository.
func (r *run) resolve(at artifactLocation) (absolute, relative string) {
	relative = plain(at.URI)
	for range deepest {
		base, known := r.bases[at.Base]
		if isAbsolute(relative) || !known || base.URI == "" {
			break
		}
		if above := plain(base.URI); isAbsolute(above) {
			return join(above, relative), relative
		}
		relative, at = join(plain(base.URI), relative), base
	}
	return relative, relative
}

func join(base, below string) string {
	return strings.TrimSuffix(base, "/") + "/" + strings.TrimPrefix(below, "./")
}

var (
	fileScheme = regexp.MustCompile(`^file:(//(localhost)?)?/`)
	drive      = regexp.MustCompile(`^/[A-Za-z]:/`)
	scheme     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`) // a drive of Windows too
)

// plain makes a path of a URI (§3.4.3): without percent-encoding, and without "file:". Many tools write paths in place of URIs; what is no
// URI is taken as it is.
func plain(uri string) string {
	if decoded, err := url.PathUnescape(uri); err == nil && !isWeb(uri) {
		uri = decoded
	}
	uri = strings.ReplaceAll(uri, `\`, "/")
	if !strings.Contains(uri, ":") { // neither a scheme nor a drive
		return uri
	}
	uri = fileScheme.ReplaceAllString(uri, "/")
	if drive.MatchString(uri) {
		return uri[1:]
	}
	return uri
}

func isAbsolute(path string) bool {
	return strings.HasPrefix(path, "/") || strings.Contains(path, ":") && scheme.MatchString(path)
}

func isWeb(path string) bool {
	return strings.HasPrefix(path, "http://") || strings.HasPrefix(path, "https://")
}

// rootNames are the usual names of the base that is the repository's root, without the percent signs.
var rootNames = []string{"SRCROOT", "REPOROOT", "PROJECTROOT", "ROOTPATH", "WORKSPACE"}

// findRoots gathers the folders that may be the root of the repository, surest first: where a repository was checked out (§3.23.8), bases
// with a usual name, and where the tool was started.
func (r *run) findRoots() {
	for _, v := range r.provenance {
		r.addRoot(v.MappedTo)
	}
	for _, name := range slices.Sorted(maps.Keys(r.bases)) {
		if slices.Contains(rootNames, strings.ToUpper(strings.Trim(name, "%"))) {
			r.addRoot(artifactLocation{URI: ".", Base: name})
		}
	}
	for i := range r.invocations {
		r.addRoot(r.invocations[i].WorkingDirectory)
	}
}

func (r *run) addRoot(at artifactLocation) {
	absolute, _ := r.resolve(at)
	absolute = strings.TrimSuffix(absolute, "/.")
	if absolute != "" && isAbsolute(absolute) {
		r.roots = append(r.roots, strings.TrimSuffix(absolute, "/")+"/")
	}
}
