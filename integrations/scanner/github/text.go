package github

import (
	"cmp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// text is a text that may be null, or "None" where a script in Python wrote the export. What is no text says nothing.
type text string

// UnmarshalJSONFrom reads the value.
func (t *text) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if kind := dec.PeekKind(); kind != jsontext.KindString && kind != jsontext.KindNumber {
		return dec.SkipValue()
	}
	token, err := dec.ReadToken()
	if err == nil && token.String() != "None" {
		*t = text(token.String())
	}
	return err
}

// person is a user, of whom an export may have kept the name only.
type person string

// UnmarshalJSONFrom reads the value.
func (p *person) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != jsontext.KindBeginObject {
		return (*text)(p).UnmarshalJSONFrom(dec)
	}
	var login, name text
	err := report.EachMember(report.Within(dec), func(member string) error {
		switch member {
		case "login":
			return login.UnmarshalJSONFrom(dec)
		case "name":
			return name.UnmarshalJSONFrom(dec)
		}
		return dec.SkipValue()
	})
	*p = person(cmp.Or(login, name))
	return err
}

// without takes a secret out of a text that people read.
func without(text, secret string) string {
	if secret == "" {
		return text
	}
	return strings.ReplaceAll(text, secret, "…")
}
