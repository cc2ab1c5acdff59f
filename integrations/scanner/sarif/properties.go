package sarif

import (
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// properties are those of a property bag (§3.8) that tools agree on. SARIF says nothing of their types.
type properties struct {
	Score     report.Number `json:"security-severity"`
	Precision texts         `json:"precision"`
	Tags      texts         `json:"tags"`
	CWE       texts         `json:"cwe"`
	CWEs      texts         `json:"cwes"`
	UpperCWE  texts         `json:"CWE"`
	PURL      texts         `json:"purl"`
	PURLs     texts         `json:"purls"`
}

// packages gives the package URLs.
func (p *properties) packages() []string { return append(p.PURL, p.PURLs...) }

// weaknesses gives the texts that name weaknesses. A bare number is one only where a member is called so.
func (p *properties) weaknesses() []string {
	list := slices.Clone(p.Tags)
	for _, named := range []texts{p.CWE, p.CWEs, p.UpperCWE} {
		for _, s := range named {
			if strings.Trim(s, "0123456789") == "" {
				s = "CWE-" + s
			}
			list = append(list, s)
		}
	}
	return list
}

// texts are the strings and numbers of a value, whether it is one of them or an array.
type texts []string

// UnmarshalJSONFrom reads the value.
func (t *texts) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	switch dec.PeekKind() {
	case jsontext.KindBeginArray:
		return report.EachElement(report.Within(dec), func() error { return t.UnmarshalJSONFrom(dec) })
	case jsontext.KindString, jsontext.KindNumber:
		token, err := dec.ReadToken()
		if err == nil {
			*t = append(*t, shorten(token.String()))
		}
		return err
	}
	return dec.SkipValue()
}

func (t texts) first() string {
	if len(t) == 0 {
		return ""
	}
	return t[0]
}

// weaknesses gathers the CWEs of a result: those that it or its rule points to in a taxonomy, and those that tags, properties and names
// spell out.
func (e *entry) weaknesses() []int {
	named := e.Properties.weaknesses()
	for _, list := range [][]reference{e.Taxa, e.rule.targets} {
		for _, ref := range list {
			named = append(named, e.run.weakness(ref))
		}
	}
	return distinct(slices.Concat(report.CWEs(e.id), e.rule.cwes, report.CWEs(named...)))
}

func distinct(list []int) []int {
	var once []int
	for _, n := range list {
		if !slices.Contains(once, n) { // there are a few
			once = append(once, n)
		}
	}
	return once
}

var number = regexp.MustCompile(`^\d+$`)

// weakness gives the id of a taxon as a text that names a CWE, if it is one. Its taxonomy is found by GUID, by name, or by index; the
// index counts the run's taxonomies or its extensions, tools do not agree which. A reference may have an index in place of an id.
func (r *run) weakness(ref reference) string {
	taxonomy := r.taxonomy(ref)
	name, id := ref.Component.Name, ref.ID
	if taxonomy != nil {
		name = taxonomy.Name
		if i := ref.Index; id == "" && i != nil && *i >= 0 && *i < len(taxonomy.taxa) {
			id = taxonomy.taxa[*i]
		}
	}
	if number.MatchString(id) && strings.HasPrefix(strings.ToUpper(name), "CWE") {
		return "CWE-" + id
	}
	return id
}

func (r *run) taxonomy(ref reference) *component {
	for _, list := range [][]component{r.taxonomies, r.extensions} {
		for i := range list {
			c := &list[i]
			if ref.Component.GUID != "" && strings.EqualFold(c.GUID, ref.Component.GUID) || ref.Component.Name != "" && c.Name == ref.Component.Name {
				return c
			}
		}
	}
	for _, list := range [][]component{r.taxonomies, r.extensions} {
		if i := ref.Component.Index; i != nil && *i >= 0 && *i < len(list) && len(list[*i].taxa) > 0 {
			return &list[*i]
		}
	}
	return nil
}
