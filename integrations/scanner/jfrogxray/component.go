package jfrogxray

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// ecosystems are the beginnings of Xray's component ids that go by another name elsewhere.
var ecosystems = map[string]string{"gav": "maven", "pip": "pypi", "rubygems": "gem", ".net": "nuget", "debian": "deb", "ubuntu": "deb"}

// systems are the kinds of packages of operating systems, with how many parts stand before the name: "alpine://3.20:musl:1.2.5",
// "rpm://9:openssl:1:3.0.7-27.el9" with the epoch behind the name, "deb://debian:bookworm:openssl:3.0.9-1".
var systems = map[string]int{"alpine": 1, "rpm": 1, "deb": 2}

// component reads a component id: "npm://lathe:1.2.3", "gav://org.example:lathe:1.2.3". It may have no version, and no beginning.
func component(id string, fixed []string) gate.Component {
	c := gate.Component{Fixed: fixes(fixed)}
	kind, rest, ok := strings.Cut(id, "://")
	if !ok {
		kind, rest = "", id
	}
	kind = strings.ToLower(kind)
	kind = cmp.Or(ecosystems[kind], kind)
	parts := strings.Split(rest, ":")
	if before, ok := systems[kind]; ok {
		if kind == "deb" && len(parts) > before+1 {
			kind = parts[0]
		}
		c.Name, c.Version = ofSystem(before, parts)
	} else if digest.MatchString(rest) {
		c.Name, c.Version = ofFile(rest)
	} else {
		c.Name, c.Version = versioned(kind, parts)
	}
	c.PURL = report.EcosystemURL(kind, c.Name, c.Version)
	return c
}

// ofSystem parts name and version, which may have an epoch. Where that leaves one part too few, no system stands before the name, unless the
// first part is its number.
func ofSystem(before int, parts []string) (name, version string) {
	numbered := parts[0] != "" && '0' <= parts[0][0] && parts[0][0] <= '9'
	if len(parts) > before+2 || len(parts) == before+2 && (numbered || before > 1) {
		parts = parts[before:]
	}
	return parts[0], strings.Join(parts[1:], ":")
}

// digest is how the ids of files begin: "generic://sha256:00aa/libfoo.so".
var digest = regexp.MustCompile(`^(?:sha\d+|md5):`)

// ofFile parts the id of a file: its name stands behind the last slash, and its version is the digest where the name has none.
func ofFile(id string) (name, version string) {
	sum, _, _ := strings.Cut(id, "/")
	file := strings.TrimSuffix(id[strings.LastIndex(id, "/")+1:], ":")
	if file == "" || file == strings.TrimSuffix(sum, ":") {
		return strings.TrimSuffix(sum, ":"), ""
	}
	name, version, _ = strings.Cut(file, ":")
	return name, cmp.Or(version, sum)
}

// files are kinds of ids whose name may have a port: "docker://registry.example:5000/app". No version has a slash there.
var files = map[string]bool{"docker": true, "generic": true, "": true}

// versioned parts name and version. The name of a Maven package has two parts.
func versioned(kind string, parts []string) (name, version string) {
	last := len(parts) - 1
	if last == 0 || kind == "maven" && last < 2 || files[kind] && strings.Contains(parts[last], "/") {
		return strings.Join(parts, ":"), ""
	}
	return strings.Join(parts[:last], ":"), parts[last]
}

// located is the place of a package: the last of the files on the way to it. A layer of an image is a file "sha256__….tar", and a package of an
// operating system has no file but its own id.
func located(id string, files ...string) (at gate.Location) {
	for _, file := range files {
		digest, isLayer := strings.CutPrefix(file, "sha256__")
		switch {
		case isLayer:
			at.Layer = "sha256:" + strings.TrimSuffix(digest, ".tar")
		case file != "" && !strings.HasSuffix(id, "://"+file):
			at.Path = file
		}
	}
	return at
}
