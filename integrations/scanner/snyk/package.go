package snyk

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// managers are the names that Snyk gives to package managers and distributions, where nobody else does.
var managers = map[string]string{
	"yarn-workspace": "npm", "golangdep": "go", "govendor": "go", "rhel": "red hat", "rocky": "rocky linux", "sles": "suse", "alma": "almalinux",
}

// rpms are distributions without an ecosystem of that name.
var rpms = map[string]string{"amzn": "amazon", "centos": "centos", "fedora": "fedora", "ol": "oracle", "oracle": "oracle"}

// packageURL writes the package URL: manager is "npm", or a distribution with its version as in "debian:12".
func packageURL(manager, name, version string) string {
	manager = strings.ToLower(manager)
	distribution, _, ofSystem := strings.Cut(manager, ":")
	if ofSystem || manager == "deb" || manager == "rpm" || manager == "apk" {
		name = name[strings.LastIndex(name, "/")+1:] // the source package stands before it
	}
	if namespace := rpms[distribution]; namespace != "" {
		return report.PackageURL("rpm", namespace+"/"+name, version)
	}
	if known := managers[distribution]; known != "" {
		distribution = known
	}
	return report.EcosystemURL(distribution, name, version)
}

// texts is one text, or several of issues that are grouped.
type texts []string

// UnmarshalJSONFrom reads both spellings.
func (t *texts) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	within := report.Within(dec)
	if dec.PeekKind() == jsontext.KindBeginArray {
		return report.Each(within, func(text *string) error {
			*t = append(*t, *text)
			return nil
		})
	}
	var text string
	err := report.Value(within, &text)
	*t = texts{text}
	return err
}

// at gives the text of one path.
func (t texts) at(path int) string {
	if len(t) == 0 {
		return ""
	}
	return t[min(path, len(t)-1)]
}

// paths are the ways from the project to the package: one, or several of issues that are grouped. None is empty.
type paths [][]string

// UnmarshalJSONFrom reads both spellings.
func (p *paths) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var steps []string
	within := report.Within(dec)
	err := report.EachElement(within, func() error {
		if dec.PeekKind() != jsontext.KindBeginArray {
			var step string
			err := report.Value(within, &step)
			steps = append(steps, step)
			return err
		}
		var path []string
		err := report.Value(within, &path)
		if len(path) > 0 {
			*p = append(*p, path)
		}
		return err
	})
	if len(steps) > 0 {
		*p = append(*p, steps)
	}
	return err
}

// upgrades are the packages of a path as they should be. Those that are false stay as they are, and are empty here.
type upgrades []string

// UnmarshalJSONFrom reads the list.
func (u *upgrades) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	within := report.Within(dec)
	return report.EachElement(within, func() error {
		var step string
		if dec.PeekKind() != jsontext.KindString {
			*u = append(*u, step)
			return report.Skip(within)
		}
		err := report.Value(within, &step)
		*u = append(*u, step)
		return err
	})
}

// first is the one to change: the nearest to the user's project that is not as it should be.
func (u upgrades) first(from paths) string {
	for i, step := range u {
		if step != "" && (len(from) == 0 || i >= len(from[0]) || from[0][i] != step) {
			return step
		}
	}
	return ""
}
